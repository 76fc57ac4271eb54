"""What the children of `process` do: looking at files, preparing tables, exporting them."""

"""Pages of the catalogue: the desk's and the public's."""

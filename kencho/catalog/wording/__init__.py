"""What the codes of the engines say in Japanese."""

"""The tables of the standard as Table Schema, one JSON file each; every file names its source and version."""

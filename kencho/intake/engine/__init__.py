"""The reading engine: scans in, fields out. Knows nothing of the database; runs in a process of its own."""

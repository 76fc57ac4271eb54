"""``make accuracy``: how well paper is read, measured on scans that are made from a seed and whose truth is known."""

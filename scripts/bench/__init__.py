"""``make bench``: how fast Kencho is, each figure beside what it is measured against, both taken in one run."""

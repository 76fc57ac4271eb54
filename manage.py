#!/usr/bin/env python
"""Management commands from a checkout; an installed Kencho offers the same as ``kencho``."""

from config.cli import main

if __name__ == "__main__":
    main()

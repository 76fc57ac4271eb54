"""``python -m scripts.fixer_accuracy``."""

from scripts.fixer_accuracy.command import main

if __name__ == "__main__":
    raise SystemExit(main())

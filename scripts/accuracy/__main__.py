"""``python -m scripts.accuracy``; everything is in ``command``, so that worker processes need not load it."""

if __name__ == "__main__":
    from scripts.accuracy.command import main

    raise SystemExit(main())

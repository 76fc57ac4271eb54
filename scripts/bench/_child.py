"""One measurement in a process of its own: ``python -m scripts.bench._child <name>``."""

import os
import signal
import sys
from importlib import import_module


def main() -> None:
    """Set Django up and run it; ``prepare`` makes the world instead."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    # An exit, not a death: servers that this process started are ended on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    name = sys.argv[1]
    if name == "prepare":
        from django.core.management import call_command

        from scripts.bench._stage import make_world

        call_command("migrate", verbosity=0, interactive=False)
        make_world()
        return
    import_module(f"scripts.bench.{name}").run()


if __name__ == "__main__":
    main()

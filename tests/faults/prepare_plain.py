"""Run in a process of its own: a small world with drafts as most are when they are sent; prints their requests as JSON."""

import json
import os
import sys


def main() -> None:
    """``python -m tests.faults.prepare_plain COUNT PORT``."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from scripts.bench._stage import fill_in, make_world

    make_world()
    count, port = int(sys.argv[1]), int(sys.argv[2])
    made = [{"id": each.pk, "request": each.request(port)} for each in fill_in(count)]
    sys.stdout.write(json.dumps(made) + "\n")


if __name__ == "__main__":
    main()

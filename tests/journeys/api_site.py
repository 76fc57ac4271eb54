"""Run in a process of its own: make what questions to the API find, in the database of a site; print it as JSON."""

import json
import os
import sys
from dataclasses import asdict


def main() -> None:
    """``python -m tests.journeys.api_site``."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests.architecture.api_world import make_api_world

    sys.stdout.write(json.dumps(asdict(make_api_world())) + "\n")


if __name__ == "__main__":
    main()

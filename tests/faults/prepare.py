"""Run in a process of its own: make a small published world and drafts that are ready to be sent; print them as JSON."""

import json
import os
import random
import sys
from datetime import timedelta


def main() -> None:
    """``python -m tests.faults.prepare COUNT``."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from kencho.applications import services
    from kencho.applications.samples import sample_answers
    from kencho.applications.testing import AT, GUEST, publish
    from kencho.applications.views._access import draft_token
    from kencho.foundation import clock
    from kencho.organization.testing import make_cast
    from kencho.procedures import queries as procedures
    from kencho.records.office_seals import make_demo_seals

    cast = make_cast()
    make_demo_seals([cast.body], at=AT - timedelta(days=400))
    version = publish(cast, "sponsorship-approval", identity="none")
    found = procedures.in_force(cast.body, version.procedure.code, clock.now())
    if found is None:
        raise SystemExit("not in force")
    made = []
    rng = random.Random(7)
    for _n in range(int(sys.argv[1])):
        at = clock.now()
        draft = services.begin_draft(procedure=found, user=None, at=at)
        answers = sample_answers(
            found.compiled, rng, body=cast.body, owner=str(draft.pk), by=GUEST, at=at, on=clock.day_of(at)
        )
        services.save_draft(draft=draft, answers=answers, page="", at=at)
        made.append({"id": str(draft.pk), "token": draft_token(draft)})
    sys.stdout.write(json.dumps(made) + "\n")


if __name__ == "__main__":
    main()

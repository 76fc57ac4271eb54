"""Killed in the middle: what was acknowledged is counted, once; sending again what was not acknowledged is safe."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from kencho.surveys import queries, services
from kencho.surveys.anonymity import new_receipt, tag_of, token_of
from kencho.surveys.models import Ballot, Cycle
from kencho.surveys.services import Outcome
from kencho.surveys.tests.people import DURING, answers, close, make_office, open_cycle

CHILD = """
import datetime, json, os, sys
import django
from django.conf import settings
import config.settings as house
house.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from kencho.surveys import services
from kencho.surveys.models import Cycle
from kencho.surveys.tests.people import DURING, answers
cycle = Cycle.objects.select_related("questionnaire", "body").get(pk=int(sys.argv[2]))
for token, receipt in json.loads(sys.stdin.read()):
    services.answer(cycle=cycle, token=bytes.fromhex(token), receipt=receipt, answers=answers(), at=DURING)
    sys.stdout.write(receipt + "\\n")
    sys.stdout.flush()
"""


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the child opens the file of SQLite")
def test_kill_9_between_answers_loses_and_doubles_nothing() -> None:
    office = make_office()
    cycle = open_cycle(office)
    people = [person for group in office.staff.values() for person in group]
    keys = queries.keys_of(cycle)
    sent = [(token_of(keys, person.number).hex(), new_receipt()) for person in people]
    acknowledged = _run_and_kill(cycle, sent, after=17)
    assert 17 <= len(acknowledged) < len(sent)
    for receipt in acknowledged:
        assert queries.has_tag(cycle, tag_of(receipt, str(cycle.key)))
    outcomes = [
        services.answer(
            cycle=cycle, token=bytes.fromhex(token), receipt=receipt, answers=answers(), at=DURING
        )
        for token, receipt in sent
    ]
    assert outcomes[: len(acknowledged)] == [Outcome.REPEATED] * len(acknowledged)
    close(cycle)
    assert Ballot.objects.count() == len(sent)


def _run_and_kill(cycle: Cycle, sent: list[tuple[str, str]], *, after: int) -> list[str]:
    """Receipts that the child had acknowledged when it was killed."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONWARNINGS": "ignore"}
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(connection.settings_dict["NAME"]), str(cycle.pk)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(settings.BASE_DIR),
        env=environment | {"KENCHO_VAR": str(settings.VAR_DIR), "KENCHO_SECRET_KEY": settings.SECRET_KEY},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(json.dumps(sent))
    child.stdin.close()
    received = [child.stdout.readline().strip() for _line in range(after)]
    child.send_signal(signal.SIGKILL)
    received += [line.strip() for line in child.stdout.read().splitlines()]
    child.stdout.close()
    child.wait()
    return [receipt for receipt in received if receipt]

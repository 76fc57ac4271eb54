"""A full disk gives a clear page, keeps the draft, and lets the same press succeed once there is room."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client

from kencho.applications import services
from kencho.applications.models import Application, ApplicationDraft
from kencho.applications.samples import sample_answers
from kencho.applications.testing import GUEST
from kencho.applications.views._access import draft_token
from kencho.foundation import clock, queue
from kencho.foundation.models import Task
from kencho.organization.testing import Cast
from kencho.procedures import queries as procedures
from kencho.procedures.models import ProcedureVersion

pytestmark = pytest.mark.faults
YEARS = timedelta(days=3650)
NO_LIMIT = 1_073_741_823


def _draft(world: Cast, version: ProcedureVersion) -> ApplicationDraft:
    found = procedures.in_force(world.body, version.procedure.code, clock.now())
    assert found is not None
    at = clock.now()
    draft = services.begin_draft(procedure=found, user=None, at=at)
    answers = sample_answers(
        found.compiled,
        random.Random(3),
        body=world.body,
        owner=str(draft.pk),
        by=GUEST,
        at=at,
        on=clock.day_of(at),
    )
    return services.save_draft(draft=draft, answers=answers, page="", at=at)


def _fill() -> None:
    """Use up the room that is left inside the pages."""
    at = clock.now()
    for size in (2000, 300, 10):
        try:
            while True:
                queue.store(
                    kind=Task.Kind.WORK, name="filler", payload={"x": "x" * size}, at=at, run_at=at + YEARS
                )
        except OperationalError:
            continue


@contextmanager
def full_disk() -> Iterator[None]:
    """Not one page more. SQLite reports a reached page limit exactly as it reports a full disk (SQLITE_FULL)."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    try:
        _fill()
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count = {NO_LIMIT}")


def test_full_disk(world: Cast, published: ProcedureVersion) -> None:
    draft = _draft(world, published)
    client = Client(raise_request_exception=False)
    address, press = f"/drafts/{draft.pk}/confirm/", {"_draft": draft_token(draft)}
    with full_disk():
        answer = client.post(address, press)
    assert answer.status_code == 507
    assert "保存" in answer.content.decode()
    assert Application.objects.count() == 0
    assert ApplicationDraft.objects.filter(pk=draft.pk).exists()
    assert client.post(address, press).status_code == 302
    assert Application.objects.count() == 1

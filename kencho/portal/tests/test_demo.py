"""The demo prefecture: its organisation is whole, and a short history really happens."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from kencho.applications.models import Application, Status, StatusChange
from kencho.approvals.models import ApprovalStep
from kencho.audit import services as audit
from kencho.audit import verification
from kencho.audit.models import Entry
from kencho.files.store import storage
from kencho.foundation import clock
from kencho.foundation.models import Task, TaskState
from kencho.notifications.models import Message
from kencho.organization.models import Body
from kencho.organization.queries import divisions_on
from kencho.portal import demo
from kencho.portal.demo._setup import SETUP
from kencho.procedures.models import Procedure
from kencho.records.models import Record, SealUse
from kencho.records.office_seals import forget

LAST = date(2026, 9, 30)
FIRST = LAST - timedelta(days=90)
FEW = 6
# Addresses and some labels name rows by numbers, which PostgreSQL does not give out again after a rollback.
ADDRESS = re.compile(r"/[0-9]+/")
LABEL = re.compile(r"^([a-z_]+) [0-9]+$")


@pytest.fixture
def prefecture(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Body]:
    """Three months of a very quiet prefecture."""
    settings.SEALS_DIR = tmp_path / "seals"
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr("kencho.portal.demo._history.COMMIT_SECONDS", 0)
    settings.FILES_DIR = tmp_path / "files"
    forget()
    storage.cache_clear()
    start = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=clock.JST) - timedelta(days=1)
    with clock.simulated(start):
        body = demo.set_up(on=clock.day_of(start), at=start)
    yield body
    forget()
    storage.cache_clear()


def _drive(body: Body, **more: Any) -> int:
    progress = more.pop("progress", lambda done, total: None)
    return demo.drive_history(body=body, terms=_terms(**more), progress=progress)


def _terms(seed: int = 406) -> demo.Terms:
    return demo.Terms((demo.Span(FIRST, LAST, FEW),), seed)


def _told(body: Body) -> list[Any]:
    """Everything of a history that does not hang on this installation's keys."""
    rows = Application.objects.filter(body=body).order_by("arrived_at", "pk")
    return [
        list(
            rows.values_list(
                "number", "status", "arrived_at", "closed_at", "due_on", "answers", "answers_digest"
            )
        ),
        list(StatusChange.objects.order_by("pk").values_list("application__number", "verb", "at", "note")),
        list(ApprovalStep.objects.order_by("pk").values_list("state", "decided_by__number", "decided_at")),
        list(Record.objects.order_by("pk").values_list("number", "direction", "registered_at")),
        [
            (template, email, ADDRESS.sub("/…/", text), sent_at)
            for template, email, text, sent_at in Message.objects.order_by("pk").values_list(
                "template", "email", "text", "sent_at"
            )
        ],
        [
            (key, at, action, LABEL.sub(r"\1 …", label), actor)
            for key, at, action, label, actor in Entry.objects.order_by("pk").values_list(
                "key", "at", "action", "subject_label", "actor_id"
            )
        ],
    ]


def test_a_quiet_quarter(prefecture: Body) -> None:
    assert _drive(prefecture) == FEW
    assert Body.objects.count() == 30
    assert divisions_on(prefecture, LAST).count() == 167
    assert Procedure.objects.filter(body=prefecture, is_listed=True).count() >= 15

    arrived = list(Application.objects.filter(body=prefecture).order_by("arrived_at"))
    assert len(arrived) == FEW
    assert all(FIRST <= clock.day_of(row.arrived_at) <= LAST for row in arrived)
    # Each has its line in the register, each issued one its sealed notice.
    assert Record.objects.filter(direction="received").count() == len(arrived)
    issued = [row for row in arrived if row.status == Status.ISSUED]
    assert issued
    assert SealUse.objects.count() == len(issued)
    assert not Task.objects.filter(state=TaskState.FAILED).exists()
    assert verification.verify(at=clock.now()).is_clean
    assert len(demo.sign_ins()) == 6


class Interrupted(BaseException):
    """Somebody pulled the plug in these tests."""


def test_the_same_seed_tells_the_same_history_also_after_an_interruption(prefecture: Body) -> None:
    with _undone():
        _drive(prefecture)
        whole = _told(prefecture)
    with _undone():
        _drive(prefecture, seed=2)
        assert _told(prefecture) != whole
    days: list[int] = []

    def stop_in_the_middle(done: int, total: int) -> None:
        days.append(done)
        if done == FEW // 2:
            raise Interrupted

    with pytest.raises(Interrupted):
        _drive(prefecture, progress=stop_in_the_middle)
    assert demo.begun(prefecture) == _terms()
    with pytest.raises(demo.UnableToResume):
        _drive(prefecture, seed=7)
    with _undone():
        # Somebody has used the system meanwhile.
        audit.record("organization.body.save", prefecture, by=SETUP, at=clock.now())
        with pytest.raises(demo.UnableToResume):
            _drive(prefecture)
    assert _drive(prefecture) == FEW - days[-1]
    assert _told(prefecture) == whole
    assert demo.begun(prefecture) is None


@contextmanager
def _undone() -> Iterator[None]:
    """What happens in the block has not happened afterwards; the database counts its keys from where it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)

"""The demo prefecture: its organisation is whole, and a short history really happens."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kencho.applications.models import Application, Status
from kencho.audit import verification
from kencho.foundation import clock
from kencho.foundation.models import Task, TaskState
from kencho.organization.models import Body
from kencho.organization.queries import divisions_on
from kencho.portal import demo
from kencho.procedures.models import Procedure
from kencho.records.models import Record, SealUse
from kencho.records.office_seals import forget

LAST = date(2026, 9, 30)
FIRST = LAST - timedelta(days=90)
FEW = 8


@pytest.fixture
def prefecture(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Body]:
    """Three months of a very quiet prefecture."""
    settings.SEALS_DIR = tmp_path / "seals"
    forget()
    monkeypatch.setattr(demo.Scale, "applications", property(lambda scale: FEW))
    start = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=clock.JST) - timedelta(days=1)
    with clock.simulated(start):
        body = demo.set_up(on=clock.day_of(start), at=start)
    demo.drive_history(body=body, first=FIRST, last=LAST, scale=demo.Scale.SMALL)
    yield body
    forget()


def test_a_quiet_quarter(prefecture: Body) -> None:
    assert Body.objects.count() == 30
    assert divisions_on(prefecture, LAST).count() == 167
    assert Procedure.objects.filter(body=prefecture, is_listed=True).count() >= 15

    arrived = list(Application.objects.filter(body=prefecture).order_by("arrived_at"))
    assert 1 <= len(arrived) <= FEW
    assert all(FIRST <= clock.day_of(row.arrived_at) <= LAST for row in arrived)
    # Each has its line in the register, each issued one its sealed notice.
    assert Record.objects.filter(direction="received").count() == len(arrived)
    issued = [row for row in arrived if row.status == Status.ISSUED]
    assert issued
    assert SealUse.objects.count() == len(issued)
    assert not Task.objects.filter(state=TaskState.FAILED).exists()
    assert verification.verify(at=clock.now()).is_clean
    assert len(demo.sign_ins()) == 6

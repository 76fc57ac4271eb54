"""Indicators at the edges of the year, against a count by hand."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from kencho.applications import figures
from kencho.applications.datasets import COLUMNS
from kencho.applications.models import Application, Channel, ClockPause, Status
from kencho.applications.testing import AT, apply, publish
from kencho.foundation import clock, registry
from kencho.foundation.clock import JST
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.indicators import Asked
from kencho.foundation.indicators import indicators as declared
from kencho.organization.testing import Cast

YEAR = FiscalYear(2026)
BODY = "240001"
FIRST = datetime(2026, 4, 1, 0, 0, tzinfo=JST)
LAST = datetime(2027, 3, 31, 23, 59, 59, tzinfo=JST)


def value(code: str, *, body: str = BODY) -> Decimal | None:
    """What the indicator of applications says of the year, as known now."""
    spec = declared.get(f"applications.{code}")
    as_of = min(clock.now(), YEAR.ends_at) if code == "overdue" else YEAR.ends_at
    return spec.value(spec.read(Asked.whole(YEAR, body=body, as_of=as_of)))


@pytest.fixture
def model(cast: Cast) -> Application:
    """An application to be copied; it lies outside the year itself."""
    made = apply(publish(cast))
    Application.objects.filter(pk=made.pk).update(fiscal_year=2024, arrived_at=AT - timedelta(days=700))
    return Application.objects.get(pk=made.pk)


def put(model: Application, n: int, at: datetime, **more: object) -> Application:
    """One more application."""
    values: dict[str, object] = {
        "number": f"N{n}",
        "idempotency_key": f"K{n}",
        "arrived_at": at,
        "fiscal_year": FiscalYear.of(at).start_year,
        **more,
    }
    row = Application.objects.get(pk=model.pk)
    row.pk = None
    for name, value in values.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row


def test_received_counts_online_arrivals_of_the_year(model: Application) -> None:
    put(model, 1, FIRST - timedelta(seconds=1))
    put(model, 2, FIRST)
    put(model, 3, LAST)
    put(model, 4, LAST + timedelta(seconds=1))
    put(model, 5, FIRST + timedelta(days=9), status=Status.WITHDRAWN)
    put(model, 6, FIRST + timedelta(days=9), channel=Channel.COUNTER)
    put(model, 7, FIRST + timedelta(days=9), channel=Channel.API)
    assert value("received") == 4  # 2, 3, 5, 7
    assert value("received", body="242012") == 0
    assert value("online_share") == Decimal("80.0")


def test_a_trial_is_no_application(model: Application) -> None:
    put(model, 1, FIRST, is_demo=True)
    assert value("received") == 0
    assert value("online_share") is None


def test_handling_days_leave_amendment_out(model: Application) -> None:
    # 2026-06-01 is a Monday; decided on Friday of the next week: nine business days.
    plain = put(model, 1, datetime(2026, 6, 1, 10, tzinfo=JST))
    asked = put(model, 2, datetime(2026, 6, 1, 10, tzinfo=JST))
    for each in (plain, asked):
        each.status, each.decided_at = Status.DECIDED, datetime(2026, 6, 12, 10, tzinfo=JST)
        each.due_on = datetime(2026, 6, 11, tzinfo=JST).date()
        each.save()
    ClockPause.objects.create(
        application=asked,
        paused_at=datetime(2026, 6, 3, 9, tzinfo=JST),
        resumed_at=datetime(2026, 6, 8, 9, tzinfo=JST),
    )
    found = figures.handling(Asked.whole(YEAR, body=BODY, as_of=YEAR.ends_at))
    # The pause covers Wednesday, Thursday and Friday.
    assert (found.decided, found.days, found.median_days) == (2, 15, Decimal("7.5"))
    assert value("handling_days") == Decimal("7.5")
    assert value("in_time_share") == 0
    Application.objects.filter(pk=asked.pk).update(due_on=datetime(2026, 6, 12, tzinfo=JST).date())
    assert value("in_time_share") == Decimal("50.0")


def test_nothing_decided_is_nothing(cast: Cast) -> None:
    assert value("handling_days") is None
    assert value("in_time_share") is None


def test_overdue_stands_still_during_amendment(model: Application) -> None:
    due = datetime(2026, 6, 10, tzinfo=JST).date()
    put(model, 1, AT, status=Status.IN_REVIEW, due_on=due)
    put(model, 2, AT, status=Status.AWAITING_AMENDMENT, due_on=due)
    put(model, 3, AT, status=Status.WITHDRAWN, due_on=due)
    with time_machine.travel(datetime(2026, 6, 10, 12, tzinfo=JST), tick=False):
        assert value("overdue") == 0
    with time_machine.travel(datetime(2026, 6, 11, 12, tzinfo=JST), tick=False):
        assert value("overdue") == 1


def test_the_open_data_table_adds_up_and_names_nobody(model: Application) -> None:
    for n in range(3):
        put(model, n, FIRST + timedelta(days=n))
    put(model, 9, datetime(2026, 5, 31, 23, 30, tzinfo=JST), channel=Channel.POST)
    spec = registry.datasets.get("applications.received")
    rows = [row for row in spec.rows(BODY) if row[0] == 2026]
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert [(row[1], row[4], row[5]) for row in rows] == [(4, "オンライン", 3), (5, "郵送", "x")]
    assert not any(model.applicant_name in map(str, row) for row in rows)

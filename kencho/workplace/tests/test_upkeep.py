"""What leaves the log, how long the log stays, reminders, the ledger, and the driven months."""

import random
from datetime import date, timedelta

import pytest
import time_machine

from kencho.foundation import queue
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.indicators import Asked
from kencho.foundation.registry import datasets
from kencho.notifications.models import Message
from kencho.organization.testing import Cast, actor, make_staff, make_unit
from kencho.workplace import queries, services, tasks
from kencho.workplace.models import (
    DeskBooking,
    PlannedDay,
    SplitDecision,
    TeleworkPlan,
    TeleworkSession,
    TeleworkUnitDay,
)
from kencho.workplace.models._ledger import AppendOnly
from kencho.workplace.samples import run_month
from kencho.workplace.services import kept_from
from kencho.workplace.testing import SYSTEM, approved, instant, make_rule, teleworked

MONDAY = date(2026, 6, 1)
YEAR = FiscalYear(2026)


def number(cast: Cast, at: date) -> int:
    asked = Asked.whole(YEAR, body=cast.body.code, as_of=instant(at, 12))
    return queries.divisions(asked, queries.COUNTED).count.number


def test_logs_are_erased_and_unit_days_stay(cast: Cast) -> None:
    make_rule(cast.body, records={"months": "12"})
    teleworked(cast.clerk, cast.chief, MONDAY)
    late = date(2027, 7, 1)
    assert services.erase_logs(body=cast.body, by=SYSTEM, at=instant(date(2027, 6, 30))) == 0
    assert services.erase_logs(body=cast.body, by=SYSTEM, at=instant(late)) > 0
    for model in (TeleworkSession, TeleworkPlan, PlannedDay, DeskBooking):
        assert not model._default_manager.exists(), model
    assert TeleworkUnitDay.objects.count() == 1
    assert number(cast, late) == 1
    assert services.erase_logs(body=cast.other_body, by=SYSTEM, at=instant(late)) == 0


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [
        (date(2026, 6, 15), 1, date(2026, 5, 1)),
        (date(2026, 1, 31), 1, date(2025, 12, 1)),
        (date(2026, 6, 15), 36, date(2023, 6, 1)),
    ],
)
def test_whole_months_are_kept(day: date, months: int, first: date) -> None:
    assert kept_from(day, months) == first


def test_the_daily_tasks(cast: Cast) -> None:
    make_rule(cast.body)
    approved(cast.clerk, cast.chief, [(MONDAY, "home")], at=instant(MONDAY, 8))
    services.start_session(staff=cast.clerk, by=actor(cast.clerk), at=instant(MONDAY, 9))
    with time_machine.travel(instant(MONDAY, 20), tick=False):
        tasks.tell_forgotten_ends()
        queue.drain(strict=True)
        assert not Message.objects.filter(subject__contains="終了の報告").exists()
    with time_machine.travel(instant(MONDAY, 22), tick=False):
        tasks.tell_forgotten_ends()
        queue.drain(strict=True)
        assert Message.objects.get(subject__contains="終了の報告").user == cast.clerk.user
        tasks.erase_old_telework_logs()
    assert TeleworkSession.objects.count() == 1


def test_the_ledger_is_append_only(cast: Cast) -> None:
    make_rule(cast.body)
    teleworked(cast.clerk, cast.chief, MONDAY)
    row = TeleworkUnitDay.objects.get()
    for deed in (
        row.save,
        row.delete,
        TeleworkUnitDay.objects.all().delete,
        lambda: TeleworkUnitDay.objects.update(sign=-1),
    ):
        with pytest.raises(AppendOnly):
            deed()


def test_the_dataset_names_nobody(cast: Cast) -> None:
    make_rule(cast.body)
    teleworked(cast.clerk, cast.chief, MONDAY)
    teleworked(cast.clerk, cast.chief, MONDAY + timedelta(days=1))
    spec = datasets.get("workplace.telework_days")
    rows = list(spec.rows(cast.body.code))
    assert rows == [(2026, 6, "03009", "デジタル戦略企画課", "モバイルワーク", 2)]
    assert len(spec.columns) == len(rows[0])
    assert list(spec.rows(cast.other_body.code)) == []


def test_names_of_rows(cast: Cast) -> None:
    make_rule(cast.body)
    session = teleworked(cast.clerk, cast.chief, MONDAY)
    assert str(session) == "担当 一郎 2026-06-01 モバイルワーク"
    assert str(TeleworkUnitDay.objects.get()) == "デジタル戦略企画課 2026-06-01 mobile +1"
    assert str(SplitDecision(unit=cast.division)) == "デジタル戦略企画課 → ―"


def test_months_are_driven_through_the_real_services(cast: Cast) -> None:
    make_rule(cast.body)
    divisions = []
    for n in range(4):
        division = make_unit(cast.body, f"04{n:03}", f"課{n}", parent=cast.department)
        make_staff(division, f"H{n}", f"課長 {n}", post="DIVISION_DIRECTOR", with_user=False)
        for m in range(3):
            make_staff(division, f"C{n}{m}", f"担当 {n}{m}", with_user=False)
        divisions.append(division)
    driven = run_month(
        body=cast.body, month=MONDAY, divisions=divisions, rng=random.Random(1), people=2, days=2
    )
    assert (driven.plans, driven.approved, driven.sessions) == (8, 8, 16)
    assert driven.divisions == {each.pk for each in divisions}
    again = run_month(body=cast.body, month=MONDAY, divisions=[], rng=random.Random(1))
    assert again.sessions == 0
    assert queries.ledger_differences(cast.body, YEAR.start, YEAR.end) == []
    asked = Asked.whole(YEAR, body=cast.body.code, as_of=instant(date(2026, 7, 1)))
    assert queries.divisions(asked, ("home", "mobile", "satellite")).count.number == 4
    # Without a rule nothing can be driven, and nothing is left half done.
    nothing = run_month(
        body=cast.other_body, month=MONDAY, divisions=[cast.foreign_division], rng=random.Random(1)
    )
    assert nothing.sessions == 0

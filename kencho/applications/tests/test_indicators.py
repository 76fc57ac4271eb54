"""Figures with dated rows: the edges of a fiscal year, withdrawals, papers, periods."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from kencho.applications import datasets, services
from kencho.applications.models import Application, Channel, Status
from kencho.applications.testing import apply, publish
from kencho.foundation import clock
from kencho.foundation.actors import Actor, ActorKind
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.registry import datasets as declared
from kencho.foundation.registry import indicators
from kencho.organization.testing import Cast
from kencho.procedures.models import ProcedureVersion

YEAR = FiscalYear(2026)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=clock.JST)  # type: ignore[arg-type, misc]  # year, month, day and so on


def value(code: str, year: FiscalYear = YEAR, body: str = "240001") -> Decimal:
    return indicators.get(code).compute(year, body=body)


@pytest.fixture
def version(cast: Cast) -> ProcedureVersion:
    return publish(cast, routes=False)


def decided(version: ProcedureVersion, seed: int, arrived: datetime, on: datetime, due: date) -> Application:
    application = apply(version, seed=seed, at=arrived)
    Application.objects.filter(pk=application.pk).update(
        status=Status.ISSUED, decided_at=on, due_on=due, closed_at=on
    )
    return application


def test_received_counts_by_the_day_of_arrival_in_japan(version: ProcedureVersion) -> None:
    for seed, when in enumerate(
        [
            at(2026, 3, 31, 23, 59, 59),
            at(2026, 4, 1, 0, 0),
            at(2027, 3, 31, 23, 59, 59),
            at(2027, 4, 1, 0, 0),
        ]
    ):
        apply(version, seed=seed, at=when)
    assert [value("applications.received", FiscalYear(year)) for year in (2025, 2026, 2027)] == [1, 2, 1]
    assert value("applications.received", body="242012") == 0


def test_received_holds_later_withdrawals_and_counts_retries_once(version: ProcedureVersion) -> None:
    application = apply(version, seed=1, at=at(2026, 6, 1))
    apply(version, seed=1, at=at(2026, 6, 1))
    guest = Actor(ActorKind.GUEST, application.number, "")
    services.withdraw(application=application, reason="", by=guest, at=at(2026, 6, 2))
    assert value("applications.received") == 1


def test_papers_and_trials_are_not_online_applications(version: ProcedureVersion) -> None:
    channels = [Channel.ONLINE, Channel.API, Channel.COUNTER, Channel.POST, Channel.OCR]
    for seed, channel in enumerate(channels):
        apply(version, seed=seed, channel=channel)
    apply(version, seed=99, is_demo=True)
    assert value("applications.received") == 2
    assert value("applications.online_share") == Decimal("40.0")


def test_shares_of_nothing_are_zero(cast: Cast) -> None:
    for code in ("received", "online_share", "in_time_share", "handling_days", "overdue"):
        assert value(f"applications.{code}") == 0


def test_the_last_day_of_the_period_is_in_time(version: ProcedureVersion) -> None:
    due = date(2026, 6, 16)
    decided(version, 1, at(2026, 6, 1, 9), at(2026, 6, 16, 23, 59), due)
    assert value("applications.in_time_share") == 100
    decided(version, 2, at(2026, 6, 1, 9), at(2026, 6, 17, 0, 0), due)
    assert value("applications.in_time_share") == Decimal("50.0")


def test_decisions_count_in_the_year_of_the_decision(version: ProcedureVersion) -> None:
    decided(version, 1, at(2026, 3, 20), at(2026, 3, 31, 23, 59), date(2026, 4, 4))
    decided(version, 2, at(2026, 3, 20), at(2026, 4, 1, 0, 0), date(2026, 3, 31))
    assert value("applications.in_time_share", FiscalYear(2025)) == 100
    assert value("applications.in_time_share", FiscalYear(2026)) == 0


def test_mean_days_are_counted_by_the_calendar_of_the_office(version: ProcedureVersion) -> None:
    # Monday to Tuesday of the next week: six days; Friday to Monday: one.
    decided(version, 1, at(2026, 6, 1, 9), at(2026, 6, 9, 9), date(2026, 6, 16))
    decided(version, 2, at(2026, 6, 5, 9), at(2026, 6, 8, 9), date(2026, 6, 20))
    assert value("applications.handling_days") == Decimal("3.5")


def test_open_data_hides_small_numbers_and_names_nobody(version: ProcedureVersion) -> None:
    for seed in range(3):
        apply(version, seed=seed, at=at(2026, 6, 30, 23, 59))
    alone = apply(version, seed=9, at=at(2026, 7, 1, 0, 0))
    rows = list(declared.get("applications.received").rows("240001"))
    assert [(row[0], row[1], row[-1]) for row in rows] == [(2026, 6, 3), (2026, 7, datasets.SUPPRESSED)]
    assert alone.applicant_name not in str(rows)
    assert all(len(row) == len(datasets.COLUMNS) for row in rows)

"""Figures with dated rows: the edges of a fiscal year, withdrawals, papers, periods."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from kencho.applications import datasets, services
from kencho.applications.models import Application, Channel, Status
from kencho.applications.testing import apply, publish
from kencho.foundation import clock
from kencho.foundation.actors import Actor, ActorKind
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.indicators import Asked, indicators
from kencho.foundation.registry import datasets as declared
from kencho.organization.testing import Cast
from kencho.procedures.models import ProcedureVersion

YEAR = FiscalYear(2026)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=clock.JST)  # type: ignore[arg-type, misc]  # year, month, day and so on


def asked(year: FiscalYear = YEAR, body: str = "240001", **parameters: tuple[str, ...]) -> Asked:
    return Asked.whole(year, body=body, as_of=year.ends_at, parameters=parameters)


def value(code: str, year: FiscalYear = YEAR, body: str = "240001") -> Decimal | None:
    spec = indicators.get(code)
    found = spec.value(spec.read(asked(year, body)))
    return None if found is None else found.quantize(Decimal("0.1"))


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


def test_shares_of_nothing_are_not_measured(cast: Cast) -> None:
    assert value("applications.received") == value("applications.overdue") == 0
    for code in ("online_share", "in_time_share", "handling_days"):
        assert value(f"applications.{code}") is None


def test_rows_tell_exactly_what_was_counted(version: ProcedureVersion) -> None:
    spec = indicators.get("applications.received")
    rows_of = spec.rows
    assert rows_of is not None
    made = [apply(version, seed=n, at=at(2026, 6, n + 1)) for n in range(3)]
    rows = list(rows_of(asked()))
    assert [row.id for row in rows] == sorted(row.id for row in rows)
    assert sum(row.counts for row in rows) == value("applications.received") == 3
    assert {row.label for row in rows} == {one.number for one in made}
    assert not any(one.number in row.id + row.version for row in rows for one in made)
    services.withdraw(
        application=made[0], reason="", by=Actor(ActorKind.GUEST, made[0].number, ""), at=at(2026, 7, 1)
    )
    assert list(rows_of(asked())) == rows


def test_a_month_a_procedure_and_an_earlier_knowledge(version: ProcedureVersion) -> None:
    spec = indicators.get("applications.received")
    for n, month in enumerate((4, 6, 6, 7)):
        apply(version, seed=n, at=at(2026, month, 20))
    whole = asked()
    months = [spec.read(whole.month(first)).numerator for first in YEAR.months()]
    assert months[:4] == [1, 0, 2, 1]
    assert sum(month or 0 for month in months) == spec.read(whole).numerator == 4
    assert spec.read(replace(whole, as_of=at(2026, 6, 20))).numerator == 3
    assert spec.read(asked(procedures=("none",))).numerator == 0
    assert spec.read(asked(procedures=(version.procedure.code,))).numerator == 4
    assert spec.by_unit is not None
    assert [(unit.name, unit.reading.numerator) for unit in spec.by_unit(whole)] == [
        (version.procedure.division.name, Decimal(4))
    ]


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

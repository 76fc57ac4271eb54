"""Helpers for tests: a reform, a measured baseline, completed cases, through the real services."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal

from kencho.foundation import actors, clock
from kencho.organization.models import Body, Unit
from kencho.reforms import services
from kencho.reforms.models import BaselineStudy, ReformCase
from kencho.reforms.services import ReformText

SYSTEM = actors.system("tests")
TEN = tuple(map(Decimal, ("8", "9", "9", "10", "10", "10", "10", "11", "11", "12")))
"""Ten timed cases of 10 minutes on the average."""


def instant(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of a day in Japan."""
    return datetime.combine(day, time(hour, minute), clock.JST)


def make_reform(
    division: Unit,
    code: str = "ledger",
    *,
    began_on: date = date(2026, 4, 1),
    solution: str = ReformCase.Solution.RPA,
    subject: str = "",
    at: datetime | None = None,
) -> ReformCase:
    """A reform of a division whose cases come as ``robots.robot:<code>``."""
    text = ReformText(f"台帳への入力（{code}）", solution, subject or f"robots.robot:{code}", began_on)
    return services.save_reform(
        body=division.body,
        division=division,
        code=code,
        text=text,
        by=SYSTEM,
        at=at or instant(began_on),
    )


def measure(
    reform: ReformCase,
    minutes: Sequence[Decimal] = TEN,
    *,
    on: date = date(2026, 4, 1),
    at: datetime | None = None,
) -> BaselineStudy:
    """A measured baseline."""
    return services.record_study(
        reform=reform,
        basis=BaselineStudy.Basis.MEASURED,
        measured_on=on,
        method="2人が交代で計測",
        samples=minutes,
        by=SYSTEM,
        at=at or instant(on),
    )


def complete(
    body: Body,
    reform: ReformCase,
    numbers: Iterable[int],
    *,
    day: date,
    human: Decimal = Decimal(0),
    at: datetime | None = None,
) -> None:
    """Completed cases of one day, each with these minutes of people."""
    for number in numbers:
        services.record_effect(
            body=body,
            subject=reform.subject,
            evidence=f"robots.item:{number}",
            human_minutes=human,
            completed_at=instant(day, 10),
            at=at or instant(day, 10),
        )

"""Facts this app tells upwards: ids and plain values, of a session only what may leave the log of persons."""

from dataclasses import dataclass
from datetime import date, datetime

from kencho.foundation.events import Event


@dataclass(frozen=True)
class TeleworkPlanSubmitted(Event):
    """承認を求めた: days of a plan wait for the head of the division."""

    plan_id: int
    submitted_at: datetime


@dataclass(frozen=True)
class TeleworkPlanDecided(Event):
    """承認・不承認: the days that waited were decided."""

    plan_id: int
    decision_id: int
    is_approved: bool
    decided_at: datetime


@dataclass(frozen=True)
class TeleworkDaysReleased(Event):
    """異動の日から後の計画が戻った: the new head of the division has to decide anew."""

    plan_id: int
    released_at: datetime


@dataclass(frozen=True)
class TeleworkUnitDayRecorded(Event):
    """A division used telework of a kind on a day for the first time (``sign`` 1), or it turned out that it did not (-1)."""

    unit_id: int
    day: date
    kind: str
    sign: int
    recorded_at: datetime


@dataclass(frozen=True)
class TeleworkEndForgotten(Event):
    """終了の報告がない: a session still runs after the longest time that the rule allows."""

    session_id: int
    noticed_at: datetime


@dataclass(frozen=True)
class DeskBooked(Event):
    """席を予約した."""

    booking_id: int
    booked_at: datetime


@dataclass(frozen=True)
class DeskReleased(Event):
    """予約を取り消した: the desk is free again."""

    booking_id: int
    released_at: datetime

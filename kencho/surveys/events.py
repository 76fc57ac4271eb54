"""Facts this app tells upwards. None of them says who answered."""

from dataclasses import dataclass
from datetime import datetime

from kencho.foundation.events import Event


@dataclass(frozen=True)
class CycleOpened(Event):
    """A survey takes answers. ``announce``: those who are asked are to be told."""

    cycle_id: int
    program: str
    fiscal_year: int
    announce: bool
    opened_at: datetime


@dataclass(frozen=True)
class CycleClosed(Event):
    """A survey takes answers no more; what came in is sealed and counted."""

    cycle_id: int
    program: str
    fiscal_year: int
    is_official: bool
    closed_at: datetime


@dataclass(frozen=True)
class CyclePublished(Event):
    """The results of a survey may be read."""

    cycle_id: int
    program: str
    fiscal_year: int
    is_official: bool
    published_at: datetime


@dataclass(frozen=True)
class CycleReminded(Event):
    """The staff of these reporting units are to be asked once more, all of them."""

    cycle_id: int
    groups: list[str]
    reminded_at: datetime


@dataclass(frozen=True)
class BallotsDestroyed(Event):
    """The raw answers of a survey are gone; root and published figures stay."""

    cycle_id: int
    destroyed_at: datetime

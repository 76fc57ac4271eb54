"""Values that the fragments in templates/components/ draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from django.utils.functional import Promise

Text: TypeAlias = str | Promise


class Kind(StrEnum):
    """How much attention a state asks for. Colour never stands alone: each tag and mark also has its words."""

    NEUTRAL = "neutral"
    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    DANGER = "danger"


@dataclass(frozen=True)
class Status:
    """A state in words, and how much attention it asks for."""

    label: Text
    kind: Kind = Kind.NEUTRAL


@dataclass(frozen=True)
class FormError:
    """One line of the error summary: what is wrong and the id of the input to go to (empty: the form as a whole)."""

    message: Text
    anchor: str = ""
    label: Text = ""


@dataclass(frozen=True)
class Step:
    """One step of a form in several pages; an address makes it a link back."""

    label: Text
    url: str = ""


@dataclass(frozen=True)
class Steps:
    """The steps and the number of the present one, counted from 1."""

    steps: Sequence[Step]
    current: int

    @property
    def total(self) -> int:
        """How many steps there are."""
        return len(self.steps)

    @property
    def label(self) -> Text:
        """Name of the present step."""
        return self.steps[self.current - 1].label


@dataclass(frozen=True)
class Fact:
    """A term and its text; ``change_url`` leads to where it can be changed."""

    term: Text
    text: Text = ""
    change_url: str = ""
    status: Status | None = None


@dataclass(frozen=True)
class Stat:
    """One figure with its unit."""

    label: Text
    value: Text | int
    unit: Text = ""
    note: Text = ""
    url: str = ""
    kind: Kind = Kind.NEUTRAL


@dataclass(frozen=True)
class TimelineEntry:
    """What happened, when, by whom."""

    title: Text
    at: datetime | date | None = None
    by: Text = ""
    body: Text = ""
    kind: Kind = Kind.NEUTRAL


class CheckState(StrEnum):
    """Whether something has been looked at, and with what outcome."""

    TODO = "todo"
    DONE = "done"
    PROBLEM = "problem"


@dataclass(frozen=True)
class ChecklistItem:
    """Something to be checked; ``url`` leads to where it is done."""

    label: Text
    state: CheckState = CheckState.TODO
    note: Text = ""
    url: str = ""


@dataclass(frozen=True)
class FileItem:
    """An attached file; ``size`` in bytes."""

    name: Text
    url: str = ""
    size: int = 0
    note: Text = ""
    status: Status | None = None
    is_image: bool = False


@dataclass(frozen=True)
class Progress:
    """How far a task in the background has come.

    ``poll_url`` answers JSON with the keys done, total, message, finished and, when finished, url.
    """

    label: Text
    done: int
    total: int | None
    message: Text = ""
    poll_url: str = ""
    refresh_url: str = ""
    finished: bool = False

    @property
    def percent(self) -> int | None:
        """Whole percent done; None while the total is unknown."""
        return min(100, self.done * 100 // self.total) if self.total else None

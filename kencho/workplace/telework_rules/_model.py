"""The parts of a rule. Each part knows the article it stands in; an exception has an article of its own."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Final

KINDS: Final = ("home", "mobile", "satellite")
SPANS: Final = ("day", "half_day")
PLACES: Final = {
    "own_home": "home",
    "family_home": "home",
    "anywhere": "mobile",
    "other_office": "mobile",
    "business_trip": "mobile",
    "satellite_office": "satellite",
}
"""Places where somebody may work, each with the kind of telework it belongs to."""


@dataclass(frozen=True, slots=True)
class Selection:
    """A choice from a list: kinds, units of time, places."""

    article: str
    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who may telework. Without ``posts`` every post may; ``exception_article`` lets the head allow others."""

    article: str
    posts: tuple[str, ...] = ()
    excluded_posts: tuple[str, ...] = ()
    excluded_divisions: tuple[str, ...] = ()
    exception_article: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """How often, in days; a week begins on Monday. ``office_days_per_week`` are days with work at the usual place."""

    article: str
    days_per_week: Decimal | None = None
    days_per_month: Decimal | None = None
    office_days_per_week: int = 0
    exception_article: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """How many working days before the day a plan must be put forward; 0 is the same day."""

    article: str
    business_days: int = 0
    exception_article: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """The head of the division approves; ``substitutes`` are posts of the division that may decide when the head is away."""

    article: str
    substitutes: tuple[str, ...] = ()
    substitute_article: str = ""


@dataclass(frozen=True, slots=True)
class Reporting:
    """Start and end are reported. ``without_plan_article`` allows urgent use (disaster) that the head enters afterwards."""

    article: str
    earliest: time = time(0, 0)
    longest_hours: int = 12
    without_plan_article: str = ""


@dataclass(frozen=True, slots=True)
class Records:
    """How long the log of persons is kept, and which posts of the division keep it beside the head."""

    article: str
    months: int = 12
    keepers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of one body, in force from a day."""

    title: str
    in_force_from: date
    kinds: Selection
    spans: Selection
    places: Selection
    eligibility: Eligibility
    limits: Limits
    notice: Notice
    approval: Approval
    reporting: Reporting
    records: Records
    body: str = ""
    source: str = ""
    remarks: str = ""
    unverified: tuple[str, ...] = ()

    @property
    def articles(self) -> tuple[str, ...]:
        """Every article that the rule names, in its own order, each once."""
        parts = (
            self.kinds,
            self.spans,
            self.places,
            self.eligibility,
            self.limits,
            self.notice,
            self.approval,
            self.reporting,
            self.records,
        )
        named = [
            getattr(part, name, "")
            for part in parts
            for name in ("article", "exception_article", "substitute_article", "without_plan_article")
        ]
        return tuple(dict.fromkeys(each for each in named if each))

    def places_of(self, kind: str) -> tuple[str, ...]:
        """The places where this kind of telework is allowed."""
        return tuple(each for each in self.places.allowed if PLACES[each] == kind)

"""Indicators: what an app can count from its own rows, and how a number is followed back to them.

An app declares a reader in its ``indicators.py``; the policy sheet binds, asks, freezes and prints without knowing
any app by name. A reader is asked for days [first, end) of one body as known at an instant, so that a number of last
year can be made again (rules BIND, AGG and SNAP of the policy evaluation).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from kencho.foundation import clock
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.registry import Registry, Text

__all__ = [
    "Asked",
    "EvidenceRow",
    "IndicatorSpec",
    "Measure",
    "Parameter",
    "Reading",
    "UnitReading",
    "indicator",
    "indicators",
]


class Measure(StrEnum):
    """How values of an indicator add up (rule AGG)."""

    FLOW = "flow_sum"
    STOCK = "stock_point"
    DISTINCT = "distinct_in_period"
    RATIO = "ratio"
    CUMULATIVE = "cumulative_since_plan_start"
    MEAN = "mean"
    MAX = "max"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of an indicator: the days [first, end) of a body, as known at ``as_of``.

    ``parameters`` hold the chosen codes of each declared `Parameter`, checked before.
    """

    body: str
    year: FiscalYear
    first: date
    end: date
    as_of: datetime
    parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def whole(
        cls,
        year: FiscalYear,
        *,
        body: str,
        as_of: datetime,
        parameters: Mapping[str, tuple[str, ...]] | None = None,
    ) -> "Asked":
        """The whole fiscal year."""
        return cls(body, year, year.start, year.end, as_of, dict(parameters or {}))

    def month(self, first: date) -> "Asked":
        """The same for the month that begins on ``first``."""
        following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        return replace(self, first=first, end=following)

    @property
    def starts_at(self) -> datetime:
        """The first instant (included), in Asia/Tokyo."""
        return datetime(self.first.year, self.first.month, self.first.day, tzinfo=clock.JST)

    @property
    def ends_at(self) -> datetime:
        """The first instant that is asked for no more (excluded), in Asia/Tokyo."""
        return datetime(self.end.year, self.end.month, self.end.day, tzinfo=clock.JST)

    @property
    def last_day(self) -> date:
        """The last day that is asked for (included) and not after ``as_of``: the basis date of a stock."""
        return min(self.end - timedelta(days=1), clock.day_of(self.as_of))

    def chosen(self, code: str) -> tuple[str, ...]:
        """The chosen values of a parameter; empty when nothing was chosen."""
        return self.parameters.get(code, ())


@dataclass(frozen=True, slots=True)
class Reading:
    """What was counted. No numerator means not measured, which is not the same as 0 (rule MISS).

    A share has a denominator; ``notes`` are figures that must always be printed beside it (回答率, 全所属数).
    ``doubts`` are reasons why a person must look before the figure can be confirmed; with one of them it stays
    provisional.
    """

    numerator: Decimal | None
    denominator: Decimal | None = None
    notes: tuple[tuple[Text, str], ...] = ()
    doubts: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitReading:
    """The reading of one division (所属)."""

    code: str
    name: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One row behind a number.

    ``id`` is stable and opaque, ``version`` changes exactly when something that counts has changed; neither holds
    personal data, for both are kept in snapshots and shown to the public. ``label`` and ``url`` are for staff only.
    """

    id: str
    version: str
    on: date
    unit: str = ""
    counts: Decimal = Decimal(1)
    of: Decimal = Decimal(1)
    label: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A choice that a binding makes, from a list: channels, kinds, a survey question."""

    code: str
    label: Text
    choices: Callable[[str], Sequence[tuple[str, Text]]]
    is_multiple: bool = False
    is_required: bool = False
    default: tuple[str, ...] = ()


class Reader(Protocol):
    """Counts for what is asked."""

    def __call__(self, asked: Asked) -> Reading: ...


RowsOf = Callable[[Asked], Iterator[EvidenceRow]]
UnitsOf = Callable[[Asked], Sequence[UnitReading]]


@dataclass(frozen=True)
class IndicatorSpec:
    """An indicator that an app can compute from its own rows.

    ``version`` is raised when the rule of counting changes; ``factor`` makes a percentage of a share (100).
    ``rows`` lists the rows behind a reading in the order of their ids; their ``counts`` add up to its numerator
    (for DISTINCT: the number of different units). ``recount`` counts from the rows themselves where ``read`` uses
    counters that are kept up to date, and must agree with it.
    """

    code: str
    title: Text
    unit: Text
    measure: Measure
    read: Reader
    explanation: Text = ""
    decimals: int = 0
    factor: int = 1
    version: int = 1
    parameters: tuple[Parameter, ...] = ()
    rows: RowsOf | None = None
    by_unit: UnitsOf | None = None
    recount: Reader | None = None

    def value(self, reading: Reading) -> Decimal | None:
        """The raw value of a reading; None when it is not measured or nothing could be divided by."""
        if reading.numerator is None:
            return None
        if reading.denominator is None:
            return reading.numerator * self.factor
        return reading.numerator * self.factor / reading.denominator if reading.denominator else None


indicators: Registry[IndicatorSpec] = Registry("indicators")


def indicator(
    code: str,
    *,
    title: Text,
    unit: Text,
    measure: Measure,
    explanation: Text = "",
    decimals: int = 0,
    factor: int = 1,
    version: int = 1,
    parameters: tuple[Parameter, ...] = (),
    rows: RowsOf | None = None,
    by_unit: UnitsOf | None = None,
    recount: Reader | None = None,
) -> Callable[[Reader], Reader]:
    """Declare a reader as an indicator; the fields are those of `IndicatorSpec`."""

    def decorate(read: Reader) -> Reader:
        spec = IndicatorSpec(
            code=code,
            title=title,
            unit=unit,
            measure=measure,
            read=read,
            explanation=explanation,
            decimals=decimals,
            factor=factor,
            version=version,
            parameters=parameters,
            rows=rows,
            by_unit=by_unit,
            recount=recount,
        )
        indicators.register(code, spec)
        return read

    return decorate

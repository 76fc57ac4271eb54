"""Rules VAL and MISS: official values are rounded half-up; an empty cell says why it is empty and is never 0."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from kencho.policy.rules._errors import RuleError


class Missing(StrEnum):
    """Why a cell is empty."""

    NO_BASELINE = "no_baseline"
    NOT_SET = "not_set"
    FUTURE = "future"
    NOT_YET_MEASURED = "not_yet_measured"
    NOT_APPLICABLE = "not_applicable"
    SUPPRESSED = "suppressed"
    DISCONTINUED = "discontinued"
    BLANK_IN_SOURCE = "blank_in_source"


Exact = Decimal | Fraction
"""A number without rounding: what people enter is a Decimal, what is divided is a Fraction."""

Cell = Decimal | Missing
"""A cell of the sheet as it is stored."""

ExactCell = Exact | Missing
"""A cell that was computed: stored exact, rounded only where it is shown."""

HALF: Final = Fraction(1, 2)

RAW_PLACES: Final = 12
"""Decimals of a stored raw ratio. It is cut off, not rounded, so that a ratio never climbs over the edge of a band."""


def exact(value: Exact, cell: str) -> Fraction:
    """The number without rounding. NaN and infinity are refused."""
    if isinstance(value, Decimal) and not value.is_finite():
        raise RuleError("not_a_number", cell)
    return Fraction(value)


def official(raw: Exact, decimals: int) -> Decimal:
    """Rule VAL: the raw value rounded half-up to the indicator's decimals.

    Half goes away from zero on both sides of it, so that 2.5 and −2.5 print the same digits (3 and −3), as
    JIS Z 8401 rule B does. The result has exactly `decimals` decimals; there is no negative zero.
    """
    return _in_units(_whole(abs(_scaled(raw, decimals)) + HALF), raw, decimals)


def cut_off(raw: Exact, decimals: int) -> Decimal:
    """The raw value without the digits after `decimals`, towards zero (切捨て)."""
    return _in_units(_whole(abs(_scaled(raw, decimals))), raw, decimals)


def _scaled(raw: Exact, decimals: int) -> Fraction:
    value = exact(raw, str(raw))
    if decimals < 0:
        raise RuleError("bad_decimals", str(decimals))
    scale: int = 10**decimals
    return value * scale


def _whole(value: Fraction) -> int:
    return value.numerator // value.denominator


def _in_units(units: int, raw: Exact, decimals: int) -> Decimal:
    # Made from text: arithmetic on Decimal would round to the context's 28 digits.
    sign = "-" if raw < 0 and units else ""
    return Decimal(f"{sign}{units}E-{decimals}")


def missing_of(cells: Iterable[ExactCell]) -> Missing | None:
    """The reason that a result of these cells inherits: that of the first missing one."""
    return next((cell for cell in cells if isinstance(cell, Missing)), None)


def present(cells: Iterable[ExactCell]) -> list[Exact]:
    """The cells that hold a number."""
    return [cell for cell in cells if not isinstance(cell, Missing)]


def mean_of(cells: Sequence[ExactCell]) -> Fraction | Missing:
    """Rule MISS: the mean of the cells that hold a number; missing ones are left out, never taken as 0.

    When all are missing, the first reason stands; of no cells at all the mean is `not_applicable`.
    """
    values = present(cells)
    if not values:
        return missing_of(cells) or Missing.NOT_APPLICABLE
    return Fraction(sum(Fraction(value) for value in values)) / len(values)


def sum_of(cells: Sequence[ExactCell]) -> Fraction | Missing:
    """Rule MISS: the sum depends on every cell, so one missing cell makes it missing. No cells: `not_applicable`."""
    if not cells:
        return Missing.NOT_APPLICABLE
    return missing_of(cells) or Fraction(sum(Fraction(value) for value in present(cells)))

"""How sure a share is: an interval that knows how many of all those asked have answered."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Final

Z: Final = Decimal("1.959964")
"""The two-sided 95 per cent point of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Lower and upper end in per cent."""

    low: Decimal
    high: Decimal


def percent(part: int, whole: int, places: int = 1) -> Decimal | None:
    """A share in per cent, rounded half up; None when there is nothing to divide by."""
    if not whole:
        return None
    return (Decimal(part) * 100 / whole).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def at_most(part: int, whole: int) -> Decimal:
    """An upper bound in per cent, rounded up to one place."""
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.1"), ROUND_CEILING)


def at_least(part: int, whole: int) -> Decimal:
    """A lower bound in per cent, rounded down to one place."""
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.1"), ROUND_FLOOR)


def interval(part: int, answered: int, eligible: int) -> Interval | None:
    """The 95 % score interval (Wilson 1927) with the correction for a finite number of people asked.

    When everybody has answered it has no width. It supposes that those who did not answer think like those who did;
    nothing in the ballots can show whether they do.
    """
    if not answered:
        return None
    n, share = Decimal(answered), Decimal(part) / answered
    left = max(eligible - answered, 0)
    # The variance of a sample without repetition is smaller by this factor.
    factor = Decimal(left) / max(eligible - 1, 1)
    z2 = Z * Z * factor
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = (z2 * (share * (1 - share) / n + z2 / (4 * n * n))).sqrt() / (1 + z2 / n)
    step = Decimal("0.1")
    low = max((middle - half) * 100, Decimal(0)).quantize(step, ROUND_HALF_UP)
    return Interval(low, min((middle + half) * 100, Decimal(100)).quantize(step, ROUND_HALF_UP))

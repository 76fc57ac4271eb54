"""Where a value stands on an axis, and the round numbers at which the axis is marked."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
_MOST_TICKS = 5
_TEN_THOUSAND = Decimal(10_000)
_HUNDRED_MILLION = Decimal(100_000_000)


@dataclass(frozen=True, slots=True)
class Scale:
    """From ``low`` to ``high`` over ``length`` units of the drawing; 0 is always on it."""

    low: Decimal
    high: Decimal
    step: Decimal
    length: float

    @classmethod
    def over(cls, values: Iterable[Decimal | None], length: float) -> "Scale":
        """An axis that holds all values, with at most five round steps."""
        known = [value for value in values if value is not None]
        low, high = min([Decimal(0), *known]), max([Decimal(0), *known])
        if low == high:
            high = Decimal(1)
        step = _step((high - low) / (_MOST_TICKS - 1))
        return cls(_floor(low, step), -_floor(-high, step), step, length)

    def at(self, value: Decimal) -> float:
        """Distance from the low end, in units of the drawing."""
        return round(float((value - self.low) / (self.high - self.low)) * self.length, 2)

    @property
    def ticks(self) -> list[Decimal]:
        """The round values from low to high."""
        count = int((self.high - self.low) / self.step)
        return [self.low + self.step * place for place in range(count + 1)]


def _step(rough: Decimal) -> Decimal:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is not below ``rough``."""
    power = Decimal(10) ** rough.adjusted()
    return next(power * step for step in _STEPS if power * step >= rough)


def _floor(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).to_integral_value(rounding="ROUND_FLOOR") * step


def short(value: Decimal) -> str:
    """A number for a narrow place: 2.3万 instead of 23,000; ▲ before what is below zero."""
    sign = "▲" if value < 0 else ""
    size = abs(value)
    if size >= _HUNDRED_MILLION:
        return sign + _("%(n)s億") % {"n": _plain(size / _HUNDRED_MILLION)}
    if size >= _TEN_THOUSAND:
        return sign + _("%(n)s万") % {"n": _plain(size / _TEN_THOUSAND)}
    return sign + _plain(size)


def _plain(value: Decimal) -> str:
    rounded = value.quantize(Decimal("0.01" if value < 100 else "1")).normalize()
    return f"{rounded:,f}"

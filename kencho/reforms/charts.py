"""The chart of a reform: hours saved in each month with their interval, drawn on the server.

320 units wide with text of 13 units, so that on a phone of 320 px it can still be read; the page has the same figures
as a table. Looks come from classes, for the page's policy forbids styles inside elements.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, LEFT, TOP, PLOT, BELOW = 320.0, 44.0, 14.0, 150.0, 26.0
MOST_TICKS = 5
STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
TEN_THOUSAND = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class MonthBar:
    """Hours of a month with the ends of their interval; None is a month in which nothing was measured."""

    label: str
    hours: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None


def _step(rough: Decimal) -> Decimal:
    power = Decimal(10) ** rough.adjusted()
    return next(power * step for step in STEPS if power * step >= rough)


@dataclass(frozen=True, slots=True)
class _Axis:
    low: Decimal
    high: Decimal
    step: Decimal

    @classmethod
    def over(cls, values: Iterable[Decimal]) -> "_Axis":
        known = list(values)
        low, high = min([Decimal(0), *known]), max([Decimal(0), *known])
        if low == high:
            high = Decimal(1)
        step = _step((high - low) / (MOST_TICKS - 1))
        return cls(
            (low // step - (low % step != 0)) * step, -((-high) // step - ((-high) % step != 0)) * step, step
        )

    def y(self, value: Decimal) -> float:
        return round(TOP + PLOT * float((self.high - value) / (self.high - self.low)), 2)

    @property
    def ticks(self) -> list[Decimal]:
        return [self.low + self.step * place for place in range(int((self.high - self.low) / self.step) + 1)]


def _short(value: Decimal) -> str:
    """A tick in few signs: 1.5万, 800, 0.25."""
    if abs(value) >= TEN_THOUSAND:
        return f"{(value / TEN_THOUSAND).normalize():f}万"
    return f"{value.normalize():f}"


def _line(x1: float, y1: float, x2: float, y2: float, css: str) -> SafeString:
    return format_html('<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"></line>', x1, y1, x2, y2, css)


def _text(x: float, y: float, text: str, anchor: str = "middle") -> SafeString:
    return format_html(
        '<text x="{}" y="{}" text-anchor="{}" class="hours__text">{}</text>', x, y, anchor, text
    )


def months_chart(title: str, description: str, bars: Sequence[MonthBar]) -> SafeString:
    """Bars from 0 up, or down where a month lost time, each with a thin line over its interval."""
    axis = _Axis.over(value for bar in bars for value in (bar.hours, bar.low, bar.high) if value is not None)
    parts = []
    for tick in axis.ticks:
        parts.append(
            _line(LEFT, axis.y(tick), WIDTH, axis.y(tick), "hours__base" if not tick else "hours__grid")
        )
        parts.append(_text(LEFT - 5, axis.y(tick) + 5, _short(tick), "end"))
    width = (WIDTH - LEFT) / max(len(bars), 1)
    for place, bar in enumerate(bars):
        parts += _bar(bar, round(LEFT + width * place, 2), width, axis)
    return format_html(
        '<svg class="hours__svg" viewBox="0 0 {} {}" role="img" aria-labelledby="hours-title" '
        'aria-describedby="hours-desc" xmlns="http://www.w3.org/2000/svg">'
        '<title id="hours-title">{}</title><desc id="hours-desc">{}</desc>{}</svg>',
        WIDTH,
        TOP + PLOT + BELOW,
        title,
        description,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _bar(bar: MonthBar, left: float, width: float, axis: _Axis) -> list[SafeString]:
    middle = round(left + width / 2, 2)
    parts = [_text(middle, TOP + PLOT + 20, bar.label)]
    if bar.hours is None:
        return parts
    top, bottom = axis.y(max(bar.hours, Decimal(0))), axis.y(min(bar.hours, Decimal(0)))
    css = "hours__bar" if bar.hours >= 0 else "hours__bar hours__bar--loss"
    parts.append(
        format_html(
            '<rect x="{}" y="{}" width="{}" height="{}" class="{}"></rect>',
            round(left + width * 0.2, 2),
            top,
            round(width * 0.6, 2),
            max(round(bottom - top, 2), 1.0),
            css,
        )
    )
    if bar.low is not None and bar.high is not None:
        high, low, reach = axis.y(bar.high), axis.y(bar.low), round(width * 0.14, 2)
        parts.append(_line(middle, high, middle, low, "hours__interval"))
        parts.append(_line(middle - reach, high, middle + reach, high, "hours__interval"))
        parts.append(_line(middle - reach, low, middle + reach, low, "hours__interval"))
    return parts

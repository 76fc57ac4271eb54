"""Bars by category, each with its name above it, and columns by year; 320 units wide, so that a phone can show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kencho.foundation.drawing import Scale, drawing, label, line, rect, short
from kencho.foundation.ui import Cell, Column, Row, Table

WIDTH = 320.0
MOST_LETTERS = 22
_LEFT, _TOP, _PLOT, _BELOW = 48.0, 12.0, 150.0, 26.0


@dataclass(frozen=True)
class Bar:
    """One category or year with its value; None where no row has one."""

    label: str
    value: Decimal | None

    @property
    def text(self) -> str:
        """The value as it stands in the table."""
        if self.value is None:
            return "―"
        return f"{self.value.normalize():,f}"


@dataclass(frozen=True)
class Picture:
    """An SVG with its description and the same facts as a table."""

    title: str
    description: str
    svg: SafeString
    table: Table


def bars_chart(identity: str, title: str, name: str, measure: str, bars: Sequence[Bar]) -> Picture:
    """Categories one below the other, in the order given; `name` and `measure` head the columns of the table."""
    row = 40.0
    scale = Scale.over([bar.value for bar in bars], WIDTH - 70)
    parts: list[SafeString] = []
    for place, bar in enumerate(bars):
        top = row * place
        parts.append(label(0, top + 15, _cut(bar.label), anchor="start"))
        if bar.value is None:
            parts.append(label(0, top + 32, "―", anchor="start"))
            continue
        start, end = sorted((scale.at(Decimal(0)), scale.at(bar.value)))
        parts.append(rect(start, top + 20, max(end - start, 1.0), 14, "chart__bar"))
        parts.append(label(end + 6, top + 32, short(bar.value), anchor="start"))
    return _picture(identity, title, name, measure, bars, max(row * len(bars), row), parts)


def years_chart(identity: str, title: str, name: str, measure: str, bars: Sequence[Bar]) -> Picture:
    """Columns from left to right; of many, every second, fifth, … is named."""
    scale = Scale.over([bar.value for bar in bars], _PLOT)
    width = (WIDTH - _LEFT) / max(len(bars), 1)
    every = next(step for step in (1, 2, 5, 10, 20, 50, 100) if len(bars) / step <= 6)
    parts: list[SafeString] = []
    for tick in scale.ticks:
        height = _TOP + _PLOT - scale.at(tick)
        parts.append(line(_LEFT, height, WIDTH, height, "chart__base" if tick == 0 else "chart__grid"))
        parts.append(label(_LEFT - 5, height + 5, short(tick), anchor="end"))
    for place, bar in enumerate(bars):
        left = _LEFT + width * place
        if place % every == 0:
            parts.append(label(left + width / 2, _TOP + _PLOT + 18, bar.label))
        if bar.value is not None:
            high, low = sorted((scale.at(bar.value), scale.at(Decimal(0))), reverse=True)
            top = _TOP + _PLOT - high
            parts.append(rect(left + width * 0.14, top, width * 0.72, max(high - low, 1.0), "chart__bar"))
    return _picture(identity, title, name, measure, bars, _TOP + _PLOT + _BELOW, parts)


def _picture(
    identity: str,
    title: str,
    name: str,
    measure: str,
    bars: Sequence[Bar],
    height: float,
    parts: Sequence[SafeString],
) -> Picture:
    told = _described(bars)
    rows = [Row([Cell(bar.label), Cell(bar.text)]) for bar in bars]
    caption = _("%(title)sの表") % {"title": title}
    table = Table(caption, [Column(name), Column(measure, number=True)], rows, hide_caption=True)
    return Picture(title, told, drawing(identity, title, told, WIDTH, height, parts), table)


def _described(bars: Sequence[Bar]) -> str:
    if not bars:
        return _("示せる値はありません。")
    return _("%(values)s。全部の値は下の表にあります。") % {
        "values": "、".join(f"{bar.label} {bar.text}" for bar in bars[:5])
    }


def _cut(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"

"""The charts of a measure: years against targets, months against a pace, divisions side by side.

Each is drawn 320 units wide with text of 14 units, so that on a phone of 320 px the text stays at 12 px or more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kencho.foundation.drawing import Scale, diamond, drawing, hatch, label, line, path, rect, short
from kencho.foundation.ui import Cell, Column, Row, Table

WIDTH = 320.0
_LEFT = 48.0
_TOP = 26.0
_PLOT = 150.0
_BELOW = 26.0
MOST_UNITS = 10
"""Divisions that are drawn; the table has all."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An entry of the key: the class of its sign and what it means."""

    css: str
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture, its key, and the same figures as a table, which is always on the page too."""

    title: str
    description: str
    svg: SafeString
    marks: tuple[Mark, ...]
    table: Table


@dataclass(frozen=True, slots=True)
class YearPoint:
    """A year of an indicator; texts are as printed. ``is_settled`` is false for live and provisional figures."""

    label: str
    actual: Decimal | None
    actual_text: str
    target: Decimal | None = None
    target_text: str = ""
    expected: Decimal | None = None
    expected_text: str = ""
    achievement_text: str = ""
    is_settled: bool = True


@dataclass(frozen=True, slots=True)
class MonthPoint:
    """A month; ``total`` is the sum since April where months add up, ``pace`` what the target would ask by then."""

    label: str
    value: Decimal | None
    text: str
    total: Decimal | None = None
    pace: Decimal | None = None


@dataclass(frozen=True, slots=True)
class UnitPoint:
    """A division's figure."""

    label: str
    value: Decimal | None
    text: str


def years_chart(identity: str, title: str, points: Sequence[YearPoint]) -> Chart:
    """Bars of actuals with the target of each year as a mark across, and the expected value as a diamond."""
    values = [value for point in points for value in (point.actual, point.target, point.expected)]
    scale = Scale.over(values, _PLOT)
    width = (WIDTH - _LEFT) / max(len(points), 1)
    pattern = f"{identity}-hatch"
    parts = [hatch(pattern), *_axis(scale)]
    for place, point in enumerate(points):
        parts += _year(point, _LEFT + width * place, width, scale, pattern)
    described = _described([(point.label, point.actual_text or _("なし")) for point in points])
    return Chart(
        title,
        described,
        drawing(identity, title, described, WIDTH, _TOP + _PLOT + _BELOW, parts),
        _year_marks(points),
        _years_table(title, points),
    )


def _year(point: YearPoint, left: float, width: float, scale: Scale, pattern: str) -> list[SafeString]:
    parts = [label(left + width / 2, _TOP + _PLOT + 18, point.label)]
    middle = left + width / 2
    if point.actual is not None:
        fill = "" if point.is_settled else f"url(#{pattern})"
        css = "chart__bar" if point.is_settled else "chart__bar chart__bar--open"
        parts.append(_bar(middle - width * 0.28, width * 0.56, point.actual, scale, css, fill))
        parts.append(label(middle, _label_height(point, scale), short(point.actual)))
    if point.expected is not None:
        parts.append(diamond(middle, _y(point.expected, scale), 5, "chart__expected"))
    if point.target is not None:
        height = _y(point.target, scale)
        parts.append(line(left + width * 0.1, height, left + width * 0.9, height, "chart__target"))
    return parts


def _label_height(point: YearPoint, scale: Scale) -> float:
    """Above the bar, and above the mark of the target where that would cross the text."""
    top = _y(max(point.actual or Decimal(0), Decimal(0)), scale)
    marks = [_y(value, scale) for value in (point.target, point.expected) if value is not None]
    crossing = [mark for mark in marks if top - 22 < mark < top + 2]
    return min([top, *crossing]) - 6


def _bar(x: float, width: float, value: Decimal, scale: Scale, css: str, fill: str = "") -> SafeString:
    top, bottom = _y(max(value, Decimal(0)), scale), _y(min(value, Decimal(0)), scale)
    # A bar of nothing is still drawn as a line: 0 is a figure, a missing value is none.
    return rect(x, top, width, max(bottom - top, 1.0), css, fill=fill)


def _y(value: Decimal, scale: Scale) -> float:
    return _TOP + _PLOT - scale.at(value)


def _axis(scale: Scale) -> list[SafeString]:
    parts: list[SafeString] = []
    for tick in scale.ticks:
        height = _y(tick, scale)
        parts.append(line(_LEFT, height, WIDTH, height, "chart__base" if tick == 0 else "chart__grid"))
        parts.append(label(_LEFT - 5, height + 5, short(tick), anchor="end"))
    return parts


def _year_marks(points: Sequence[YearPoint]) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    if any(point.actual is not None and point.is_settled for point in points):
        marks.append(Mark("bar", _("実績値")))
    if any(point.actual is not None and not point.is_settled for point in points):
        marks.append(Mark("open", _("速報値・見込値")))
    if any(point.target is not None for point in points):
        marks.append(Mark("target", _("目標値")))
    if any(point.expected is not None for point in points):
        marks.append(Mark("expected", _("期待値（参考）")))
    return tuple(marks)


def _years_table(title: str, points: Sequence[YearPoint]) -> Table:
    columns = [
        Column(_("年度")),
        Column(_("目標値"), number=True),
        Column(_("実績値"), number=True),
        Column(_("目標達成状況"), number=True),
        Column(_("期待値（参考）"), number=True),
    ]
    rows = [
        Row(
            [
                Cell(point.label),
                Cell(point.target_text or "―"),
                Cell(point.actual_text or "―"),
                Cell(point.achievement_text or "―"),
                Cell(point.expected_text or "―"),
            ]
        )
        for point in points
    ]
    return Table(title, columns, rows, hide_caption=True)


def months_chart(identity: str, title: str, points: Sequence[MonthPoint]) -> Chart:
    """Where months add up, the sum since April as bars against the pace line; otherwise a bar for each month."""
    adds_up = any(point.total is not None for point in points)
    shown = [point.total if adds_up else point.value for point in points]
    scale = Scale.over([*shown, *(point.pace for point in points)], _PLOT)
    width = (WIDTH - _LEFT) / max(len(points), 1)
    parts = _axis(scale)
    for place, (point, value) in enumerate(zip(points, shown, strict=True)):
        middle = _LEFT + width * (place + 0.5)
        parts.append(label(middle, _TOP + _PLOT + 18, point.label))
        if value is not None:
            parts.append(_bar(middle - width * 0.36, width * 0.72, value, scale, "chart__bar"))
    paced = [
        (_LEFT + width * (place + 0.5), _y(point.pace, scale))
        for place, point in enumerate(points)
        if point.pace is not None
    ]
    if paced:
        parts.append(path(paced, "chart__pace"))
    described = _described([(point.label, point.text) for point in points if point.value is not None])
    marks = [Mark("bar", _("4月からの合計") if adds_up else _("各月の値"))]
    if paced:
        marks.append(Mark("pace", _("目標に届くペース（参考）")))
    return Chart(
        title,
        described,
        drawing(identity, title, described, WIDTH, _TOP + _PLOT + _BELOW, parts),
        tuple(marks),
        _months_table(title, points, adds_up=adds_up),
    )


def _months_table(title: str, points: Sequence[MonthPoint], *, adds_up: bool) -> Table:
    columns = [Column(_("月")), Column(_("その月の値"), number=True)]
    if adds_up:
        columns += [Column(_("4月からの合計"), number=True), Column(_("ペース（参考）"), number=True)]
    rows = []
    for point in points:
        cells = [Cell(_("%(n)s月") % {"n": point.label}), Cell(point.text or "―")]
        if adds_up:
            cells += [Cell(_plain(point.total)), Cell(_plain(point.pace))]
        rows.append(Row(cells))
    return Table(title, columns, rows, hide_caption=True)


def _plain(value: Decimal | None) -> str:
    return "―" if value is None else f"{value.quantize(Decimal(1)):,}"


def units_chart(identity: str, title: str, points: Sequence[UnitPoint]) -> Chart:
    """A bar for each of the largest divisions, its name above it, so that long names have room on a phone.

    ``points`` stand in the order in which they are drawn; the table has all of them.
    """
    row = 40.0
    drawn = points[:MOST_UNITS]
    values = [point.value for point in drawn]
    room = WIDTH - 70
    scale = Scale.over(values, room)
    parts: list[SafeString] = []
    for place, point in enumerate(drawn):
        top = row * place
        parts.append(label(0, top + 15, _cut(point.label), anchor="start"))
        if point.value is not None:
            start, end = sorted((scale.at(Decimal(0)), scale.at(point.value)))
            parts.append(rect(start, top + 20, max(end - start, 1.0), 14, "chart__bar"))
            parts.append(label(end + 6, top + 32, short(point.value), anchor="start"))
        else:
            parts.append(label(0, top + 32, point.text or "―", anchor="start"))
    described = _described([(point.label, point.text) for point in points[:5]])
    return Chart(
        title,
        described,
        drawing(identity, title, described, WIDTH, max(row * len(drawn), row), parts),
        _unit_marks(points),
        _units_table(title, points),
    )


def _unit_marks(points: Sequence[UnitPoint]) -> tuple[Mark, ...]:
    if len(points) <= MOST_UNITS:
        return ()
    told = _("多い順に%(n)s所属（全%(total)s所属は表に）") % {"n": MOST_UNITS, "total": len(points)}
    return (Mark("bar", told),)


def _cut(text: str) -> str:
    # 22 full-width letters of 14 units are as long as the drawing is wide; the table has the whole name.
    return text if len(text) <= 22 else text[:21] + "…"


def _units_table(title: str, points: Sequence[UnitPoint]) -> Table:
    rows = [Row([Cell(point.label), Cell(point.text or "―")]) for point in points]
    return Table(title, [Column(_("所属")), Column(_("値"), number=True)], rows, hide_caption=True)


def _described(pairs: Sequence[tuple[str, str]]) -> str:
    """What the picture shows, in words."""
    if not pairs:
        return _("示せる値はまだありません。")
    return _("%(values)s。全部の値は下の表にあります。") % {
        "values": "、".join(f"{name} {text}" for name, text in pairs)
    }

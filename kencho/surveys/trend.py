"""A small line chart as numbers for an SVG: shares over the years, from 0 to 100 per cent."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kencho.foundation.fiscal import FiscalYear

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 44, 24, 24, 36


@dataclass(frozen=True)
class Point:
    """A year with its share."""

    x: int
    y: int
    label: str
    percent: Decimal


@dataclass(frozen=True)
class Chart:
    """Everything that the picture shows; ``lines`` are broken where a year is missing."""

    width: int
    height: int
    left: int
    right: int
    points: list[Point]
    lines: list[str]
    years: list[tuple[int, str]]
    grid: list[tuple[int, int]]
    axis_y: int


def chart_of(years: Sequence[FiscalYear], shares: Sequence[Decimal | None]) -> Chart:
    """The chart of one series."""
    inner = WIDTH - LEFT - RIGHT
    step = inner / max(len(years) - 1, 1)
    xs = [round(LEFT + (index * step if len(years) > 1 else inner / 2)) for index in range(len(years))]
    found: list[Point | None] = [
        None if share is None else Point(x, _height(share), year.short_label, share)
        for x, year, share in zip(xs, years, shares, strict=True)
    ]
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        points=[point for point in found if point is not None],
        lines=_lines(found),
        years=[(x, year.short_label) for x, year in zip(xs, years, strict=True)],
        grid=[(_height(Decimal(mark)), mark) for mark in (0, 25, 50, 75, 100)],
        axis_y=HEIGHT - BOTTOM + 22,
    )


def _height(share: Decimal) -> int:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share / 100)


def _lines(points: Sequence[Point | None]) -> list[str]:
    lines: list[list[str]] = [[]]
    for point in points:
        if point is None:
            lines.append([])
        else:
            lines[-1].append(f"{point.x},{point.y}")
    return [" ".join(line) for line in lines if len(line) > 1]

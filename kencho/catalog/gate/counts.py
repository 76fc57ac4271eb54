"""Findings of small cells: counts of people from 1 to k − 1, from which somebody may know who is meant."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from kencho.catalog.gate.headers import Header, read_header
from kencho.catalog.gate.series import tidy
from kencho.catalog.gate.shapes import Finding, Severity
from kencho.catalog.gate.table import Table

__all__ = ["find_small_cells"]

_COUNT: Final = r"^ ?[0-9]{1,9} ?(?:人|名|件)? ?$"
MOSTLY: Final = 0.5


def find_small_cells(table: Table, k: int) -> Iterator[Finding]:
    """Counts below k. Zero is not one: it names nobody.

    It stops where people are counted by a trait that concerns them alone (患者, 相談, 滞納 …) or simply as people;
    population statistics and use of facilities, which are published everywhere, are a warning.
    """
    title = read_header(table.title)
    for header, name, series in table.numbers:
        if header.counts:
            yield from _small(table, title, header, name, series, k)
    for column in table.texts:
        if column.header.counts:
            yield from _in_text(table, title, column.header, column.name, column.series, k)


def _small(
    table: Table, title: Header, header: Header, name: str, series: pl.Series, k: int
) -> Iterator[Finding]:
    small = ((series > 0) & (series < k)).fill_null(value=False)
    if series.dtype.is_float():
        small = small & (series == series.round()).fill_null(value=False)
    if small.any():
        severity = _severity(title, header)
        remedy = "" if severity == "stop" else "confirm_public"
        yield table.finding("small_cells", severity, name, small, remedy=remedy, k=k)


def _in_text(
    table: Table, title: Header, header: Header, name: str, series: pl.Series, k: int
) -> Iterator[Finding]:
    counts = tidy(series)
    is_count = counts.str.contains(_COUNT).fill_null(value=False)
    filled = len(series) - series.null_count()
    if filled and float(is_count.sum()) >= MOSTLY * filled:
        found = counts.str.extract("([0-9]+)", 1).cast(pl.Int64, strict=False).set(~is_count, None)
        yield from _small(table, title, header, name, found, k)


def _severity(title: Header, header: Header) -> Severity:
    if header.sensitive or title.sensitive:
        return "stop"
    if header.demography or header.everyday:
        return "warn"
    return "stop" if header.people else "warn"

"""What applications offer as open data: how many arrived, without anything about persons."""

from collections.abc import Iterator
from typing import Any

from kencho.applications import figures
from kencho.foundation.registry import DatasetSpec, datasets

COLUMNS = ("年", "月", "所属", "手続", "受付経路", "件数")
FEWEST = 3
SUPPRESSED = "x"
"""The sign of official statistics for a number that is kept back（秘匿）."""


def rows(body: str) -> Iterator[tuple[Any, ...]]:
    """Arrivals a month, division, procedure and channel. Numbers below three could tell of a person."""
    for *what, number in figures.by_month(body):
        yield (*what, number if number >= FEWEST else SUPPRESSED)


datasets.register(
    "applications.received",
    DatasetSpec("applications.received", "申請・届出の受付件数（月別・手続別）", COLUMNS, rows),
)

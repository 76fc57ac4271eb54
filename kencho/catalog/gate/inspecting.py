"""One look at a table for everything that must not be published (heavy: polars; run it in the child process)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import polars as pl

from kencho.catalog.gate.combinations import find_combinations
from kencho.catalog.gate.contacts import find_contacts
from kencho.catalog.gate.counts import find_small_cells
from kencho.catalog.gate.people import find_names
from kencho.catalog.gate.shapes import Finding
from kencho.catalog.gate.table import Table

__all__ = ["DEFAULT_K", "inspect_table", "inspect_texts"]

DEFAULT_K: Final = 5
"""The smallest number of people that a published count may stand for."""
Progress = Callable[[int, int], None]


def inspect_table(
    columns: Mapping[str, Sequence[Any] | pl.Series], *, title: str = "", k: int = DEFAULT_K
) -> list[Finding]:
    """The findings of a table, those that stop first. Columns are lists or polars Series of one length."""
    table = Table(columns, title)
    found: list[Finding] = []
    for detect in (find_names, find_contacts):
        found += detect(table)
    found += find_combinations(table, k)
    found += find_small_cells(table, k)
    return _in_order(found, list(table.series))


def inspect_texts(texts: Mapping[str, str]) -> list[Finding]:
    """The findings of single texts (title, description, notes) that are published beside the table."""
    return inspect_table({name: [text] for name, text in texts.items() if text.strip()})


def _in_order(found: Iterable[Finding], names: list[str]) -> list[Finding]:
    def place(each: Finding) -> tuple[bool, int, str]:
        return each.severity != "stop", names.index(each.column) if each.column in names else -1, each.kind

    return sorted(found, key=place)

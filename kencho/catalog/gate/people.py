"""Findings of names, in columns of names and everywhere else."""

from collections.abc import Iterator
from functools import cache
from typing import Final

import polars as pl

from kencho.catalog.gate import names, prose
from kencho.catalog.gate.dictionary import one_shape
from kencho.catalog.gate.series import TextColumn
from kencho.catalog.gate.shapes import Finding, Severity
from kencho.catalog.gate.table import NameColumn, Table
from kencho.catalog.standards.places import town_names

__all__ = ["find_names"]

_ENOUGH: Final = 2_000
"""So many different texts with a name in one column are enough: the count is then a lower bound."""
_JAPANESE: Final = "[一-鿿]"


def find_names(table: Table) -> Iterator[Finding]:
    """Names in the whole table. In columns whose header names an office, a work or a trade they are a warning."""
    known = {each.column.name: each for each in table.name_columns}
    for column in table.texts:
        if column.name in known:
            yield from _of_column(table, known[column.name])
        else:
            yield from _elsewhere(table, column)


def _of_column(table: Table, found: NameColumn) -> Iterator[Finding]:
    column = found.column
    mask = names.look_like_names(column.values)
    if found.kind == "full":
        mask = mask | names.full_names(column.values)
    rows = column.rows(mask)
    if rows.any():
        severity: Severity = "warn" if found.is_public else "stop"
        remedy = "confirm_public" if found.is_public else ""
        shown = column.values.filter(mask).head(3).to_list()
        yield table.finding(
            "personal_name", severity, column.name, rows, shown, remedy=remedy, where=found.kind
        )
    rest = column.values.filter(~mask)
    if len(rest):
        yield from _in_prose(table, column, TextColumn(column.name, rest))


def _elsewhere(table: Table, column: TextColumn) -> Iterator[Finding]:
    if not column.sample.str.contains(_JAPANESE).any() and not column.values.str.contains(_JAPANESE).any():
        return
    cells = names.full_names(column.values)
    if cells.any():
        hits = column.values.filter(cells)
        places = {each for each in hits if _is_town(one_shape(each))}
        cells = cells & ~column.values.is_in(pl.Series(sorted(places), dtype=pl.String).implode())
    if cells.any():
        header = column.header
        is_public = header.thing or header.office or header.area or header.address
        yield table.finding(
            "personal_name",
            "warn" if is_public else "stop",
            column.name,
            column.rows(cells),
            column.values.filter(cells).head(3).to_list(),
            remedy="confirm_public" if is_public else "mask_cells",
            where="cell",
        )
    yield from _in_prose(table, column, column, cells)


def _in_prose(
    table: Table, column: TextColumn, searched: TextColumn, without: pl.Series | None = None
) -> Iterator[Finding]:
    """Names inside texts: in full they stop; a family name with 様 alone is a warning."""
    rest = (
        searched
        if without is None or not without.any()
        else TextColumn(searched.name, searched.values.filter(~without))
    )
    is_told = _tells_of_known_people(column)
    grave: dict[str, None] = {}
    slight: dict[str, None] = {}
    is_cut = False
    for text in prose.candidates(rest):
        for mention in prose.mentions(text):
            if mention.is_signed or not _is_town(mention.text):
                is_grave = mention.is_full and (mention.is_signed or not is_told)
                (grave if is_grave else slight)[mention.text] = None
        if len(grave) >= _ENOUGH:
            is_cut = True
            break
    for found, severity in ((grave, "stop"), (slight, "warn")):
        if found:
            yield _of_mentions(table, column, list(found), severity == "stop", is_cut=is_cut)


def _tells_of_known_people(column: TextColumn) -> bool:
    """Names and descriptions of things are full of the people they are named for: 松尾芭蕉, 本居宣長."""
    header = column.header
    return header.office or header.story or (header.thing and not header.name and not header.remark)


def _of_mentions(table: Table, column: TextColumn, found: list[str], stops: bool, *, is_cut: bool) -> Finding:
    values = names.one_shape_of(column.values)
    mask = values.str.contains_any(found).fill_null(value=False)
    return table.finding(
        "personal_name",
        "stop" if stops else "warn",
        column.name,
        column.rows(mask),
        found[:3],
        remedy="mask_cells" if stops else "confirm_public",
        where="text",
        at_least=is_cut,
    )


@cache
def _towns() -> frozenset[str]:
    return frozenset(one_shape(name) for name in town_names())


def _is_town(text: str) -> bool:
    return text in _towns()

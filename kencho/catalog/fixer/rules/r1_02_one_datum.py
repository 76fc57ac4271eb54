"""1-2: one datum in a cell. Latitude and longitude in one cell become two columns; other pairs become questions."""

import re
from typing import Final

from kencho.catalog.fixer.cells.characters import is_blank, plain
from kencho.catalog.fixer.drafts import Bench, Draft, DraftColumn, Written, put_cells
from kencho.catalog.fixer.rules.r2_01_split import add_column
from kencho.catalog.fixer.shapes import Change, Range

__all__ = ["split_coordinates"]

_NAME: Final = re.compile("緯度.{0,2}経度|経度.{0,2}緯度|緯経度|座標|位置情報")
_PAIR: Final = re.compile(r"[(]?(-?[0-9]{1,3}\.[0-9]+)[,、/ ]+(-?[0-9]{1,3}\.[0-9]+)[)]?")


def split_coordinates(bench: Bench, draft: Draft) -> None:
    """Parts 緯度・経度 into 緯度 and 経度, where every cell is such a pair within the bounds of the globe."""
    for index in reversed(range(len(draft.columns))):
        column = draft.columns[index]
        if column.derived_from or not _NAME.search(plain(column.name)):
            continue
        pairs = {row: _pair(value) for row, value in enumerate(column.raw) if not is_blank(value)}
        if pairs and all(pair is not None for pair in pairs.values()):
            _split(bench, draft, index, {row: pair for row, pair in pairs.items() if pair is not None})


def _pair(value: object) -> tuple[float, float] | None:
    """(latitude, longitude); around Japan the larger one is the longitude."""
    if not isinstance(value, str):
        return None
    text = value.replace("，", ",").replace("　", " ").strip()
    found = _PAIR.fullmatch(text)
    if found is None:
        return None
    one, other = float(found[1]), float(found[2])
    if abs(one) > 90 >= abs(other):
        one, other = other, one
    return (one, other) if abs(one) <= 90 and abs(other) <= 180 else None


def _split(bench: Bench, draft: Draft, index: int, pairs: dict[int, tuple[float, float]]) -> None:
    column = draft.columns[index]
    part = draft.parts[0]
    source = part.columns[index]
    taken = {other.name for other in draft.columns} - {column.name}
    if source is None or not part.header_rows or {"緯度", "経度"} & taken:
        return
    where = Range(part.header_rows[0], source, part.header_rows[-1], source)
    name = bench.workbook.sheets[part.sheet].name
    before = bench.block(part.sheet, where)
    params = {"names": "緯度,経度"}
    if not bench.put(Change("1-2", "split_column", name, where, before, "緯度", params, structural=True)):
        return
    column.name = "緯度"
    column.kind = "number"
    column.settled = True
    put_cells(
        bench,
        draft,
        index,
        [(row, Written(pair[0], "1-2", "split_cell", {"second": pair[1]})) for row, pair in pairs.items()],
    )
    for row, pair in pairs.items():
        part_index, line = draft.rows[row]
        at = draft.parts[part_index]
        place = at.columns[index] or 0
        sheet = bench.workbook.sheets[at.sheet].name
        cell = Range(line, place, line, place)
        bench.changes.append(Change("1-2", "split_cell_second", sheet, cell, column.raw[row], pair[1]))
    second = [pairs[row][1] if row in pairs else None for row in range(len(column.raw))]
    made = DraftColumn("経度", [None] * len(second), list(second), kind="number", derived_from="緯度")
    add_column(draft, index + 1, made)

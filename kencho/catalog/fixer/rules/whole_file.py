"""Checks on the file as a whole: 1-1 format, 1-7 formulas, 1-12 areas. (1-8: objects are counted in the metadata.)"""

import re
from typing import Final

from kencho.catalog.fixer.cells.characters import plain
from kencho.catalog.fixer.drafts import Bench, Draft
from kencho.catalog.fixer.shapes import Change, Position, Range

__all__ = ["look_at_areas", "look_at_file"]


def look_at_file(bench: Bench) -> None:
    """Lists formulas that become values (1-7)."""
    for index, sheet in enumerate(bench.workbook.sheets):
        if sheet.hidden:
            continue
        for run in _runs(sheet.formulas):
            cells = bench.block(index, run)
            bench.put(Change("1-7", "formula_to_value", sheet.name, run, cells, cells))
            if any(cell is None for row in cells for cell in row):
                bench.ask("formula_without_value", index, run)


def _runs(cells: frozenset[Position]) -> list[Range]:
    """Cells under each other as ranges."""
    found: list[Range] = []
    for row, column in sorted(cells, key=lambda cell: (cell[1], cell[0])):
        last = found[-1] if found else None
        if last is not None and last.left == column and last.bottom == row - 1:
            found[-1] = last._replace(bottom=row)
        else:
            found.append(Range(row, column, row, column))
    return sorted(found)


_AREA: Final = re.compile("市町村?(?:名|別)?$|市区町村|自治体名?|都道府県名?|地域名?|団体名|地方公共団体名")
_CODE: Final = re.compile(
    "団体コード|市区?町村?コード|地域コード|地方公共団体コード|自治体コード|都道府県コード|標準地域コード"
)


def look_at_areas(bench: Bench, draft: Draft) -> None:
    """Asks when codes of areas have lost their leading zero (1-12)."""
    for index, column in enumerate(draft.columns):
        if not _CODE.search(plain(column.name)):
            continue
        part = draft.parts[0]
        source = part.columns[index]
        numbers = [value for value in column.values if isinstance(value, int) and not isinstance(value, bool)]
        short = [
            n for n in numbers if (len(str(n)) in {4, 5} and n < 10_000) or (len(str(n)) == 5 and n < 100_000)
        ]
        if source is None or not numbers or not part.rows:
            continue
        lost = [
            n
            for n in short
            if len(str(n)) == 4 or (len(str(n)) == 5 and any(len(str(m)) == 6 for m in numbers))
        ]
        if lost:
            where = Range(part.rows[0], source, part.rows[-1], source)
            bench.ask("leading_zero_lost", part.sheet, where, column=column.name, example=lost[0])

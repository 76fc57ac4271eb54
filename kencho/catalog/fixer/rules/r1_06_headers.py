"""1-6 and 1-4 in headers: one row of full, unique names (人口_男), whatever the levels and merged cells were."""

import re
from collections import Counter
from typing import Final

from kencho.catalog.fixer.cells.characters import has_dependent, is_blank, plain, standard
from kencho.catalog.fixer.cells.marks import is_ditto, without_note_mark
from kencho.catalog.fixer.cells.units import is_unit, units_in_line
from kencho.catalog.fixer.drafts import Bench
from kencho.catalog.fixer.layout.blocks import Block as Stretch
from kencho.catalog.fixer.layout.grid import Grid
from kencho.catalog.fixer.layout.heads import is_index_row, is_unit_row
from kencho.catalog.fixer.rules.r1_05_looks import clean_header
from kencho.catalog.fixer.rules.r1_11_time import era_sequence, header_with_western
from kencho.catalog.fixer.shapes import Change, Range, Value

__all__ = ["Names", "header_names"]

SEPARATOR: Final = "_"


class Names:
    """The names of a block's columns, their units, and header cells that are no text."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.units: dict[int, str] = {}
        self.raw: dict[int, Value] = {}


def header_names(bench: Bench, sheet: int, stretch: Stretch) -> Names:
    """Names for the columns of a block; each name that differs from the header cell is a change."""
    found = Names()
    grid = bench.grids[sheet]
    levels, unit_rows = _levels(grid, stretch)
    pieces = _Pieces(grid, stretch, levels)
    used: Counter[str] = Counter()
    for index, column in enumerate(stretch.columns):
        parts = pieces.of(column)
        for row in unit_rows:
            word = grid.text(row, column)
            if word.startswith(("(", "[")):
                parts = [*parts[:-1], parts[-1] + str(grid.value(row, column)).strip()] if parts else parts
            elif is_unit(word):
                found.units[index] = "℃" if word == "°C" else word
        name = SEPARATOR.join(parts) or f"列{index + 1}"
        unique = name
        while used[unique]:
            used[name] += 1
            unique = f"{name}_{used[name]}"
        used[unique] += 1
        found.names.append(_settled(bench, sheet, stretch, column, name, unique, bool(parts), found, index))
    return found


def _levels(grid: Grid, stretch: Stretch) -> tuple[list[int], list[int]]:
    """Rows that hold names, and rows that hold units."""
    levels: list[int] = []
    units: list[int] = []
    for row in stretch.head:
        if row > stretch.head[0] and is_index_row(grid, row, stretch.left, stretch.right):
            continue
        if row > stretch.head[0] and is_unit_row(grid, row, stretch.left, stretch.right):
            units.append(row)
        else:
            levels.append(row)
    return levels, units


_UNIT_WORD: Final = re.compile(
    r"[(（\[［【〔]?\s*単位\s*[:：]?\s*(?P<unit>[^()（）\[\]【】]{1,8}?)\s*[)）\]］】〕]?$"
)


class _Pieces:
    """The words of each level over a column."""

    def __init__(self, grid: Grid, stretch: Stretch, levels: list[int]) -> None:
        self.grid, self.stretch, self.levels = grid, stretch, levels
        self.years = {row: self._years(row) for row in levels}
        self.wide = {
            row: any(
                merge.right > merge.left
                for column in stretch.columns
                if (merge := grid.anchor.get((row, column))) is not None and merge.top == row
            )
            for row in levels
        }

    def _years(self, row: int) -> dict[int, int]:
        """Years whose era is left out: 平成30年, 令和元年, 2年."""
        columns = [c for c in self.stretch.columns if not is_blank(self.grid.value(row, c))]
        while columns and not era_sequence([self.grid.value(row, c) for c in columns]):
            columns = columns[1:]
        return {
            columns[i]: year for i, year in era_sequence([self.grid.value(row, c) for c in columns]).items()
        }

    def of(self, column: int) -> list[str]:
        """Words from the upper level to the lower, without repetition."""
        parts: list[str] = []
        seen: set[tuple[int, int]] = set()
        for row in self.levels:
            merge = self.grid.anchor.get((row, column))
            where = (merge.top, merge.left) if merge is not None else (row, column)
            if where in seen:
                continue
            seen.add(where)
            value = self.grid.shown(row, column)
            source = merge.left if merge is not None else column
            if merge is None and isinstance(value, str) and is_ditto(value):
                source = self._left_of_ditto(row, column)
                value = self.grid.shown(row, source)
            elif is_blank(value) and merge is None:
                source = self._group(row, column)
                value = self.grid.shown(row, source)
            if is_blank(value):
                continue
            text = self._clean(row, source, value)
            if parts and re.fullmatch(r"[(（\[].{1,10}[)）\]]", text) and units_in_line(text) is not None:
                parts[-1] += text
            elif not parts or parts[-1] != text:
                parts.append(text)
        return parts

    def _left_of_ditto(self, row: int, column: int) -> int:
        """The column whose word 〃 repeats."""
        for left in reversed([c for c in self.stretch.columns if c < column]):
            value = self.grid.shown(row, left)
            if not is_blank(value) and not is_ditto(str(value)):
                return left
        return column

    def _clean(self, row: int, column: int, value: Value) -> str:
        value = without_note_mark(str(value).strip())[0]
        text = _UNIT_WORD.sub(lambda found: f"（{found['unit'].strip()}）", clean_header(str(value)))
        if has_dependent(text):
            text = standard(text)
        year = self.years[row].get(column)
        if year is not None and plain(text) != str(year):
            number = text if text.endswith(("年", "年度")) else f"{text}年"
            return f"{number}（{year}{'年度' if number.endswith('度') else '年'}）"
        return header_with_western(text)

    def _group(self, row: int, column: int) -> int:
        """The column whose word also heads this one, where the upper level writes it only once."""
        if self.wide[row] or row == self.levels[-1]:
            return column
        below = [line for line in self.levels if line > row]
        if not any(not is_blank(self.grid.shown(line, column)) for line in below):
            return column
        for left in reversed([c for c in self.stretch.columns if c < column]):
            if not is_blank(self.grid.shown(row, left)):
                headed = any(
                    not is_blank(self.grid.shown(line, left)) and (line, left) not in self.grid.anchor
                    for line in below
                )
                return left if headed else column
        return column


def _settled(
    bench: Bench,
    sheet: int,
    stretch: Stretch,
    column: int,
    name: str,
    unique: str,
    named: bool,
    found: Names,
    index: int,
) -> str:
    """Lists the change that gives a column its name, and gives the name that then holds."""
    workbook = bench.workbook.sheets[sheet]
    if not stretch.head:
        where = Range(stretch.body[0], column, stretch.body[0], column)
        bench.put(
            Change(
                "1-6",
                "name_column",
                workbook.name,
                Range(where.top, column, where.top, column),
                None,
                unique,
                {"no_header": True},
                structural=True,
            )
        )
        return unique
    where = Range(stretch.head[0], column, stretch.head[-1], column)
    before = bench.block(sheet, where)
    cells = [row[0] for row in before]
    raw = next((cell for cell in cells if not is_blank(cell)), None)
    if len(cells) == 1 and raw is not None and str(raw) == unique:
        if not isinstance(raw, str):
            found.raw[index] = raw
        return unique
    if len(cells) > 1:
        merged = any((row, column) in bench.grids[sheet].anchor for row in stretch.head)
        change = Change("1-4" if merged else "1-6", "header_levels", workbook.name, where, before, unique)
    else:
        rule, action = _why(str(raw or ""), name, unique, named)
        change = Change(rule, action, workbook.name, where, cells[0], unique)
    if bench.put(change):
        return unique
    lowest = next((cell for cell in reversed(cells) if cell is not None), None)
    # Taken back: the lowest cell is the name again. Where it stands must be known to put it back exactly.
    if len(cells) == 1 and lowest is not None:
        if not isinstance(lowest, str):
            found.raw[index] = lowest
        return str(lowest)
    bench.put(
        Change("1-4", "header_lowest", workbook.name, where, before, "" if lowest is None else str(lowest))
    )
    return "" if lowest is None else str(lowest)


def _why(raw: str, name: str, unique: str, named: bool) -> tuple[str, str]:
    if not named:
        return "1-6", "name_column"
    if unique != name:
        return "1-6", "duplicate_name"
    if (
        "（" in name
        and name.partition("（")[0] in clean_header(raw)
        and header_with_western(clean_header(raw)) == name
    ):
        return "1-11", "header_western"
    if has_dependent(raw):
        return "1-10", "header_characters"
    if without_note_mark(raw.strip())[1]:
        return "1-2", "header_note_mark"
    return ("1-5", "header_looks") if clean_header(raw) == name else ("1-9", "header_unit")

"""Where a table's header stands and how many rows it has."""

import re
from itertools import pairwise
from typing import Final

from kencho.catalog.fixer.cells.characters import is_blank, plain
from kencho.catalog.fixer.cells.marks import is_ditto
from kencho.catalog.fixer.cells.times import header_year
from kencho.catalog.fixer.cells.units import is_unit, units_in_line
from kencho.catalog.fixer.layout.grid import Grid
from kencho.catalog.fixer.layout.lines import line_kind

__all__ = ["head_bottom", "headlike", "is_index_row", "is_unit_row", "line_kinds", "opens_levels"]

_MAX_LEVELS: Final = 8


def headlike(grid: Grid, row: int, left: int, right: int) -> bool:
    """Whether a row can be a header: words, years, or counted words (0歳) over cells that are not counted."""
    cells = grid.cells(row, left, right)
    if not cells:
        return False
    numbers = 0
    for column in cells:
        kind = grid.look(row, column)
        if kind == "number":
            numbers += 1
        elif (kind == "counted" and grid.look(row + 1, column) == "counted") or (
            kind == "text" and len(str(grid.value(row, column))) > 80
        ):
            return False
    if numbers == 0:
        return any(grid.look(row, column) in {"text", "moment", "counted"} for column in cells)
    return _numbered(grid, row, cells, numbers)


def _numbered(grid: Grid, row: int, cells: list[int], numbers: int) -> bool:
    """Headers that are years (2019, 2020) or steps (1 to 12) beside at least one word or a blank corner."""
    values = [grid.value(row, c) for c in cells if grid.look(row, c) == "number"]
    below = [grid.value(row + 1, c) for c in cells if grid.look(row, c) == "number"]
    years = [header_year(value) for value in values]
    if numbers >= 2 and all(year is not None for year in years) and len(set(years)) == len(years):
        return not all(header_year(value) is not None for value in below)
    steps = [_whole(value) for value in values]
    if numbers >= 3 and all(step is not None for step in steps):
        first = steps[0] or 0
        return steps == list(range(first, first + numbers)) and [_whole(v) for v in below] != steps
    return False


def _whole(value: object) -> int | None:
    if isinstance(value, int):
        return value
    if isinstance(value, str) and plain(value).isdigit():
        return int(plain(value))
    return None


def line_kinds(grid: Grid, row: int, cells: list[int]) -> list[str]:
    """What each cell would be as a line of its own; 備考 among other names is a name."""
    kinds = [line_kind(str(grid.value(row, column))) for column in cells]
    if len(cells) < 3:
        return kinds
    return [
        "title" if kind in {"note", "source"} and len(grid.text(row, column)) <= 4 else kind
        for kind, column in zip(kinds, cells, strict=True)
    ]


def opens_levels(grid: Grid, row: int, left: int, right: int) -> bool:
    """Whether a row with few cells is the upper level of a header that goes on below."""
    if row + 1 >= grid.height or not headlike(grid, row, left, right):
        return False
    cells = grid.cells(row, left, right)
    if not set(line_kinds(grid, row, cells)) <= {"title", "date"}:
        return False
    below = grid.cells(row + 1, left, right)
    for column in cells:
        merge = grid.anchor.get((row, column))
        if merge is None:
            continue
        if merge.bottom > merge.top and len(cells) >= 2:
            return True
        under = [c for c in below if merge.left <= c <= merge.right]
        if (
            merge.right > merge.left
            and len(under) >= 2
            and len(cells) >= 2
            and headlike(grid, row + 1, left, right)
        ):
            return True
        whole = merge.left <= left and merge.right >= right
        if (
            merge.right > merge.left
            and len(under) >= 2
            and not whole
            and headlike(grid, row + 1, left, right)
            and _follows(grid, merge.left, row, left)
        ):
            return True
    if any((row, column) in grid.anchor for column in cells):
        return False
    return _sparse_level(grid, row, cells, below, left, right)


def _follows(grid: Grid, column: int, row: int, left: int) -> bool:
    """Whether the merged cell does not begin at the table's left edge, as titles do."""
    first = next((c for c in grid.cells(row + 1, left, column)), column)
    return first < column


def _sparse_level(grid: Grid, row: int, cells: list[int], below: list[int], left: int, right: int) -> bool:
    """Upper level without merged cells: 「,人口,,世帯,」 over 「市町,男,女,一般,施設」."""
    if len(below) < 2 or not headlike(grid, row + 1, left, right):
        return False
    if set(line_kinds(grid, row, cells)) != {"title"}:
        return False
    names = [grid.text(row + 1, column) for column in below]
    repeated = len(set(names)) < len(names)
    fills = any(column not in below for column in cells)
    return (repeated and cells[-1] > below[0]) or (fills and len(cells) >= 2)


def is_unit_row(grid: Grid, row: int, left: int, right: int) -> bool:
    """A row of units under the names: 人, ％, （千円）."""
    cells = grid.cells(row, left, right)
    if not cells:
        return False
    found = 0
    for column in cells:
        word = grid.text(row, column)
        if is_unit(word) or (word.startswith(("(", "[")) and units_in_line(word) is not None):
            found += 1
        elif word not in {"", "-", "単位"}:
            return False
    return found > 0


_INDEX: Final = re.compile(r"[(\[]?(?:[0-9]{1,2}|[A-Z]|[a-z]|[ア-ン])[)\]]?")


def is_index_row(grid: Grid, row: int, left: int, right: int) -> bool:
    """A row of column numbers under the names: (1), (2), (3) or ①, ②, ③ or A, B, C."""
    cells = grid.cells(row, left, right)
    if len(cells) < 3:
        return False
    words = [grid.text(row, column) for column in cells]
    if not all(_INDEX.fullmatch(word) for word in words):
        return False
    marks = [word.strip("()[]") for word in words]
    if any(isinstance(grid.value(row, column), int | float) for column in cells):
        return False
    dressed = all(grid.text(row, c) != str(grid.value(row, c)) or "(" in grid.text(row, c) for c in cells)
    if all(mark.isdigit() for mark in marks):
        first = int(marks[0])
        return dressed and [int(mark) for mark in marks] == list(range(first, first + len(marks)))
    codes = [ord(mark) for mark in marks if len(mark) == 1]
    return len(codes) == len(marks) and codes == list(range(codes[0], codes[0] + len(codes)))


def head_bottom(grid: Grid, top: int, left: int, right: int) -> int:
    """The last row of the header that begins at `top`."""
    bottom = top
    while bottom - top < _MAX_LEVELS:
        lower = _merged_bottom(grid, top, bottom, left, right)
        if lower == bottom and _goes_on(grid, top, bottom, left, right):
            lower = bottom + 1
        if lower == bottom:
            break
        bottom = lower
    bottom = min(bottom, grid.height - 1)
    while bottom + 1 < grid.height and (
        is_unit_row(grid, bottom + 1, left, right) or is_index_row(grid, bottom + 1, left, right)
    ):
        bottom += 1
    return bottom


def _merged_bottom(grid: Grid, top: int, bottom: int, left: int, right: int) -> int:
    lower = bottom
    for row in range(top, bottom + 1):
        for column in grid.cells(row, left, right):
            merge = grid.anchor.get((row, column))
            if merge is None or merge.bottom - top > _MAX_LEVELS:
                continue
            lower = max(lower, merge.bottom)
            if merge.right > merge.left and merge.bottom == bottom:
                under = [c for c in grid.cells(bottom + 1, left, right) if merge.left <= c <= merge.right]
                if (
                    under
                    and headlike(grid, bottom + 1, left, right)
                    and _is_level(grid, bottom + 1, left, right)
                ):
                    lower = max(lower, bottom + 1)
    return lower


def _is_level(grid: Grid, row: int, left: int, right: int) -> bool:
    """Whether a row of words under a wide cell is a level of the header, not the first row of a table of words."""
    cells = grid.cells(row, left, right)
    return all(grid.look(row, column) != "mark" for column in cells)


def _goes_on(grid: Grid, top: int, bottom: int, left: int, right: int) -> bool:
    """Whether the row below is one more level of a header without merged cells."""
    row = bottom + 1
    if row >= grid.height or not headlike(grid, row, left, right):
        return False
    upper = {c for line in range(top, bottom + 1) for c in grid.cells(line, left, right)}
    upper |= (
        {c for (line, c) in grid.anchor if top <= line <= bottom and left <= c <= right}
        if grid.anchor
        else set()
    )
    here = grid.cells(row, left, right)
    fresh = [column for column in here if column not in upper]
    if any(
        not is_blank(grid.shown(row, c)) and grid.anchor[row, c].top < row
        for c in here
        if (row, c) in grid.anchor
    ):
        return False
    last = grid.cells(bottom, left, right)
    first = min(upper | set(here), default=left)
    contrast = _contrast(grid, row, here, left, right)
    if fresh and (first not in here or first not in upper):
        return contrast or (first not in here and len(fresh) >= 1 and len(here) < len(upper | set(here)))
    if first not in here and first in upper and contrast:
        return True
    lower = [grid.text(row, column) for column in here]
    if fresh and len(set(lower)) < len(lower) and contrast:
        return True
    names = [grid.text(bottom, column) for column in last]
    doubled = any(a == b or is_ditto(b) for a, b in pairwise(names) if b)
    return doubled and contrast


def _contrast(grid: Grid, row: int, here: list[int], left: int, right: int) -> bool:
    """Whether numbers stand under this row's words."""
    heads = [c for c in here if grid.look(row, c) in {"text", "moment"}]
    return any(
        grid.look(below, column) in {"number", "counted", "mark"}
        for below in range(row + 1, min(row + 4, grid.height))
        if len(grid.cells(below, left, right)) >= 2
        for column in heads
    )

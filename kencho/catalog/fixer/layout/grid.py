"""A sheet as the layout sees it: which cells are filled, what they look like, which are merged."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Literal

from kencho.catalog.fixer.cells.characters import is_blank, plain
from kencho.catalog.fixer.cells.marks import is_sign_mark, without_note_mark
from kencho.catalog.fixer.cells.numbers import read_number
from kencho.catalog.fixer.cells.times import read_moment
from kencho.catalog.fixer.cells.units import COUNTABLE
from kencho.catalog.fixer.shapes import Range, Sheet, Value

__all__ = ["Grid", "Look", "look"]

Look = Literal["blank", "number", "counted", "mark", "moment", "text"]
"""`counted`: a number with a unit (0歳, 12人), which may head a column as well as stand in it."""

_MERGED_CELLS: Final = 500_000


def look(value: Value) -> Look:
    """What a cell looks like."""
    if value is None:
        return "blank"
    if value.__class__ is str:
        return _look_of_text(value)
    return "text" if isinstance(value, bool) else "number"


@lru_cache(maxsize=65_536)
def _look_of_text(value: str) -> Look:
    if is_blank(value):
        return "blank"
    if len(value) > 40:
        return "text"
    written = read_number(value)
    if written is not None and not (written.unit in COUNTABLE and read_moment(value) is not None):
        return "counted" if written.unit else "number"
    if is_sign_mark(value):
        return "mark"
    return "moment" if read_moment(value) is not None else "text"


class Grid:
    """A sheet with what the layout asks of it again and again."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.rows = sheet.rows
        self.filled: list[list[int]] = [
            [c for c, v in enumerate(row) if v is not None and (v.__class__ is not str or not is_blank(v))]
            for row in sheet.rows
        ]
        self.height = len(sheet.rows)
        self.width = max((line[-1] + 1 for line in self.filled if line), default=0)
        self.anchor: dict[tuple[int, int], Range] = {}
        """Merged cell → its range, for ranges that reach into the filled part."""
        self.merges = tuple(self._merges())

    def _merges(self) -> Iterator[Range]:
        cells = 0
        for merge in self.sheet.merges:
            clipped = Range(
                merge.top, merge.left, min(merge.bottom, self.height - 1), min(merge.right, self.width - 1)
            )
            if clipped.bottom < clipped.top or clipped.right < clipped.left:
                continue
            cells += (clipped.bottom - clipped.top + 1) * (clipped.right - clipped.left + 1)
            if cells > _MERGED_CELLS:
                return
            for row in range(clipped.top, clipped.bottom + 1):
                for column in range(clipped.left, clipped.right + 1):
                    self.anchor[row, column] = clipped
            yield clipped

    def value(self, row: int, column: int) -> Value:
        """The cell; blank-looking text counts as text here."""
        return self.sheet.cell(row, column)

    def shown(self, row: int, column: int) -> Value:
        """The cell as a reader sees it: a merged cell shows what its first cell holds."""
        merge = self.anchor.get((row, column))
        if merge is not None:
            return self.sheet.cell(merge.top, merge.left)
        return self.sheet.cell(row, column)

    def look(self, row: int, column: int) -> Look:
        """What the cell looks like, merged cells beyond the first being blank."""
        return look(self.sheet.cell(row, column))

    def text(self, row: int, column: int) -> str:
        """The cell as compared text."""
        value = self.sheet.cell(row, column)
        return "" if value is None else plain(str(value))

    def head_text(self, row: int, column: int) -> str:
        """A header cell as compared text, without the mark of a note."""
        value = self.sheet.cell(row, column)
        return "" if value is None else plain(without_note_mark(str(value).strip())[0])

    def cells(self, row: int, left: int, right: int) -> list[int]:
        """Filled columns of a row within a band."""
        line = self.filled[row] if 0 <= row < self.height else []
        if not line or (left <= line[0] and line[-1] <= right):
            return line
        return [column for column in line if left <= column <= right]

    def covered(self, row: int, left: int, right: int) -> int:
        """How many columns of the band the row's filled cells cover, merged ranges counted at full width."""
        total = 0
        for column in self.cells(row, left, right):
            merge = self.anchor.get((row, column))
            total += min(merge.right, right) - column + 1 if merge is not None else 1
        # Cells that a tall merge of a row above covers.
        for column in range(left, min(right, left + 200) + 1):
            merge = self.anchor.get((row, column))
            if merge is not None and merge.top < row and not is_blank(self.shown(row, column)):
                total += 1
        return total

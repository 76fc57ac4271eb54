"""Tables one under the other within a band: header, body, lines above and below."""

import re
from dataclasses import dataclass, field
from typing import Final

from kencho.catalog.fixer.cells.marks import total_rank
from kencho.catalog.fixer.layout.bands import bands
from kencho.catalog.fixer.layout.grid import Grid, look
from kencho.catalog.fixer.layout.heads import head_bottom, headlike, is_unit_row, line_kinds, opens_levels
from kencho.catalog.fixer.layout.lines import is_note, line_kind

__all__ = ["Block", "blocks_of"]

_AHEAD: Final = 12
_PAIRS: Final = 8
_KEY: Final = re.compile(
    "調査名|統計名|表名|表題|題名|タイトル|データ名|名称$|作成|更新|公表|公開|担当|所管|所属|部署|課名|基準日|調査日|時点|対象|出典|出所|資料|問合?い?合?わ?せ|連絡先|単位|備考|ライセンス"
)
"""Names of what is told about a table, not in it."""


@dataclass(slots=True)
class Block:
    """One table's stretch of a sheet. `body` are all rows below the header in order; `kinds` tells those that
    are no data: `blank`, `section`, `repeat`."""

    left: int
    right: int
    above: list[int] = field(default_factory=list)
    head: tuple[int, ...] = ()
    body: list[int] = field(default_factory=list)
    kinds: dict[int, str] = field(default_factory=dict)
    below: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)


def blocks_of(grid: Grid) -> list[Block]:
    """Every table of a sheet, from left to right and from top to bottom."""
    return [block for left, right in bands(grid) for block in _Scan(grid, left, right).blocks()]


class _Scan:
    """One pass down a band."""

    def __init__(self, grid: Grid, left: int, right: int) -> None:
        self.grid, self.left, self.right = grid, left, right
        self.count = [len(grid.cells(row, left, right)) for row in range(grid.height)]
        self.narrow = max(self.count, default=0) < 2

    def blocks(self) -> list[Block]:
        """The blocks of the band."""
        if self.narrow:
            return self._single_column()
        found: list[Block] = []
        row = 0
        above: list[int] = []
        while row < self.grid.height:
            start = self._start(row, above)
            if start is None:
                break
            block, row, above = self._block(start, above)
            found.append(block)
        trailing = above + [r for r in range(row, self.grid.height) if self.count[r] and r not in above]
        if found:
            found[-1].below.extend(trailing)
        return found

    def _single_column(self) -> list[Block]:
        rows = [row for row in range(self.grid.height) if self.count[row]]
        if len(rows) < 2:
            return []
        texts = [str(self.grid.value(r, self.grid.cells(r, self.left, self.right)[0])) for r in rows]
        columns = {self.grid.cells(r, self.left, self.right)[0] for r in rows}
        if len(columns) > 1 or sum(map(len, texts)) / len(texts) > 25 or any(is_note(t) for t in texts):
            return []
        block = Block(self.left, self.right, head=(rows[0],), columns=sorted(columns))
        block.body = list(range(rows[0] + 1, rows[-1] + 1))
        block.kinds = {r: "blank" for r in block.body if not self.count[r]}
        return [block]

    def _width(self, row: int) -> int:
        """How many columns the rows from here on typically fill."""
        wide = [
            self.count[r] for r in range(row, min(row + _AHEAD * 2, self.grid.height)) if self.count[r] >= 2
        ]
        wide = sorted(wide[:_AHEAD])
        return wide[(len(wide) * 2) // 3] if wide else 0

    def _start(self, row: int, above: list[int]) -> int | None:
        """The first row of the next header; lines before it go to `above`."""
        while row < self.grid.height:
            if self.count[row] >= 2 and self._begins(row):
                return row
            if self.count[row] == 1 and opens_levels(self.grid, row, self.left, self.right):
                return row
            if self.count[row]:
                above.append(row)
            row += 1
        return None

    def _begins(self, row: int) -> bool:
        grid, left, right = self.grid, self.left, self.right
        kinds = line_kinds(grid, row, grid.cells(row, left, right))
        if all(kind in {"unit", "date", "note", "source"} for kind in kinds) or kinds[0] in {
            "note",
            "source",
        }:
            return False
        if (
            any(kind == "unit" for kind in kinds)
            and len(kinds) <= 3
            and not is_unit_row(grid, row, left, right)
        ):
            return False
        if self._is_preamble(row):
            return False
        if opens_levels(grid, row, left, right):
            return True
        typical = self._width(row)
        covered = grid.covered(row, left, right)
        return 2 * covered >= typical

    def _is_preamble(self, row: int) -> bool:
        """調査名 | 国勢調査, 作成日 | …: a few pairs of a name and a word, and then the wider table after a gap."""
        end = row
        while end < self.grid.height and self.count[end] == 2:
            end += 1
        if not 0 < end - row <= _PAIRS or end >= self.grid.height or self.count[end]:
            return False
        after = next((r for r in range(end, self.grid.height) if self.count[r] >= 2), None)
        if after is None or self.count[after] < 3 or not headlike(self.grid, after, self.left, self.right):
            return False
        return any(
            _KEY.match(self.grid.text(r, self.grid.cells(r, self.left, self.right)[0]))
            for r in range(row, end)
        )

    def _block(self, start: int, above: list[int]) -> tuple[Block, int, list[int]]:
        """The block whose header begins at `start`, the row after it, and lines that belong to the next one."""
        grid, left, right = self.grid, self.left, self.right
        block = Block(left, right, above=list(above))
        body_from = start
        if headlike(grid, start, left, right):
            bottom = head_bottom(grid, start, left, right)
            block.head = tuple(range(start, bottom + 1))
            body_from = bottom + 1
        end, following = self._body(block, body_from)
        used = {c for row in (*block.head, *block.body) for c in grid.cells(row, left, right)}
        used |= {c for row in block.head for c in range(left, right + 1) if (row, c) in grid.anchor}
        block.columns = sorted(used)
        return block, end, following

    # Body

    def _body(self, block: Block, row: int) -> tuple[int, list[int]]:
        grid, left, right = self.grid, self.left, self.right
        profile = _Profile(grid, left, right)
        gap: list[int] = []
        noted = False
        while row < grid.height:
            if self.count[row] < 2:
                gap.append(row)
                row += 1
                continue
            if not gap and not self._starts_as_head(block, row) and profile.clearly_fits(row):
                block.body.append(row)
                profile.add(row)
                row += 1
                continue
            first = str(grid.value(row, grid.cells(row, left, right)[0]))
            if is_note(first) and not profile.fits(row):
                noted = True
            if noted and not profile.fits(row) and not self._new_head(block, row, gap, profile):
                gap.append(row)
                row += 1
                continue
            if self._same_head(block, row) and not self._titled_gap(gap):
                self._close_gap(block, gap)
                for line in range(row, min(row + len(block.head), grid.height)):
                    block.body.append(line)
                    block.kinds[line] = "repeat"
                row += len(block.head)
                continue
            if self._same_head(block, row) or self._new_head(block, row, gap, profile):
                return row, self._share(block, gap)
            self._close_gap(block, gap)
            block.body.append(row)
            profile.add(row)
            row += 1
        self._end_gap(block, gap)
        return row, []

    def _starts_as_head(self, block: Block, row: int) -> bool:
        """Whether the row's first cell is the header's, which is quick to tell."""
        if not block.head:
            return False
        cells = self.grid.cells(row, self.left, self.right)
        return self.grid.head_text(row, cells[0]) == self.grid.head_text(block.head[0], cells[0])

    def _same_head(self, block: Block, row: int) -> bool:
        if not block.head:
            return False
        grid, left, right = self.grid, self.left, self.right
        head = block.head[0]
        cells = grid.cells(head, left, right)
        again = grid.cells(row, left, right)
        if len(again) < 2 or not set(again) <= set(cells) or 3 * len(again) < 2 * len(cells):
            return False
        return all(grid.head_text(row, column) == grid.head_text(head, column) for column in again)

    def _titled_gap(self, gap: list[int]) -> bool:
        return any(self.count[row] and line_kind(self._line(row)) == "title" for row in gap)

    def _line(self, row: int) -> str:
        cells = self.grid.cells(row, self.left, self.right)
        return str(self.grid.value(row, cells[0])) if cells else ""

    def _new_head(self, block: Block, row: int, gap: list[int], profile: "_Profile") -> bool:
        """Whether another table begins at this row."""
        grid, left, right = self.grid, self.left, self.right
        if not block.body or not headlike(grid, row, left, right):
            return False
        if grid.cells(row, left, right) and total_rank(self._line(row)):
            return False
        against, agreeing = profile.against(row)
        begins = self._begins(row)
        levels = begins and opens_levels(grid, row, left, right)
        after = self._numbers_below(
            row + (1 if not levels else 2), grid.cells(row + (1 if levels else 0), left, right)
        )
        if against >= 1 and agreeing == 0 and begins and after:
            return bool(gap) or against >= 2
        if not gap or not begins:
            return False
        if levels and bool(gap):
            return True
        others = set(grid.cells(row, left, right)) != profile.columns
        titled = self._titled_gap(gap) and any(not self.count[r] for r in gap)
        return (profile.numeric_columns() == set() and titled and (others or not profile.resembles(row))) or (
            titled and after and against >= 1
        )

    def _numbers_below(self, row: int, cells: list[int]) -> bool:
        if row >= self.grid.height:
            return False
        looks = [self.grid.look(row, c) for c in cells]
        return any(kind in {"number", "counted", "mark"} for kind in looks)

    def _share(self, block: Block, gap: list[int]) -> list[int]:
        """Lines between two tables: notes to the table above, titles to the table below."""
        lines = [row for row in gap if self.count[row]]
        cut = 0
        for index, row in enumerate(lines):
            blank_between = any(not self.count[r] for r in gap if r < row)
            if is_note(self._line(row)) or (cut == index and not blank_between and index + 1 < len(lines)):
                cut = index + 1
        block.below.extend(lines[:cut])
        return lines[cut:]

    def _close_gap(self, block: Block, gap: list[int]) -> None:
        """Rows between data rows: blank ones, labels of sections, single values, notes in between."""
        for row in gap:
            block.body.append(row)
            kind = self._inner_kind(block, row)
            if kind:
                block.kinds[row] = kind
        gap.clear()

    def _inner_kind(self, block: Block, row: int) -> str:
        if not self.count[row]:
            return "blank"
        grid = self.grid
        column = grid.cells(row, self.left, self.right)[0]
        value = grid.value(row, column)
        if self.count[row] > 1 or (isinstance(value, str) and is_note(value)):
            return "note"
        if not isinstance(value, str) or grid.look(row, column) in {"number", "counted", "mark"}:
            return ""
        merge = grid.anchor.get((row, column))
        if merge is not None and merge.right > merge.left:
            return "section"
        typical = self._width(row)
        leading = column <= (
            min(c for r in (*block.head, row) for c in grid.cells(r, self.left, self.right)) + 1
        )
        if not leading or typical < 3 or self._is_sibling(block, row, column):
            return ""
        return "section"

    def _is_sibling(self, block: Block, row: int, column: int) -> bool:
        """Whether the lonely cell looks like the labels around it: a data row whose values are missing."""
        value = self.grid.text(row, column)
        near = [
            r
            for r in range(max(row - 4, 0), min(row + 5, self.grid.height))
            if r != row and self.count[r] >= 2
        ]
        labels = [self.grid.text(r, column) for r in near if r not in block.head]
        labels = [label for label in labels if label]
        alike = sum(label[-1] == value[-1] for label in labels)
        return (
            bool(labels)
            and alike * 2 > len(labels)
            and not self.grid.text(row, column).endswith(("計", "地域", "部"))
        )

    def _end_gap(self, block: Block, gap: list[int]) -> None:
        """Rows after the last data row: notes, unless the first is a lonely label that belongs to the data."""
        for index, row in enumerate(gap):
            if not self.count[row]:
                continue
            value = self._line(row)
            kind = line_kind(value)
            column = self.grid.cells(row, self.left, self.right)[0]
            adjacent = index == 0 and block.body and block.body[-1] == row - 1
            if adjacent and kind == "title" and self.count[row] == 1 and self._is_sibling(block, row, column):
                block.body.append(row)
            else:
                block.below.append(row)
        gap.clear()


class _Profile:
    """What the columns of a body look like so far."""

    def __init__(self, grid: Grid, left: int, right: int) -> None:
        self.grid, self.left, self.right = grid, left, right
        self.numbers: dict[int, int] = {}
        self.texts: dict[int, int] = {}
        self.columns: set[int] = set()
        self.rows = 0
        self._numeric: set[int] | None = None

    def add(self, row: int) -> None:
        """Takes a data row in; after some hundred rows the picture is clear enough."""
        self.rows += 1
        if self.rows > 300:
            return
        self._numeric = None
        for column in self.grid.cells(row, self.left, self.right):
            self.columns.add(column)
            kind = self.grid.look(row, column)
            if kind in {"number", "counted"}:
                self.numbers[column] = self.numbers.get(column, 0) + 1
            elif kind in {"text", "moment"}:
                self.texts[column] = self.texts.get(column, 0) + 1

    def numeric_columns(self) -> set[int]:
        """Columns that hold numbers in most rows."""
        if self._numeric is None:
            self._numeric = {c for c, n in self.numbers.items() if n >= 2.3 * self.texts.get(c, 0)}
        return self._numeric

    def clearly_fits(self, row: int) -> bool:
        """Whether a row that follows without a gap is data beyond doubt."""
        if self.rows < 10:
            return False
        line = self.grid.rows[row]
        for column in self.numeric_columns():
            if column < len(line) and look(line[column]) in {"number", "counted", "mark"}:
                return True
        return not self._numeric and len(self.grid.filled[row]) * 2 >= len(self.columns)

    def against(self, row: int) -> tuple[int, int]:
        """In how many numeric columns the row has words, and in how many it has numbers or marks."""
        numeric = self.numeric_columns()
        looks = [self.grid.look(row, c) for c in self.grid.cells(row, self.left, self.right) if c in numeric]
        # A single row tells little: its numbers may be codes.
        against = sum(kind in {"text", "moment"} for kind in looks)
        return against, sum(kind in {"number", "counted", "mark"} for kind in looks)

    def fits(self, row: int) -> bool:
        """Whether the row looks like a row of data."""
        numeric = self.numeric_columns()
        cells = self.grid.cells(row, self.left, self.right)
        if numeric:
            return any(self.grid.look(row, c) in {"number", "counted", "mark"} for c in cells if c in numeric)
        return 2 * len(cells) >= len(self.columns)

    def resembles(self, row: int) -> bool:
        """Whether the row fills the same columns as the body does."""
        return set(self.grid.cells(row, self.left, self.right)) == self.columns

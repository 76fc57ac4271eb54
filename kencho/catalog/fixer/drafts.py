"""A table while it is being worked on, and the bench that collects changes, questions and notes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kencho.catalog.fixer.layout.grid import Grid
from kencho.catalog.fixer.shapes import (
    Block,
    Change,
    ColumnKind,
    Note,
    Part,
    Position,
    Question,
    Range,
    Value,
    Workbook,
)

__all__ = ["Bench", "Draft", "DraftColumn", "Written"]


@dataclass(slots=True)
class DraftColumn:
    """A column: `raw` as read, `values` as they will be, one for each row of the draft."""

    name: str
    raw: list[Value] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    kind: ColumnKind = "text"
    unit: str = ""
    markers: dict[str, int] = field(default_factory=dict)
    eras: dict[int, str] = field(default_factory=dict)
    derived_from: str = ""
    settled: bool = False
    """Whether numbers may not be read in it any more (codes, dates)."""


@dataclass(slots=True)
class Draft:
    """A table under work. `rows` are (part, row of the sheet); the data rows, totals included."""

    title: str
    parts: list[Part]
    columns: list[DraftColumn]
    rows: list[tuple[int, int]]
    notes: list[Note] = field(default_factory=list)
    units: list[tuple[str, str]] = field(default_factory=list)
    """(item or "", unit) that lines above the table state."""
    name: str = ""
    head_raw: dict[int, Value] = field(default_factory=dict)
    """Column → its header cell, where that is no text."""
    literals: dict[Position, str] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    """Indexes of rows that are left out."""
    sections: list[Value] = field(default_factory=list)
    """The section label of each row, when the table has sections."""


class Bench:
    """Collects what is done. `put` tells whether to do it: a change that was taken back is not done."""

    def __init__(self, workbook: Workbook, skips: Callable[[Change], bool] | None) -> None:
        self.workbook = workbook
        self.grids = [Grid(sheet) for sheet in workbook.sheets]
        self.changes: list[Change] = []
        self.questions: list[Question] = []
        self.notes: list[Note] = []
        self._skips = skips
        self.skipped: set[str] = set()

    def put(self, change: Change) -> bool:
        """Lists the change, unless it was taken back."""
        if self._skips is not None and self._skips(change):
            self.skipped.add(change.id)
            return False
        self.changes.append(change)
        return True

    def ask(self, code: str, sheet: int, where: Range, **params: Any) -> None:
        """Leaves something to a person."""
        self.questions.append(Question(code, self.workbook.sheets[sheet].name, where, params))

    def block(self, sheet: int, where: Range) -> Block:
        """The raw cells of a range."""
        cell = self.workbook.sheets[sheet].cell
        return tuple(
            tuple(cell(row, column) for column in range(where.left, where.right + 1))
            for row in range(where.top, where.bottom + 1)
        )

    def row_range(self, sheet: int, row: int, left: int, right: int, *, whole: bool = False) -> Range:
        """From the first to the last filled cell of a row within a band; the whole band if asked or empty."""
        line = self.workbook.sheets[sheet].rows[row]
        cells = [c for c in range(left, min(right + 1, len(line))) if line[c] is not None]
        if not cells or whole:
            return Range(row, left, row, right)
        return Range(row, cells[0], row, cells[-1])

    def leave_out(
        self, sheet: int, where: Range, rule: str, action: str, params: Mapping[str, Any] | None = None
    ) -> bool:
        """Lists that cells are left out of the data."""
        return self.put(
            Change(
                rule,
                action,
                self.workbook.sheets[sheet].name,
                where,
                self.block(sheet, where),
                None,
                dict(params or {}),
            )
        )


@dataclass(frozen=True, slots=True)
class Written:
    """What a cell becomes: new value, rule, action, parameters, further rules."""

    value: Value
    rule: str
    action: str
    params: Mapping[str, Any] = field(default_factory=dict)
    also: tuple[str, ...] = ()


def put_cells(bench: Bench, draft: Draft, index: int, written: Iterable[tuple[int, Written]]) -> None:
    """Writes new values into a column, one change each."""
    column = draft.columns[index]
    sheets = bench.workbook.sheets
    for row, new in written:
        part_index, line = draft.rows[row]
        part = draft.parts[part_index]
        source = part.columns[index]
        if source is None:
            continue
        change = Change(
            new.rule,
            new.action,
            sheets[part.sheet].name,
            Range(line, source, line, source),
            column.raw[row],
            new.value,
            new.params,
            new.also,
        )
        if bench.put(change):
            column.values[row] = new.value

"""What must hold of every proposal, whatever the workbook."""

from kencho.catalog import fixer
from kencho.catalog.fixer.shapes import Proposal, Range, Sheet, Value, Workbook

__all__ = ["assert_restores", "book", "cells_of", "sheet_of"]


def sheet_of(rows: list[list[Value]], *merges: str, name: str = "表") -> Sheet:
    """A sheet; merges as A1:B2."""
    return Sheet(name, rows, tuple(range_of(ref) for ref in merges))


def book(*sheets: Sheet, kind: str = "xlsx") -> Workbook:
    """A workbook of these sheets."""
    return Workbook(list(sheets), kind)


def range_of(ref: str) -> Range:
    """A1:B2 as a range."""
    first, _colon, last = ref.partition(":")
    (top, left), (bottom, right) = _cell(first), _cell(last or first)
    return Range(top, left, bottom, right)


def _cell(ref: str) -> tuple[int, int]:
    letters = ref.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(ref[len(letters) :]) - 1, column - 1


def cells_of(workbook: Workbook) -> dict[str, dict[tuple[int, int], Value]]:
    """Every cell that holds something."""
    return {
        sheet.name: {
            (r, c): v for r, row in enumerate(sheet.rows) for c, v in enumerate(row) if v is not None
        }
        for sheet in workbook.sheets
    }


def _typed(cells: dict[tuple[int, int], Value], *, is_text: bool) -> dict[tuple[int, int], tuple[str, Value]]:
    # A text file has no types: 5 and 「5」 are one cell there.
    if is_text:
        return {place: ("str", str(value)) for place, value in cells.items()}
    return {place: (type(value).__name__, value) for place, value in cells.items()}


def assert_restores(workbook: Workbook, proposal: Proposal) -> None:
    """The tables and the changes give the input again, cell for cell and merge for merge."""
    restored = fixer.invert(proposal.tables, proposal.changes)
    for name, cells in cells_of(workbook).items():
        assert _typed(restored.cells.get(name, {}), is_text=workbook.is_text) == _typed(
            cells, is_text=workbook.is_text
        )
    assert set(restored.cells) <= {sheet.name for sheet in workbook.sheets}
    for sheet in workbook.sheets:
        assert restored.merges.get(sheet.name, frozenset()) == frozenset(sheet.merges)

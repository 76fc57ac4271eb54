"""Nothing is lost without a word: cells that no table, note or change accounts for are listed."""

from kencho.catalog.fixer.cells.characters import is_blank
from kencho.catalog.fixer.drafts import Bench, Draft
from kencho.catalog.fixer.shapes import Change, Note, Range

__all__ = ["list_leftovers"]


def list_leftovers(bench: Bench, drafts: list[Draft]) -> None:
    """Lists every filled cell that is in no table and in no change so far."""
    data: dict[int, dict[int, set[int]]] = {}
    for draft in drafts:
        for part in draft.parts:
            columns = {c for c in part.columns if c is not None}
            rows = data.setdefault(part.sheet, {})
            for row in (*part.rows, *part.header_rows):
                rows[row] = rows.get(row, set()) | columns if row in rows else columns
    ranges: dict[str, list[Range]] = {}
    for change in bench.changes:
        if isinstance(change.before, tuple) or change.before is not None:
            ranges.setdefault(change.sheet, []).append(change.range)
    for index, sheet in enumerate(bench.workbook.sheets):
        outside = data.get(index, {})
        by_row = _by_row([r for r in ranges.get(sheet.name, []) if not _is_data(r, outside)])
        for row, line in enumerate(sheet.rows):
            known = outside.get(row)
            left = [
                c for c, value in enumerate(line) if value is not None and (known is None or c not in known)
            ]
            if left:
                left = [c for c in left if not any(r.left <= c <= r.right for r in by_row.get(row, ()))]
            if left:
                _list(bench, index, row, left)


def _is_data(where: Range, data: dict[int, set[int]]) -> bool:
    return where.top == where.bottom and where.left == where.right and where.left in data.get(where.top, ())


def _by_row(ranges: list[Range]) -> dict[int, list[Range]]:
    found: dict[int, list[Range]] = {}
    for where in ranges:
        for row in range(where.top, where.bottom + 1):
            found.setdefault(row, []).append(where)
    return found


def _list(bench: Bench, index: int, row: int, columns: list[int]) -> None:
    sheet = bench.workbook.sheets[index]
    words = [c for c in columns if not is_blank(sheet.cell(row, c))]
    where = Range(row, columns[0], row, columns[-1])
    if not words:
        for column in columns:
            cell = Range(row, column, row, column)
            bench.changes.append(Change("1-5", "blank_text", sheet.name, cell, sheet.cell(row, column), None))
        return
    action = "hidden_sheet_row" if sheet.hidden else "outside_row"
    before = bench.block(index, where)
    bench.changes.append(Change("2-2", action, sheet.name, where, before, None))
    if not sheet.hidden:
        for column in words:
            ref = Range(row, column, row, column).ref
            bench.notes.append(Note("note", str(sheet.cell(row, column)).strip(), sheet.name, ref))

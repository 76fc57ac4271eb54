"""The input once more, from the tables and the changes alone."""

from collections.abc import Iterable

from kencho.catalog.fixer.shapes import Change, Position, Range, Restored, Table, Value

__all__ = ["invert"]

_SHAPES = frozenset({"unmerge", "unmerge_fill"})


def invert(tables: list[Table], changes: list[Change]) -> Restored:
    """Puts the tables' values back where they came from, then undoes every change."""
    cells: dict[str, dict[Position, Value]] = {}
    merges: dict[str, set[Range]] = {}
    for table in tables:
        _put_back(table, cells)
    for change in sorted(changes, key=lambda change: change.action not in _SHAPES):
        sheet = cells.setdefault(change.sheet, {})
        if change.action in _SHAPES:
            merges.setdefault(change.sheet, set()).add(change.range)
            _undo_merge(sheet, change)
        else:
            _undo(sheet, change)
    return Restored(
        {
            name: {place: value for place, value in sheet.items() if value is not None}
            for name, sheet in cells.items()
        },
        {name: frozenset(found) for name, found in merges.items()},
    )


def _put_back(table: Table, cells: dict[str, dict[Position, Value]]) -> None:
    for index, name in enumerate(table.sheet_names):
        part = table.parts[index]
        sheet = cells.setdefault(name, {})
        if index == 0 and part.header_rows:
            for column, (source, text) in enumerate(zip(part.columns, table.header, strict=True)):
                if source is not None:
                    sheet[part.header_rows[0], source] = table.head_raw.get(column, text)
    for row, ((index, line), values) in enumerate(zip(table.origins, table.rows, strict=True)):
        sheet = cells[table.sheet_names[index]]
        for column, (source, value) in enumerate(zip(table.parts[index].columns, values, strict=True)):
            if source is not None:
                sheet[line, source] = table.literals.get((row, column), value)


def _undo(sheet: dict[Position, Value], change: Change) -> None:
    where = change.range
    if isinstance(change.before, tuple):
        for row, line in enumerate(change.before):
            for column, value in enumerate(line):
                sheet[where.top + row, where.left + column] = value
    elif not change.structural and change.action != "blank_column":
        sheet[where.top, where.left] = change.before


def _undo_merge(sheet: dict[Position, Value], change: Change) -> None:
    if isinstance(change.before, tuple):
        _undo(sheet, change)
        return
    where = change.range
    for place in _inside(sheet, where):
        sheet[place] = None
    if change.before is not None:
        sheet[where.top, where.left] = change.before


def _inside(sheet: dict[Position, Value], where: Range) -> Iterable[Position]:
    size = (where.bottom - where.top + 1) * (where.right - where.left + 1)
    if size > len(sheet):
        return [p for p in sheet if where.top <= p[0] <= where.bottom and where.left <= p[1] <= where.right]
    rows = range(where.top, where.bottom + 1)
    return [(row, column) for row in rows for column in range(where.left, where.right + 1)]

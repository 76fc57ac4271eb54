"""1-4: merged cells are parted; each cell of the data then holds the value that the merged cell showed."""

from kencho.catalog.fixer.cells.characters import is_blank
from kencho.catalog.fixer.drafts import Bench, Draft
from kencho.catalog.fixer.shapes import Change, Range

__all__ = ["part_merges"]


def part_merges(bench: Bench, drafts: list[Draft]) -> None:
    """Lists every merged range of the sheets; fills those that lie in the data."""
    places = _places(drafts)
    for sheet_index, sheet in enumerate(bench.workbook.sheets):
        for merge in sorted(sheet.merges):
            _part(bench, sheet_index, merge, places.get(sheet_index, {}))


_Places = dict[int, dict[int, list[tuple[Draft, int, dict[int, int]]]]]


def _places(drafts: list[Draft]) -> _Places:
    """Sheet → row → (draft, row of the draft, sheet's column → column of the draft), of sheets with merges."""
    found: _Places = {}
    for draft in drafts:
        maps = [{c: i for i, c in enumerate(part.columns) if c is not None} for part in draft.parts]
        for row, (part, line) in enumerate(draft.rows):
            sheet = draft.parts[part].sheet
            found.setdefault(sheet, {}).setdefault(line, []).append((draft, row, maps[part]))
    return found


def _part(
    bench: Bench, sheet_index: int, merge: Range, places: dict[int, list[tuple[Draft, int, dict[int, int]]]]
) -> None:
    sheet = bench.workbook.sheets[sheet_index]
    value = sheet.cell(merge.top, merge.left)
    clipped = Range(
        merge.top,
        merge.left,
        min(merge.bottom, len(sheet.rows) - 1),
        min(merge.right, max((len(row) for row in sheet.rows), default=1) - 1),
    )
    inside = clipped.bottom >= clipped.top and clipped.right >= clipped.left
    under = inside and _hides_values(bench, sheet_index, clipped)
    before = bench.block(sheet_index, clipped) if under else value
    targets = _targets(clipped, places) if inside and not is_blank(value) else []
    action = "unmerge_fill" if len(targets) > 1 else "unmerge"
    if under:
        bench.ask("hidden_under_merge", sheet_index, clipped)
    filled = action == "unmerge_fill" and bench.put(Change("1-4", action, sheet.name, merge, before, value))
    if not filled:
        # A table has no merged cells: taking this back only leaves the other cells empty.
        bench.changes.append(Change("1-4", "unmerge", sheet.name, merge, before, value))
        return
    draft, row, column = targets[0]
    shown = draft.columns[column].values[row]
    for draft, row, column in targets[1:]:
        draft.columns[column].values[row] = shown
    numbers = sum(isinstance(value, int | float) for _t in targets)
    if numbers and merge.bottom > merge.top:
        bench.ask("merged_number", sheet_index, merge, value=value)


def _targets(
    clipped: Range, places: dict[int, list[tuple[Draft, int, dict[int, int]]]]
) -> list[tuple[Draft, int, int]]:
    """The cells of tables that the range covers, its first cell leading; none when that is no data."""
    found: list[tuple[Draft, int, int]] = []
    for line in range(clipped.top, clipped.bottom + 1):
        for draft, row, columns in places.get(line, ()):
            sources = [c for c in range(clipped.left, clipped.right + 1) if c in columns]
            found.extend((draft, row, columns[source]) for source in sources)
        if line == clipped.top and not any(
            clipped.left in columns for _d, _r, columns in places.get(line, ())
        ):
            return []
    return found


def _hides_values(bench: Bench, sheet_index: int, clipped: Range) -> bool:
    cell = bench.workbook.sheets[sheet_index].cell
    return any(
        not is_blank(cell(row, column))
        for row in range(clipped.top, min(clipped.bottom, clipped.top + 2000) + 1)
        for column in range(clipped.left, clipped.right + 1)
        if (row, column) != (clipped.top, clipped.left)
    )

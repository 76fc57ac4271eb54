"""2-2 and 2-1: several tables on a sheet are parted; one table in several places is put together."""

from dataclasses import replace
from typing import Final

from kencho.catalog.fixer.cells.characters import plain
from kencho.catalog.fixer.cells.times import header_year, read_moment
from kencho.catalog.fixer.drafts import Bench, Draft, DraftColumn
from kencho.catalog.fixer.layout.blocks import Block as Stretch
from kencho.catalog.fixer.layout.grid import Grid
from kencho.catalog.fixer.rules.r2_01_split import add_column
from kencho.catalog.fixer.shapes import Change, Range, Value

__all__ = ["join_blocks", "join_sheets", "name_tables", "unwrap"]


def unwrap(grid: Grid, stretch: Stretch) -> list[Stretch]:
    """市町|人口|市町|人口: a long table set in several column groups, parted into its groups."""
    if len(stretch.head) != 1:
        return [stretch]
    names = [grid.head_text(stretch.head[0], column) for column in stretch.columns]
    count = len(names)
    for period in range(2, count // 2 + 1):
        repeats = count % period == 0 and names == names[:period] * (count // period)
        if repeats and len(set(names[:period])) == period:
            return _groups(grid, stretch, period)
    return [stretch]


def _groups(grid: Grid, stretch: Stretch, period: int) -> list[Stretch]:
    found: list[Stretch] = []
    for start in range(0, len(stretch.columns), period):
        columns = stretch.columns[start : start + period]
        right = stretch.right if start + period >= len(stretch.columns) else columns[-1]
        left = stretch.left if start == 0 else columns[0]
        group = replace(stretch, left=left, right=right, columns=columns, kinds={})
        filled = {row for row in stretch.body if any(left <= c <= right for c in grid.filled[row])}
        for row in stretch.body:
            if row in stretch.kinds:
                group.kinds[row] = stretch.kinds[row]
            if row not in filled:
                group.kinds[row] = "blank"
        group.above = [row for row in stretch.above if grid.cells(row, left, right)]
        group.below = [row for row in stretch.below if grid.cells(row, left, right)]
        found.append(group)
    return found


def _names(draft: Draft) -> tuple[str, ...]:
    return tuple(column.name for column in draft.columns)


def _agree(one: Draft, other: Draft) -> bool:
    """Whether two blocks are one table: the same columns, and no two different units stated."""
    if one.units and other.units and one.units != other.units:
        return False
    return len(one.columns) >= 2 and sorted(_names(one)) == sorted(_names(other))


def join_blocks(bench: Bench, drafts: list[Draft]) -> list[Draft]:
    """Blocks of one sheet with the same header become one table; their titles a column when they differ."""
    groups: list[list[Draft]] = []
    for draft in drafts:
        home = next((group for group in groups if _agree(group[0], draft)), None)
        if home is not None and _listed(bench, draft, "join_blocks"):
            home.append(draft)
        else:
            groups.append([draft])
    if len(groups) > 1:
        _list_parting(bench, [group[0] for group in groups])
    return [_joined(group, [draft.title for draft in group], "表題") for group in groups]


def _list_parting(bench: Bench, drafts: list[Draft]) -> None:
    """Says that a sheet holds several tables. No cell changes."""
    for draft in drafts[1:]:
        where = _where(draft)
        name = bench.workbook.sheets[draft.parts[0].sheet].name
        bench.put(
            Change("2-2", "part_tables", name, where, None, None, {"title": draft.title}, structural=True)
        )


def _where(draft: Draft) -> Range:
    part = draft.parts[0]
    columns = [c for c in part.columns if c is not None]
    rows = [*part.header_rows, *part.rows] or [0]
    return Range(min(rows), min(columns), max(rows), max(columns))


def join_sheets(bench: Bench, sheets: list[list[Draft]]) -> list[Draft]:
    """Sheets that each hold the same table become one, with the sheet's name in a column."""
    groups: list[list[Draft]] = []
    for drafts in sheets:
        for draft in drafts:
            home = next((g for g in groups if len(drafts) == 1 and _agree(g[0], draft)), None)
            if home is not None and _listed(bench, draft, "join_sheets"):
                home.append(draft)
            else:
                groups.append([draft])
    found: list[Draft] = []
    for group in groups:
        labels = [bench.workbook.sheets[draft.parts[0].sheet].name for draft in group]
        found.append(_joined(group, labels, _label_name(labels, _names(group[0]))))
    return found


def _listed(bench: Bench, draft: Draft, action: str) -> bool:
    """Lists the joining; the header of the joined part is put back from it."""
    part = draft.parts[0]
    columns = [c for c in part.columns if c is not None]
    rows = part.header_rows or part.rows[:1]
    if not rows:
        return False
    where = Range(rows[0], min(columns), rows[-1], max(columns))
    name = bench.workbook.sheets[part.sheet].name
    before = bench.block(part.sheet, where) if part.header_rows else None
    return bench.put(Change("2-1", action, name, where, before, None, {"header": True}, structural=True))


_LABELS: Final = (("年度", "年度"), ("年", "年"), ("月", "月"))


def _label_name(labels: list[str], taken: tuple[str, ...]) -> str:
    name = "シート"
    words = [plain(label) for label in labels]
    moments = [read_moment(label) for label in labels]
    if all(moment is not None and moment.kind == "year" for moment in moments) or all(
        w.isdigit() and len(w) == 4 for w in words
    ):
        name = "年度" if all("度" in word for word in words) else "年"
    elif all(word.endswith("月") and word[:-1].isdigit() for word in words):
        name = "月"
    while name in taken:
        name = f"シート_{name}" if not name.startswith("シート") else f"{name}_2"
    return name


def _joined(group: list[Draft], labels: list[str], name: str) -> Draft:
    """One draft from several with the same columns."""
    first = group[0]
    if len(group) == 1:
        return first
    texts: list[Value] = []
    for draft, label in zip(group, labels, strict=True):
        texts.extend([label or None] * len(draft.rows))
    sectioned = any(draft.sections for draft in group)
    sections = [s for draft in group for s in (draft.sections or [None] * len(draft.rows))]
    for draft in group[1:]:
        _append(first, draft)
    first.sections = sections if sectioned else []
    if len(set(labels)) > 1 and all(labels):
        taken = _names(first)
        while name in taken:
            name += "_2"
        made = DraftColumn(name, [None] * len(texts), texts, derived_from="sheet")
        if name in {"年", "年度"}:
            _as_years(made)
        add_column(first, 0, made)
        if name == "表題":
            first.title = ""
    return first


def _as_years(column: DraftColumn) -> None:
    """Sheets named by years: Western years as numbers; how the sheets were named is kept beside."""
    years = {text: header_year(str(text)) for text in column.values}
    if all(year is not None for year in years.values()):
        column.eras = {
            year: str(text) for text, year in years.items() if year is not None and str(year) != text
        }
        column.values = [years[text] for text in column.values]
        column.kind = "year"


def _append(first: Draft, other: Draft) -> None:
    order = {name: index for index, name in enumerate(_names(other))}
    offset = len(first.parts)
    for part in other.parts:
        part.columns = tuple(part.columns[order[name]] for name in _names(first))
        first.parts.append(part)
    first.rows.extend((part + offset, line) for part, line in other.rows)
    for column in first.columns:
        same = other.columns[order[column.name]]
        column.raw.extend(same.raw)
        column.values.extend(same.values)
        column.unit = column.unit or same.unit
    first.notes.extend(other.notes)
    first.units = first.units or other.units


def name_tables(bench: Bench, drafts: list[Draft]) -> None:
    """Names tables by their title, or by their sheet, each name once."""
    used: dict[str, int] = {}
    for draft in drafts:
        sheet = bench.workbook.sheets[draft.parts[0].sheet].name
        name = draft.title or sheet
        used[name] = used.get(name, 0) + 1
        draft.name = name if used[name] == 1 else f"{name}_{used[name]}"

"""The order of work: layout, headers, joining, cells, merged cells, omitted labels, totals, made columns."""

import gc
from collections.abc import Callable
from typing import Any

from kencho.catalog.fixer.cells.characters import plain
from kencho.catalog.fixer.cells.times import read_moment
from kencho.catalog.fixer.coverage import list_leftovers
from kencho.catalog.fixer.drafts import Bench, Draft, DraftColumn
from kencho.catalog.fixer.layout.blocks import blocks_of
from kencho.catalog.fixer.recipes import compare, fitting_kinds, skips_of
from kencho.catalog.fixer.rules.columns import work_columns
from kencho.catalog.fixer.rules.r1_02_one_datum import split_coordinates
from kencho.catalog.fixer.rules.r1_04_merges import part_merges
from kencho.catalog.fixer.rules.r1_06_omitted import fill_omitted
from kencho.catalog.fixer.rules.r1_09_units import unit_in_format
from kencho.catalog.fixer.rules.r2_01_split import add_column, add_sections, draft_of
from kencho.catalog.fixer.rules.r2_02_tables import join_blocks, join_sheets, name_tables, unwrap
from kencho.catalog.fixer.rules.totals import leave_out_totals
from kencho.catalog.fixer.rules.whole_file import look_at_areas, look_at_file
from kencho.catalog.fixer.shapes import Change, Column, Proposal, Range, Recipe, Table, Workbook

__all__ = ["propose", "take_back"]


def propose(
    workbook: Workbook, recipe: Recipe | None = None, without: frozenset[str] = frozenset()
) -> Proposal:
    """The whole work on one file; see `kencho.catalog.fixer.propose`."""
    # Hundreds of thousands of changes that all stay: the collector would walk over them again and again.
    pause = gc.isenabled()
    gc.disable()
    try:
        return _propose(workbook, recipe, without)
    finally:
        if pause:
            gc.enable()


def _propose(workbook: Workbook, recipe: Recipe | None, without: frozenset[str]) -> Proposal:
    bench = Bench(workbook, _skips(recipe, without))
    sheets = [_drafts(bench, index) for index in range(len(workbook.sheets))]
    drafts = join_sheets(bench, [found for found in sheets if found])
    for draft in drafts:
        kinds = fitting_kinds(recipe, [column.name for column in draft.columns])
        split_coordinates(bench, draft)
        work_columns(bench, draft, kinds)
    part_merges(bench, drafts)
    for draft in drafts:
        fill_omitted(bench, draft)
        leave_out_totals(bench, draft)
        _era_columns(bench, draft)
        add_sections(bench, draft)
        look_at_areas(bench, draft)
    look_at_file(bench)
    name_tables(bench, drafts)
    tables = [_table(bench, draft) for draft in drafts]
    list_leftovers(bench, drafts)
    _forget_rows(bench, drafts)
    bench.changes.sort(key=_place(workbook))
    proposal = Proposal(
        tables=tables,
        changes=bench.changes,
        notes=[*bench.notes, *(note for draft in drafts for note in draft.notes)],
        questions=bench.questions,
        metadata=_metadata(workbook, tables),
        skipped=frozenset(bench.skipped),
    )
    if recipe is not None:
        proposal.differences = compare(recipe, proposal)
    return proposal


def _forget_rows(bench: Bench, drafts: list[Draft]) -> None:
    """Cells of a row that is left out as a whole need no change of their own."""
    gone: set[tuple[str, int, int]] = set()
    for draft in drafts:
        for row in draft.gone:
            part = draft.parts[draft.rows[row][0]]
            name, line = bench.workbook.sheets[part.sheet].name, draft.rows[row][1]
            gone.update((name, line, column) for column in part.columns if column is not None)
    if gone:
        bench.changes = [
            change
            for change in bench.changes
            if change.action not in _CELL_ACTIONS
            or (change.sheet, change.range.top, change.range.left) not in gone
        ]


_CELL_ACTIONS = frozenset(
    [
        "number",
        "mark_to_empty",
        "looks",
        "characters",
        "blank_text",
        "ditto",
        "era_year",
        "year_number",
        "era_date",
        "iso_date",
        "era_month",
        "iso_month",
        "code_ascii",
        "label_note_mark",
        "split_cell",
        "code_shown",
        "percent_shown",
    ]
)


def take_back(workbook: Workbook, proposal: Proposal, without: frozenset[str]) -> Proposal:
    """The proposal without some changes. Decisions are made as before; only the named changes are not done."""
    return propose(workbook, None, without | proposal.skipped)


def _skips(recipe: Recipe | None, without: frozenset[str]) -> Callable[[Change], bool] | None:
    remembered = skips_of(recipe) if recipe is not None else None
    if remembered is None:
        return (lambda change: change.id in without) if without else None
    return lambda change: change.id in without or remembered(change)


def _place(workbook: Workbook) -> Callable[[Change], tuple[int, int, int, str]]:
    order = {sheet.name: index for index, sheet in enumerate(workbook.sheets)}
    return lambda change: (order[change.sheet], change.range.top, change.range.left, change.action)


def _drafts(bench: Bench, index: int) -> list[Draft]:
    sheet = bench.workbook.sheets[index]
    grid = bench.grids[index]
    if sheet.hidden:
        return []
    stretches = [part for block in blocks_of(grid) if block.columns for part in unwrap(grid, block)]
    return join_blocks(bench, [draft_of(bench, index, stretch) for stretch in stretches])


def _era_columns(bench: Bench, draft: Draft) -> None:
    """Keeps how eras were written (1-11). Where one Western year was two (平成31年, 令和元年), a column keeps them."""
    for index in reversed(range(len(draft.columns))):
        column = draft.columns[index]
        if column.kind != "year" or column.derived_from:
            continue
        texts = [_era_text(raw) for raw in column.raw]
        part = draft.parts[0]
        source = part.columns[index]
        pairs = {(value, plain(text)) for value, text in zip(column.values, texts, strict=True) if text}
        column.eras = {value: text for value, text in sorted(pairs, key=str) if isinstance(value, int)}
        if len(column.eras) == len({(value, text[:2]) for value, text in pairs}) or source is None:
            continue
        top = part.header_rows[-1] if part.header_rows else part.rows[0]
        name = f"{column.name}_和暦"
        change = Change(
            "1-11",
            "era_column",
            bench.workbook.sheets[part.sheet].name,
            Range(top, source, top, source),
            None,
            name,
            {"header": True},
            structural=True,
        )
        if bench.put(change):
            made = DraftColumn(name, [None] * len(texts), list(texts), derived_from=column.name)
            add_column(draft, index + 1, made)


def _era_text(raw: object) -> str | None:
    if not isinstance(raw, str):
        return None
    moment = read_moment(raw)
    return raw.strip() if moment is not None and moment.kind == "year" and moment.era else None


def _table(bench: Bench, draft: Draft) -> Table:
    kept = [row for row in range(len(draft.rows)) if row not in draft.gone]
    values = [column.values for column in draft.columns]
    rows = [list(cells) for cells in zip(*values, strict=True)]
    if draft.gone:
        rows = [rows[row] for row in kept]
    place = {row: new for new, row in enumerate(kept)}
    literals = {(place[r], c): text for (r, c), text in draft.literals.items() if r in place}
    return Table(
        name=draft.name,
        header=[column.name for column in draft.columns],
        rows=rows,
        columns=[_column(bench, draft, index) for index in range(len(draft.columns))],
        notes=draft.notes,
        title=draft.title,
        parts=draft.parts,
        origins=[draft.rows[row] for row in kept],
        sheet_names=[bench.workbook.sheets[part.sheet].name for part in draft.parts],
        head_raw=dict(draft.head_raw),
        literals=literals,
    )


def _column(bench: Bench, draft: Draft, index: int) -> Column:
    column = draft.columns[index]
    unit = column.unit
    part = draft.parts[0]
    source = part.columns[index]
    if not unit and source is not None and column.kind in {"integer", "number"}:
        formats = bench.workbook.sheets[part.sheet].formats
        lines = [line for p, line in draft.rows[:50] if p == 0]
        unit = next((u for line in lines if (u := unit_in_format(formats.get((line, source), "")))), "")
    return Column(column.name, column.kind, unit, dict(column.markers), column.eras, column.derived_from)


def _metadata(workbook: Workbook, tables: list[Table]) -> dict[str, Any]:
    """What the lines around the tables and the file tell of the data."""
    notes = [note for table in tables for note in table.notes]
    return {
        "format": workbook.format,
        "encoding": workbook.encoding,
        "title": next((table.title for table in tables if table.title), ""),
        "dates": [note.text for note in notes if note.kind == "date"],
        "sources": [note.text for note in notes if note.kind == "source"],
        "notes": [note.text for note in notes if note.kind == "note"],
        "objects": {sheet.name: sheet.objects for sheet in workbook.sheets if sheet.objects},
        "hidden_sheets": [sheet.name for sheet in workbook.sheets if sheet.hidden],
        "units": [note.text for note in notes if note.kind == "unit"],
    }

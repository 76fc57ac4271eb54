"""2-1: one unbroken table: lines around it become notes, blank rows and columns, repeated headers and labels of
sections leave the data."""

from kencho.catalog.fixer.cells.characters import is_blank, standard
from kencho.catalog.fixer.cells.units import units_in_line
from kencho.catalog.fixer.drafts import Bench, Draft, DraftColumn
from kencho.catalog.fixer.layout.blocks import Block as Stretch
from kencho.catalog.fixer.layout.lines import line_kind
from kencho.catalog.fixer.rules.r1_05_looks import clean_header
from kencho.catalog.fixer.rules.r1_06_headers import header_names
from kencho.catalog.fixer.shapes import Change, Note, Part, Range, Value

__all__ = ["draft_of"]


def draft_of(bench: Bench, sheet: int, stretch: Stretch) -> Draft:
    """A draft from one block of a sheet; what is no data is listed."""
    draft = Draft("", [Part(sheet, stretch.head, tuple(stretch.columns), ())], [], [])
    _hidden_columns(bench, sheet, stretch)
    draft.parts[0].columns = tuple(stretch.columns)
    kept = [row for row in stretch.above if not _line(bench, sheet, stretch, row, draft, above=True)]
    names = header_names(bench, sheet, stretch)
    columns: list[DraftColumn] = [DraftColumn(name) for name in names.names]
    for index, unit in names.units.items():
        columns[index].unit = unit
    draft.head_raw = dict(names.raw)
    rows: list[tuple[int, Value]] = [(row, None) for row in kept]
    rows += _body(bench, sheet, stretch, draft)
    rows += [
        (row, None) for row in stretch.below if not _line(bench, sheet, stretch, row, draft, above=False)
    ]
    draft.columns = columns
    draft.rows = [(0, row) for row, _section in rows]
    draft.parts[0].rows = tuple(row for row, _section in rows)
    if any(section is not None for _row, section in rows):
        draft.sections = [section for _row, section in rows]
    lines = bench.workbook.sheets[sheet].rows
    for column, source in zip(columns, stretch.columns, strict=True):
        column.raw = [lines[row][source] if source < len(lines[row]) else None for row, _section in rows]
        column.values = list(column.raw)
    _blank_columns(bench, sheet, stretch)
    return draft


def _hidden_columns(bench: Bench, sheet: int, stretch: Stretch) -> None:
    """Columns that nobody was to see stay out, unless a person takes that back."""
    hidden = bench.workbook.sheets[sheet].hidden_columns
    rows = [*stretch.head, *stretch.body]
    for column in [c for c in stretch.columns if c in hidden]:
        if len(stretch.columns) > 1 and bench.leave_out(
            sheet, Range(rows[0], column, rows[-1], column), "2-1", "hidden_column"
        ):
            stretch.columns.remove(column)


def _hidden_row(bench: Bench, sheet: int, stretch: Stretch, row: int) -> bool:
    """Whether a row that nobody was to see stays out."""
    if row not in bench.workbook.sheets[sheet].hidden_rows:
        return False
    where = bench.row_range(sheet, row, stretch.left, stretch.right)
    return bench.leave_out(sheet, where, "2-1", "hidden_row")


def _line(bench: Bench, sheet: int, stretch: Stretch, row: int, draft: Draft, *, above: bool) -> bool:
    """Takes a line out of the data as notes; false when that was taken back."""
    grid = bench.grids[sheet]
    cells = grid.cells(row, stretch.left, stretch.right)
    texts = [str(grid.value(row, column)).strip() for column in cells]
    kinds = [line_kind(text) for text in texts]
    kind = "title" if "title" in kinds and above else kinds[0] if kinds else "note"
    if kind == "title" and (not above or (len(cells) > 1 and "unit" not in kinds and "date" not in kinds)):
        kind = "note"
    rule = "1-9" if kind == "unit" else "2-1"
    where = bench.row_range(sheet, row, stretch.left, stretch.right)
    if not bench.leave_out(sheet, where, rule, f"{kind}_line", {"text": " ".join(texts)}):
        return False
    name = bench.workbook.sheets[sheet].name
    for column, text, own in zip(cells, texts, kinds, strict=True):
        settled = "note" if own == "title" and kind == "note" else own
        if settled == "title" and draft.title:
            settled = "heading"
        elif settled == "title":
            draft.title = " ".join(standard(text).split())
        draft.notes.append(Note(settled, text, name, Range(row, column, row, column).ref))
        if own == "unit":
            draft.units.extend(units_in_line(text) or ())
    return True


def _body(bench: Bench, sheet: int, stretch: Stretch, draft: Draft) -> list[tuple[int, Value]]:
    """The data rows, each with the label of its section."""
    rows: list[tuple[int, Value]] = []
    section: Value = None
    last = max((row for row in stretch.body if stretch.kinds.get(row, "section") == "section"), default=-1)
    for row in stretch.body:
        kind = stretch.kinds.get(row, "")
        if kind == "blank" and row > last:
            continue
        if kind == "section" and row not in bench.workbook.sheets[sheet].hidden_rows:
            label = _section(bench, sheet, stretch, row)
            if label is not None:
                section = label
                continue
        if not _left_out(bench, sheet, stretch, row, kind, draft):
            rows.append((row, section))
    return rows


def _left_out(bench: Bench, sheet: int, stretch: Stretch, row: int, kind: str, draft: Draft) -> bool:
    """Whether a row of the body is no data: hidden, a note, blank, the header once more."""
    if kind == "blank":
        where = Range(row, stretch.columns[0], row, stretch.columns[-1])
        return bench.leave_out(sheet, where, "2-1", "blank_row")
    if _hidden_row(bench, sheet, stretch, row):
        return True
    if kind == "note":
        return _line(bench, sheet, stretch, row, draft, above=False)
    if kind == "repeat":
        where = bench.row_range(sheet, row, stretch.left, stretch.right)
        return bench.leave_out(sheet, where, "2-1", "repeated_header")
    return False


def _section(bench: Bench, sheet: int, stretch: Stretch, row: int) -> Value:
    """The label that heads the rows below; `None` when taking it out was taken back."""
    grid = bench.grids[sheet]
    column = grid.cells(row, stretch.left, stretch.right)[0]
    text = clean_header(standard(str(grid.value(row, column)))).strip(
        "【】〔〕［］[]〈〉＜＞<>《》◆■●○◎・()（）"
    )
    where = bench.row_range(sheet, row, stretch.left, stretch.right)
    return text if bench.leave_out(sheet, where, "2-1", "section_row", {"label": text}) else None


def _blank_columns(bench: Bench, sheet: int, stretch: Stretch) -> None:
    bottom = stretch.body[-1] if stretch.body else stretch.head[-1]
    top = stretch.head[0] if stretch.head else bottom
    used = set(stretch.columns)
    for column in range(stretch.columns[0], stretch.columns[-1]):
        if column not in used:
            where = Range(top, column, bottom, column)
            bench.put(Change("2-1", "blank_column", bench.workbook.sheets[sheet].name, where, None, None))


def add_sections(bench: Bench, draft: Draft, *, name: str = "区分") -> None:
    """Puts the labels of sections into a first column."""
    if not draft.sections or all(is_blank(label) for label in draft.sections):
        return
    taken = {column.name for column in draft.columns}
    while name in taken:
        name += "_2"
    add_column(
        draft, 0, DraftColumn(name, [None] * len(draft.rows), list(draft.sections), derived_from="section")
    )


def add_column(draft: Draft, index: int, column: DraftColumn) -> None:
    """Puts a made column into a draft; what is kept by column number moves along."""
    draft.columns.insert(index, column)
    for part in draft.parts:
        part.columns = (*part.columns[:index], None, *part.columns[index:])
    draft.head_raw = {(c + 1 if c >= index else c): v for c, v in draft.head_raw.items()}
    draft.literals = {(r, c + 1 if c >= index else c): v for (r, c), v in draft.literals.items()}

"""1-6 in the data: 〃 and labels written once for a group, in every row."""

import re
from typing import Final

from kencho.catalog.fixer.cells.characters import is_blank
from kencho.catalog.fixer.cells.marks import is_ditto, is_mark, total_rank
from kencho.catalog.fixer.drafts import Bench, Draft, Written, put_cells
from kencho.catalog.fixer.shapes import Change, Range, Value

__all__ = ["fill_omitted"]

_REMARK: Final = re.compile("備考|摘要|注|特記|コメント|メモ|担当|フラグ|印|有無|URL")
_LEAST_SHARE: Final = 1 / 3


def fill_omitted(bench: Bench, draft: Draft) -> None:
    """Fills ditto marks everywhere, and blanks under group labels where the layout proves the group."""
    for index, column in enumerate(draft.columns):
        if not column.derived_from:
            _fill_dittos(bench, draft, index)
    for part in range(len(draft.parts)):
        rows = [row for row, (p, _line) in enumerate(draft.rows) if p == part]
        for index in reversed(range(_label_columns(draft))):
            _fill_labels(bench, draft, index, rows, part)


def _fill_dittos(bench: Bench, draft: Draft, index: int) -> None:
    column = draft.columns[index]
    if not any(is_ditto(text) for text in {value for value in column.raw if isinstance(value, str)}):
        return
    above: Value = None
    for row, value in enumerate(column.raw):
        sign = isinstance(value, str) and is_ditto(value) and not (is_mark(value) and column.kind != "text")
        if sign and above is not None:
            put_cells(bench, draft, index, [(row, Written(above, "1-6", "ditto", {"mark": value}))])
        elif not is_blank(value) and not sign:
            above = column.values[row]


def _label_columns(draft: Draft) -> int:
    """How many columns at the left hold labels, not values."""
    for index, column in enumerate(draft.columns):
        if column.kind in {"integer", "number"} and not column.derived_from:
            return index
    return min(2, len(draft.columns) - 1)


def _fill_labels(bench: Bench, draft: Draft, index: int, rows: list[int], part: int) -> None:
    column = draft.columns[index]
    source = draft.parts[part].columns[index]
    if source is None or _REMARK.search(column.name) or len(rows) < 3:
        return
    values = [column.values[row] for row in rows]
    blanks = [i for i, value in enumerate(values) if is_blank(value) and is_blank(column.raw[rows[i]])]
    if not blanks or is_blank(values[0]) or not _proved(draft, index, rows, values, blanks):
        return
    start = 0
    for i in range(1, len(rows) + 1):
        if i < len(rows) and is_blank(values[i]):
            continue
        if i - start > 1:
            _fill_run(bench, draft, index, rows[start:i], values[start])
        start = i


def _proved(draft: Draft, index: int, rows: list[int], values: list[Value], blanks: list[int]) -> bool:
    """The labels are each written once, groups have two rows or more, and the next column is full."""
    labels = [str(value) for value in values if not is_blank(value) and not total_rank(str(value))]
    if len(labels) < 2 or len(set(labels)) != len(labels) or any(isinstance(v, float) for v in values):
        return False
    following = draft.columns[index + 1].values
    if any(is_blank(following[rows[i]]) for i in blanks):
        return False
    if draft.columns[index + 1].kind in {"integer", "number"} and len(blanks) * 2 < len(rows):
        return False
    totals = sum(total_rank(str(value)) > 0 for value in values if not is_blank(value))
    return len(blanks) >= _LEAST_SHARE * (len(rows) - totals)


def _fill_run(bench: Bench, draft: Draft, index: int, rows: list[int], label: Value) -> None:
    if total_rank(str(label)):
        return
    part_index = draft.rows[rows[0]][0]
    part = draft.parts[part_index]
    source = part.columns[index] or 0
    lines = [draft.rows[row][1] for row in rows[1:]]
    where = Range(lines[0], source, lines[-1], source)
    change = Change(
        "1-6",
        "fill_down",
        bench.workbook.sheets[part.sheet].name,
        where,
        bench.block(part.sheet, where),
        label,
    )
    if bench.put(change):
        for row in rows[1:]:
            draft.columns[index].values[row] = label

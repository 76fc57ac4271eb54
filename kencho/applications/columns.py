"""The questions of one procedure as columns of a table, for files that go out and come in."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from kencho.foundation import wareki
from kencho.procedures.definition import Answers, Compiled, FieldError, Item

__all__ = ["Column", "answers_of", "cells_of", "entry_columns", "printed", "shown_columns"]

# The parts of these have cells of their own; other answers stand in one cell.
IN_PARTS = frozenset({"name", "postal_address"})
GROUP_ROWS = 3
YES = frozenset({"はい", "yes", "true", "1", "○", "〇", "有", "同意します", "はい、同意します"})
NO = frozenset({"いいえ", "no", "false", "0", "×", "無"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``name`` is what a browser would post (``requester_name.family``), ``heading`` what people read."""

    name: str
    heading: str
    item: Item
    part: str = ""
    group: str = ""
    row: int = 0


def _plain(text: object) -> str:
    """Headings as the reader of tables compares them: blanks of any kind as one."""
    return " ".join(str(text).split())


def _told_apart(columns: Sequence[Column]) -> list[Column]:
    """Columns of which no two share a heading: where the words are the same, the name stands behind them."""
    counted = Counter(one.heading for one in columns)
    return [
        one if counted[one.heading] == 1 else replace(one, heading=f"{one.heading} [{one.name}]")
        for one in columns
    ]


def _items(plan: Compiled) -> Iterator[Item]:
    for page in plan.pages:
        yield from (item for item in page.items if plan.plan.nodes[item.id].kind.holds_value)


def shown_columns(plans: Sequence[Compiled]) -> list[Column]:
    """Columns of an export: the questions of the first version, then those that only others have."""
    found: dict[str, Column] = {}
    for plan in plans:
        for item in _items(plan):
            for column in _parts(plan, item, item.id, item.label):
                found.setdefault(column.name, column)
    return _told_apart(list(found.values()))


def _parts(plan: Compiled, item: Item, name: str, label: str, group: str = "", row: int = 0) -> list[Column]:
    heading = _plain(label or item.id)
    if item.type not in IN_PARTS:
        return [Column(name, heading, item, group=group, row=row)]
    kind = _kind_of(plan, item, group)
    return [
        Column(
            view.name,
            f"{heading}（{str(view.label).partition('（')[0]}）",
            item,
            view.name.rpartition(".")[2],
            group,
            row,
        )
        for view in kind.inputs(item, name, None, None)
    ]


def _kind_of(plan: Compiled, item: Item, group: str) -> Any:
    if not group:
        return plan.plan.nodes[item.id].kind
    return next(node.kind for node in plan.plan.nodes[group].children if node.item.id == item.id)


def printed(plan: Compiled, answers: Mapping[str, Any], column: Column) -> str:
    """The answer in a column, in words; nothing when this version of the form does not ask or nothing was written."""
    node, value = plan.plan.nodes.get(column.item.id), answers.get(column.item.id)
    if node is None or value is None:
        return ""
    if column.part:
        return str(value.get(column.part) or "") if isinstance(value, dict) else ""
    if node.children:
        return "\n".join(_group_lines(plan, node.item, value))
    return str(node.kind.show(node.item, value))


def _group_lines(plan: Compiled, item: Item, rows: Any) -> Iterator[str]:
    children = plan.plan.nodes[item.id].children
    for number, row in enumerate(rows if isinstance(rows, list) else [], start=1):
        texts = [
            f"{child.item.label}：{child.kind.show(child.item, row[child.item.id])}"
            for child in children
            if isinstance(row, dict) and row.get(child.item.id) is not None
        ]
        yield f"{item.row_label or item.label}{number} {'、'.join(texts)}"


@lru_cache(maxsize=64)
def entry_columns(plan: Compiled, *, rows: int | None = None) -> tuple[Column, ...]:
    """Columns in which answers can be written; of repeating groups ``rows`` rows, by default all that may be filled."""
    found: list[Column] = []
    for item in _items(plan):
        if item.type in {"attachment", "calculated"}:
            continue
        if not item.items:
            found += _parts(plan, item, item.id, item.label)
            continue
        for row in range(item.max_rows if rows is None else min(item.max_rows, max(rows, item.min_rows))):
            found += _row_columns(plan, item, row)
    return tuple(_told_apart(found))


def _row_columns(plan: Compiled, group: Item, row: int) -> Iterator[Column]:
    for node in plan.plan.nodes[group.id].children:
        if node.kind.holds_value and node.item.type not in {"attachment", "calculated"}:
            label = f"{group.row_label or group.label}{row + 1} {node.item.label}"
            yield from _parts(plan, node.item, f"{group.id}.{row}.{node.item.id}", label, group.id, row)


def cells_of(plan: Compiled, answers: Mapping[str, Any], columns: Sequence[Column]) -> list[str]:
    """Answers as the cells from which ``answers_of`` reads the same answers again."""
    return [_cell(plan, answers, column) for column in columns]


def _cell(plan: Compiled, answers: Mapping[str, Any], column: Column) -> str:
    value: Any = answers.get(column.group or column.item.id)
    if column.group:
        value = value[column.row].get(column.item.id) if value and len(value) > column.row else None
    if column.part:
        value = (value or {}).get(column.part)
    if value is None:
        return ""
    if column.item.type in {"choice", "select", "choices", "yes_no", "consent"}:
        words = str(_kind_of(plan, column.item, column.group).show(column.item, value))
        return _joined(_labels(column.item, value)) if column.item.type == "choices" else words
    return str(value)


def _joined(labels: Sequence[str]) -> str:
    return ("\n" if any(sign in label for label in labels for sign in "、,;") else "、").join(labels)


def _labels(item: Item, values: Sequence[str]) -> list[str]:
    return [one.label for one in item.options if one.value in values]


def answers_of(
    plan: Compiled, columns: Sequence[Column], cells: Mapping[str, str], on: date
) -> tuple[Answers, list[FieldError]]:
    """Answers written in the cells of one line (by column name), checked as if filled in on a day. Never raises."""
    post: dict[str, list[str]] = {}
    for column in columns:
        text = cells.get(column.name, "").strip()
        if text:
            post[column.name] = _posted(column, text)
    answers: Answers = {}
    unreadable: list[FieldError] = []
    for page in plan.pages:
        reading = plan.read_page(page.id, post, answers, on=on)
        answers = plan.merge(answers, reading.values)
        unreadable += [
            one
            for one in reading.errors
            if one.code not in {"required", "constraint"} and _is_missing(reading.values, one)
        ]
    verdict = plan.validate(answers, on=on)
    told = {one.item_id for one in unreadable}
    return verdict.answers, unreadable + [one for one in verdict.errors if one.item_id not in told]


def _is_missing(values: Mapping[str, Any], error: FieldError) -> bool:
    """Whether an input could not be read at all; what could be read is judged with the whole application."""
    top, _dot, rest = error.item_id.partition(".")
    value = values.get(top)
    if rest and isinstance(value, list):
        row, _dot, child = rest.partition(".")
        value = value[int(row)].get(child) if row.isdigit() and int(row) < len(value) else None
    return value is None


def _posted(column: Column, text: str) -> list[str]:
    """What a browser would post for what people write in a cell."""
    kind, item = column.item.type, column.item
    if kind in {"choice", "select"}:
        return [_value_of(item, text)]
    if kind == "choices":
        return _values_of(item, text)
    if kind in {"yes_no", "consent"}:
        word = text.lower()
        return ["yes" if word in YES else "no" if word in NO else text]
    if kind in {"date", "birth_date"}:
        return [_day(text)]
    return [text]


def _value_of(item: Item, text: str) -> str:
    return next((one.value for one in item.options if _plain(text) in {one.value, _plain(one.label)}), text)


def _values_of(item: Item, text: str) -> list[str]:
    """Several choices, one a line or with 、 between; labels may hold that sign themselves."""
    pieces = text.splitlines()
    known = {one.value for one in item.options}
    if any(_value_of(item, piece) not in known for piece in pieces):
        pieces = [
            piece for line in pieces for piece in line.replace(",", "、").replace(";", "、").split("、")
        ]
    return [_value_of(item, piece.strip()) for piece in pieces if piece.strip()]


def _day(text: str) -> str:
    try:
        return wareki.parse(text).isoformat()
    except wareki.WarekiError:
        return text

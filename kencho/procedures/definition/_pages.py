"""Reading one page from a browser. Never raises, whatever is posted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kencho.procedures.definition._expressions import is_empty
from kencho.procedures.definition._messages import field_error
from kencho.procedures.definition._model import FieldError, Page
from kencho.procedures.definition._plan import Node, Plan, State
from kencho.procedures.definition._postal import look_up
from kencho.procedures.definition._text import ascii_text, holds_individual_number
from kencho.procedures.definition._types._base import Inputs

ACTION = "_action"
SHOWN = "_shown"
ROWS = "_rows"
ACTIONS = ("next", "save", "add_row", "remove_row", "lookup_postal")
_MAX_TEXT = 100_000

Raw = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class PageReading:
    """What one POST of a page says.

    `values` holds every answer of the page, None where it was left blank or must not be stored; merge them with
    `Compiled.merge`. `raw` is what to show again. `revealed` are questions that this very input brought up and the
    applicant has not seen yet.
    """

    page_id: str
    values: dict[str, Any]
    errors: list[FieldError]
    action: str
    target: str = ""
    raw: Raw = field(default_factory=dict)
    revealed: tuple[str, ...] = ()

    @property
    def stays(self) -> bool:
        """Whether the same page must be shown again."""
        return self.action != "next" or bool(self.errors) or bool(self.revealed)


def read_page(
    plan: Plan, page: Page, post: Mapping[str, Any], answers: Mapping[str, Any], today: date
) -> PageReading:
    """Typed values, errors and the button pressed."""
    nodes = [plan.nodes[item.id] for item in page.items]
    raw = flatten(post)
    action, target = _action(raw)
    found: list[FieldError] = []
    if action == "lookup_postal":
        found += _fill_address(plan, raw, target)
    elif action in {"add_row", "remove_row"}:
        _change_rows(nodes, raw, action, target)
    else:
        _drop_blank_rows(nodes, raw)
    shown = set(raw[SHOWN][-1].split(",")) if raw.get(SHOWN) else None
    asked = [node for node in nodes if shown is None or node.item.id in shown]
    values, unreadable = _read(plan, asked, raw, answers)
    state = plan.state(_merged(answers, values), today)
    visible = [node for node in nodes if node.item.id in state.visible]
    revealed: tuple[str, ...] = ()
    if action in {"next", "save"}:
        found += _errors(plan, [node for node in visible if node in asked], unreadable, state, today, action)
        revealed = tuple(node.item.id for node in visible if node not in asked) if action == "next" else ()
    return PageReading(page.id, values, found, action, target, raw, revealed)


def merge(answers: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Answers so far with the values of a page; what was left blank goes."""
    return _merged(answers, values)


def _merged(answers: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**answers, **values}.items() if value is not None}


def flatten(post: Mapping[str, Any]) -> Raw:
    """A QueryDict or plain mapping as lists of texts."""
    several = getattr(post, "getlist", None)
    made: Raw = {}
    for key in list(post):
        value = several(key) if callable(several) else post[key]
        texts = value if isinstance(value, list | tuple) else [value]
        made[str(key)] = [str(one)[:_MAX_TEXT] for one in texts if one is not None]
    return made


def inputs_of(raw: Mapping[str, list[str]], name: str) -> Inputs:
    """Reader of the parts of one item."""

    def get(part: str) -> list[str]:
        return raw.get(f"{name}.{part}" if part else name, [])

    return get


def _action(raw: Raw) -> tuple[str, str]:
    verb, _colon, target = (raw.get(ACTION) or ["next"])[-1].partition(":")
    return (verb, target) if verb in ACTIONS else ("next", "")


def row_count(node: Node, raw: Mapping[str, list[str]]) -> int:
    """Rows that the browser showed, at most what the definition allows."""
    name = node.item.id
    text = ascii_text((raw.get(f"{name}.{ROWS}") or [""])[-1])
    if text.isascii() and text.isdigit() and len(text) <= 4:
        return min(int(text), node.item.max_rows)
    numbers = [_row_number(key, name) for key in raw]
    return min(max(numbers, default=-1) + 1, node.item.max_rows)


def _row_number(key: str, group: str) -> int:
    pieces = key.split(".")
    if len(pieces) < 3 or pieces[0] != group or not (pieces[1].isascii() and pieces[1].isdigit()):
        return -1
    return int(pieces[1][:4])


# --- buttons other than next and save ----------------------------------------------------------------------------


def _fill_address(plan: Plan, raw: Raw, target: str) -> list[FieldError]:
    node = _address_node(plan, target)
    if node is None:
        return []
    code = ascii_text((raw.get(f"{target}.postal_code") or [""])[-1]).replace("-", "").replace("〒", "")
    place = look_up(code)
    if place is None:
        return [field_error(target, "postal_code", "unknown_postal_code", label=node.item.label_text())]
    raw[f"{target}.postal_code"] = [code]
    raw[f"{target}.prefecture"] = [place.prefecture]
    raw[f"{target}.city"] = [place.city]
    raw[f"{target}.town"] = [place.town]
    return []


def _address_node(plan: Plan, target: str) -> Node | None:
    pieces = target.split(".")
    node = plan.nodes.get(pieces[0])
    if node is not None and len(pieces) == 3:
        node = next((one for one in node.children if one.item.id == pieces[2]), None)
    return node if node is not None and node.item.type == "postal_address" else None


def _change_rows(nodes: Iterable[Node], raw: Raw, action: str, target: str) -> None:
    group, _colon, number = target.partition(":")
    node = next((one for one in nodes if one.item.id == group and one.children), None)
    if node is None:
        return
    count = row_count(node, raw)
    if action == "add_row":
        raw[f"{group}.{ROWS}"] = [str(min(count + 1, node.item.max_rows))]
    elif number.isascii() and number.isdigit() and len(number) <= 4 and int(number) < count:
        _keep_rows(raw, group, [index for index in range(count) if index != int(number)])


def _drop_blank_rows(nodes: Iterable[Node], raw: Raw) -> None:
    for node in nodes:
        if not node.children:
            continue
        group, count = node.item.id, row_count(node, raw)
        filled = {
            _row_number(key, group)
            for key, texts in raw.items()
            if any(one.strip() for one in texts) and not key.endswith(".era")
        }
        kept = [index for index in range(count) if index in filled]
        blank = [index for index in range(count) if index not in filled]
        # Rows that must exist stay, so that their errors stand where the applicant looks.
        kept = sorted(kept + blank[: max(0, node.item.min_rows - len(kept))])
        if len(kept) < count:
            _keep_rows(raw, group, kept)


def _keep_rows(raw: Raw, group: str, kept: list[int]) -> None:
    place = {old: new for new, old in enumerate(kept)}
    for key in [one for one in raw if _row_number(one, group) >= 0]:
        texts, old = raw.pop(key), _row_number(key, group)
        if old in place:
            head, _number, tail = key.split(".", 2)
            # Written under a marked name first: row 2 becomes row 1 while row 1 is still to be read.
            raw[f"{head}.+{place[old]}.{tail}"] = texts
    for key in [one for one in raw if one.startswith(f"{group}.+")]:
        raw[key.replace("+", "", 1)] = raw.pop(key)
    raw[f"{group}.{ROWS}"] = [str(len(kept))]


# --- values --------------------------------------------------------------------------------------------------------


def _read(
    plan: Plan, nodes: Iterable[Node], raw: Raw, answers: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, list[FieldError]]]:
    values: dict[str, Any] = {}
    unreadable: dict[str, list[FieldError]] = {}
    for node in nodes:
        if not node.kind.holds_value or node.value is not None:
            continue
        item_id = node.item.id
        if node.children:
            values[item_id], errors = _read_rows(plan, node, raw, answers.get(item_id))
        else:
            values[item_id], errors = _read_one(plan, node, item_id, raw, answers.get(item_id))
        if errors:
            unreadable[item_id] = errors
    return values, unreadable


def _read_one(plan: Plan, node: Node, name: str, raw: Raw, current: Any) -> tuple[Any, list[FieldError]]:
    read = node.kind.read(node.item, inputs_of(raw, name), current)
    errors = plan.read_errors(node, name, read.problems)
    if "no_individual_number" in node.kind.unexpressed(node.item):
        kept = _without_individual_numbers(read.value)
        if kept != read.value:
            errors += [
                one for one in plan.judge_alone(node, name, read.value) if one.code == "individual_number"
            ]
        return kept, errors
    return read.value, errors


def _without_individual_numbers(value: Any) -> Any:
    """番号法第20条 forbids keeping the number; it is dropped before anything is saved, drafts too."""
    if isinstance(value, dict):
        kept = {key: text for key, text in value.items() if not holds_individual_number(str(text))}
        return kept or None
    return None if isinstance(value, str) and holds_individual_number(value) else value


def _read_rows(plan: Plan, node: Node, raw: Raw, current: Any) -> tuple[Any, list[FieldError]]:
    rows: list[dict[str, Any]] = []
    errors: list[FieldError] = []
    stored = current if isinstance(current, list) else []
    for index in range(row_count(node, raw)):
        before = stored[index] if index < len(stored) and isinstance(stored[index], dict) else {}
        row: dict[str, Any] = {}
        for child in node.children:
            if not child.kind.holds_value or child.value is not None:
                continue
            child_id = child.item.id
            value, found = _read_one(
                plan, child, f"{node.item.id}.{index}.{child_id}", raw, before.get(child_id)
            )
            errors += found
            if value is not None:
                row[child_id] = value
        rows.append(row)
    while rows and is_empty(rows[-1]) and len(rows) > node.item.min_rows:
        rows.pop()
    return rows or None, errors


def _errors(
    plan: Plan,
    nodes: Iterable[Node],
    unreadable: Mapping[str, list[FieldError]],
    state: State,
    today: date,
    action: str,
) -> list[FieldError]:
    """What is wrong on the page. A draft may lack answers; only what cannot be read is told when saving."""
    found: list[FieldError] = []
    for node in nodes:
        already = unreadable.get(node.item.id, [])
        names = {one.item_id for one in already}
        fresh = [one for one in plan.errors_of(node, state, today) if one.item_id not in names]
        if already and all(one.code == "required" and one.item_id == node.item.id for one in fresh):
            fresh = []
        found += [*already, *fresh]
    if action == "save":
        return [one for one in found if one.code not in {"required", "too_few"}]
    return found or _page_rules(plan, nodes, state, today)


def _page_rules(plan: Plan, nodes: Iterable[Node], state: State, today: date) -> list[FieldError]:
    here = {node.item.id for node in nodes}
    return [one for one in plan.rule_errors(state, today) if one.item_id in here]

"""The answers of a procedure from the fields of a sheet: each value at the place that its key names.

Keys are those of ``form_maps``: ``telephone``, ``name.family``, ``costs.0.cost_amount``; what begins with ``_`` is no
answer. Rows of a group in which nothing is written are left out, and the rows below move up.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from kencho.intake import address_parts
from kencho.intake.engine.shapes import Kind
from kencho.intake.models import FieldResult
from kencho.procedures.definition import Compiled, Item

MOST_ROWS = 200


def value_of(field: FieldResult) -> Any:
    """What the field says now: the clerks' value once there is one, else what was read."""
    return field.final if field.state == FieldResult.State.VERIFIED else field.value


def build(fields: Iterable[FieldResult], plan: Compiled) -> dict[str, Any]:
    """The answers in the shape that ``plan`` checks. Keys that the procedure does not know are left out."""
    items = {item.id: item for page in plan.pages for item in page.items}
    answers: dict[str, Any] = {}
    # Addresses last: how one is parted depends on the postal code beside it.
    for field in sorted(fields, key=lambda each: each.key.endswith(".address")):
        value = value_of(field)
        if field.key.startswith("_") or _is_blank(value, field.kind):
            continue
        first, _dot, rest = field.key.partition(".")
        item = items.get(first)
        if item is None:
            continue
        if item.type == "group":
            _put_in_row(item, rest, field, value, answers.setdefault(first, {}))
        else:
            _put(item, rest, field, value, answers)
    return {key: _rows(value) if items[key].type == "group" else value for key, value in answers.items()}


def keys_of(error_item: str, part: str, known: Iterable[str]) -> list[str]:
    """The keys of a sheet that an error of the procedure speaks of; a whole answer's error speaks of all its parts."""
    known = list(known)
    exact = f"{error_item}.{part}" if part else error_item
    if exact in known:
        return [exact]
    if part and part != "postal_code" and f"{error_item}.address" in known:
        return [f"{error_item}.address"]
    return [key for key in known if key.startswith(f"{error_item}.")]


def _is_blank(value: Any, kind: str) -> bool:
    return value is None or value in ("", []) or (value is False and kind == Kind.CONSENT)


def _put_in_row(
    group: Item, rest: str, field: FieldResult, value: Any, rows: dict[int, dict[str, Any]]
) -> None:
    number, _dot, below = rest.partition(".")
    child_id, _dot, part = below.partition(".")
    child = next((each for each in group.items if each.id == child_id), None)
    if child is None or not number.isdigit() or int(number) >= MOST_ROWS:
        return
    _put(child, part, field, value, rows.setdefault(int(number), {}))


def _put(item: Item, part: str, field: FieldResult, value: Any, into: dict[str, Any]) -> None:
    """Set the value of an item, or of one of its parts."""
    if not part:
        into[item.id] = _fitting(item, field.kind, value)
        return
    whole = into.setdefault(item.id, {})
    if part == "address" and item.type == "postal_address":
        code = whole.get("postal_code") or ""
        for name, text in address_parts.split(str(value), postal_code=str(code)).items():
            if text:
                whole[name] = text
    else:
        whole[part] = value


def _fitting(item: Item, kind: str, value: Any) -> Any:
    """A value read from paper, in the JSON type that the item's type holds."""
    if item.type == "yes_no":
        return value if isinstance(value, bool) else str(value) == "yes"
    if item.type in {"consent"}:
        return True
    if item.type in {"choice", "select"} and kind == Kind.TEXT:
        return _by_label(item, str(value))
    if item.type == "choices" and not isinstance(value, list):
        return [value]
    return value


def _by_label(item: Item, written: str) -> str:
    """Too many options for boxes: the label is written out."""
    for option in item.options:
        if written in (option.value, option.label):
            return option.value
    return written


def _rows(rows: Mapping[int, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [rows[number] for number in sorted(rows) if rows[number]]

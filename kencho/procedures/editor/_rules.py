"""Rules that a form can show: conditions on single items, joined by all or any. Others are shown as text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kencho.procedures.definition import Json
from kencho.procedures.editor._data import Data, places

OPERATORS: Mapping[str, Any] = {
    "eq": _("が次と同じ"),
    "ne": _("が次と違う"),
    "in": _("が次のどれか（「、」で区切る）"),
    "contains": _("に次が含まれる"),
    "filled": _("が書かれている"),
    "empty": _("が空"),
    "ge": _("が次以上"),
    "gt": _("が次より大きい"),
    "le": _("が次以下"),
    "lt": _("が次より小さい"),
}
WITHOUT_VALUE = frozenset({"filled", "empty"})
_NUMBERS = frozenset({"integer", "decimal", "money", "calculated"})
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_SEPARATOR = re.compile(r"[、,，]\s*")


@dataclass(frozen=True)
class Condition:
    """「項目が〈演算〉値」. Several values only for `in`; none for `filled` and `empty`."""

    item: str
    operator: str
    values: tuple[str | int | bool, ...] = ()


@dataclass(frozen=True)
class SimpleRule:
    """Conditions of which all (`all`) or one (`any`) must hold."""

    join: str
    conditions: tuple[Condition, ...]


def simple(rule: Json) -> SimpleRule | None:
    """The rule as conditions, or None when it is more than that."""
    name, arguments = _opened(rule)
    if name in {"all", "any"}:
        parts = [_condition(one) for one in arguments]
        if not parts or any(part is None for part in parts):
            return None
        return SimpleRule(name, tuple(part for part in parts if part is not None))
    single = _condition(rule)
    return None if single is None else SimpleRule("all", (single,))


def _opened(node: Json) -> tuple[str, list[Json]]:
    if isinstance(node, dict) and len(node) == 1:
        ((name, body),) = node.items()
        return str(name), body if isinstance(body, list) else [body]
    return "", []


def _condition(node: Json) -> Condition | None:
    name, arguments = _opened(node)
    if name == "not" and len(arguments) == 1:
        inner = _condition(arguments[0])
        return Condition(inner.item, "filled") if inner and inner.operator == "empty" else None
    if name not in OPERATORS or name == "filled" or not arguments:
        return None
    kind, target = _opened(arguments[0])
    if kind != "item" or len(target) != 1 or not isinstance(target[0], str):
        return None
    values = tuple(arguments[1:])
    if not all(isinstance(one, str | int | bool) for one in values):
        return None
    wanted = 0 if name == "empty" else 1
    if len(values) != wanted and not (name == "in" and values):
        return None
    return Condition(target[0], name, values)


def built(rule: SimpleRule) -> Json:
    """The expression of a simple rule; None when it has no conditions."""
    parts = [_node(one) for one in rule.conditions]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else {rule.join: parts}


def _node(condition: Condition) -> Json:
    target = {"item": condition.item}
    if condition.operator == "filled":
        return {"not": [{"empty": [target]}]}
    return {condition.operator: [target, *condition.values]}


def referable(data: Data, inside: str = "") -> list[tuple[str, str]]:
    """(id, label) of the items a rule may speak of. Items of a group only for rules inside that group."""
    found = []
    for place in places(data):
        item = place.item
        here = place.group is None or place.group["id"] == inside
        if here and item["type"] not in {"heading", "note"}:
            found.append((item["id"], f"{item.get('label') or item['id']}"))
    return found


def typed(data: Data, item_id: str, operator: str, text: str) -> tuple[str | int | bool, ...]:
    """What was written in the form as values of the item: labels become values, digits numbers, はい true."""
    if operator in WITHOUT_VALUE:
        return ()
    item: Data = next((one.item for one in places(data) if one.item["id"] == item_id), {})
    parts = [one for one in _SEPARATOR.split(text.strip()) if one] if operator == "in" else [text.strip()]
    return tuple(_value(item, part) for part in parts)


def _value(item: Data, text: str) -> str | int | bool:
    kind = item.get("type")
    if kind in {"yes_no", "consent", "calculated"} and text in {"はい", "いいえ", "true", "false"}:
        return text in {"はい", "true"}
    if kind in _NUMBERS and _WHOLE.fullmatch(text):
        return int(text)
    return labels(item, by_label=True).get(text, text)


def labels(item: Data, *, by_label: bool = False) -> dict[str, str]:
    """The options of an item: value → label, or label → value."""
    pairs = [
        (one, one) if isinstance(one, str) else (one["value"], str(one.get("label", "")))
        for one in item.get("options") or ()
    ]
    return {label: value for value, label in pairs} if by_label else dict(pairs)


def written(data: Data, condition: Condition) -> str:
    """The values as they stand in the form."""
    item: Data = next((one.item for one in places(data) if one.item["id"] == condition.item), {})
    known = labels(item)
    return "、".join(_said(one, known) for one in condition.values)


def _said(value: str | int | bool, known: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    return known.get(str(value), str(value))

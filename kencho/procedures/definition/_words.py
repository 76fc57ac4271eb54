"""Expressions in Japanese, for findings, differences and the paper form."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from kencho.procedures.definition._expressions import operands
from kencho.procedures.definition._model import Definition, Item, Json

_COMPARE = {
    "eq": "{0}が{1}", "ne": "{0}が{1}でない", "lt": "{0}が{1}より小さい", "le": "{0}が{1}以下",
    "gt": "{0}が{1}より大きい", "ge": "{0}が{1}以上", "contains": "{0}に{1}が含まれる", "age_at": "{1}現在の{0}の年齢",
    "sub": "{0}から{1}を引いた値",
}  # fmt: skip


def describe(rule: Json, definition: Definition) -> str:
    """The rule as a Japanese phrase, such as 「開示の方法」が「写しの交付」."""
    items = {item.id: item for item in definition.items()}
    return _describe(rule, items)


def _describe(rule: Json, items: dict[str, Item]) -> str:
    name, arguments = operands(rule)
    if name == "literal":
        return _literal(arguments[0])
    if name == "item":
        return _reference(str(arguments[0]), items)
    if name == "today":
        return _("手続をする日")
    texts = [_describe(one, items) for one in arguments]
    named = next((found for one in arguments if (found := _item_of(one, items))), None)
    if named is not None and name in {"eq", "ne", "in", "contains"}:
        texts = [_option(one, named) or text for one, text in zip(arguments, texts, strict=True)]
    return _COMPARE[name].format(*texts) if name in _COMPARE else _phrase(name, texts)


def _phrase(name: str, texts: list[str]) -> str:
    phrases: dict[str, Callable[[list[str]], str]] = {
        "all": "、かつ".join,
        "any": "、または".join,
        "not": lambda t: f"「{t[0]}」ではない",
        "in": lambda t: f"{t[0]}が{'・'.join(t[1:])}のどれか",
        "empty": lambda t: f"{t[0]}が空",
        "count": lambda t: f"{t[0]}の数",
        "if": lambda t: f"{t[0]}なら{t[1]}、そうでなければ{t[2]}",
        "add": lambda t: f"{'と'.join(t)}の和",
        "mul": "×".join,
        "sum": lambda t: f"{'と'.join(t)}の合計",
    }
    return phrases[name](texts) if name in phrases else name


def _literal(value: Json) -> str:
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    return f"「{value}」" if isinstance(value, str) else str(value)


def _reference(reference: str, items: dict[str, Item]) -> str:
    item = items.get(reference.partition(".")[0])
    return f"「{item.label_text()}」" if item is not None and item.label else f"「{reference}」"


def _item_of(rule: Json, items: dict[str, Item]) -> Item | None:
    name, arguments = operands(rule)
    return items.get(str(arguments[0]).partition(".")[0]) if name == "item" else None


def _option(value: Json, item: Item) -> str:
    return next((f"「{one.text()}」" for one in item.options if one.value == value), "")

"""Definitions that the tests share: one with every item type, and a maker of random ones."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from kencho.procedures.definition import Compiled, compiled, parse

TODAY = date(2026, 11, 24)
SEEDS = Path(__file__).resolve().parents[4] / "seeds" / "procedures"

EVERY_TYPE: list[dict[str, Any]] = [
    {"id": "a_heading", "type": "heading", "label": "見出し"},
    {"id": "a_note", "type": "note", "text": "説明"},
    {"id": "a_text", "type": "text", "label": "文字", "max_length": 40},
    {"id": "a_code", "type": "text", "label": "番号", "pattern": "[A-Z]{2}-[0-9]{4}", "example": "AB-1234"},
    {"id": "a_textarea", "type": "textarea", "label": "長い文字", "min_length": 2},
    {"id": "a_name", "type": "name", "label": "氏名"},
    {"id": "a_plain_name", "type": "name", "label": "通称", "kana": False},
    {"id": "an_organization", "type": "organization_name", "label": "団体"},
    {"id": "a_date", "type": "date", "label": "日付", "min": "2020-01-01", "max": "2030-12-31"},
    {"id": "a_birth_date", "type": "birth_date", "label": "生年月日"},
    {"id": "an_address", "type": "postal_address", "label": "住所"},
    {"id": "a_telephone", "type": "telephone", "label": "電話番号"},
    {"id": "an_email", "type": "email", "label": "メールアドレス"},
    {"id": "an_entity", "type": "legal_entity_number", "label": "法人番号"},
    {"id": "an_amount", "type": "money", "label": "金額", "max": 10_000_000},
    {"id": "an_integer", "type": "integer", "label": "人数", "min": 1, "max": 50, "unit": "人"},
    {"id": "a_decimal", "type": "decimal", "label": "面積", "min": 0, "max": "500.5", "unit": "㎡"},
    {"id": "a_choice", "type": "choice", "label": "区分", "options": ["甲", "乙"]},
    {"id": "some_choices", "type": "choices", "label": "方法", "options": ["a", "b", "c"], "max": 2},
    {"id": "a_select", "type": "select", "label": "市町", "codelist": "mie_municipalities"},
    {"id": "a_yes_no", "type": "yes_no", "label": "ありますか"},
    {"id": "a_consent", "type": "consent", "label": "同意", "text": "同意します。"},
    {"id": "a_file", "type": "attachment", "label": "図面", "max_files": 2, "max_bytes": 5000},
    {
        "id": "a_group",
        "type": "group",
        "label": "構成員",
        "row_label": "人",
        "max_rows": 4,
        "items": [
            {"id": "member", "type": "name", "label": "氏名", "required": True},
            {"id": "share", "type": "integer", "label": "持分", "min": 0, "max": 100, "required": True},
            {"id": "home", "type": "postal_address", "label": "住所"},
            {"id": "born", "type": "birth_date", "label": "生年月日"},
        ],
    },
    {"id": "a_total", "type": "calculated", "label": "合計", "value": {"sum": [{"item": "share"}]}},
]
VALUE_ITEMS = [one for one in EVERY_TYPE if one["type"] not in {"heading", "note", "calculated"}]


def make(items: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A definition of one page."""
    page = {"id": "first", "title": "はじめ", "items": items}
    return {"kencho": 1, "code": "test", "title": "試し", "procedure_type": "届出", "pages": [page], **more}


def form(*items: dict[str, Any], **more: Any) -> Compiled:
    """The same, compiled."""
    return compiled(make(list(items), **more))


def seed(code: str) -> Compiled:
    """A published example."""
    return compiled(parse((SEEDS / f"{code}.yaml").read_text(encoding="utf-8")))


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """Random definitions: every type, each item required or not, some shown only on an answer, over two pages."""
    chosen = draw(
        st.lists(st.sampled_from(VALUE_ITEMS), min_size=2, max_size=9, unique_by=lambda one: str(one["id"]))
    )
    switch = {"id": "switch", "type": "yes_no", "label": "はじめの質問", "required": draw(st.booleans())}
    kind = {"id": "kind", "type": "choice", "label": "種類", "options": ["x", "y"]}
    rules: list[Any] = [
        {"item": "switch"},
        {"not": {"item": "switch"}},
        {"eq": [{"item": "kind"}, "x"]},
        {"any": [{"item": "switch"}, {"empty": {"item": "kind"}}]},
    ]
    items = []
    for one in chosen:
        made = dict(one)
        made["required"] = draw(st.sampled_from([True, False, *rules]))
        if draw(st.booleans()):
            made["visible"] = draw(st.sampled_from(rules))
        items.append(made)
    cut = draw(st.integers(0, len(items) - 1))
    pages = [{"id": "first", "title": "はじめ", "items": [switch, kind, *items[:cut]]}]
    pages.append({"id": "second", "title": "つぎ", "items": items[cut:]})
    if draw(st.booleans()):
        pages[1]["visible"] = draw(st.sampled_from(rules))
    return make([], pages=pages)

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.procedures.definition import DefinitionError, check, diff, load, meta_schema, parse
from kencho.procedures.tests.definition.forms import EVERY_TYPE, SEEDS, make

TEXT = {"id": "a", "type": "text", "label": "一"}
CHOICE = {"id": "k", "type": "choice", "label": "区分", "options": ["x", "y"]}


def codes(data: Any) -> set[str]:
    return {one.code for one in check(data)}


def test_every_type_and_every_published_procedure_is_fine() -> None:
    assert not [one for one in check(make(EVERY_TYPE)) if one.severity == "error"]
    for path in SEEDS.glob("*.yaml"):
        errors = [one for one in check(parse(path.read_text(encoding="utf-8"))) if one.severity == "error"]
        assert not errors, (path.name, errors)


@pytest.mark.parametrize(
    ("items", "more", "code"),
    [
        ([TEXT, TEXT], {}, "duplicate_id"),
        ([{**TEXT, "visible": {"item": "b"}}], {}, "unknown_reference"),
        ([{**TEXT, "visible": {"item": "a"}}], {}, "cycle"),
        ([{**TEXT, "visible": {"empty": {"item": "b"}}}, {**TEXT, "id": "b", "visible": {"empty": {"item": "a"}}}], {},
         "cycle"),
        ([{"id": "c", "type": "calculated", "label": "計", "value": {"add": [{"item": "c"}, 1]}}], {}, "cycle"),
        ([{**TEXT, "visible": False}], {}, "unreachable_page"),
        ([CHOICE, {**TEXT, "visible": {"eq": [{"item": "k"}, "z"]}}], {}, "unknown_option"),
        ([{**TEXT, "visible": {"eq": ["x"]}}], {}, "operand_count"),
        ([{**TEXT, "visible": {"eval": ["x"]}}], {}, "shape_anyOf"),
        ([{**TEXT, "colour": "red"}], {}, "shape_additionalProperties"),
        ([{**TEXT, "pattern": "(a+)+", "example": "a"}], {}, "pattern"),
        ([{**TEXT, "pattern": "[0-9]+"}], {}, "pattern_example"),
        ([{**TEXT, "pattern": "[0-9]+", "example": "1", "max_length": 2000}], {}, "pattern_length"),
        ([{**CHOICE, "options": ["x", "x"]}], {}, "duplicate_option"),
        ([{**TEXT, "label": "マイナンバー"}], {}, "individual_number"),
        ([{**TEXT, "help": "実印を押してください。"}], {}, "seal"),
        ([TEXT], {"documents": [{"id": "d", "label": "押印した書類"}]}, "seal"),
        ([{"id": "n", "type": "integer", "label": "数", "min": 5, "max": 1}], {}, "limits"),
        ([{"id": "n", "type": "date", "label": "日", "min": "2026-02-30"}], {}, "limit_kind"),
        ([{"id": "f", "type": "attachment", "label": "図", "document": "none"}], {}, "unknown_document"),
        ([TEXT], {"flow": {"decisions": [{"code": "ok", "label": "可", "notice_text": "{誰か}"}]}}, "unknown_placeholder"),
        ([TEXT], {"flow": {"decisions": [{"code": "no", "label": "否", "favourable": False}]}}, "no_grounds"),
        ([TEXT], {"flow": {"fee_due": True}}, "no_fee"),
        ([TEXT], {"procedure_type": "申請"}, "no_period"),
    ],
)  # fmt: skip
def test_finds(items: list[dict[str, Any]], more: dict[str, Any], code: str) -> None:
    found = [one for one in check(make(items, **more)) if one.code == code]
    assert found
    assert all(any("\u3040" < letter < "\u9fff" for letter in str(one.message)) for one in found)


def test_a_question_must_not_depend_on_a_later_page() -> None:
    pages = [
        {"id": "p1", "title": "一", "items": [{**TEXT, "visible": {"eq": [{"item": "k"}, "x"]}}]},
        {"id": "p2", "title": "二", "items": [CHOICE]},
    ]
    assert "forward_reference" in codes(make([], pages=pages))


def test_load_refuses_errors_and_lets_warnings_pass() -> None:
    with pytest.raises(DefinitionError) as caught:
        load(make([TEXT, TEXT]))
    assert caught.value.findings
    assert codes(make([TEXT]))
    assert load(make([TEXT])).title == "試し"


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "type", "items", "item", "eq", "label", "visible"]), inner, max_size=3
        )
    ),
    max_leaves=10,
)


@settings(max_examples=60)
@given(
    JUNK,
    st.sampled_from(["visible", "required", "options", "value", "items", "min", "constraints", "pattern"]),
)
def test_check_never_raises(junk: Any, key: str) -> None:
    check(junk)
    for one in (TEXT, CHOICE, EVERY_TYPE[-2]):
        data = make([{**one, key: junk}])
        if not [finding for finding in check(data) if finding.severity == "error"]:
            load(data)


def test_meta_schema_names_every_type() -> None:
    listed = meta_schema()["$defs"]["item"]["properties"]["type"]["enum"]
    assert set(listed) == {one["type"] for one in EVERY_TYPE}


def test_differences_are_sentences() -> None:
    old = make([TEXT, CHOICE])
    new = make([{**TEXT, "label": "氏", "visible": {"eq": [{"item": "k"}, "x"]}}, {**TEXT, "id": "b", "label": "二"}, CHOICE],
               title="新しい試し")  # fmt: skip
    texts = [one.text for one in diff(old, new)]
    assert "手続の名前が「試し」から「新しい試し」に変わりました。" in texts
    assert "項目「氏」の見出しが「一」から「氏」に変わりました。" in texts
    assert "項目「氏」の表示の条件が「なし」から「「区分」が「x」」に変わりました。" in texts
    assert "項目「二」が加わりました。" in texts
    assert diff(old, old) == []

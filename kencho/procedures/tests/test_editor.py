"""Edits of a definition: any sequence leaves data that can be hashed and checked."""

import copy
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kencho.procedures import editor
from kencho.procedures.definition import ITEM_TYPES, canonical, check, parse
from kencho.procedures.editor import Condition, SimpleRule

BLANK = editor.skeleton("seminar", "セミナー", "03009")


def item_ids(data: editor.Data) -> list[str]:
    return [place.item["id"] for place in editor.places(data)]


def edits(data: editor.Data, draw: Any) -> editor.Data:
    """One random edit; those that cannot be made are refused with UnableToEdit."""
    pages = [page["id"] for page in data["pages"]] or ["none"]
    items = item_ids(data) or ["none"]
    page, item = draw(st.sampled_from(pages)), draw(st.sampled_from(items))
    other = draw(st.sampled_from(items))
    collection = draw(st.sampled_from(editor.COLLECTIONS))
    number = draw(st.integers(-1, 3))
    step = draw(st.sampled_from([-1, 1]))
    kind = draw(st.sampled_from([*ITEM_TYPES, "unknown"]))
    rule = editor.built(SimpleRule("any", (Condition(other, "eq", ("はい",)), Condition(other, "filled"))))
    text = draw(st.text(max_size=5))
    made: list[Any] = [
        lambda: editor.add_page(data, text)[0],
        lambda: editor.remove_page(data, page),
        lambda: editor.move_page(data, page, step),
        lambda: editor.duplicate_page(data, page)[0],
        lambda: editor.change_page(data, page, {"title": text, "visible": rule}),
        lambda: editor.add_item(data, page, kind)[0],
        lambda: editor.add_item(data, page, kind, group=item)[0],
        lambda: editor.remove_item(data, item),
        lambda: editor.move_item(data, item, step),
        lambda: editor.duplicate_item(data, item)[0],
        lambda: editor.change_item(data, item, {"label": text, "visible": rule, "required": rule}),
        lambda: editor.change_item(data, item, {"id": other}),
        lambda: editor.change_type(data, item, kind),
        lambda: editor.add_row(data, collection),
        lambda: editor.remove_row(data, collection, number),
        lambda: editor.move_row(data, collection, number, step),
        lambda: editor.duplicate_row(data, collection, number),
    ]
    try:
        found: editor.Data = draw(st.sampled_from(made))()
    except editor.UnableToEdit:
        return data
    return found


@settings(max_examples=25, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.data())
def test_any_sequence_of_edits_can_be_kept_checked_and_shown(draw: st.DataObject) -> None:
    data = BLANK
    for _turn in range(draw.draw(st.integers(1, 8))):
        before = copy.deepcopy(data)
        changed = edits(data, draw.draw)
        assert data == before
        data = changed
    assert editor.obstacles(data) == []
    assert parse(editor.to_yaml(data)) == data
    assert canonical(data)
    check(data)
    for remark in editor.remarks(data):
        assert remark.screen
        if remark.screen == "item":
            editor.place_of(data, remark.key)
    for page in data["pages"]:
        editor.preview(data, page["id"])
    names = item_ids(data) + [page["id"] for page in data["pages"]]
    assert len(names) == len(set(names))


simple_rules = st.builds(
    SimpleRule,
    st.sampled_from(["all", "any"]),
    st.lists(
        st.one_of(
            st.builds(Condition, st.just("a"), st.sampled_from(["filled", "empty"])),
            st.builds(
                Condition,
                st.just("b"),
                st.sampled_from(["eq", "ne", "contains", "ge", "gt", "le", "lt"]),
                st.tuples(st.one_of(st.text(max_size=4), st.booleans(), st.integers(-9, 9))),
            ),
            st.builds(
                Condition, st.just("c"), st.just("in"), st.tuples(st.text(max_size=3), st.text(max_size=3))
            ),
        ),
        min_size=2,
        max_size=5,
    ).map(tuple),
)


@given(simple_rules)
def test_a_rule_of_the_form_is_read_back_as_it_was(rule: SimpleRule) -> None:
    assert editor.simple(editor.built(rule)) == rule


@pytest.mark.parametrize(
    "rule",
    [
        None,
        True,
        {"not": [{"eq": [{"item": "a"}, 1]}]},
        {"all": [{"any": [{"eq": [{"item": "a"}, 1]}]}]},
        {"eq": [{"sum": [{"item": "a"}]}, 1]},
        {"ge": [{"item": "a"}, {"today": []}]},
        {"eq": [1, {"item": "a"}]},
        {"all": []},
    ],
)
def test_more_than_conditions_is_not_simple(rule: Any) -> None:
    assert editor.simple(rule) is None


def test_a_new_id_is_followed_by_rules_and_notices() -> None:
    data = {
        **BLANK,
        "flow": {"decisions": [{"code": "ok", "label": "可", "notice_text": "{item:applicant_email}様"}]},
    }
    data = editor.change_item(
        data, "applicant_telephone", {"visible": {"empty": [{"item": "applicant_email"}]}}
    )
    data = editor.change_item(data, "applicant_email", {"id": "mail"})
    assert editor.place_of(data, "applicant_telephone").item["visible"] == {"empty": [{"item": "mail"}]}
    assert data["flow"]["decisions"][0]["notice_text"] == "{item:mail}様"


def test_a_taken_id_is_refused() -> None:
    with pytest.raises(editor.UnableToEdit):
        editor.change_item(BLANK, "applicant_email", {"id": "applicant"})


def test_an_item_moves_over_the_edge_of_its_page() -> None:
    data, page_id = editor.add_page(BLANK, "内容")
    data = editor.move_item(data, "applicant_email", 1)
    assert [item["id"] for item in editor.page_of(data, page_id)["items"]] == ["applicant_email"]
    assert editor.move_item(data, "applicant_email", -1) == editor.add_page(BLANK, "内容")[0]


def test_a_twin_of_a_page_looks_at_its_own_items() -> None:
    data, page_id = editor.add_page(BLANK, "内容")
    data, first = editor.add_item(data, page_id, "yes_no", label="使いますか")
    data, second = editor.add_item(data, page_id, "text", label="理由")
    data = editor.change_item(data, second, {"visible": {"eq": [{"item": first}, True]}})
    data, twin = editor.duplicate_page(data, page_id)
    items = editor.page_of(data, twin)["items"]
    assert items[1]["visible"] == {"eq": [{"item": items[0]["id"]}, True]}
    assert [one for one in check(data) if one.severity == "error"] == []


@pytest.mark.parametrize("kind", ITEM_TYPES)
def test_a_new_item_of_every_type_needs_only_its_label(kind: str) -> None:
    data, item_id = editor.add_item(BLANK, "applicant", kind, label="見出し")
    if kind == "group":
        data = editor.change_item(
            data, editor.place_of(data, item_id).item["items"][0]["id"], {"label": "中"}
        )
    assert [str(one.message) for one in check(data) if one.severity == "error"] == []


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("", []),
        ("pages", {"pages": "x"}),
        ("pages/0", {"pages": [{"id": "A", "items": []}]}),
        ("pages/0/items/0", {"pages": [{"id": "a", "items": ["x"]}]}),
        (
            "pages/0/items/0/items/0",
            {
                "pages": [
                    {
                        "id": "a",
                        "items": [
                            {"id": "b", "type": "group", "items": [{"id": "c", "type": "group", "items": []}]}
                        ],
                    }
                ]
            },
        ),
        ("documents/0", {"pages": [], "documents": [{}]}),
        ("fee/table", {"pages": [], "fee": {"table": 1}}),
        ("flow", {"pages": [], "flow": []}),
        ("keywords", {"pages": [], "keywords": [1]}),
    ],
)
def test_what_the_screens_cannot_show_is_said_with_its_place(path: str, data: Any) -> None:
    assert path in {one.path for one in editor.obstacles(data)}


def test_labels_and_digits_become_values() -> None:
    data, kind = editor.add_item(BLANK, "applicant", "choice", label="区分")
    data = editor.change_item(data, kind, {"options": [{"value": "a", "label": "甲"}]})
    data, number = editor.add_item(data, "applicant", "integer", label="人数")
    data, answer = editor.add_item(data, "applicant", "yes_no", label="同居")
    assert editor.typed(data, kind, "eq", "甲") == ("a",)
    assert editor.typed(data, kind, "in", "甲、乙") == ("a", "乙")
    assert editor.typed(data, number, "ge", "10") == (10,)
    assert editor.typed(data, answer, "eq", "はい") == (True,)
    assert editor.written(data, Condition(kind, "eq", ("a",))) == "甲"
    assert editor.written(data, Condition(answer, "eq", (False,))) == "いいえ"


def test_the_item_in_focus_is_shown_whatever_its_condition() -> None:
    data, hidden = editor.add_item(BLANK, "applicant", "text", label="かくれた項目")
    data = editor.change_item(data, hidden, {"visible": {"empty": [{"item": "applicant_email"}]}})
    data = editor.change_item(data, hidden, {"visible": {"eq": [{"item": "applicant_email"}, "x"]}})
    for focus, shown in (("", False), (hidden, True)):
        page = editor.preview(data, "applicant", focus=focus).page
        assert page is not None
        assert any(item.id == hidden for item in page.items) == shown


def test_every_finding_says_where() -> None:
    data = editor.add_row(editor.add_row(BLANK, "documents"), "flow.decisions")
    data = editor.change_page(editor.add_page(data, "")[0], "applicant", {"title": ""})
    told = [(one.screen, one.label) for one in editor.remarks(data) if one.is_error]
    assert ("page", "ページ（applicant）") in told
    assert ("documents", "添付書類1") in told
    assert ("decisions", "決定1") in told

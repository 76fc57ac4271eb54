import contextlib
import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.intake.engine.shapes import Field, Kind, Markers, Part, Rect, Template
from kencho.intake.engine.templates import (
    PageCode,
    UnusableTemplate,
    code_outlines,
    from_data,
    markers_of,
    read_code,
    to_data,
)

DRAWN = Template(
    id="legacy-7",
    pages=2,
    fields=(
        Field("name.family", "氏名（姓）", Kind.NAME, 1, (Part("", Rect(60.0, 50.0, 50.0, 10.0)),), group="name"),
        Field(
            "birth_date", "生年月日", Kind.BIRTH_DATE, 1,
            (
                Part("era:昭和", Rect(60.0, 70.0, 4.4, 4.4)),
                Part("year0", Rect(70.0, 70.0, 6.0, 8.0)),
                Part("year1", Rect(76.0, 70.0, 6.0, 8.0)),
            ),
            is_required=True, minimum="1920-01-01",
        ),
        Field(
            "kind", "区分", Kind.CHOICE, 2,
            (Part("0", Rect(60.0, 50.0, 5.0, 5.0)), Part("1", Rect(80.0, 50.0, 5.0, 5.0))),
            options=(("a", "個人"), ("b", "法人")),
        ),
        Field(
            "capital", "資本金", Kind.MONEY, 2,
            tuple(Part(str(n), Rect(60.0 + 6 * n, 80.0, 6.0, 8.0)) for n in range(4)),
            groups=(1, 3), maximum="9999", max_length=4, lines=1,
        ),
    ),
    markers=Markers.NONE,
)  # fmt: skip


def changed(change: Any) -> dict[str, Any]:
    data = copy.deepcopy(to_data(DRAWN))
    change(data)
    return data


def findings(data: Any) -> tuple[str, ...]:
    with pytest.raises(UnusableTemplate) as refused:
        from_data(data)
    return refused.value.findings


def test_a_map_comes_back_as_it_was() -> None:
    assert from_data(to_data(DRAWN)) == DRAWN


def test_defaults_need_not_be_written() -> None:
    data = to_data(DRAWN)
    del data["width"], data["height"]
    assert "lines" not in data["fields"][0]
    assert from_data(data) == DRAWN


def put(data: dict[str, Any], field: int, **values: Any) -> Any:
    return data["fields"][field].update(values)


def move(data: dict[str, Any], field: int, part: int, rect: list[Any]) -> Any:
    return data["fields"][field]["parts"][part].update(rect=rect)


WRONG: list[tuple[Any, str]] = [
    (lambda d: d.update(fields=[]), "項目が一つもありません。"),
    (lambda d: d.update(fields="x"), "項目は一覧で示してください。"),
    (lambda d: d.update(pages=0), "ページ数は1から50までの数で示してください。"),
    (lambda d: d.update(pages=True), "ページ数は1から50までの数で示してください。"),
    (lambda d: d.update(markers="stars"), "四隅の印の種類が分かりません。"),
    (lambda d: d.update(width=float("nan")), "用紙の幅は80から440までの数で示してください。"),
    (lambda d: put(d, 0, kind="seal"), "「氏名（姓）」の種類「seal」は知られていません。"),
    (lambda d: put(d, 0, key="../x"), "「氏名（姓）」の回答の場所「../x」は、項目の番号として正しくありません。"),
    (lambda d: put(d, 0, label=""), "1番目の項目の名前は1文字から300文字までで示してください。"),
    (lambda d: put(d, 0, parts=[]), "「氏名（姓）」に枠がありません。"),
    (lambda d: put(d, 0, page=3), "「氏名（姓）」は3ページにありますが、様式は2ページまでです。"),
    (lambda d: put(d, 2, key="capital"), "回答の場所「capital」に2個の項目があります。一つにしてください。"),
    (lambda d: put(d, 2, options=[["a", "個人"]]), "「区分」の枠は2個、選択肢は1個です。数を合わせてください。"),
    (lambda d: put(d, 2, options=["a", "b"]), "「区分」の選択肢は、値と名前の組で示してください。"),
    (lambda d: put(d, 3, groups=[0]), "「資本金」のますの区切りは、1以上の整数で示してください。"),
    (lambda d: move(d, 0, 0, [1, 2, 3]), "「氏名（姓）」の枠の位置は、左・上・幅・高さの四つの数（ミリメートル）で示してください。"),
    (lambda d: move(d, 0, 0, [1, 2, 3, float("inf")]), "「氏名（姓）」の枠の位置は、左・上・幅・高さの四つの数（ミリメートル）で示してください。"),
    (lambda d: move(d, 0, 0, [200, 50, 20, 10]), "「氏名（姓）」の枠が用紙からはみ出しています。"),
    (lambda d: move(d, 0, 0, [-1, 50, 20, 10]), "「氏名（姓）」の枠が用紙からはみ出しています。"),
    (lambda d: move(d, 0, 0, [60, 50, 1, 10]), "「氏名（姓）」の枠が小さすぎます（縦横とも2ミリメートル以上）。"),
    (lambda d: move(d, 0, 0, [60, 62, 50, 10]), "1ページの「氏名（姓）」と「生年月日」の枠が重なっています。"),
    (lambda d: move(d, 2, 1, [62, 52, 5, 5]), "2ページの「区分」と「区分」の枠が重なっています。"),
    (
        lambda d: (d.update(markers="aruco"), move(d, 0, 0, [20, 20, 50, 10])),
        "「氏名（姓）」の枠が四隅の印に近すぎます（4ミリメートル以上離してください）。",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("change", "finding"), WRONG)
def test_what_is_wrong_is_said(change: Any, finding: str) -> None:
    assert findings(changed(change)) == (finding,)


def test_all_is_said_at_once() -> None:
    told = findings(changed(lambda d: (put(d, 0, kind="seal"), put(d, 3, groups=[0]), d.update(pages=0))))
    assert len(told) == 3


@pytest.mark.parametrize("data", [None, [], "x", 5, {}, {"fields": [None]}, {"fields": [{"parts": [None]}]}])
def test_what_is_no_map_at_all_is_refused(data: Any) -> None:
    assert findings(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 500) | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["id", "pages", "fields", "key", "label", "kind", "page", "parts", "name", "rect"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(JSON, st.sampled_from(["label", "kind", "parts", "options", "groups", "lines", "key", "group"]))
def test_no_data_raises_anything_else(value: Any, name: str) -> None:
    for data in (value, changed(lambda d: put(d, 3, **{name: value}))):
        with contextlib.suppress(UnusableTemplate):
            assert isinstance(from_data(data), Template)


class TestCodes:
    def test_what_a_page_says(self) -> None:
        text = "KENCHO1:240001:library-card:41c65c8dc8b7fa76:2/3"
        assert read_code(text) == PageCode(
            "KENCHO1:240001:library-card:41c65c8dc8b7fa76", "240001", "library-card", "41c65c8dc8b7fa76", 2, 3
        )

    @pytest.mark.parametrize(
        "text",
        [
            "", "https://example.jp/", "KENCHO2:240001:library-card:41c65c8dc8b7fa76:1/1",
            "KENCHO1:240001:library-card:41c65c8dc8b7fa76:0/1", "KENCHO1:240001:library-card:41c65c8dc8b7fa76:2/1",
            "KENCHO1:240001:library-card:41c65c8dc8b7fa7:1/1", "KENCHO1:24000:library-card:41c65c8dc8b7fa76:1/1",
            "KENCHO1:240001:../card:41c65c8dc8b7fa76:1/1", "KENCHO1:240001:library-card:41c65c8dc8b7fa76:1/999",
        ],
    )  # fmt: skip
    def test_other_codes_are_not_taken_for_one(self, text: str) -> None:
        assert read_code(text) is None

    def test_its_place_is_on_the_sheet_and_clear_of_the_marker(self) -> None:
        marker = markers_of(Template("x", 1, ()))[1]
        for corners in code_outlines():
            assert max(x for x, _ in corners) < marker.x - 4
            assert min(y for _, y in corners) > 5


def test_a_form_without_markers_has_none() -> None:
    assert markers_of(DRAWN) == {}

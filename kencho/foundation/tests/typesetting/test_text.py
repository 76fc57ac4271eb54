from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.foundation.typesetting import default_typesetter, missing_glyphs
from kencho.foundation.typesetting._text import GETA, code_points


def printed(text: str) -> tuple[str, set[str]]:
    missing: set[str] = set()
    return default_typesetter()._printer.printable(text, missing), missing


@pytest.mark.parametrize(
    "text",
    ["三重県津市", "髙﨑𠮷野", "葛\U000e0100城", "が\nぎ", "#let x = 1", "", "¥1,000 — “引用”", "ｶﾅ"],
)
def test_what_the_fonts_hold_is_left_as_it_is(text: str) -> None:
    assert missing_glyphs(text) == set()
    assert printed(text) == (text, set())


@pytest.mark.parametrize(
    ("text", "shown", "missing"),
    [
        ("笑😀顔", f"笑{GETA}顔", {"😀"}),
        ("外字\ue000", f"外字{GETA}", {"\ue000"}),
        ("a\u202eb", f"a{GETA}b", {"\u202e"}),
        ("a\0b\x07", f"a{GETA}b{GETA}", {"\0", "\x07"}),
        ("\ud800", GETA, {"\ud800"}),
        ("葛\U000e01ef", "葛\U000e01ef", {"葛\U000e01ef"}),
        ("😀\ufe0f", GETA, {"😀"}),
        ("\U000e0100", "", {"\U000e0100"}),
    ],
)
def test_what_they_lack_is_shown_as_geta_and_named(text: str, shown: str, missing: set[str]) -> None:
    assert printed(text) == (shown, missing)
    assert missing_glyphs(text) == missing


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"), ("a\tb", "a b"), ("a\u200bb\ufeffc\u00ad", "abc")],
)
def test_line_ends_and_shapeless_characters_are_made_plain(text: str, shown: str) -> None:
    assert printed(text) == (shown, set())


def test_a_long_run_may_break_but_an_address_keeps_its_letters() -> None:
    digest = "0123456789abcdef" * 4
    assert printed(digest)[0].replace("\u200b", "") == digest
    assert "\u200b" in printed(digest)[0]
    address = "https://example.jp/" + "a" * 60
    assert printed(address)[0] == address


@settings(max_examples=200)
@given(st.text())
def test_nothing_is_lost_without_being_named(text: str) -> None:
    shown, missing = printed(text)
    assert GETA not in shown or GETA in text or missing
    assert missing == missing_glyphs(text)
    assert printed(shown)[1] <= missing


def test_code_points_are_named_as_in_unicode() -> None:
    assert code_points("葛\U000e0103") == "U+845B U+E0103"

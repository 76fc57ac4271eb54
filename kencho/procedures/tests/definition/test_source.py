from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kencho.procedures.definition import DefinitionError, canonical, digest, parse


def codes(error: DefinitionError) -> list[str]:
    return [one.code for one in error.findings]


def test_yaml_and_json_give_the_same_digest() -> None:
    yaml = "title: 試し\ncode: a\nitems: [1, 2]\n"
    json = '{"items":[1,2],"code":"a","title":"試し"}'
    assert digest(parse(yaml)) == digest(parse(json))


def test_words_and_days_stay_text() -> None:
    assert parse("a: no\nb: 2026-04-01\nc: on\nd: true") == {
        "a": "no",
        "b": "2026-04-01",
        "c": "on",
        "d": True,
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: &x [1]\nb: *x", "syntax"),
        ("a: 1\na: 2", "syntax"),
        ("- 1", "not_mapping"),
        ("a: !!python/object/apply:os.system ['true']", "syntax"),
        ("a: .inf", "number"),
        ("1: a", "key"),
        ("a: " + "[" * 60 + "]" * 60, "too_deep"),
        ("a: " + "x" * 600_000, "too_large"),
        ("a: 'open", "syntax"),
    ],
)
def test_refuses(text: str, code: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse(text)
    assert codes(caught.value) == [code]


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_parse_raises_nothing_else(text: str | bytes) -> None:
    with suppress(DefinitionError):
        assert isinstance(parse(text), dict)


def test_canonical_form_is_fixed() -> None:
    assert canonical({"b": 1.0, "a": "県"}) == '{"a":"県","b":1}'.encode()

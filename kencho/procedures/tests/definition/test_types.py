from __future__ import annotations

import random
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.procedures.definition import ITEM_TYPES
from kencho.procedures.definition._text import clean, holds_individual_number, legal_entity_check_digit
from kencho.procedures.tests.definition.forms import EVERY_TYPE, TODAY, VALUE_ITEMS, form

FORM = form(*EVERY_TYPE)
BY_ID = {one["id"]: one for one in VALUE_ITEMS}
# Codes of what JSON Schema can say; the others are listed under x-kencho-rules.
UNSPOKEN = {
    "individual_number", "check_digit", "too_early", "too_late", "constraint", "required", "too_small", "too_large",
}  # fmt: skip


def test_every_type_is_tested() -> None:
    assert {one["type"] for one in EVERY_TYPE} == set(ITEM_TYPES)


def read(item_id: str, post: dict[str, Any]) -> Any:
    made = FORM.read_page("first", {**post, "_shown": item_id}, {}, on=TODAY)
    return made.values[item_id], [one.code for one in made.errors]


@pytest.mark.parametrize(
    ("item_id", "post", "value", "codes"),
    [
        ("a_text", {"a_text": "　津市\x00\r\n "}, "津市", []),
        ("a_text", {"a_text": "葛\U000e0100城"}, "葛\U000e0100城", []),
        ("a_text", {"a_text": "\ufa19社"}, "\ufa19社", []),
        ("a_text", {"a_text": "か\u3099"}, "が", []),
        ("a_text", {"a_text": "番号は１２３４ー５６７８ー９０１８"}, None, ["individual_number"]),
        ("a_text", {"a_text": "あ" * 41}, "あ" * 41, ["too_long"]),
        ("a_code", {"a_code": "AB-123"}, "AB-123", ["pattern"]),
        ("a_name", {f"a_name.{k}": v for k, v in zip(["family", "given", "family_kana", "given_kana"],
         ["髙橋", "花子", "ﾀｶﾊｼ", "はなこ"], strict=True)},
         {"family": "髙橋", "given": "花子", "family_kana": "タカハシ", "given_kana": "ハナコ"}, []),
        ("a_name", {"a_name.family": "森"}, {"family": "森"}, ["required"] * 3),
        ("a_date", {"a_date.era": "reiwa", "a_date.year": "８", "a_date.month": "4", "a_date.day": "1"}, "2026-04-01", []),
        ("a_date", {"a_date.era": "seireki", "a_date.year": "2026", "a_date.month": "4", "a_date.day": "1"},
         "2026-04-01", []),
        ("a_date", {"a_date.era": "reiwa"}, None, []),
        ("a_date", {"a_date.era": "reiwa", "a_date.year": "5", "a_date.month": "2", "a_date.day": "29"}, None,
         ["no_such_date"]),
        ("a_date", {"a_date": "2019-05-01"}, "2019-05-01", ["too_early"]),
        ("a_birth_date", {"a_birth_date.era": "heisei", "a_birth_date.year": "元", "a_birth_date.month": "1",
         "a_birth_date.day": "8"}, "1989-01-08", []),
        ("a_birth_date", {"a_birth_date.era": "showa", "a_birth_date.year": "64", "a_birth_date.month": "1",
         "a_birth_date.day": "8"}, None, ["no_such_date"]),
        ("a_birth_date", {"a_birth_date": "2026-11-25"}, "2026-11-25", ["too_late"]),
        ("a_telephone", {"a_telephone": "（０５９）２２４ー２０７０"}, "059-224-2070", []),
        ("a_telephone", {"a_telephone": "059"}, "059", ["pattern"]),
        ("an_email", {"an_email": "ｔａｒｏ＠example.jp"}, "taro@example.jp", []),
        ("an_entity", {"an_entity": "５０００−０２０２４−０００１"}, "5000020240001", []),
        ("an_entity", {"an_entity": "4000020240001"}, "4000020240001", ["check_digit"]),
        ("an_amount", {"an_amount": "１，２００円"}, 1200, []),
        ("an_amount", {"an_amount": "-1"}, -1, ["too_small"]),
        ("an_amount", {"an_amount": "千円"}, None, ["not_number"]),
        ("a_decimal", {"a_decimal": "012.50"}, "12.50", []),
        ("a_decimal", {"a_decimal": "1.234"}, "1.234", ["pattern"]),
        ("a_decimal", {"a_decimal": "500.51"}, "500.51", ["too_large"]),
        ("a_choice", {"a_choice": "丙"}, "丙", ["not_option"]),
        ("some_choices", {"some_choices": ["c", "a"]}, ["a", "c"], []),
        ("some_choices", {"some_choices": ["a", "b", "c"]}, ["a", "b", "c"], ["too_many"]),
        ("a_yes_no", {"a_yes_no": "no"}, False, []),
        ("a_consent", {"a_consent": "yes"}, True, []),
        ("an_address", {"an_address.postal_code": "〒５１４-0001", "an_address.prefecture": "三重県", "an_address.city": "津市",
         "an_address.street": "1"},
         {"postal_code": "5140001", "prefecture": "三重県", "city": "津市", "street": "1"}, []),
    ],
)  # fmt: skip
def test_reading(item_id: str, post: dict[str, Any], value: Any, codes: list[str]) -> None:
    assert read(item_id, post) == (value, codes)


TEXTS = st.text(max_size=40) | st.text(alphabet="0123456789０１-ー元年令和.,:年月日", max_size=16)


@settings(max_examples=150)
@given(
    st.sampled_from(VALUE_ITEMS),
    st.sampled_from(
        ["", ".era", ".year", ".month", ".day", ".family", ".postal_code", ".0.member.family", "._rows"]
    ),
    TEXTS | st.lists(TEXTS, max_size=3),
    st.sampled_from(
        ["next", "save", "add_row:a_group", "remove_row:a_group:0", "lookup_postal:an_address", "ﾅ", ""]
    ),
)
def test_reading_never_raises(item: dict[str, Any], part: str, posted: Any, action: str) -> None:
    name = f"{item['id']}{part}"
    made = FORM.read_page("first", {name: posted, "_action": action}, {}, on=TODAY)
    answers = FORM.merge({}, made.values)
    FORM.page_view("first", answers, made.raw, made.errors, on=TODAY)
    FORM.summary(answers, on=TODAY)
    FORM.validate(answers, on=TODAY)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=14),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150)
@given(st.sampled_from(VALUE_ITEMS), st.randoms(use_true_random=False), JSON)
def test_schema_and_plan_agree_on_each_type(item: dict[str, Any], rng: random.Random, junk: Any) -> None:
    compiled = form({**item, "required": True})
    validator = jsonschema_rs.Draft202012Validator(compiled.json_schema(), validate_formats=True)
    good = compiled.sample(rng, on=TODAY)
    assert validator.is_valid(good), good
    for value in (junk, _bent(good[item["id"]], junk, rng)):
        answers = {item["id"]: value}
        verdict = compiled.validate(answers, on=TODAY)
        codes = {one.code for one in verdict.errors}
        assert "schema" not in codes, verdict.errors
        if verdict.valid:
            assert validator.is_valid(verdict.answers)
        elif validator.is_valid(verdict.answers):
            assert codes <= UNSPOKEN or _odd(value), (value, verdict.errors)


def _bent(value: Any, junk: Any, rng: random.Random) -> Any:
    if isinstance(value, dict):
        key = rng.choice(sorted(value))
        return {**value, key: _bent(value[key], junk, rng)}
    if isinstance(value, list):
        return [*value, junk]
    return f"{value}{junk}" if isinstance(value, str) else junk


def _odd(value: Any) -> bool:
    """Control characters: refused by the plan, beyond the schema."""
    text = str(value)
    return clean(text, lines=True) != text or repr(text) != f"'{text}'"


@given(st.integers(0, 10**11 - 1))
def test_individual_numbers_are_found_however_written(body: int) -> None:
    digits = f"{body:011d}"
    total = sum(int(d) * (n + 1 if n <= 6 else n - 5) for n, d in enumerate(reversed(digits), start=1))
    number = digits + str(0 if total % 11 <= 1 else 11 - total % 11)
    wide = number.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for text in (
        number,
        f"番号は{number[:4]} {number[4:8]} {number[8:]}。",
        f"{wide[:4]}－{wide[4:8]}－{wide[8:]}",
    ):
        assert holds_individual_number(text)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert not holds_individual_number(wrong)
    assert not holds_individual_number(number + "1")


def test_known_legal_entity_number() -> None:
    assert legal_entity_check_digit("000020240001") == 5  # 三重県

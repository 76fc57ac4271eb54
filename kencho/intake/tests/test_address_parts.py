import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.intake.address_parts import join, split
from kencho.procedures.definition import _samples as samples


@pytest.mark.parametrize(
    ("code", "text", "wanted"),
    [
        (
            "514-8570",
            "三重県津市広明町13番地",
            {"prefecture": "三重県", "city": "津市", "town": "広明町", "street": "13番地"},
        ),
        (
            "5140009",
            "津市羽所町700 アスト津3階",
            {
                "prefecture": "三重県", "city": "津市", "town": "羽所町", "street": "700", "building": "アスト津3階",
            },
        ),
        # The second line of the form, with full-width numbers, and no space before the building.
        (
            "5100075",
            "三重県四日市市安島１丁目３－３１サンハイツ安島２０５号",
            {
                "prefecture": "三重県", "city": "四日市市", "town": "安島", "street": "１丁目３－３１",
                "building": "サンハイツ安島２０５号",
            },
        ),
        # The 郡 is left out.
        (
            "4980807",
            "木曽岬町大字西対海地251番地",
            {
                "prefecture": "三重県", "city": "桑名郡木曽岬町", "town": "大字西対海地", "street": "251番地",
            },
        ),
        # Only the number is written.
        (
            "5140006",
            "34-1",
            {"prefecture": "三重県", "city": "津市", "town": "広明町", "street": "34-1"},
        ),
        # The code is of another place, or unknown: the text decides.
        (
            "5140006",
            "愛知県名古屋市中区三の丸三丁目1番2号",
            {
                "prefecture": "愛知県", "city": "名古屋市中区", "town": "三の丸", "street": "三丁目1番2号",
            },
        ),
        (
            "",
            "三重県度会郡大紀町滝原1610番地1",
            {"prefecture": "三重県", "city": "度会郡大紀町", "town": "滝原", "street": "1610番地1"},
        ),
        ("5140006", "", {"prefecture": "三重県", "city": "津市", "town": "広明町"}),
    ],
)  # fmt: skip
def test_an_address_as_people_write_it(code: str, text: str, wanted: dict[str, str]) -> None:
    made = split(text, postal_code=code)
    digits = re.sub(r"\D", "", code)
    assert made == ({"postal_code": digits} if digits else {}) | wanted


def test_the_samples_of_the_vocabulary_come_apart_as_they_were_put_together() -> None:
    for code, prefecture, city, town in samples.PLACES:
        for building in samples.BUILDINGS:
            parts = {
                "postal_code": code, "prefecture": prefecture, "city": city, "town": town, "street": "12番地の3",
            }  # fmt: skip
            if building:
                parts["building"] = building
            assert split(join(parts), postal_code=code) == {
                key: value for key, value in parts.items() if value
            }


CHARACTERS = "三重県津市四日中央区町村大字広明甲イの丁目番地号1234０９-－ 　ハイツ"


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["5140006", "5148570", "4980807", "9999999", ""]), st.text(CHARACTERS, max_size=40))
def test_nothing_that_was_written_is_lost(code: str, text: str) -> None:
    made = split(text, postal_code=code)
    kept = re.sub(r"[\s\u3000]", "", join(made))
    assert _is_within(re.sub(r"[\s\u3000]", "", text), kept)


def _is_within(written: str, kept: str) -> bool:
    """Whether the written characters stand in the kept ones in the same order."""
    rest = iter(kept)
    return all(character in rest for character in written)

"""Pages without a template: values beside and below their labels, always for a person to check."""

import numpy as np
import pytest

from kencho.intake.engine.freeform import Word, place_values, read_free
from kencho.intake.engine.freeform._lines import Box
from kencho.intake.engine.freeform._values import labels_of
from kencho.intake.engine.shapes import Field, Kind, Part, Reason, Rect
from kencho.intake.tests.engine.writing import Grey, field, put, readers

FIELDS = (
    field(Kind.NAME, "name.family", group="name", label="氏名（姓）"),
    field(Kind.NAME, "name.given", group="name", label="氏名（名）"),
    field(Kind.POSTAL_CODE, "home.postal_code", group="home", label="住所（郵便番号）"),
    field(Kind.ADDRESS, "home.address", group="home", label="住所"),
    field(Kind.TELEPHONE, "phone", label="電話番号"),
    field(Kind.DATE, "starts_on", label="使用を始める日"),
)

MISSING = Field("weight", "体重", Kind.INTEGER, 1, (Part("", Rect(0, 0, 1, 1)),))


def page() -> Grey:
    sheet = np.full((3508, 2480), 255, np.uint8)
    for place, (label, value) in enumerate(
        [
            ("氏名", "佐藤太郎"),
            ("郵便番号", "514-0006"),
            ("住所", "三重県津市広明町13番地"),
            ("電話番号", "059-224-2070"),
            ("使用を始める日", "令和8年11月24日"),
        ]
    ):
        put(sheet, label, 250, 500 + 180 * place)
        put(sheet, value, 800, 500 + 180 * place)
    return sheet


def word(text: str, x: int, y: int, width: int = 0) -> Word:
    return Word(Box(x, y, width or 40 * len(text), 44), text)


class TestPlaces:
    def test_beside_before_below(self) -> None:
        words = [word("電話番号", 100, 100), word("059-224-2070", 500, 104), word("別の行", 100, 170)]
        (found,) = place_values(words, [FIELDS[4]])
        assert found.boxes == (Box(500, 104, 480, 44),)

    def test_below_when_nothing_stands_beside(self) -> None:
        words = [word("電話番号", 100, 100), word("059-224-2070", 110, 170)]
        (found,) = place_values(words, [FIELDS[4]])
        assert found.boxes[0].y == 170

    def test_in_the_same_line(self) -> None:
        words = [Word(Box(100, 100, 400, 44), "電話番号：0592242070", tuple(n / 15 for n in range(15)))]
        (found,) = place_values(words, [FIELDS[4]])
        assert found.boxes[0].x == pytest.approx(100 + 400 * 5 / 15, abs=2)

    def test_a_label_with_one_wrong_character(self) -> None:
        (found,) = place_values([word("電話番弓", 100, 100), word("0592242070", 500, 100)], [FIELDS[4]])
        assert found.field.key == "phone"

    def test_a_label_is_never_a_value(self) -> None:
        words = [word("電話番号", 100, 100), word("住所", 500, 100)]
        assert [one.field.key for one in place_values(words, [FIELDS[3], FIELDS[4]])] == []

    def test_other_words_for_the_same(self) -> None:
        assert "tel" in labels_of(FIELDS[4])
        assert labels_of(FIELDS[5]) == ("使用を始める日",)


class TestReading:
    @pytest.mark.parametrize("turns", [0, 2])
    def test_values_are_found_and_never_pass(self, turns: int) -> None:
        image = np.ascontiguousarray(np.rot90(page(), turns))
        reading = read_free(image, 300, number=3, labels={"free:x": (*FIELDS, MISSING)}, readers=readers())
        found = {one.key: one for one in reading.fields}
        assert found.pop("weight").is_blank
        assert reading.template_id == "free:x"
        assert reading.rotation == 90 * turns
        assert {key: one.value for key, one in found.items()} == {
            "name.family": "佐藤",
            "name.given": "太郎",
            "home.postal_code": "5140006",
            "home.address": "三重県津市広明町13番地",
            "phone": "059-224-2070",
            "starts_on": "2026-11-24",
        }
        assert all(Reason.NO_TEMPLATE in one.reasons and one.score <= 0.5 for one in found.values())
        assert found["phone"].crop.x == pytest.approx(800 * 2 / 3, abs=20)

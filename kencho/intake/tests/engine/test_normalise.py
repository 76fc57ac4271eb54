"""From text to value: dates in their eras, numbers by their plans, words by their neighbours, and dictionaries."""

from dataclasses import replace
from typing import Any

import pytest

from kencho.intake.engine.dictionaries import domains, names, places, readings
from kencho.intake.engine.normalise import from_boxes, in_context, normal, variants_of
from kencho.intake.engine.shapes import Kind, Reason
from kencho.intake.tests.engine.writing import field


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.DATE, "令和8年11月24日", "2026-11-24"),
        (Kind.DATE, "令和元年5月1日", "2019-05-01"),
        (Kind.DATE, "平成31年5月1日", None),
        (Kind.DATE, "昭和64年1月7日", "1989-01-07"),
        (Kind.DATE, "昭和64年1月8日", None),
        (Kind.DATE, "H30.2.29", None),
        (Kind.DATE, "2026/11/24", "2026-11-24"),
        (Kind.DATE, "令和8年11月24", "2026-11-24"),
        (Kind.BIRTH_DATE, "S45.3.3", "1970-03-03"),
        (Kind.POSTAL_CODE, "514-0006", "5140006"),
        (Kind.POSTAL_CODE, "514006", None),
        (Kind.TELEPHONE, "059-224-2070", "059-224-2070"),
        (Kind.TELEPHONE, "0592242070", "0592242070"),
        (Kind.TELEPHONE, "090-1234-5678", "090-1234-5678"),
        (Kind.TELEPHONE, "05-92242-070", "0592242070"),
        (Kind.TELEPHONE, "12345", None),
        (Kind.MONEY, "¥1,234,500-", 1234500),
        (Kind.MONEY, "金30000円也", 30000),
        (Kind.INTEGER, "-5", -5),
        (Kind.DECIMAL, "012.50", "12.50"),
        (Kind.DECIMAL, "1.2.3", None),
        (Kind.LEGAL_ENTITY_NUMBER, "5000020240001", "5000020240001"),
        (Kind.NAME_KANA, "ナカ・ムラ", "ナカ・ムラ"),
        (Kind.EMAIL, "taro@example.jp", "taro@example.jp"),
        (Kind.EMAIL, "taro@@example.jp", None),
        (Kind.EMAIL, "taro", None),
    ],
)
def test_values(kind: Kind, text: str, value: Any) -> None:
    assert normal(text, field(kind)).value == value


def test_what_is_possible_but_wrong_says_so() -> None:
    assert normal("5000020240002", field(Kind.LEGAL_ENTITY_NUMBER)).reasons == (Reason.INVALID,)
    assert normal("0000000", field(Kind.POSTAL_CODE)).reasons == (Reason.NOT_IN_DICTIONARY,)
    assert not normal("300", replace(field(Kind.INTEGER), maximum="200")).is_valid
    assert not normal("令和8年11月24日", replace(field(Kind.DATE), maximum="2020-01-01")).is_valid
    assert normal("1,23,4", field(Kind.MONEY)).prior < normal("1,234", field(Kind.MONEY)).prior


def test_groups_of_boxes_give_the_hyphens_of_a_telephone_number() -> None:
    of = replace(field(Kind.TELEPHONE, cells=10), groups=(3, 3, 4))
    assert normal("0592242070", of).value == "059-224-2070"


@pytest.mark.parametrize(
    ("era", "numbers", "value"),
    [
        ("令和", {"year": "8", "month": "11", "day": "24"}, "2026-11-24"),
        ("昭和", {"year": "64", "month": "1", "day": "7"}, "1989-01-07"),
        ("昭和", {"year": "65", "month": "1", "day": "7"}, None),
        ("西暦", {"year": "2026", "month": "02", "day": "28"}, "2026-02-28"),
        ("", {"year": "2026", "month": "2", "day": "29"}, None),
        ("", {"year": "8", "month": "2", "day": "2"}, None),
        ("令和", {"year": "8", "month": "11"}, None),
    ],
)
def test_dates_in_boxes(era: str, numbers: dict[str, str], value: str | None) -> None:
    assert from_boxes(era, numbers, field(Kind.DATE)).value == value


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("協カ会", "協力会"),
        ("ア八一卜", "アハート"),
        ("ハイツ一番館", "ハイツ一番館"),
        ("津市1ー2ー3", "津市1-2-3"),
        ("一般社団法人", "一般社団法人"),
        ("コ一ポ", "コーポ"),
        ("ヘやのペン", "へやのペン"),
        ("三重県", "三重県"),
        ("三ノ輪", "三ノ輪"),
        ("第ニビル", "第二ビル"),
    ],
)
def test_lookalikes_by_their_neighbours(seen: str, meant: str) -> None:
    assert in_context(seen) == meant


def test_odd_mixtures_are_believed_less() -> None:
    for odd, right in [
        ("ひかり7ラザ", "ひかりプラザ"),
        ("電機.", "電機"),
        ("3丁日", "3丁目"),
        ("ビルデイング", "ビルディング"),
    ]:
        assert normal(odd, field(Kind.TEXT)).prior < normal(right, field(Kind.TEXT)).prior, odd


def test_shapes_of_kanji_are_offered_not_chosen() -> None:
    found = normal("渡辺", field(Kind.NAME))
    assert found.value == "渡辺"
    assert Reason.VARIANT_POSSIBLE in found.reasons
    assert {"渡邊", "渡邉"} <= set(variants_of("渡辺"))
    assert normal("卷子", field(Kind.NAME)).prior < normal("巻子", field(Kind.NAME)).prior


class TestDictionaries:
    def test_readings_of_names_in_no_list(self) -> None:
        assert "ミエノ" not in names.readings_of("三重野")
        assert readings.log_chance("三重野", "ミエノ") > -6
        assert readings.log_chance("田中", "スズキ") < -15
        assert readings.log_chance("佐々木", "ササキ") > -4

    def test_names_in_the_lists(self) -> None:
        assert "サトウ" in names.readings_of("佐藤")
        assert "ワタナベ" in names.readings_of("渡邉")
        assert "サトウタロウ" in names.readings_of("佐藤太郎")

    def test_places_by_code(self) -> None:
        assert places.by_code("5140006")[0].whole == "三重県津市広明町"
        assert places.by_code("0000000") == ()
        assert not places.is_code("123")

    def test_domains(self) -> None:
        assert "hotmail.co.jp" in domains.near("hotmailoo.jp")
        assert domains.near("gmail.com") == ()
        assert "city.tsu.lg.jp" in domains.with_dots("city.tsu.lgjp")
        assert domains.is_plausible("sogo-kikaku.co.jp")
        assert not domains.is_plausible("sogo-kikaku.cq.jp")

    def test_nearness_of_domains_counts_edits(self) -> None:
        assert domains.distance("gmail", "gmial") == 2
        assert domains.distance("a", "abcdef", 3) == 3

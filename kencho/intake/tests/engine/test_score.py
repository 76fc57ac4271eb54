"""Weighing readings: voices that agree, fields that know of each other, and a score that falls when they do not."""

from collections.abc import Mapping

import numpy as np
import pytest

from kencho.intake.engine import cross, ctc, decode, score
from kencho.intake.engine.digits import CellReading
from kencho.intake.engine.shapes import TICKED, Field, Kind
from kencho.intake.tests.engine.writing import field


def spoken(text: str, other: Mapping[int, str] | None = None, sure: float = 0.97) -> ctc.Lattice:
    """A reader's lattice that says the text; at some places it half means another character."""
    other = other or {}
    symbols = ("", *sorted(set(text) | set(other.values())))
    rows = []
    for index, character in enumerate(text):
        row = np.full(len(symbols), 1e-6, np.float32)
        row[symbols.index(character)] = sure
        if index in other:
            row[symbols.index(other[index])] = 1 - sure
        blank = np.full(len(symbols), 1e-6, np.float32)
        blank[0] = 0.99999
        rows += [row, blank]
    return ctc.Lattice(symbols, np.array(rows))


def seen(of: Field, *lattices: ctc.Lattice, cells: str = "") -> decode.Seen:
    read: list[tuple[str, CellReading]] = []
    for digit in cells:
        chances = [0.001] * 10
        chances[int(digit)] = 0.991
        read.append((f"{len(read)}", CellReading(digit, 0.991, tuple(chances))))
    return decode.seen(of, [tuple(lattices)], read)


def scored(one: cross.Judged) -> float:
    return score.of(one)[0]


def best(one: cross.Judged) -> object:
    return decode.shares(one.readings)[0][0].normal.value


def alone(one: decode.Seen) -> cross.Judged:
    return cross.judge({one.field.key: one})[one.field.key]


class TestVoices:
    def test_the_third_voice_decides(self) -> None:
        of = field(Kind.DIGITS, cells=4)
        judged = alone(seen(of, spoken("1284", sure=0.8), spoken("1234", sure=0.8), cells="1234"))
        assert best(judged) == "1234"

    def test_agreement_scores_higher_than_dispute(self) -> None:
        of = field(Kind.MONEY)
        agreed = alone(seen(of, spoken("12000"), spoken("12000")))
        disputed = alone(seen(of, spoken("12000", sure=0.7), spoken("17000", sure=0.7)))
        assert scored(agreed) > scored(disputed)
        assert scored(disputed) < score.shipped_thresholds()[Kind.MONEY]

    def test_one_digit_about_which_readers_differ_never_passes(self) -> None:
        judged = alone(seen(field(Kind.INTEGER), spoken("0", sure=0.99), spoken("7", sure=0.9)))
        assert scored(judged) < score.shipped_thresholds()[Kind.INTEGER]

    def test_a_code_in_use_is_believed_rather_than_one_that_is_not(self) -> None:
        judged = alone(
            seen(
                field(Kind.POSTAL_CODE),
                spoken("5149906", {3: "0", 4: "0"}, sure=0.55),
                spoken("5149906", {3: "0", 4: "0"}, sure=0.55),
            )
        )
        assert best(judged) == "5140006"

    def test_a_check_digit_chooses(self) -> None:
        of = field(Kind.LEGAL_ENTITY_NUMBER)
        judged = alone(
            seen(
                of, spoken("5000020240007", {12: "1"}, sure=0.7), spoken("5000020240007", {12: "1"}, sure=0.7)
            )
        )
        assert best(judged) == "5000020240001"

    def test_mixtures_of_two_readers(self) -> None:
        assert decode.merged(["abcd", "xbcy"]) == ["abcy", "xbcd"]
        assert decode.merged(["abcd", "abcy"]) == []

    def test_digits_go_into_the_boxes_that_have_ink(self) -> None:
        assert decode.assigned(("year3", "month0", "month1", "day1"), "8115") == {
            "year": "8",
            "month": "11",
            "day": "5",
        }
        assert decode.assigned(("year3",), "81") == {}

    def test_a_shape_that_nobody_writes_is_not_passed(self) -> None:
        usual = alone(seen(field(Kind.NAME), spoken("奥田"), spoken("奥田")))
        rare = alone(seen(field(Kind.NAME), spoken("奧田"), spoken("奧田")))
        assert {each.normal.text for each in rare.readings} >= {"奧田", "奥田"}
        assert scored(rare) < score.shipped_thresholds()[Kind.NAME] <= scored(usual)

    def test_running_text_has_the_shapes_of_today(self) -> None:
        assert best(alone(seen(field(Kind.TEXT), spoken("議事錄"), spoken("議事錄")))) == "議事録"
        assert best(alone(seen(field(Kind.TEXT), spoken("西澤荘"), spoken("西澤荘")))) == "西澤荘"

    def test_between_two_shapes_the_usual_one(self) -> None:
        judged = alone(
            seen(field(Kind.NAME), spoken("交惠", {1: "恵"}, sure=0.6), spoken("交惠", {1: "恵"}, sure=0.6))
        )
        assert best(judged) == "交恵"
        assert best(alone(seen(field(Kind.NAME), spoken("斎藤"), spoken("斎藤")))) == "斎藤"


class TestFieldsTogether:
    def test_a_reading_is_put_right_by_its_name(self) -> None:
        name = seen(field(Kind.NAME, "a.family"), spoken("渡辺"), spoken("渡辺"))
        kana = seen(
            field(Kind.NAME_KANA, "a.family_kana"),
            spoken("ワタナヘ", {3: "ベ"}, sure=0.9),
            spoken("ワタナヘ", {3: "ベ"}, sure=0.9),
        )
        judged = cross.judge({"a.family": name, "a.family_kana": kana})
        assert best(judged["a.family_kana"]) == "ワタナベ"
        assert judged["a.family_kana"].is_corrected
        assert judged["a.family"].is_crossed

    def test_a_name_is_chosen_between_readers_by_its_reading(self) -> None:
        name = seen(field(Kind.NAME, "a.family"), spoken("間田", sure=0.8), spoken("岡田", sure=0.8))
        kana = seen(field(Kind.NAME_KANA, "a.family_kana"), spoken("オカダ"), spoken("オカダ"))
        assert best(cross.judge({"a.family": name, "a.family_kana": kana})["a.family"]) == "岡田"

    def test_kanji_that_both_readers_saw_stay(self) -> None:
        name = seen(
            field(Kind.NAME, "a.family"),
            spoken("間田", {0: "岡"}, sure=0.6),
            spoken("間田", {0: "岡"}, sure=0.6),
        )
        kana = seen(field(Kind.NAME_KANA, "a.family_kana"), spoken("オカダ"), spoken("オカダ"))
        judged = cross.judge({"a.family": name, "a.family_kana": kana})
        assert best(judged["a.family"]) == "間田"
        assert judged["a.family"].has_failed

    def test_the_town_of_a_code_helps_to_read_the_address(self) -> None:
        code = seen(field(Kind.POSTAL_CODE, "a.postal_code"), spoken("5140006"), spoken("5140006"))
        address = seen(
            field(Kind.ADDRESS, "a.address"),
            spoken("三重県津市広朋町13番地", {6: "明"}, sure=0.8),
            spoken("三重県津市広朗町13番地", {6: "明"}, sure=0.8),
        )
        judged = cross.judge({"a.postal_code": code, "a.address": address})
        assert best(judged["a.address"]) == "三重県津市広明町13番地"
        assert judged["a.postal_code"].is_crossed

    def test_a_town_is_spelt_as_the_register_of_codes_has_it(self) -> None:
        code = seen(field(Kind.POSTAL_CODE, "a.postal_code"), spoken("5191121"), spoken("5191121"))
        text = "三重県亀山市加太梶ヶ坂846"
        address = seen(field(Kind.ADDRESS, "a.address"), spoken(text), spoken(text))
        judged = cross.judge({"a.postal_code": code, "a.address": address})
        assert best(judged["a.address"]) == "三重県亀山市加太梶ケ坂846"

    def test_a_code_of_another_town_fails_the_check(self) -> None:
        code = seen(field(Kind.POSTAL_CODE, "a.postal_code"), spoken("1000001"), spoken("1000001"))
        address = seen(
            field(Kind.ADDRESS, "a.address"),
            spoken("三重県津市広明町13番地"),
            spoken("三重県津市広明町13番地"),
        )
        judged = cross.judge({"a.postal_code": code, "a.address": address})
        assert best(judged["a.address"]) == "三重県津市広明町13番地"
        assert judged["a.address"].has_failed
        assert judged["a.postal_code"].has_failed

    def test_a_known_provider_puts_its_domain_right_and_nothing_else(self) -> None:
        of = field(Kind.EMAIL)
        judged = alone(
            seen(
                of, spoken("t.o1@gmai1.com", {9: "l"}, sure=0.6), spoken("t.o1@gmai1.com", {9: "l"}, sure=0.6)
            )
        )
        assert best(judged) == "t.o1@gmail.com"


class TestTable:
    def test_every_written_kind_has_model_and_threshold(self) -> None:
        thresholds = score.shipped_thresholds()
        for kind in Kind:
            if kind not in TICKED:
                assert 0.5 <= thresholds[kind] < 1
                assert score.score(kind, dict.fromkeys(score.FEATURES, 0.0)) > 0

    def test_names_mail_and_free_text_start_with_a_person(self) -> None:
        assert {Kind.NAME, Kind.NAME_KANA, Kind.EMAIL, Kind.TEXT, Kind.TEXTAREA} <= score.ALWAYS_CHECK
        assert Kind.POSTAL_CODE not in score.ALWAYS_CHECK

    @pytest.mark.parametrize("kind", [Kind.MONEY, Kind.DATE, Kind.ADDRESS, Kind.NAME, Kind.TEXT])
    def test_more_belief_never_lowers_the_score(self, kind: Kind) -> None:
        low = dict.fromkeys(score.FEATURES, 0.0)
        assert score.score(kind, {**low, "share": 1.0, "told6": 1.0, "told5": 1.0}) >= score.score(kind, low)

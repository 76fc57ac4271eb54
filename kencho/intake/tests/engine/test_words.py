"""Words and letters decide where the paper leaves a doubt, and not where it leaves none."""

import numpy as np
import pytest

from kencho.intake.engine import ctc, network, normalise
from kencho.intake.engine.dictionaries import domains, letters, words
from kencho.intake.engine.shapes import Kind
from kencho.intake.tests.engine.test_score import alone, best, scored, seen, spoken
from kencho.intake.tests.engine.writing import field


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("閲覧する", "関覧する"),
        ("社会福祉法人", "社会福社法人"),
        ("夜間に", "夜聞に"),
        ("水質", "水賀"),
        ("宇部商業", "字部商業"),
        ("ひかりマンション", "ひかリマンション"),
        ("広明町", "広朋町"),
    ],
)
def test_words_cost_less_than_what_only_looks_like_them(right: str, wrong: str) -> None:
    assert words.cost(right) + 3 < words.cost(wrong)


def test_costs_add_up_and_marks_cost_a_fixed_sum() -> None:
    assert words.cost("閲覧、閲覧") == pytest.approx(2 * words.cost("閲覧") + words.PLAIN)
    assert words.cost("12-3") == 4 * words.PLAIN
    assert words.cost("") == 0.0
    assert words.listed("閲") != words.listed("閲覧")
    assert words.listed("閲覧閲覧") is None


def test_a_word_from_abroad_need_not_be_listed() -> None:
    assert words.listed("ペガロッサ") is None
    assert words.cost("ペガロッサ") < 5 * 7


def test_of_all_spellings_the_one_made_of_words() -> None:
    slots = [{"関": 0.1, "閲": 4.0}, {"覧": 0.1, "賢": 3.0}, {"中": 0.1, "申": 1.0}]
    assert words.best(slots, 0.9)[0] == "閲覧中"
    assert words.best(slots, 0.0)[0] == "関覧中"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("gokohogo", "qokohoqo"),
        ("kukiji", "kuklji"),
        ("mena-yaki", "mena-yakl"),
        ("moyo", "movo"),
        ("yama08", "yamao8"),
    ],
)
def test_letters_of_japanese_words(right: str, wrong: str) -> None:
    assert letters.log_chance(right) > letters.log_chance(wrong) + 1


def test_letters_choose_among_what_was_seen() -> None:
    slots = [{"k": 0.1}, {"u": 0.1}, {"k": 0.1}, {"l": 0.3, "i": 2.0}, {"j": 0.2}, {"i": 0.2}]
    assert letters.best(slots, 1.0) == "kukiji"
    assert letters.best(slots, 0.0) == "kuklji"


def test_each_place_keeps_what_the_reader_half_thought_of() -> None:
    slots = network.slots_of(spoken("夜聞に", {1: "間"}, sure=0.9))
    assert [min(slot, key=lambda each: slot[each]) for slot in slots] == ["夜", "聞", "に"]
    assert slots[1]["間"] == pytest.approx(-np.log(0.1), abs=0.05)
    assert "間" not in slots[0]
    assert network.slots_of(ctc.Lattice(("",), np.zeros((0, 1)))) == []


def test_places_of_two_readers_are_laid_side_by_side() -> None:
    both = [network.slots_of(spoken(text)) for text in ("入将料の", "入場料の")]
    slots = network.together(both[0], both[1], (0.5, 0.5), network.of_text)
    assert {"将", "場"} <= set(slots[1])
    uneven = network.together(both[0], network.slots_of(spoken("入料の")), (0.5, 0.5), network.of_text)
    assert "場" not in uneven[1]


def test_a_rare_shape_leaves_room_for_the_usual_one() -> None:
    assert dict(network.of_name("錄"))["録"] > 0.05
    assert network.of_name("録") == network.of_name("斎") == ()
    lattice = network.leaking(spoken("議事錄"), network.of_name)
    assert lattice.chances[:, lattice.symbols.index("録")].max() > 0.05
    plain = spoken("議事")
    assert network.leaking(plain, network.of_name) is plain


class TestInFields:
    def test_both_readers_may_be_put_right_where_one_half_saw_it(self) -> None:
        one = spoken("公文書を関覧する", {4: "閲"}, sure=0.95)
        judged = alone(seen(field(Kind.TEXTAREA), one, one))
        assert best(judged) == "公文書を閲覧する"
        assert judged.is_corrected

    def test_what_is_clear_on_paper_stays_though_it_is_no_word(self) -> None:
        judged = alone(seen(field(Kind.TEXT), spoken("関覧"), spoken("関覧")))
        assert best(judged) == "関覧"
        assert not judged.is_corrected

    def test_kinds_without_words_do_not_ask_the_dictionary(self) -> None:
        judged = alone(seen(field(Kind.MONEY), spoken("1200"), spoken("1200")))
        assert [each.odd for each in judged.readings] == [0.0] * len(judged.readings)

    def test_dust_between_words_is_left_out(self) -> None:
        judged = alone(
            seen(field(Kind.TEXT), spoken("時間.の点検", {2: "の"}, sure=0.6), spoken("時間の点検", sure=0.8))
        )
        assert best(judged) == "時間の点検"

    def test_an_address_is_put_right_on_both_sides_of_the_at(self) -> None:
        one = spoken("gokohoqo@ocn.ne.lp", {6: "g", 16: "j"}, sure=0.7)
        assert best(alone(seen(field(Kind.EMAIL), one, one))) == "gokohogo@ocn.ne.jp"

    def test_an_address_that_ends_in_a_stroke_is_looked_at(self) -> None:
        from kencho.intake.engine import score

        whole, cut = (
            alone(seen(field(Kind.ADDRESS), spoken(text), spoken(text)))
            for text in ("三重県津市広明町13番地C-1", "三重県津市広明町13番地C-")
        )
        if str(best(cut)).endswith("-"):
            assert scored(cut) < score.shipped_thresholds()[Kind.ADDRESS]
        assert best(whole) == "三重県津市広明町13番地C-1"

    def test_a_number_about_which_the_readers_differ_is_looked_at(self) -> None:
        from kencho.intake.engine import score

        of = field(Kind.TELEPHONE, cells=10)
        right, other = "0592242070", "0592242010"
        agreed = alone(seen(of, spoken(right), spoken(right), cells=right))
        differing = alone(seen(of, spoken(right), spoken(other)))
        assert scored(differing) < score.shipped_thresholds()[Kind.TELEPHONE] <= scored(agreed)


class TestPriors:
    """What the rules of writing say before anybody looks at the paper."""

    @pytest.mark.parametrize(
        ("seen_as", "meant"),
        [("すZ", "する"), ("届出すz。", "届出する。"), ("コースのA", "コースのA"), ("まL", "まし")],
    )
    def test_lone_signs_in_words_of_kana(self, seen_as: str, meant: str) -> None:
        assert normalise.with_kana(seen_as) == meant or seen_as == meant
        assert normalise.has_lone_sign(seen_as) is (seen_as != meant)

    def test_dust(self) -> None:
        assert normalise.without_specks("41時間.の体育館") == "41時間の体育館"
        assert normalise.without_specks("移転する・") == "移転する"
        assert normalise.without_specks("1.5倍、A・B") == "1.5倍、A・B"

    def test_e_written_like_moto(self) -> None:
        assert normalise.in_kana("み元荘") == "みえ荘"
        assert normalise.in_kana("地元の荘") == "地元の荘"

    def test_end_of_a_sentence(self) -> None:
        assert normalise.END_OF_SENTENCE.sub("。", "予定です、次に") == "予定です。次に"
        assert normalise.END_OF_SENTENCE.sub("。", "行うか、また") == "行うか、また"

    def test_odd_addresses(self) -> None:
        assert normalise.local_oddity("maqo") < normalise.local_oddity("mago") == 0.0
        assert normalise.local_oddity("yamal6") < 0
        assert "mago" in normalise.local_twins("maqo")
        assert "yama16" in normalise.local_twins("yamal6")
        assert normalise.local_twins("yamada") == ()

    def test_top_domains_that_cannot_follow(self) -> None:
        assert domains.is_plausible("aozora.io")
        assert not domains.is_plausible("aozora.ne.io")
        assert not domains.is_plausible("tawahi-tsurolg.jp")
        assert "tawahi-tsuro.lg.jp" in domains.with_dots("tawahi-tsurolg.jp")

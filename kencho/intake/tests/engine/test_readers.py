"""The line readers: the weights that were tried and no others, offline, and decoding under a mask."""

import math
import socket
from dataclasses import replace

import numpy as np
import pytest

from kencho.intake.engine import ctc, masks, readers
from kencho.intake.engine.freeform._lines import DETECTOR
from kencho.intake.engine.shapes import Kind
from kencho.intake.tests.engine.writing import line
from kencho.intake.tests.engine.writing import readers as both


def lattice(*rows: dict[str, float]) -> ctc.Lattice:
    symbols = ("", *sorted({symbol for row in rows for symbol in row if symbol}))
    return ctc.Lattice(
        symbols, np.array([[row.get(symbol, 0.0) for symbol in symbols] for row in rows], np.float32)
    )


class TestWeights:
    @pytest.mark.parametrize("model", [readers.V6, readers.V5, DETECTOR])
    def test_files_are_those_that_were_tried(self, model: readers.Model) -> None:
        assert model.content()

    def test_another_file_is_refused(self) -> None:
        changed = readers.Model("v6", readers.V6.package, readers.V6.file, "0" * 64)
        with pytest.raises(readers.ModelChanged):
            changed.content()

    def test_another_order_of_characters_is_refused(self) -> None:
        with pytest.raises(readers.ModelChanged, match="keys"):
            replace(readers.V5, keys_sha256="0" * 64).key_list()

    def test_a_missing_package_is_named(self) -> None:
        with pytest.raises(readers.ModelChanged, match="no_such_package"):
            readers.Model("x", "no_such_package", "x.onnx", "0" * 64).content()


class TestReading:
    @pytest.mark.parametrize(
        "text", ["津市広明町13番地", "トヨタマユミ", "taro.yamada@example.jp", "令和8年11月24日"]
    )
    @pytest.mark.parametrize("is_serif", [False, True])
    def test_print_is_read_by_both(self, text: str, *, is_serif: bool) -> None:
        for seen in both().read(line(text, is_serif=is_serif)):
            assert ctc.decode(seen.folded(masks.free)).text == text

    def test_needs_no_network(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_args: object, **_kwargs: object) -> None:
            raise AssertionError("a reader asked for the network")

        monkeypatch.setattr(socket, "socket", refuse)
        monkeypatch.setattr(socket, "create_connection", refuse)
        seen = readers.LineReader(readers.V6).read(line("電話番号"))
        assert ctc.decode(seen).text == "電話番号"

    def test_a_field_can_be_decoded_again_under_another_mask(self) -> None:
        seen = both().read(line("O1l5"))[0]
        assert ctc.decode(seen.folded(masks.fold_for(Kind.DIGITS))).text == "0115"
        assert ctc.decode(seen.folded(masks.fold_for(Kind.EMAIL))).text[-1] == "5"

    def test_wide_and_tiny_lines_do_not_fail(self) -> None:
        for shape in [(48, 6000), (3, 3), (400, 20)]:
            assert both().lines[0].read(np.full(shape, 255, np.uint8)).symbols[0] == ""

    def test_prepared_line_has_a_round_width_of_paper(self) -> None:
        made = readers.prepared(np.zeros((96, 100), np.uint8))
        assert made.shape == (1, 3, 48, 64)
        assert made[0, 0, 0, 0] == -1.0
        assert made[0, 0, 0, -1] == 1.0


class TestDecoding:
    def test_repeats_and_blanks_are_taken_out(self) -> None:
        seen = lattice({"1": 0.9, "": 0.1}, {"1": 0.8, "": 0.2}, {"": 1.0}, {"1": 0.7, "": 0.3})
        decoded = ctc.decode(seen)
        assert decoded.text == "11"
        assert decoded.chances == pytest.approx((0.9, 0.7))
        assert decoded.least == pytest.approx(0.7)

    def test_the_sum_over_paths_is_that_of_all_paths(self) -> None:
        seen = lattice({"1": 0.6, "": 0.4}, {"1": 0.5, "": 0.5})
        # 11, 1-, -1 all give "1"; -- gives nothing.
        one, nothing = ctc.log_chances(seen, ["1", ""])
        assert math.exp(one) == pytest.approx(0.8)
        assert math.exp(nothing) == pytest.approx(0.2)

    def test_sums_of_several_texts_are_those_of_each(self) -> None:
        seen = lattice({"1": 0.5, "2": 0.3, "": 0.2}, {"1": 0.2, "2": 0.5, "": 0.3}, {"2": 0.6, "": 0.4})
        texts = ["1", "12", "2", "122", "21", ""]
        assert ctc.log_chances(seen, texts) == pytest.approx(
            [ctc.log_chances(seen, [text])[0] for text in texts]
        )

    def test_the_best_texts_come_first_and_with_their_chance(self) -> None:
        seen = lattice({"1": 0.6, "7": 0.4}, {"": 1.0}, {"0": 0.9, "": 0.1})
        found = ctc.n_best(seen)
        assert [text for text, _chance in found[:2]] == ["10", "70"]
        assert math.exp(found[0][1]) == pytest.approx(0.54, abs=1e-6)

    def test_a_text_too_long_for_the_line_cannot_be(self) -> None:
        assert ctc.log_chances(lattice({"1": 1.0}), ["1111"])[0] < -20

    def test_lookalikes_are_added_up(self) -> None:
        seen = lattice({"O": 0.4, "0": 0.35, "〇": 0.2, "字": 0.05}).folded(masks.digits_only)
        assert ctc.decode(seen).text == "0"
        assert ctc.decode(seen).least == pytest.approx(0.95)
        assert seen.mass == pytest.approx(0.95)

"""Masks: what can stand in a field, and what counts as what."""

import pytest

from kencho.intake.engine import masks
from kencho.intake.engine.shapes import TICKED, Kind


@pytest.mark.parametrize(
    ("kind", "character", "counts_as"),
    [
        (Kind.DIGITS, "７", "7"),
        (Kind.DIGITS, "l", "1"),
        (Kind.DIGITS, "-", ""),
        (Kind.DIGITS, "あ", None),
        (Kind.DIGITS, "⑫", None),
        (Kind.TELEPHONE, "ー", "-"),
        (Kind.TELEPHONE, "（", "-"),
        (Kind.POSTAL_CODE, "〒", ""),
        (Kind.MONEY, "￥", "¥"),
        (Kind.MONEY, "、", ","),
        (Kind.DATE, "昭", "昭"),
        (Kind.DATE, "所", None),
        (Kind.NAME_KANA, "た", "タ"),
        (Kind.NAME_KANA, "力", "カ"),
        (Kind.NAME_KANA, "一", "ー"),
        (Kind.NAME_KANA, "田", None),
        (Kind.EMAIL, "Ａ", "a"),
        (Kind.EMAIL, "。", "."),
        (Kind.EMAIL, "字", None),
        (Kind.NAME, "髙", "髙"),
        (Kind.NAME, "东", None),
        (Kind.TEXT, "（", "("),
        (Kind.TEXT, "、", "、"),
        (Kind.TEXT, "们", None),
        (Kind.ADDRESS, "ー", "ー"),
    ],
)
def test_what_counts_as_what(kind: Kind, character: str, counts_as: str | None) -> None:
    assert masks.fold_for(kind)(character) == counts_as


def test_every_written_kind_has_a_mask() -> None:
    for kind in Kind:
        if kind not in TICKED:
            assert masks.fold_for(kind)("5") is not None or kind in {Kind.NAME, Kind.NAME_KANA}


def test_boxes_hold_digits_only() -> None:
    fold = masks.fold_for(Kind.DATE, comb=True)
    assert fold("年") is None
    assert fold("O") == "0"


def test_a_mask_changes_nothing_twice() -> None:
    for kind in Kind:
        fold = masks.fold_for(kind)
        for character in masks.SMALL_ALPHABETS:
            once = fold(character)
            if once:
                assert fold(once) == once, (kind, character)

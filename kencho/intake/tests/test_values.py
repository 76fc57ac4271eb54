"""What a clerk types becomes a value of the answers, or is refused with what can stand there."""

from typing import Any

import pytest

from kencho.intake import values

OPTIONS = (("a", "甲"), ("b", "乙"))


@pytest.mark.parametrize(
    ("kind", "typed", "wanted"),
    [
        ("date", "令和7年6月1日", "2025-06-01"),
        ("date", "R7.6.1", "2025-06-01"),
        ("birth_date", "2025-06-01", "2025-06-01"),
        ("money", "１，２３４円", 1234),
        ("postal_code", "〒514-0006", "5140006"),
        ("telephone", "０５９―２２４―２０７０", "059-224-2070"),
        ("name_kana", "みえ", "ミエ"),
        ("name_kana", "ﾐｴ", "ミエ"),
        ("email", " taro@example.jp ", "taro@example.jp"),
        ("decimal", "１２．５０", "12.50"),
        ("choice", "乙", "b"),
        ("choices", "b\na", ["a", "b"]),
        ("consent", "1", True),
        ("text", "", None),
        ("textarea", "一行\r\n二行", "一行\n二行"),
    ],
)
def test_typed(kind: str, typed: str, wanted: Any) -> None:
    options = OPTIONS if kind in {"choice", "choices"} else ()
    assert values.read(kind, typed, options=options) == wanted


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("date", "令和7年13月1日"),
        ("money", "千円"),
        ("postal_code", "514"),
        ("telephone", "でんわ"),
        ("name_kana", "三重"),
        ("email", "taro"),
        ("legal_entity_number", "1234567890123"),
        ("choice", "丙"),
        ("choice", "a\nb"),
    ],
)
def test_refused(kind: str, typed: str) -> None:
    options = OPTIONS if kind == "choice" else ()
    with pytest.raises(values.NotReadable) as refused:
        values.read(kind, typed, options=options)
    assert str(refused.value)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (None, "", True),
        ([], None, True),
        (["a", "b"], ["b", "a"], True),
        ("三重 ", "三重", True),
        (100, 100, True),
        (100, 101, False),
        ("〒", "", False),
    ],
)
def test_same(one: Any, other: Any, same: bool) -> None:
    assert values.is_same(one, other) is same

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.foundation import wareki
from kencho.foundation.wareki import ERAS, WarekiError


def test_every_day_from_1873_to_2100_comes_back() -> None:
    day = date(1873, 1, 1)
    previous = None
    while day <= date(2100, 12, 31):
        value = wareki.to_wareki(day)
        assert value.to_date() == day
        assert previous is None or previous < value
        previous = value
        day += timedelta(days=1)


@settings(max_examples=60, deadline=None)
@given(
    st.dates(min_value=date(1873, 1, 1), max_value=date(2100, 12, 31)),
    st.sampled_from(["long", "short", "iso"]),
)
def test_what_is_printed_is_read_back(day: date, style: wareki.Style) -> None:
    assert wareki.parse(wareki.format(day, style)) == day


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(1873, 1, 1), "明治6年1月1日"),
        (date(1912, 7, 29), "明治45年7月29日"),
        (date(1912, 7, 30), "大正元年7月30日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2026, 11, 24), "令和8年11月24日"),
    ],
)
def test_era_boundaries(day: date, text: str) -> None:
    assert wareki.format(day) == text
    assert str(wareki.to_wareki(day)) == text
    assert wareki.parse(text) == day


def test_styles() -> None:
    day = date(2019, 5, 1)
    assert wareki.format(day, "short") == "R1.5.1"
    assert wareki.format(day, "year") == "令和元年"
    assert wareki.format(day, "month") == "令和元年5月"
    assert wareki.format(day, gannen=False) == "令和1年5月1日"
    assert wareki.format(day, "iso") == "2019-05-01"


@pytest.mark.parametrize(
    "text",
    [
        "令和8年11月24日",
        "令和８年１１月２４日",
        " 令和 8 年 11 月 24 日 ",
        "令和　8年11月24日",
        "㋿8年11月24日",
        "令和八年十一月二十四日",
        "令8.11.24",
        "R8.11.24",
        "Ｒ８．１１．２４",
        "r8/11/24",
        "R8-11-24",
        "R08.11.24",
        "R.8.11.24",
        "2026-11-24",
        "2026/11/24",
        "2026.11.24",
        "２０２６－１１－２４",
        "2026年11月24日",
        "西暦2026年11月24日",
        "20261124",
    ],
)
def test_ways_of_writing_one_day(text: str) -> None:
    assert wareki.parse(text) == date(2026, 11, 24)


def test_first_year_is_written_in_three_ways() -> None:
    for text in ("令和元年5月1日", "令和1年5月1日", "R元.5.1"):
        assert wareki.parse(text) == date(2019, 5, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_a_date"),
        ("8年11月24日", "not_a_date"),
        ("令和8年11月", "not_a_date"),
        ("慶応3年1月1日", "not_a_date"),
        ("R8.11.24.", "not_a_date"),
        ("令和一二年一月一日", "not_a_date"),
        ("令和7年2月29日", "no_such_day"),
        ("令和8年13月1日", "no_such_day"),
        ("令和0年1月1日", "no_such_day"),
        ("2026-02-30", "no_such_day"),
        ("昭和64年1月8日", "outside_era"),
        ("平成31年5月1日", "outside_era"),
        ("令和元年4月30日", "outside_era"),
        ("大正元年7月29日", "outside_era"),
        ("大正15年12月25日", "outside_era"),
        ("明治5年12月31日", "before_gregorian"),
        ("1872-12-31", "before_gregorian"),
    ],
)
def test_refusals(text: str, code: str) -> None:
    with pytest.raises(WarekiError) as caught:
        wareki.parse(text)
    assert caught.value.code == code
    assert caught.value.message


def test_the_right_era_is_suggested() -> None:
    with pytest.raises(WarekiError) as caught:
        wareki.from_wareki("昭和", 64, 1, 8)
    assert str(caught.value.suggestion) == "平成元年1月8日"
    assert "平成元年1月8日" in caught.value.message


def test_eras_by_name_and_an_unknown_one() -> None:
    assert wareki.era_named("Ｒ") == wareki.era_named("令") == ERAS[-1]
    assert str(ERAS[-1]) == "令和"
    with pytest.raises(WarekiError, match="unknown_era"):
        wareki.from_wareki("慶応", 3, 1, 1)


def test_far_years_do_not_overflow() -> None:
    with pytest.raises(WarekiError, match="no_such_day"):
        wareki.from_wareki("令和", 10**30, 1, 1)


def test_an_instant_is_taken_to_tokyo() -> None:
    assert str(wareki.to_wareki(datetime(2019, 4, 30, 15, 0, tzinfo=UTC))) == "令和元年5月1日"
    assert str(wareki.to_wareki(datetime(2019, 4, 30, 14, 59, 59, tzinfo=UTC))) == "平成31年4月30日"
    with pytest.raises(WarekiError, match="naive_datetime"):
        wareki.to_wareki(datetime(2019, 5, 1))  # noqa: DTZ001 - the naive value is what is refused


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 99))
def test_kanji_numbers(number: int) -> None:
    digits = "〇一二三四五六七八九"
    tens, units = divmod(number, 10)
    written = ("" if tens < 2 else digits[tens]) + ("十" if tens else "") + (digits[units] if units else "")
    assert wareki.parse_year_number(written) == number
    assert wareki.parse_year_number(str(number)) == number

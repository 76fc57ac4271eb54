from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.foundation.fiscal import FIRST_YEAR, LAST_YEAR, FiscalYear, FiscalYearError, parse_headers
from kencho.foundation.wareki import TOKYO


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2020-03-31T23:59:59+09:00", 2019),
        ("2020-04-01T00:00+09:00", 2020),
        ("2020-03-31T14:59:59Z", 2019),
        ("2020-03-31T15:00Z", 2020),
    ],
)
def test_vectors_of_the_policy_sheet(text: str, year: int) -> None:
    moment = datetime.fromisoformat(text)
    assert FiscalYear.of(moment) == FiscalYear(year)
    assert FiscalYear(year).contains(moment)
    assert not FiscalYear(year + 1).contains(moment)
    assert not FiscalYear(year - 1).contains(moment)


@pytest.mark.parametrize(
    "text",
    [
        "令和元年度",
        "令和1年度",
        "令和元年",
        "平成31年度",
        "平成３１年度",
        "㍻31年度",
        "H31",
        "Ｈ３１",
        "R1",
        "r1",
        "R01",
        "R元",
        "R元年度",
        "令元",
        "令和 元 年度",
        "2019年度",
        "2019",
        "FY2019",
        "西暦2019年度",
        "令和元（2019）年度",
        "令和元年度（2019年度）",
        "2019（令和元）年度",
        "2019年度(平成31年度)",
    ],
)
def test_names_of_fiscal_2019(text: str) -> None:
    assert FiscalYear.parse(text) == FiscalYear(2019)


@pytest.mark.parametrize(
    ("year", "label", "short"),
    [
        (1886, "明治19年度", "M19"),
        (1911, "明治44年度", "M44"),
        (1912, "大正元年度", "T1"),
        (1926, "昭和元年度", "S1"),
        (1988, "昭和63年度", "S63"),
        (1989, "平成元年度", "H1"),
        (2018, "平成30年度", "H30"),
        (2019, "令和元年度", "R1"),
        (2020, "令和2年度", "R2"),
        (2021, "令和3年度", "R3"),
    ],
)
def test_labels(year: int, label: str, short: str) -> None:
    assert FiscalYear(year).label == str(FiscalYear(year)) == label
    assert FiscalYear(year).short_label == short


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_a_year"),
        ("年度", "not_a_year"),
        ("令和", "not_a_year"),
        ("令和一二年度", "not_a_year"),
        ("20190", "not_a_year"),
        ("2年度", "no_era"),
        ("31", "no_era"),
        ("元年度", "no_era"),
        ("平成32年度", "outside_era"),
        ("昭和64年度", "outside_era"),
        ("大正16年度", "outside_era"),
        ("令和0年度", "outside_era"),
        ("令和2（2019）年度", "contradiction"),
        ("明治18年度", "out_of_range"),
        ("1885", "out_of_range"),
        ("9999", "out_of_range"),
    ],
)
def test_years_without_a_rule_are_refused(text: str, code: str) -> None:
    with pytest.raises(FiscalYearError) as caught:
        FiscalYear.parse(text)
    assert caught.value.code == code
    assert caught.value.message


def test_the_years_in_which_an_era_changed_keep_both_names() -> None:
    assert FiscalYear.parse("明治45年度") == FiscalYear.parse("大正元年度") == FiscalYear(1912)
    assert FiscalYear.parse("大正15年度") == FiscalYear.parse("昭和元年度") == FiscalYear(1926)


def test_naive_datetimes_are_refused() -> None:
    naive = datetime(2020, 4, 1)  # noqa: DTZ001 - the naive value is what is refused
    with pytest.raises(FiscalYearError, match="naive_datetime"):
        FiscalYear.of(naive)
    with pytest.raises(FiscalYearError, match="naive_datetime"):
        FiscalYear(2020).contains(naive)


def test_edges_are_half_open() -> None:
    year = FiscalYear(2020)
    assert (year.start, year.end, year.last_day) == (date(2020, 4, 1), date(2021, 4, 1), date(2021, 3, 31))
    assert year.starts_at == datetime(2020, 3, 31, 15, tzinfo=UTC)
    assert year.ends_at == year.next.starts_at
    assert year.contains(year.start)
    assert not year.contains(year.end)
    assert year.contains(year.ends_at - timedelta(microseconds=1))
    assert not year.contains(year.ends_at)
    assert year.previous < year < year.next


def test_months_run_from_april_to_march() -> None:
    months = list(FiscalYear(2020).months())
    assert months[0] == date(2020, 4, 1)
    assert months[8:10] == [date(2020, 12, 1), date(2021, 1, 1)]
    assert months[-1] == date(2021, 3, 1)
    assert len(months) == 12


@settings(max_examples=60, deadline=None)
@given(st.dates(min_value=date(FIRST_YEAR, 4, 1), max_value=date(LAST_YEAR + 1, 3, 31)))
def test_every_day_lies_in_exactly_its_year(day: date) -> None:
    year = FiscalYear.of(day)
    assert year.start <= day < year.end
    assert year.contains(day)


@settings(max_examples=60, deadline=None)
@given(st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_an_instant_belongs_to_its_day_in_tokyo(moment: datetime) -> None:
    assert FiscalYear.of(moment) == FiscalYear.of(moment.astimezone(TOKYO).date())


@settings(max_examples=60, deadline=None)
@given(st.integers(FIRST_YEAR, 2117))
def test_labels_are_read_back(number: int) -> None:
    year = FiscalYear(number)
    for text in (year.label, year.short_label, str(number), f"{number}年度", f"{year.label}（{number}年度）"):
        assert FiscalYear.parse(text) == year


@pytest.mark.parametrize(
    ("cells", "years"),
    [
        (["令和元年度", "2年度", "3年度"], [2019, 2020, 2021]),
        (["項目", "令和元年度", "目標値", "2年度 実績値"], [None, 2019, None, 2020]),
        (["平成29年度", "30年度", "令和元年度", "2年度"], [2017, 2018, 2019, 2020]),
        (["令和3年度", "2年度", "元年度"], [2021, 2020, 2019]),
        (["令和元年度（計画）", "元年度（実績）"], [2019, 2019]),
        (["2019年度", "2020年度"], [2019, 2020]),
        (["R1", "R2", "単価2500円"], [2019, 2020, None]),
        (["令和元（2019）年度", "2年度"], [2019, 2020]),
        (["昭和62年度", "63年度", "平成元年度", "2年度"], [1987, 1988, 1989, 1990]),
    ],
)
def test_headers_inherit_the_era_to_their_left(cells: list[str], years: list[int | None]) -> None:
    assert parse_headers(cells) == [None if year is None else FiscalYear(year) for year in years]


@pytest.mark.parametrize(
    "cells",
    [
        ["2年度"],
        ["項目", "元年度", "2年度"],
        ["2019年度", "2年度"],
        ["平成30年度", "元年度"],
        ["平成31年度", "2年度"],
    ],
)
def test_headers_whose_era_is_not_written_are_refused(cells: list[str]) -> None:
    with pytest.raises(FiscalYearError, match="no_era"):
        parse_headers(cells)

"""Charts: the same figures as their table, a name for those who do not see them, no colour alone, no inline style."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from lxml import etree

from kencho.policy.charts import (
    Chart,
    MonthPoint,
    Scale,
    UnitPoint,
    YearPoint,
    months_chart,
    short,
    units_chart,
    years_chart,
)

SVG = "{http://www.w3.org/2000/svg}"
YEARS = [
    YearPoint("R1", Decimal(22299), "22,299 件"),
    YearPoint("R2", Decimal(22480), "22,480 件", Decimal(22400), "22,400 件", achievement_text="1.00"),
    YearPoint("R3", Decimal(12000), "12,000 件", Decimal(22600), "22,600 件", is_settled=False),
    YearPoint("R4", None, "", None, "", Decimal(22800), "22,800 件"),
    YearPoint("R5", None, "", Decimal(23000), "23,000 件"),
]


def charts() -> list[Chart]:
    months = [
        MonthPoint(str(n), Decimal(n * 10), f"{n * 10}", Decimal(n * 30), Decimal(n * 40))
        for n in range(4, 10)
    ]
    units = [UnitPoint("デジタル改革推進課", Decimal(12), "12"), UnitPoint("秘匿の課", None, "秘匿")]
    return [
        years_chart("a", "申請件数", YEARS),
        months_chart("b", "月ごと", months),
        units_chart("c", "所属ごと", units),
    ]


def tree(chart: Chart) -> etree._Element:
    return etree.fromstring(str(chart.svg).encode())


@pytest.mark.parametrize("chart", charts(), ids=["years", "months", "units"])
def test_a_picture_has_a_role_a_name_and_a_description(chart: Chart) -> None:
    svg = tree(chart)
    assert svg.get("role") == "img"
    named = {found.get("id"): found.text for found in svg.iter() if found.get("id")}
    assert named[svg.get("aria-labelledby")] == chart.title
    assert named[svg.get("aria-describedby")] == chart.description


@pytest.mark.parametrize("chart", charts(), ids=["years", "months", "units"])
def test_nothing_in_it_breaks_the_policy_of_the_page_or_leaves_the_frame(chart: Chart) -> None:
    svg = tree(chart)
    left, top, width, height = (float(part) for part in str(svg.get("viewBox")).split())
    assert (left, top) == (0, 0)
    for part in svg.iter():
        assert part.get("style") is None
        for name, limit in (("x", width), ("x1", width), ("x2", width), ("y", height), ("y1", height)):
            value = part.get(name)
            if value is not None:
                assert -6 <= float(value) <= limit + 6, (part.tag, name, value)


def test_open_years_are_hatched_and_targets_are_lines() -> None:
    svg = tree(years_chart("a", "申請件数", YEARS))
    bars = [part for part in svg.iter(f"{SVG}rect") if "chart__bar" in str(part.get("class"))]
    assert [part.get("fill") for part in bars] == [None, None, "url(#a-hatch)"]
    assert len([part for part in svg.iter(f"{SVG}line") if part.get("class") == "chart__target"]) == 3
    assert len(list(svg.iter(f"{SVG}polygon"))) == 1
    assert [mark.css for mark in years_chart("a", "申請件数", YEARS).marks] == [
        "bar",
        "open",
        "target",
        "expected",
    ]


def test_a_higher_value_is_a_higher_bar() -> None:
    svg = tree(years_chart("a", "申請件数", YEARS))
    heights = [
        float(str(part.get("height")))
        for part in svg.iter(f"{SVG}rect")
        if "chart__bar" in str(part.get("class"))
    ]
    assert heights[1] > heights[0] > heights[2]


def test_the_table_has_every_figure_and_missing_is_not_zero() -> None:
    chart = years_chart("a", "申請件数", YEARS)
    texts = [[cell.text for cell in row.cells] for row in chart.table.rows]
    assert texts[1] == ["R2", "22,400 件", "22,480 件", "1.00", "―"]
    assert texts[3] == ["R4", "―", "―", "―", "22,800 件"]


def test_months_that_do_not_add_up_have_no_pace_and_no_sum() -> None:
    chart = months_chart("m", "月ごと", [MonthPoint("4", Decimal(3), "3"), MonthPoint("5", None, "")])
    assert [column.label for column in chart.table.columns] == ["月", "その月の値"]
    assert "chart__pace" not in str(chart.svg)


def test_names_are_escaped() -> None:
    chart = units_chart("u", "<b>", [UnitPoint("<script>", Decimal(1), "1")])
    assert "<script>" not in str(chart.svg)
    assert "&lt;script&gt;" in str(chart.svg)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("60", "60"),
        ("0.95", "0.95"),
        ("9999", "9,999"),
        ("22400", "2.24万"),
        ("23000", "2.3万"),
        ("-2530", "▲2,530"),
        ("1234567890", "12.35億"),
    ],
)
def test_numbers_in_narrow_places(value: str, text: str) -> None:
    assert short(Decimal(value)) == text


@hypothesis_settings(max_examples=60)
@given(
    values=st.lists(
        st.decimals(min_value=-(10**12), max_value=10**12, places=3, allow_nan=False), min_size=1, max_size=8
    )
)
def test_every_value_is_on_the_axis_in_its_order(values: list[Decimal]) -> None:
    scale = Scale.over(values, 150)
    assert scale.low <= min([*values, Decimal(0)])
    assert scale.high >= max([*values, Decimal(0)])
    assert 2 <= len(scale.ticks) <= 7
    places = [scale.at(value) for value in sorted(values)]
    assert places == sorted(places)
    assert all(0 <= place <= 150 for place in places)

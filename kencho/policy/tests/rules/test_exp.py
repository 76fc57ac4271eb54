"""Rule EXP: 期待値."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kencho.policy.rules import (
    Cell,
    ExactCell,
    ExpectedBy,
    Missing,
    RuleError,
    expected_at,
    expected_series,
    shown,
)
from kencho.policy.tests.rules.vectors import Row, cell, profiles, rows, stored

BY = {"p": ExpectedBy.PIECEWISE, "b": ExpectedBy.FROM_BASELINE}
VALUES = st.decimals(-1000, 1000, places=1, allow_nan=False)
POINTS = st.dictionaries(st.integers(2021, 2030), VALUES, min_size=1, max_size=5)


def base_of(row: Row) -> tuple[int, Cell] | None:
    return None if row["baseline"] is None else (row["baseline"][0], stored(row["baseline"][1]))


def targets_of(row: Row) -> dict[int, ExactCell]:
    return {year: cell(value) for year, value in row["targets"].items()}


@pytest.mark.parametrize("row", rows("exp", "expected"))
def test_vectors(row: Row) -> None:
    found = expected_at(year=row["year"], targets=targets_of(row), baseline=base_of(row), by=BY[row["by"]])
    assert found == cell(row["expected"])
    assert isinstance(found, Missing) == row["expected"].startswith("~")


@pytest.mark.parametrize("row", rows("exp", "code"))
def test_refused(row: Row) -> None:
    with pytest.raises(RuleError) as caught:
        expected_at(year=row["year"], targets=targets_of(row), baseline=base_of(row), by=BY[row["by"]])
    assert (caught.value.code, caught.value.cell) == (row["code"], row["cell"])
    assert row["cell"] in caught.value.message
    if row["code"] == "baseline_not_before":
        assert f"（{row['cell']}）" in caught.value.message


def test_a_whole_series_is_shown_rounded_and_stored_exact() -> None:
    series = expected_series(
        years=range(2019, 2024),
        targets={2023: Decimal(23000)},
        baseline=(2019, Decimal(22299)),
        by=ExpectedBy.FROM_BASELINE,
    )
    assert list(series) == [2019, 2020, 2021, 2022, 2023]
    assert series[2020] == Fraction(89897, 4)
    assert [
        shown(value, unit="件", decimals=0, profile=profiles()["mie-2020"]) for value in series.values()
    ] == [
        "22,299 件",
        "22,474 件",
        "22,650 件",
        "22,825 件",
        "23,000 件",
    ]


def test_the_two_ways_to_draw_it_differ() -> None:
    targets = {2020: Decimal(22400), 2021: Decimal(22600), 2023: Decimal(23000)}
    base = (2019, Decimal(22299))
    pieces = expected_series(years=range(2019, 2024), targets=targets, baseline=base, by=ExpectedBy.PIECEWISE)
    straight = expected_series(
        years=range(2019, 2024), targets=targets, baseline=base, by=ExpectedBy.FROM_BASELINE
    )
    assert pieces[2020] == 22400
    assert straight[2020] == Decimal("22474.25")


@given(POINTS, VALUES)
def test_the_line_passes_through_every_official_point(points: dict[int, Decimal], base: Decimal) -> None:
    for year, value in points.items():
        assert expected_at(year=year, targets=points, baseline=(2020, base), by=ExpectedBy.PIECEWISE) == value
    last = max(points)
    straight = ExpectedBy.FROM_BASELINE
    assert expected_at(year=last, targets=points, baseline=(2020, base), by=straight) == points[last]
    assert expected_at(year=2020, targets=points, baseline=(2020, base), by=straight) == base


@given(POINTS, st.integers(2018, 2033))
def test_between_two_points_it_stays_between_them(points: dict[int, Decimal], year: int) -> None:
    value = expected_at(year=year, targets=points, baseline=None, by=ExpectedBy.PIECEWISE)
    if not min(points) <= year <= max(points):
        assert isinstance(value, Missing)
        return
    assert not isinstance(value, Missing)
    left, right = max(at for at in points if at <= year), min(at for at in points if at >= year)
    assert min(points[left], points[right]) <= value <= max(points[left], points[right])

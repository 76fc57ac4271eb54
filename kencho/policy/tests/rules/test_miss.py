"""Rule MISS: an empty cell says why, is left out of means, and is never 0."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kencho.policy.rules import ExactCell, Missing, mean_of, missing_of, shown, sum_of
from kencho.policy.tests.rules.vectors import Row, cell, profiles, rows

CELLS = st.lists(
    st.one_of(st.decimals(-100, 100, places=2, allow_nan=False), st.sampled_from(list(Missing))), max_size=6
)


def same(found: ExactCell, text: str) -> bool:
    return (
        found is cell(text)
        if text.startswith("~")
        else not isinstance(found, Missing) and found == cell(text)
    )


@pytest.mark.parametrize("row", rows("miss", "cells"))
def test_means_and_sums(row: Row) -> None:
    cells = [cell(text) for text in row["cells"]]
    assert same(mean_of(cells), row["mean"])
    assert same(sum_of(cells), row["sum"])


@pytest.mark.parametrize("row", rows("miss", "shown"))
def test_printed(row: Row) -> None:
    profile = profiles()[row["profile"]]
    printed = shown(cell(row["cell"]), unit=row["unit"], decimals=row["decimals"], profile=profile)
    assert printed == row["shown"]


def test_the_reasons_are_those_of_the_sheet() -> None:
    assert {reason.value for reason in Missing} == {
        "no_baseline",
        "not_set",
        "future",
        "not_yet_measured",
        "not_applicable",
        "suppressed",
        "discontinued",
        "blank_in_source",
    }


@given(CELLS)
def test_missing_never_becomes_zero(cells: list[Decimal | Missing]) -> None:
    values = [Fraction(value) for value in cells if not isinstance(value, Missing)]
    holes = [value for value in cells if isinstance(value, Missing)]
    mean, total = mean_of(cells), sum_of(cells)
    assert isinstance(mean, Missing) == (not values)
    assert isinstance(total, Missing) == (bool(holes) or not values)
    assert missing_of(cells) is (holes[0] if holes else None)
    if not isinstance(mean, Missing):
        assert mean * len(values) == sum(values)


@given(st.sampled_from(list(Missing)), st.sampled_from(sorted(profiles())))
def test_a_missing_cell_prints_no_digit(reason: Missing, code: str) -> None:
    assert not any(mark.isdigit() for mark in shown(reason, unit="件", decimals=0, profile=profiles()[code]))

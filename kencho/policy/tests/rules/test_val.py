"""Rule VAL: official values."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kencho.policy.rules import RuleError, cut_off, official
from kencho.policy.tests.rules.oracle import decimal_text_rounded
from kencho.policy.tests.rules.vectors import Row, number, rows

NUMBERS = st.decimals(min_value=-(10**9), max_value=10**9, allow_nan=False, places=6)


@pytest.mark.parametrize("row", [row for row in rows("val") if "code" not in row])
def test_rounding(row: Row) -> None:
    raw = number(row["raw"])
    assert str(official(raw, row["decimals"])) == row["official"]
    assert str(cut_off(raw, row["decimals"])) == row["cut"]


@pytest.mark.parametrize("row", rows("val", "code"))
def test_refused(row: Row) -> None:
    for rule in (official, cut_off):
        with pytest.raises(RuleError) as caught:
            rule(Decimal(row["raw"]), row["decimals"])
        assert caught.value.code == row["code"]
        assert caught.value.cell == (str(row["decimals"]) if row["code"] == "bad_decimals" else row["raw"])
        assert caught.value.cell in caught.value.message


@given(NUMBERS, st.integers(0, 5))
def test_digits_agree_with_rounding_by_pencil(raw: Decimal, decimals: int) -> None:
    assert str(official(raw, decimals)) == decimal_text_rounded(f"{raw:f}", decimals)


@given(NUMBERS, st.integers(0, 5))
def test_both_sides_of_zero_are_alike(raw: Decimal, decimals: int) -> None:
    assert official(-raw, decimals) == -official(raw, decimals)
    assert cut_off(-raw, decimals) == -cut_off(raw, decimals)


@given(NUMBERS, st.integers(0, 5))
def test_never_further_than_half_a_unit(raw: Decimal, decimals: int) -> None:
    unit = Fraction(1, 10**decimals)
    assert abs(Fraction(official(raw, decimals)) - Fraction(raw)) <= unit / 2
    assert 0 <= abs(Fraction(raw)) - abs(Fraction(cut_off(raw, decimals))) < unit
    assert official(official(raw, decimals), decimals) == official(raw, decimals)

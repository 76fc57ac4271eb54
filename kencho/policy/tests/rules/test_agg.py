"""Rule AGG: what may be put together, and how."""

from datetime import date
from decimal import Decimal

import pytest

from kencho.foundation.fiscal import FiscalYear
from kencho.policy.rules import (
    Along,
    ExactCell,
    MeasureType,
    Missing,
    RuleError,
    aggregate,
    basis_date,
    may_add,
    pace,
    part_year,
    ratio_from_parts,
    weighted_mean,
)
from kencho.policy.tests.rules.vectors import Row, cell, rows

CELL = "令和3年度 実績値"


def same(found: ExactCell, expected: ExactCell) -> bool:
    return isinstance(found, Missing) == isinstance(expected, Missing) and found == expected


@pytest.mark.parametrize("row", rows("agg", "may_add"))
def test_what_adds_up(row: Row) -> None:
    measure, along = MeasureType(row["may_add"]), Along(row["along"])
    assert may_add(measure, along, keys_disjoint=row["disjoint"]) is row["answer"]


def test_keys_overlap_unless_somebody_says_they_do_not() -> None:
    assert not may_add(MeasureType.DISTINCT, Along.UNITS)
    with pytest.raises(RuleError) as caught:
        aggregate(MeasureType.DISTINCT, [Decimal(1)], along=Along.UNITS, cell=CELL)
    assert caught.value.code == "units_overlap"


def whole_of(row: Row) -> ExactCell:
    return aggregate(
        MeasureType(row["measure"]),
        [cell(text) for text in row["parts"]],
        along=Along(row["along"]),
        cell=CELL,
        keys_disjoint=row["disjoint"],
    )


@pytest.mark.parametrize("row", rows("agg", "whole"))
def test_wholes(row: Row) -> None:
    assert same(whole_of(row), cell(row["whole"]))


def refused(rule: object, code: str) -> None:
    assert callable(rule)
    with pytest.raises(RuleError) as caught:
        rule()
    assert (caught.value.code, caught.value.cell) == (code, CELL)
    assert CELL in caught.value.message


@pytest.mark.parametrize("row", [row for row in rows("agg", "parts") if "code" in row])
def test_wholes_that_do_not_exist(row: Row) -> None:
    refused(lambda: whole_of(row), row["code"])


@pytest.mark.parametrize("row", rows("agg", "ratio"))
def test_ratios(row: Row) -> None:
    above, below = (cell(text) for text in row["ratio"])
    if "code" in row:
        refused(lambda: ratio_from_parts(above, below, cell=CELL), row["code"])
    else:
        assert same(ratio_from_parts(above, below, cell=CELL), cell(row["result"]))


@pytest.mark.parametrize("row", rows("agg", "mean"))
def test_means(row: Row) -> None:
    parts, weights = ([cell(text) for text in row[key]] for key in ("mean", "weights"))
    if "code" in row:
        refused(lambda: weighted_mean(parts, weights, cell=CELL), row["code"])
    else:
        assert same(weighted_mean(parts, weights, cell=CELL), cell(row["result"]))


def test_the_refusal_of_uneven_lists_says_how_long_they_are() -> None:
    with pytest.raises(RuleError) as caught:
        weighted_mean([Decimal(1)], [Decimal(1), Decimal(2)], cell=CELL)
    assert caught.value.message == f"「{CELL}」の平均の数（1）と件数の数（2）が違います。"


@pytest.mark.parametrize("row", rows("agg", "part"))
def test_parts_of_a_year(row: Row) -> None:
    first, last = row["part"]
    if "code" in row:
        refused(lambda: part_year(Decimal(1), first_month=first, last_month=last, cell=CELL), row["code"])
        return
    part = part_year(Decimal(15000), first_month=first, last_month=last, cell=CELL)
    assert (part.value, part.label, part.months) == (Decimal(15000), row["label"], row["months"])
    assert not hasattr(part, "achievement")
    assert pace(Decimal(24000), part, MeasureType.FLOW_SUM) == Decimal(row["pace"])
    for measure in set(MeasureType) - {MeasureType.FLOW_SUM}:
        assert pace(Decimal(24000), part, measure) is Missing.NOT_APPLICABLE
        assert pace(Missing.NOT_SET, part, measure) is Missing.NOT_SET


def test_an_impossible_month_is_named() -> None:
    with pytest.raises(RuleError) as caught:
        part_year(Decimal(1), first_month=4, last_month=13, cell=CELL)
    assert caught.value.message == f"「{CELL}」の月（13）は1から12までにしてください。"


def test_a_pace_needs_a_number() -> None:
    part = part_year(Missing.FUTURE, first_month=4, last_month=11, cell=CELL)
    assert part.value is Missing.FUTURE
    with pytest.raises(RuleError) as caught:
        pace(Decimal("NaN"), part, MeasureType.FLOW_SUM)
    assert (caught.value.code, caught.value.cell) == ("not_a_number", "4月～11月")


@pytest.mark.parametrize("row", rows("agg", "basis"))
def test_days_at_which_a_stock_is_counted(row: Row) -> None:
    year, month, day = row["basis"]
    assert basis_date(FiscalYear(year), month, day) == date.fromisoformat(row["date"])


def test_a_stock_is_counted_at_the_end_of_the_year() -> None:
    assert basis_date(FiscalYear(2019)) == date(2020, 3, 31)

"""Rule BIND: how the three numbers are made."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kencho.foundation.fiscal import FiscalYear
from kencho.policy.rules import (
    Missing,
    Received,
    RuleError,
    Share,
    count_received,
    distinct_units,
    positive_share,
)
from kencho.policy.tests.rules.vectors import Row, cell, instant, rows

CELL = "令和2年度 主指標"
AS_OF = instant("2021-05-31T17:00:00+09:00")


def share(row: Row) -> Share:
    return positive_share(
        row["share"],
        positive=frozenset(row["positive"]),
        invalid=frozenset(row["invalid"]),
        eligible=row["eligible"],
        returned=row["returned"],
        cell=CELL,
    )


def same(found: Fraction | Missing, text: str) -> bool:
    return isinstance(found, Missing) == text.startswith("~") and found == cell(text)


@pytest.mark.parametrize("row", [row for row in rows("bind", "share") if "code" not in row])
def test_shares(row: Row) -> None:
    found = share(row)
    assert (found.numerator, found.denominator) == (row["numerator"], row["denominator"])
    assert (found.eligible, found.returned) == (row["eligible"], row["returned"])
    assert same(found.percent, row["percent"])
    assert same(found.response_rate, row["rate"])


@pytest.mark.parametrize("row", [row for row in rows("bind", "share") if "code" in row])
def test_shares_that_are_refused(row: Row) -> None:
    with pytest.raises(RuleError) as caught:
        share(row)
    assert (caught.value.code, caught.value.cell) == (row["code"], CELL)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"positive": ["もちろん"]}, "の回答の選択肢「もちろん」は、設問にありません。"),
        ({"share": {"はい": -2}}, "の数（-2）が負の数です。"),
        ({"returned": 2}, "の回答の数（3）が、回収数（2）より多くなっています。"),
        ({"eligible": 4}, "の回収数（5）が、対象者数（4）より多くなっています。"),
    ],
)
def test_refusals_say_the_numbers(change: Row, message: str) -> None:
    row = {"share": {"はい": 3}, "positive": [], "invalid": [], "eligible": 9, "returned": 5, **change}
    with pytest.raises(RuleError) as caught:
        share(row)
    assert caught.value.message == f"「{CELL}」{message}"


@pytest.mark.parametrize("row", rows("bind", "units"))
def test_units(row: Row) -> None:
    if "code" in row:
        with pytest.raises(RuleError) as caught:
            distinct_units(
                row["units"], successors=row["successors"], existing=5, mapped=row["mapped"], cell=CELL
            )
        assert (caught.value.code, caught.value.cell) == (row["code"], CELL)
        return
    found = distinct_units(
        row["units"], successors=row["successors"], existing=5, mapped=row["mapped"], cell=CELL
    )
    assert found.units == frozenset(row["counted"])
    assert found.unmapped == frozenset(row["unmapped"])
    assert (found.count, found.existing) == (len(row["counted"]), 5)
    assert found.provisional is bool(row["unmapped"])


def receipt(entry: Row) -> Received:
    flags = {name: entry[name] for name in ("online", "draft", "test", "spam", "withdrawn") if name in entry}
    at = instant(entry["at"])
    return Received(str(entry["id"]), at, instant(entry["known"]) if "known" in entry else at, **flags)


@pytest.mark.parametrize("row", rows("bind", "received"))
def test_receipts(row: Row) -> None:
    receipts = [receipt(entry) for entry in row["received"]]
    assert count_received(receipts, year=FiscalYear(2020), as_of=AS_OF) == row["count"]


UNITS = st.sampled_from("abcdefgh")


@given(st.lists(UNITS), st.dictionaries(UNITS, st.sampled_from("ABC")))
def test_mergers_agree_with_walking_every_use(uses: list[str], merged: dict[str, str]) -> None:
    found = distinct_units(
        uses, successors={old: [new] for old, new in merged.items()}, existing=8, mapped={}, cell=CELL
    )
    walked = []
    for unit in uses:
        name = merged.get(unit, unit)
        if name not in walked:
            walked.append(name)
    assert found.count == len(walked)
    assert not found.provisional


@given(st.lists(UNITS, min_size=1), UNITS)
def test_one_more_use_never_lowers_the_count(uses: list[str], more: str) -> None:
    successors = {"a": ["b"], "c": ["d", "e"], "f": []}
    fewer = distinct_units(uses, successors=successors, existing=8, mapped={}, cell=CELL)
    assert (
        distinct_units([*uses, more], successors=successors, existing=8, mapped={}, cell=CELL).count
        >= fewer.count
    )


@given(
    st.dictionaries(st.sampled_from("あいうえ"), st.integers(0, 50), min_size=1),
    st.sets(st.sampled_from("あいうえ")),
)
def test_a_share_lies_between_nothing_and_all(tallies: dict[str, int], positive: set[str]) -> None:
    answers = sum(tallies.values())
    found = positive_share(
        tallies,
        positive=frozenset(positive & set(tallies)),
        invalid=frozenset(),
        eligible=answers,
        returned=answers,
        cell=CELL,
    )
    assert isinstance(found.percent, Missing) == (answers == 0)
    if not isinstance(found.percent, Missing):
        assert 0 <= found.percent <= 100

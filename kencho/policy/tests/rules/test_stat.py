"""Rule STAT: status of an actual."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kencho.policy.rules import Cell, Figure, Missing, RuleError, Status, advance, may_advance, recomputed
from kencho.policy.tests.rules.vectors import Row, rows, stored

CELL = "令和2年度 実績値"
THEN = datetime(2021, 5, 31, 8, tzinfo=UTC)
NOW = datetime(2021, 6, 30, 8, tzinfo=UTC)


def step(before: Status, after: Status, lacks: list[str], value: Cell = Decimal(5)) -> Figure:
    return advance(
        Figure(Decimal(4), before, THEN, "前の人", "前の理由"),
        after,
        value=Missing.NOT_YET_MEASURED if "value" in lacks else value,
        as_of=None if "time" in lacks else NOW,
        cutoff_passed="cutoff" not in lacks,
        signed_by="　" if "sign" in lacks else " 課長 ",
        reason=" " if "why" in lacks else " 集計の誤り ",
        cell=CELL,
    )


@pytest.mark.parametrize("row", rows("stat", "allowed"))
def test_ways(row: Row) -> None:
    before, after = Status(row["before"]), Status(row["after"])
    assert may_advance(before, after) is row["allowed"]
    if row["allowed"]:
        assert step(before, after, []) == Figure(Decimal(5), after, NOW, "課長", "集計の誤り")
        return
    with pytest.raises(RuleError) as caught:
        step(before, after, [])
    assert (caught.value.code, caught.value.cell) == ("status_not_allowed", CELL)
    assert caught.value.message == f"「{CELL}」を{before.text}から{after.text}にすることはできません。"


@pytest.mark.parametrize("row", rows("stat", "lacks"))
def test_what_a_step_needs(row: Row) -> None:
    before, after = Status(row["before"]), Status(row["after"])
    if row["code"] is None:
        assert step(before, after, row["lacks"]).status is after
        return
    with pytest.raises(RuleError) as caught:
        step(before, after, row["lacks"])
    assert (caught.value.code, caught.value.cell) == (row["code"], CELL)
    assert CELL in caught.value.message


@pytest.mark.parametrize("row", rows("stat", "late"))
def test_late_events(row: Row) -> None:
    figure = Figure(stored(row["frozen"]), Status(row["late"]), THEN, "課長", "理由")
    after, drift = recomputed(figure, stored(row["now"]), at=NOW)
    assert after.value == stored(row["value"])
    assert after.as_of == (NOW if row["late"] == "live" else THEN)
    assert (after.status, after.signed_by, after.reason) == (figure.status, "課長", "理由")
    if row["drift"] is None:
        assert drift is None
        return
    assert drift is not None
    assert (drift.frozen, drift.now) == (figure.value, stored(row["now"]))
    assert drift.difference == (None if row["drift"] == "unknown" else Decimal(row["drift"]))


def test_a_new_figure_is_live_and_unsigned() -> None:
    assert Figure(Decimal(1)) == Figure(Decimal(1), Status.LIVE, None, "", "")


def test_signature_and_reason_are_asked_for_where_they_are_not_given() -> None:
    for to, code in ((Status.CONFIRMED, "not_signed"),):
        with pytest.raises(RuleError) as caught:
            advance(
                Figure(Decimal(1), Status.PROVISIONAL),
                to,
                value=Decimal(1),
                as_of=NOW,
                cutoff_passed=True,
                cell=CELL,
            )
        assert caught.value.code == code
    with pytest.raises(RuleError) as caught:
        advance(
            Figure(Decimal(1), Status.CONFIRMED),
            Status.CORRECTED,
            value=Decimal(1),
            as_of=NOW,
            cutoff_passed=True,
            signed_by="課長",
            cell=CELL,
        )
    assert caught.value.code == "reason_missing"


def test_a_provisional_figure_is_unsigned_and_without_reason_unless_given() -> None:
    found = advance(
        Figure(Decimal(1)), Status.PROVISIONAL, value=Decimal(2), as_of=NOW, cutoff_passed=False, cell=CELL
    )
    assert found == Figure(Decimal(2), Status.PROVISIONAL, NOW, "", "")


@given(
    st.sampled_from([status for status in Status if status is not Status.LIVE]),
    st.lists(st.one_of(st.decimals(-9, 9, places=1, allow_nan=False), st.sampled_from(list(Missing)))),
)
def test_no_late_event_moves_what_is_frozen(status: Status, arrivals: list[Cell]) -> None:
    figure = Figure(Decimal(5), status, THEN, "課長")
    for value in arrivals:
        figure, drift = recomputed(figure, value, at=NOW)
        assert (drift is None) == (value == 5)
    assert figure == Figure(Decimal(5), status, THEN, "課長")

"""Rule BUD: budgets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kencho.policy.rules import (
    Amount,
    Budget,
    Change,
    ChangeKind,
    Missing,
    Note,
    RuleError,
    Stage,
    StageKind,
    change,
    change_with_predecessors,
    check_total,
    shown_change,
    total,
)
from kencho.policy.tests.rules.vectors import Row, profiles, rows, yen

STAGES = {
    "i": Stage(StageKind.INITIAL),
    "s1": Stage(StageKind.SUPPLEMENTARY, 1),
    "s2": Stage(StageKind.SUPPLEMENTARY, 2),
    "c": Stage(StageKind.CURRENT),
    "f": Stage(StageKind.FINAL),
    "d": Stage(StageKind.SETTLED),
    "u": Stage(StageKind.UNSPECIFIED),
}
CELL = "令和2年度 計"


def amount(pair: list[object]) -> Amount:
    stage, value = pair
    assert isinstance(value, int | str)
    return Amount(STAGES[str(stage)], yen(value))


def agrees(found: Change, row: Row) -> None:
    assert found.kind == row["kind"]
    assert found.delta == row["delta"]
    assert (None if found.rate is None else str(found.rate)) == row["rate"]
    assert list(found.notes) == row["notes"]


@pytest.mark.parametrize("row", rows("bud", "shown"))
def test_changes(row: Row) -> None:
    found = change(amount(row["old"]), amount(row["new"]))
    agrees(found, row)
    assert list(shown_change(found, profiles()["mie-2020"])) == row["shown"]


def budget(row: Row) -> Budget:
    initial, supplementary = row["current"]
    return Budget(
        cell=CELL,
        initial=yen(initial),
        supplementary=tuple((number, yen(value)) for number, value in supplementary),
        final=yen(row.get("final", "~not_set")),
        settled=yen(row.get("settled", "~not_set")),
        carried_over=row.get("carried", 0),
        reserve=row.get("reserve", 0),
    )


@pytest.mark.parametrize("row", [row for row in rows("bud", "current") if "code" not in row])
def test_amounts_of_a_year(row: Row) -> None:
    line = budget(row)
    assert line.current() == yen(row["value"])
    assert line.available() == yen(row["available"])
    if "execution" in row:
        rate = line.execution_rate()
        assert (f"~{rate}" if isinstance(rate, Missing) else str(rate)) == row["execution"]
    elif not isinstance(line.available(), Missing):
        assert line.execution_rate() is Missing.NOT_SET


@pytest.mark.parametrize("row", [row for row in rows("bud", "current") if "code" in row])
def test_amounts_that_are_refused(row: Row) -> None:
    with pytest.raises(RuleError) as caught:
        budget(row)
    assert caught.value.code == row["code"]
    assert caught.value.cell == (CELL if row["code"] == "amount_negative" else "0")


def test_a_line_has_nothing_that_was_not_given() -> None:
    line = Budget(cell=CELL, initial=5)
    assert (line.supplementary, line.final, line.settled) == ((), Missing.NOT_SET, Missing.NOT_SET)
    assert (line.carried_over, line.reserve, line.available()) == (0, 0, 5)


@pytest.mark.parametrize("row", rows("bud", "stage"))
def test_numbers_of_stages(row: Row) -> None:
    kind, number = StageKind(row["stage"][0]), row["stage"][1]
    if "code" not in row:
        assert Stage(kind, number).number == number
        return
    with pytest.raises(RuleError) as caught:
        Stage(kind, number)
    assert caught.value.code == row["code"]
    assert caught.value.cell == (str(number) if kind is StageKind.SUPPLEMENTARY else kind.value)


@pytest.mark.parametrize("row", rows("bud", "at"))
def test_amounts_of_a_stage(row: Row) -> None:
    line = Budget(cell=CELL, initial=100, supplementary=((1, 20),), final=118, settled=110)
    stage = Stage(StageKind(row["at"][0]), row["at"][1])
    assert line.at(stage) == Amount(stage, yen(row["value"]))


@pytest.mark.parametrize("row", rows("bud", "total"))
def test_totals_are_named_after_what_they_are(row: Row) -> None:
    found = total([yen(value) for value in row["total"]], all_projects=row["all"])
    assert (found.amount, str(found.label)) == (yen(row["value"]), row["label"])


@pytest.mark.parametrize("row", rows("bud", "stated"))
def test_wrong_totals(row: Row) -> None:
    found = check_total(yen(row["stated"]), [yen(value) for value in row["parts"]], cell=CELL)
    assert [finding.message for finding in found] == ([] if row["message"] is None else [row["message"]])
    assert all(finding.code == "wrong_total" for finding in found)


@pytest.mark.parametrize("row", rows("bud", "reorganised"))
def test_reorganised_projects(row: Row) -> None:
    old = {code: amount(pair) for code, pair in row["old"].items()}

    def found() -> Change:
        return change_with_predecessors(
            new=amount(row["new"]), code=row["reorganised"], predecessors=row["from"], old=old
        )

    if "code" not in row:
        agrees(found(), row)
        return
    with pytest.raises(RuleError) as caught:
        found()
    assert (caught.value.code, caught.value.cell) == (row["code"], row["reorganised"])
    assert caught.value.message == "「n1」の前身とされた事業「z」が前年度にありません。"


def test_every_note_has_its_sentence() -> None:
    assert all(str(note.text).endswith("。") for note in Note)


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_change_and_its_way_back(old: int, new: int) -> None:
    there = change(Amount(STAGES["i"], old), Amount(STAGES["i"], new))
    back = change(Amount(STAGES["i"], new), Amount(STAGES["i"], old))
    assert there.delta is not None
    assert back.delta == -there.delta
    if there.rate is not None:
        assert there.kind is ChangeKind.CHANGED
        assert (there.rate >= 0) == (new > old) or there.rate == 0


@given(st.integers(0, 10**6), st.sampled_from(list(Missing)))
def test_missing_is_not_taken_as_zero(value: int, reason: Missing) -> None:
    for old, new in ((value, reason), (reason, value)):
        found = change(Amount(STAGES["i"], old), Amount(STAGES["i"], new))
        assert found.delta is None
        assert found.rate is None


@given(st.integers(0, 10**6), st.lists(st.integers(-1000, 1000), max_size=5))
def test_current_is_initial_and_all_supplements(initial: int, supplements: list[int]) -> None:
    line = Budget(cell=CELL, initial=initial, supplementary=tuple(enumerate(supplements, start=1)))
    assert line.current() == initial + sum(supplements)

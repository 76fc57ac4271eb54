"""Rule JDG: suggested and decided 進展度."""

from decimal import Decimal

import pytest

from kencho.policy.rules import Achievement, Decision, RuleError, State, Suggestion, decide, suggest
from kencho.policy.tests.rules.vectors import Row, profiles, rows

CELL = "施策406 令和3年度"


def primary(row: Row) -> Achievement:
    if "grade" in row:
        return Achievement(State.UNMET, None, "", False, row["grade"])
    if row["raw"] is None:
        return Achievement(State.MISSING, None, "—", None)
    return Achievement(State.UNMET, Decimal(row["raw"]), "", False)


def suggestion(row: Row) -> Suggestion | None:
    return suggest(primary(row), profiles()[row["profile"]])


@pytest.mark.parametrize("row", rows("jdg", "suggested"))
def test_suggestions(row: Row) -> None:
    found = suggestion(row)
    if row["suggested"] == "off":
        assert found is None
        return
    assert found is not None
    assert (found.grade, found.needs_experts) == (row["suggested"], row["experts"])
    assert found.beside == ()


def decided(row: Row) -> Decision:
    return decide(
        suggestion(row),
        profiles()[row["profile"]],
        grade=row["decide"],
        rationale=row["why"],
        difference_reason=row["other"],
        cell=CELL,
    )


@pytest.mark.parametrize("row", [row for row in rows("jdg", "decide") if "code" not in row])
def test_decisions(row: Row) -> None:
    found = decided(row)
    assert (found.grade, found.rationale, found.difference_reason) == (
        row["decide"],
        row["why"],
        row["other"],
    )
    assert (found.differs, found.needs_experts) == (row["differs"], row["experts"])


@pytest.mark.parametrize("row", [row for row in rows("jdg", "decide") if "code" in row])
def test_decisions_that_lack_something(row: Row) -> None:
    with pytest.raises(RuleError) as caught:
        decided(row)
    assert (caught.value.code, caught.value.cell) == (row["code"], CELL)
    assert CELL in caught.value.message


def test_a_monitored_plan_takes_no_decision_even_with_a_suggestion() -> None:
    with pytest.raises(RuleError) as caught:
        decide(Suggestion("A", False, ()), profiles()["monitor-only"], grade="A", rationale="理由", cell=CELL)
    assert caught.value.code == "judgement_off"
    with pytest.raises(RuleError) as caught:
        decide(None, profiles()["mie-2020"], grade="A", rationale="理由", cell=CELL)
    assert caught.value.code == "judgement_off"


def test_messages_say_what_was_suggested_and_decided() -> None:
    mie = profiles()["mie-2020"]
    with pytest.raises(RuleError) as caught:
        decide(Suggestion("B", False, ()), mie, grade="A", rationale="理由", cell=CELL)
    assert caught.value.message == f"「{CELL}」の進展度が目安（B）と違います。違えた理由を書いてください。"
    with pytest.raises(RuleError) as caught:
        decide(Suggestion("B", False, ()), mie, grade="X", rationale="理由", cell=CELL)
    assert caught.value.message == f"「{CELL}」の進展度「X」は、この評価方法にはありません。"


def test_reasons_are_kept_without_the_space_around_them() -> None:
    mie = profiles()["mie-2020"]
    found = decide(
        Suggestion("B", False, ()),
        mie,
        grade="A",
        rationale=" 理由 ",
        difference_reason=" 別の理由 ",
        cell=CELL,
    )
    assert (found.rationale, found.difference_reason, found.differs) == ("理由", "別の理由", True)
    same = decide(
        Suggestion("B", False, ()), mie, grade="B", rationale="理由", difference_reason="不要", cell=CELL
    )
    assert (same.difference_reason, same.differs) == ("", False)


def test_secondary_indicators_stand_beside_and_change_nothing() -> None:
    mie = profiles()["mie-2020"]
    main = Achievement(State.UNMET, Decimal("0.9"), "0.90", False)
    weak = Achievement(State.UNMET, Decimal("0.1"), "0.10", False)
    found = suggest(main, mie, secondary=[weak, None, main])
    assert found == Suggestion("B", False, (weak, main))
    assert suggest(None, mie, secondary=[weak]) == Suggestion(None, False, (weak,))

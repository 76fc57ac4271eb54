"""Findings about targets, and the messages of all rules."""

import pytest

from kencho.policy.rules import Direction, Finding, RuleError, check_targets
from kencho.policy.rules._messages import MESSAGES
from kencho.policy.tests.rules.vectors import Row, rows, stored


def found(row: Row) -> tuple[Finding, ...]:
    return check_targets(
        {year: stored(value) for year, value in row["targets"].items()},
        baseline=stored(row["baseline"]),
        direction=Direction(row["direction"]),
        final_fy=row["final"],
    )


@pytest.mark.parametrize("row", rows("checks"))
def test_targets(row: Row) -> None:
    assert [f"{finding.code} {finding.cell.split()[0]}" for finding in found(row)] == row["found"]
    for finding in found(row):
        assert finding.message.startswith(f"「{finding.cell}」")
        assert finding.cell.endswith(" 目標値")


def test_a_reversed_target_is_shown_with_what_it_is_worse_than() -> None:
    row = {"direction": "higher_is_better", "baseline": "22299", "final": 2020, "targets": {2020: "22000"}}
    assert [finding.message for finding in found(row)] == [
        "「令和2年度 目標値」の目標値（22,000）は、比べる値（22,299）より後退しています。向きを確かめてください。"
    ]


def test_a_target_that_is_no_number() -> None:
    row = {"direction": "higher_is_better", "baseline": "1", "final": 2020, "targets": {2020: "NaN"}}
    with pytest.raises(RuleError) as caught:
        found(row)
    assert (caught.value.code, caught.value.cell) == ("not_a_number", "令和2年度 目標値")


def test_an_error_in_a_log_says_its_code_and_cell() -> None:
    assert str(RuleError("not_a_number", "令和2年度 目標値")) == "('not_a_number', '令和2年度 目標値')"


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_every_message_is_a_sentence_that_names_the_cell(code: str) -> None:
    text = str(MESSAGES[code])
    assert "「%(cell)s」" in text
    assert text.endswith("。")

"""Every refusal and every reason has a sentence; every act in the audit log, too."""

import pytest

from kencho.intake import words
from kencho.intake.engine.shapes import Kind, Reason, Refusal
from kencho.intake.models import FieldResult, ScanBatch, ScanPage, Sheet
from kencho.intake.services._receive import UNREADABLE


@pytest.mark.parametrize("code", sorted({*map(str, Refusal), *map(str, UNREADABLE.values()), "kind"}))
def test_a_refusal_says_what_happened_and_what_to_do(code: str) -> None:
    assert code in words.REFUSALS
    found = words.refusal(code)
    assert str(found.text).endswith("。")
    assert str(found.action).endswith("。")
    assert found.title


def test_reasons_kinds_and_states_have_words() -> None:
    assert set(words.REASONS) == set(Reason)
    assert set(words.KINDS) == set(Kind)
    for states, status in (
        (ScanBatch.State, words.batch_status),
        (ScanPage.State, words.page_status),
        (Sheet.State, words.sheet_status),
        (FieldResult.State, words.field_status),
    ):
        for state in states.values:
            assert status(state).label

"""The score: perfect without defects, explained, and never lower after mending."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.catalog.quality import PARTS, REMEDIES, RULES, Facts, rule_counts, score

YES_NO = [each.name for each in fields(Facts) if each.name.startswith(("has_", "is_"))]
COUNTS = (
    "standard_missing",
    "unmapped_columns",
    "undescribed_columns",
    "columns_without_unit",
    "days_overdue",
    "dead_links",
    "untyped_columns",
    "unsafe_names",
)
counts = st.dictionaries(st.sampled_from(RULES), st.integers(1, 5_000), max_size=6)
facts = st.builds(
    Facts,
    cells=st.integers(1, 100_000),
    rules=counts,
    left=counts,
    findings=st.dictionaries(
        st.sampled_from(("type", "required", "wareki")), st.integers(1, 5_000), max_size=3
    ),
    source_format=st.sampled_from(("xlsx", "csv", "xls", "pdf")),
    standard=st.sampled_from(("none_fits", "", "aed")),
    standard_share=st.floats(0, 1),
    columns=st.integers(1, 60),
    update_interval=st.sampled_from((0, 1, 30, 365)),
    links=st.integers(0, 50),
    **{name: st.booleans() for name in YES_NO},
    **{name: st.integers(0, 80) for name in COUNTS},
)


def test_a_perfect_dataset() -> None:
    found = score(Facts())
    assert (found.total, found.losses) == (100.0, ())
    assert sum(PARTS.values()) == 100


def without_one_cell(counts: dict[str, int], name: str) -> dict[str, int]:
    return {key: n - (key == name) for key, n in counts.items()}


def mended(before: Facts) -> list[Facts]:
    """All that can be had by mending one thing."""
    changes: list[dict[str, Any]] = [{name: True} for name in YES_NO if not getattr(before, name)]
    for name in COUNTS:
        if getattr(before, name):
            changes += [{name: getattr(before, name) - 1}, {name: 0}]
    for name in ("rules", "left", "findings"):
        defects: dict[str, int] = dict(getattr(before, name))
        for key in defects:
            rest = {other: n for other, n in defects.items() if other != key}
            changes += [{name: rest}, {name: without_one_cell(defects, key)}]
    if before.standard == "":
        changes.append({"standard": "aed"})
    changes += [{"standard_share": (1 + before.standard_share) / 2}, {"source_format": "csv"}]
    return [replace(before, **change) for change in changes]


@settings(max_examples=150, deadline=None)
@given(facts)
def test_mending_never_costs_a_point(before: Facts) -> None:
    points = score(before)
    for after in mended(before):
        better = score(after)
        assert better.total >= points.total - 1e-9
        assert all(better.parts[name].points >= points.parts[name].points - 1e-9 for name in PARTS)


@given(facts)
def test_points_and_losses_agree(given_facts: Facts) -> None:
    found = score(given_facts)
    assert 0 <= found.total <= 100
    for name, part in found.parts.items():
        lost = sum(each.points for each in found.losses if each.part == name)
        assert part.points == pytest.approx(max(0.0, part.most - lost))
    assert all(each.points > 0 and each.remedy for each in found.losses)
    assert found.to_data()["total"] == int(found.total + 1e-9)


def test_every_remedy_is_used_by_a_loss_that_can_occur() -> None:
    defects: dict[str, Any] = {**dict.fromkeys(YES_NO, False), **dict.fromkeys(COUNTS, 1)}
    worst = Facts(
        rules=dict.fromkeys(RULES, 1),
        left=dict.fromkeys(RULES, 1),
        findings={"type": 1},
        source_format="pdf",
        standard="aed",
        standard_share=0.5,
        **defects,
    )
    found = {each.code for each in score(worst).losses} | {
        each.code for each in score(Facts(standard="")).losses
    }
    assert found == set(REMEDIES)


def test_what_stays_wrong_weighs_more_than_what_was_mended() -> None:
    before = score(Facts(cells=100, left={"1-3": 5}, rules={"1-3": 5}))
    after = score(Facts(cells=100, rules={"1-3": 5}))
    assert before.total < after.total < 100


def test_cells_of_changes_are_counted_by_rule() -> None:
    changes: list[dict[str, Any]] = [
        {"rule": "1-4", "ref": "C5:C6", "also": ["1-2"]},
        {"rule": "1-3", "ref": "AA10"},
        {"rule": "1-3", "ref": "B2"},
    ]
    assert rule_counts(changes) == {"1-2": 2, "1-3": 2, "1-4": 2}

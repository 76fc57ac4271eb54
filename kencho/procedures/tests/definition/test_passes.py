"""The quick test of an answer says yes only where the careful one finds nothing, and says it for nearly all."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kencho.procedures.definition import _plan as plans
from kencho.procedures.tests.definition.forms import EVERY_TYPE, TODAY, form

FORM = form(*EVERY_TYPE)
NODES = {item_id: node for item_id, node in FORM.plan.nodes.items() if node.passes is not None}
QUICK = {"text", "textarea", "name", "organization_name", "date", "birth_date", "postal_address", "telephone",
         "email", "money", "integer", "choice", "choices", "select", "yes_no", "consent"}  # fmt: skip

texts = st.text(max_size=45) | st.sampled_from(
    ["", " ", "123456789018", "１２３４ー５６７８ー９０１８", "a\nb", "2026-04-01", "9999-12-31", "5140006"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)


def problems(node: plans.Node, value: Any) -> list[str]:
    found = list(node.kind.check(node.item, value, TODAY))
    if node.kind.parts:
        found += node.kind.missing(node.item, value)
    return [one.code for one in found]


def test_the_types_of_most_answers_have_one() -> None:
    assert {node.item.type for node in NODES.values()} == QUICK


@pytest.mark.parametrize("item_id", NODES)
@settings(max_examples=60)
@given(data=st.data())
def test_yes_is_never_said_too_soon(item_id: str, data: st.DataObject) -> None:
    node = NODES[item_id]
    assert node.passes is not None
    seed = data.draw(st.integers(0, 2**32))
    value = data.draw(values | st.just(node.kind.sample(node.item, random.Random(seed), TODAY)))
    if isinstance(value, dict) or data.draw(st.booleans()):
        value = _changed(node, random.Random(seed), data.draw(texts))
    if node.passes(value, TODAY):
        assert problems(node, value) == []


def _changed(node: plans.Node, rng: random.Random, text: str) -> Any:
    """A plausible value with one of its parts replaced."""
    made = node.kind.sample(node.item, rng, TODAY)
    if isinstance(made, dict):
        made[rng.choice(list(node.kind.parts))] = text
    elif isinstance(made, list):
        made.append(rng.choice([*made, text]))
    elif isinstance(made, str):
        made = made + text
    return made


@pytest.mark.parametrize("item_id", NODES)
def test_faults_are_left_to_the_careful_one_and_samples_are_not(item_id: str) -> None:
    node = NODES[item_id]
    assert node.passes is not None
    for value, _code in node.kind.faults(node.item):
        assert not node.passes(value, TODAY)
    said = [
        node.passes(node.kind.sample(node.item, random.Random(seed), TODAY), TODAY) for seed in range(100)
    ]
    # A long text may have a line break.
    assert sum(said) >= (0 if node.item.type == "textarea" else 95)

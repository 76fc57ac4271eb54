"""Made-up answers: valid ones for demonstrations, and cases that must and must not pass for tests."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from kencho.procedures.definition._model import Answers
from kencho.procedures.definition._plan import Node, Plan
from kencho.procedures.definition._types import storable

_TRIES = 300


class NoSampleError(Exception):
    """No valid answers were found by chance; the rules may contradict each other."""


@dataclass(frozen=True, slots=True)
class Case:
    """Answers with the verdict that they must get. All of `expected_error_codes` must be among the codes given."""

    answers: Answers
    valid: bool
    expected_error_codes: frozenset[str]
    note: str = ""


def sample(plan: Plan, rng: random.Random, today: date) -> Answers:
    """Plausible valid answers; the same random state gives the same answers."""
    for _attempt in range(_TRIES):
        found = _draw(plan, rng, today)
        state = plan.state(found, today)
        wrong = any(
            plan.errors_of(node, state, today)
            for node in plan.nodes.values()
            if node.item.id in state.visible
        )
        if not wrong and not plan.rule_errors(state, today):
            return {key: value for key, value in state.answers.items() if plan.nodes[key].value is None}
    raise NoSampleError(plan.definition.code)


def _draw(plan: Plan, rng: random.Random, today: date) -> Answers:
    answers: Answers = {}
    values: dict[str, Any] = {}
    for node in plan.order:
        if not node.is_visible(values, {}, today):
            continue
        item_id = node.item.id
        if node.value is not None:
            value = storable(node.value(values, {}, today))
            if value is not None:
                values[item_id] = value
            continue
        value = _value(plan, node, values, {}, rng, today)
        if value is not None:
            answers[item_id] = value
            values[item_id] = node.convert(value) if node.convert else value
    return answers


def _value(
    plan: Plan, node: Node, values: dict[str, Any], row: dict[str, Any], rng: random.Random, today: date
) -> Any:
    needed = node.is_required(values, row, today)
    if not node.kind.holds_value or (not needed and rng.random() > 0.7):
        return None
    if node.children:
        low = max(node.item.min_rows, 1)
        return [
            _row(plan, node, values, rng, today)
            for _n in range(rng.randint(low, min(low + 2, node.item.max_rows)))
        ]
    value = None
    for _attempt in range(20):
        value = node.kind.sample(node.item, rng, today)
        trial = {**(row or values), node.item.id: node.convert(value) if node.convert else value}
        broken = any(rule.broken(trial if not row else values, trial, today) for rule in node.rules)
        if not broken:
            break
    return value


def _row(plan: Plan, node: Node, values: dict[str, Any], rng: random.Random, today: date) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for child in node.children:
        if child.value is None and child.is_visible(values, row, today):
            value = _value(plan, child, values, row, rng, today)
            if value is not None:
                row[child.item.id] = value
    return row


def cases(plan: Plan, seed: int, today: date) -> Iterator[Case]:
    """Valid answers, then each visible item in turn left out (when needed) and filled wrongly."""
    # Not for secrets: a repeatable test set.
    rng = random.Random(seed)  # noqa: S311  # examples must repeat, they hide nothing
    for _n in range(3):
        yield Case(sample(plan, rng, today), True, frozenset(), "valid")
    good = sample(plan, rng, today)
    state = plan.state(good, today)
    yield Case({**good, "no_such_item": "x"}, False, frozenset({"unknown_item"}), "no_such_item")
    for node in plan.nodes.values():
        item_id = node.item.id
        if item_id not in state.visible or node.value is not None:
            continue
        if node.kind.holds_value and node.is_required(state.values, {}, today):
            without = {key: value for key, value in good.items() if key != item_id}
            yield Case(without, False, frozenset({"required"}), f"{item_id}: required")
        for wrong, code in node.kind.faults(node.item):
            yield Case({**good, item_id: wrong}, False, frozenset({code}), f"{item_id}: {code}")

"""The compiled plan: the one place that decides what is visible, required, calculated and valid."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kencho.procedures.definition._expressions import (
    Compiled,
    Values,
    compile_expression,
    is_empty,
    number,
    references,
)
from kencho.procedures.definition._messages import field_error
from kencho.procedures.definition._model import (
    Answers,
    Constraint,
    Definition,
    FieldError,
    Item,
    Json,
    localized,
)
from kencho.procedures.definition._types import TYPES, ItemType, Passes, Problem, storable

_NO_ROW: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled constraint."""

    test: Compiled
    constraint: Constraint

    def broken(self, values: Values, row: Values, today: date) -> bool:
        """Only a clear False breaks a rule: what is not known yet is not wrong yet."""
        return self.test(values, row, today) is False

    def message(self) -> str:
        """The words of the definition."""
        return localized(self.constraint.message, self.constraint.message_en)


@dataclass(slots=True)
class Node:
    """One item, ready to run."""

    item: Item
    kind: ItemType
    page_id: str
    # None stands for "always" and "never asked" cases, so that the common path calls nothing.
    page_visible: Compiled | None
    visible: Compiled | None
    required: Compiled | bool
    rules: tuple[Rule, ...]
    value: Compiled | None
    children: tuple[Node, ...] = ()
    convert: Callable[[Any], Any] | None = None
    # True for a value that is surely right; asked before mistakes are looked for.
    passes: Passes | None = None
    children_ids: frozenset[str] = frozenset()

    def is_visible(self, values: Values, row: Values, today: date) -> bool:
        """Whether the question is asked. Unknown counts as no."""
        if self.page_visible is not None and self.page_visible(values, row, today) is not True:
            return False
        return self.visible is None or self.visible(values, row, today) is True

    def is_required(self, values: Values, row: Values, today: date) -> bool:
        """Whether an answer is needed. Unknown counts as no."""
        if isinstance(self.required, bool):
            return self.required
        return self.required(values, row, today) is True


@dataclass(slots=True)
class State:
    """What one set of answers comes to: visible items and pages, values for the rules, answers to store."""

    visible: set[str] = field(default_factory=set)
    values: dict[str, Any] = field(default_factory=dict)
    answers: Answers = field(default_factory=dict)
    # (group id, row number) -> values of the row, for rules inside it
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    row_visible: dict[str, list[set[str]]] = field(default_factory=dict)


class Plan:
    """Nodes of a definition in two orders: as on the pages, and as they depend on each other."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.group_of = {
            nested.id: item.id for page in definition.pages for item in page.items for nested in item.items
        }
        self.page_tests: dict[str, Compiled | None] = {
            page.id: self._optional(page.visible) for page in definition.pages
        }
        self.nodes: dict[str, Node] = {}
        for page in definition.pages:
            for item in page.items:
                self.nodes[item.id] = self._node(item, page.id, self.page_tests[page.id])
        self.order = [self.nodes[item_id] for item_id in dependency_order(definition)]
        self.rules = self._rules(definition.constraints, "")
        self.fee_tests = [(row, self._optional(row.when)) for row in definition.fee.table]

    def _optional(self, rule: Json, inside: str = "") -> Compiled | None:
        return None if rule is None or rule is True else compile_expression(rule, self.group_of, inside)

    def _rules(self, constraints: tuple[Constraint, ...], inside: str) -> tuple[Rule, ...]:
        return tuple(Rule(compile_expression(one.rule, self.group_of, inside), one) for one in constraints)

    def _node(self, item: Item, page_id: str, page_visible: Compiled | None, inside: str = "") -> Node:
        required: Compiled | bool = (
            item.required
            if isinstance(item.required, bool)
            else compile_expression(item.required, self.group_of, inside)
        )
        children = tuple(self._node(one, page_id, None, item.id) for one in _in_order(item))
        return Node(
            item=item,
            kind=TYPES[item.type],
            page_id=page_id,
            page_visible=page_visible,
            visible=self._optional(item.visible, inside),
            required=required,
            rules=self._rules(item.constraints, inside),
            value=None if item.value is None else compile_expression(item.value, self.group_of, inside),
            children=children,
            children_ids=frozenset(child.item.id for child in children),
            convert=number if item.type == "decimal" else None,
            passes=TYPES[item.type].passes(item),
        )

    # --- deciding -----------------------------------------------------------------------------------------------

    def state(self, answers: Mapping[str, Any], today: date) -> State:
        """Visible items, values and storable answers. Answers to questions that are not asked have no effect."""
        state = State()
        values = state.values
        for node in self.order:
            # Most questions are always asked: those cost no call.
            if (node.visible is not None or node.page_visible is not None) and not node.is_visible(
                values, _NO_ROW, today
            ):
                continue
            item_id = node.item.id
            state.visible.add(item_id)
            if node.value is not None:
                _keep(state, item_id, storable(node.value(values, _NO_ROW, today)))
            elif node.kind.holds_value:
                given = answers.get(item_id)
                if node.children and isinstance(given, list):
                    self._rows(node, given, state, today)
                # A text needs no closer look, and most answers are one.
                elif given is not None and (given != "" if isinstance(given, str) else not is_empty(given)):
                    state.answers[item_id] = given
                    values[item_id] = node.convert(given) if node.convert else given
        for page_id, test in self.page_tests.items():
            if test is None or test(values, _NO_ROW, today) is True:
                state.visible.add(page_id)
        return state

    def _rows(self, node: Node, given: list[Any], state: State, today: date) -> None:
        rows: list[Any] = []
        row_values: list[dict[str, Any]] = []
        shown: list[set[str]] = []
        # Far above any definition's limit, so that a forged answer cannot make this loop long.
        for row in given[:200]:
            if not isinstance(row, dict):
                rows.append(row)
                row_values.append({})
                shown.append(set())
                continue
            kept, seen, visible = self._row(node, row, state.values, today)
            rows.append(kept)
            row_values.append(seen)
            shown.append(visible)
        item_id = node.item.id
        state.rows[item_id], state.row_visible[item_id] = row_values, shown
        if rows:
            state.answers[item_id] = rows
            state.values[item_id] = row_values

    def _row(
        self, node: Node, row: dict[str, Any], values: Values, today: date
    ) -> tuple[dict[str, Any], dict[str, Any], set[str]]:
        seen: dict[str, Any] = {}
        kept: dict[str, Any] = {}
        visible: set[str] = set()
        for child in node.children:
            if child.visible is not None and not child.is_visible(values, seen, today):
                continue
            child_id = child.item.id
            visible.add(child_id)
            given = (
                storable(child.value(values, seen, today)) if child.value is not None else row.get(child_id)
            )
            if child.kind.holds_value and not is_empty(given):
                kept[child_id] = given
                seen[child_id] = child.convert(given) if child.convert else given
        if not row.keys() <= node.children_ids:
            kept.update((key, value) for key, value in row.items() if key not in node.children_ids)
        return kept, seen, visible

    # --- judging ------------------------------------------------------------------------------------------------

    def errors_of(self, node: Node, state: State, today: date) -> list[FieldError]:
        """Mistakes in the answer to one visible item."""
        if node.value is not None or not node.kind.holds_value:
            return []
        item_id = node.item.id
        value = state.answers.get(item_id)
        if value is None:
            missing = node.is_required(state.values, _NO_ROW, today)
            return self._said(node, item_id, node.kind.missing(node.item, None)) if missing else []
        found = self._judge(node, item_id, value, state.values, _NO_ROW, today)
        if node.children and not found:
            found = list(self._row_errors(node, state, today))
        return found

    def _judge(
        self, node: Node, name: str, value: Any, values: Values, row: Values, today: date
    ) -> list[FieldError]:
        if node.passes is None or not node.passes(value, today):
            problems = list(node.kind.check(node.item, value, today))
            # Only an answer in parts can be there and yet lack something.
            if node.kind.parts and not any(one.code == "type" for one in problems):
                problems += node.kind.missing(node.item, value)
            if problems:
                return self._said(node, name, problems)
        if not node.rules:
            return []
        return [
            field_error(
                name,
                node.kind.first_part(node.item),
                "constraint",
                label=node.item.label_text(),
                params={"message": rule.message()},
            )
            for rule in node.rules
            if rule.broken(values, row, today)
        ]

    def _row_errors(self, node: Node, state: State, today: date) -> Iterator[FieldError]:
        group = node.item.id
        for index, row in enumerate(state.answers[group]):
            seen, visible = state.rows[group][index], state.row_visible[group][index]
            for child in node.children:
                name = f"{group}.{index}.{child.item.id}"
                if child.item.id not in visible or child.value is not None or not child.kind.holds_value:
                    continue
                value = row.get(child.item.id)
                if value is not None:
                    yield from self._judge(child, name, value, state.values, seen, today)
                elif child.is_required(state.values, seen, today):
                    yield from self._said(child, name, child.kind.missing(child.item, None))
            if row.keys() <= node.children_ids:
                continue
            for key in sorted(row.keys() - node.children_ids):
                yield field_error(f"{group}.{index}.{key}"[:80], "", "unknown_item", label=key[:40])

    def _said(self, node: Node, name: str, problems: Iterator[Problem] | list[Problem]) -> list[FieldError]:
        found = list(problems)
        if not found:
            return []
        label, kind = node.item.label_text(), node.item.type
        return [
            field_error(
                name,
                one.part,
                one.code,
                label=part_label(node, one.part, label),
                kind=kind,
                params=one.params,
            )
            for one in found
        ]

    def read_errors(self, node: Node, name: str, problems: tuple[Problem, ...]) -> list[FieldError]:
        """Mistakes found while reading a browser's input."""
        return self._said(node, name, list(problems))

    def judge_alone(self, node: Node, name: str, value: Any) -> list[FieldError]:
        """Mistakes of a value in itself, without rules and limits that depend on the day."""
        return self._said(node, name, list(node.kind.check(node.item, value, date.max)))

    def row_shows(self, node: Node, row: Any, values: Values, today: date) -> tuple[set[str], dict[str, Any]]:
        """Visible items and values of one row, also of one that is not stored yet."""
        _kept, seen, visible = self._row(node, row if isinstance(row, dict) else {}, values, today)
        return visible, seen

    def rule_errors(self, state: State, today: date) -> list[FieldError]:
        """Rules over the whole form; each is told at the first visible item that it speaks of."""
        found = []
        for rule in self.rules:
            if not rule.broken(state.values, _NO_ROW, today):
                continue
            spoken = [one.partition(".")[0] for one in references(rule.constraint.rule)]
            spoken = [self.group_of.get(one, one) for one in spoken]
            place = next((one for one in spoken if one in state.visible), spoken[0] if spoken else "")
            part = self.nodes[place].kind.first_part(self.nodes[place].item) if place in self.nodes else ""
            found.append(field_error(place, part, "constraint", label="", params={"message": rule.message()}))
        return found


def part_label(node: Node, part: str, label: str) -> str:
    """氏名（姓） for a part of an answer, else the label itself."""
    if not part or part not in node.kind.parts or node.item.type in {"date", "birth_date"}:
        return label
    for one in node.kind.inputs(node.item, "x", None, None):
        if one.name == f"x.{part}":
            return f"{label}（{one.label}）"
    return label


def _keep(state: State, item_id: str, value: Any) -> None:
    if value is not None:
        state.answers[item_id] = value
        state.values[item_id] = value


def _in_order(group: Item) -> list[Item]:
    """Nested items so that each comes after the ones in the row that it depends on."""
    graph = {one.id: _reads(one) & {other.id for other in group.items} for one in group.items}
    by_id = {one.id: one for one in group.items}
    return [by_id[item_id] for item_id in sort(graph)]


def _reads(item: Item, page_visible: Json = None) -> set[str]:
    """Ids of the items that decide whether `item` is asked and, when calculated, what it is."""
    rules = [item.visible, item.value, page_visible]
    rules += [rule for nested in item.items for rule in (nested.visible, nested.value)]
    return {one.partition(".")[0] for rule in rules for one in references(rule)}


def dependencies(definition: Definition) -> dict[str, set[str]]:
    """Item id → ids of the top-level items it depends on for visibility or value."""
    group_of = {
        nested.id: item.id for page in definition.pages for item in page.items for nested in item.items
    }
    known = {item.id for page in definition.pages for item in page.items}
    return {
        item.id: {
            owner
            for one in _reads(item, page.visible)
            if (owner := group_of.get(one, one)) in known and (owner != item.id or one == item.id)
        }
        for page in definition.pages
        for item in page.items
    }


def dependency_order(definition: Definition) -> list[str]:
    """Item ids, each after those it depends on, otherwise in the order of the pages."""
    return sort(dependencies(definition))


def sort(graph: Mapping[str, set[str]]) -> list[str]:
    """Stable topological order; members of a cycle come last, in their own order (`check` refuses them)."""
    done: list[str] = []
    seen: set[str] = set()
    waiting = list(graph)
    while waiting:
        ready = [one for one in waiting if graph[one] <= seen]
        if not ready:
            return done + waiting
        done += ready
        seen.update(ready)
        waiting = [one for one in waiting if one not in seen]
    return done


def cycle_members(graph: Mapping[str, set[str]]) -> list[str]:
    """Ids that take part in a cycle or wait for one."""
    ordered = sort(graph)
    seen: set[str] = set()
    for position, one in enumerate(ordered):
        if not graph[one] <= seen:
            return ordered[position:]
        seen.add(one)
    return []


__all__ = ["Node", "Plan", "State", "cycle_members", "dependencies", "dependency_order", "part_label"]

"""One compiled definition: everything that the apps ask of it."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import jsonschema_rs

from kencho.foundation import clock
from kencho.procedures.definition import _examples, _pages, _summary, _views
from kencho.procedures.definition._messages import field_error
from kencho.procedures.definition._model import Answers, Definition, FieldError, Item, Json, Page
from kencho.procedures.definition._plan import Node, Plan
from kencho.procedures.definition._schema import data_contract
from kencho.procedures.definition._types import TYPES

_NO_ROW: dict[str, Any] = {}
_PLACE = re.compile(r"\{([^{}\n]{1,80})\}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether answers are complete and right. `answers` are what to store: hidden ones dropped, calculated ones filled."""

    errors: tuple[FieldError, ...]
    answers: Answers

    @property
    def valid(self) -> bool:
        """No errors."""
        return not self.errors


class Compiled:
    """A definition ready to work. Every method takes the day as `on`; without it, today in Japan."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.plan = Plan(definition)
        self._pages = {page.id: page for page in definition.pages}
        self._schema = data_contract(definition)
        self._validator = jsonschema_rs.Draft202012Validator(self._schema, validate_formats=True)
        self._known = frozenset(self.plan.nodes)
        self._nodes = tuple((node.item.id, node) for node in self.plan.nodes.values())
        # Headings, notes and calculated values cannot be wrong.
        self._judged = tuple(
            (item_id, node) for item_id, node in self._nodes if node.value is None and node.kind.holds_value
        )
        self._played: dict[str, list[tuple[str, Node]]] = {}
        for item_id, node in self._nodes:
            self._played.setdefault(node.item.role, []).append((item_id, node))

    @cached_property
    def file_items(self) -> tuple[Item, ...]:
        """The items of the pages that are files or groups with files among them."""
        return tuple(
            item
            for page in self.pages
            for item in page.items
            if item.type == "attachment" or any(nested.type == "attachment" for nested in item.items)
        )

    @property
    def pages(self) -> tuple[Page, ...]:
        """All pages in order, visible or not."""
        return self.definition.pages

    def page(self, page_id: str) -> Page:
        """The page; KeyError when there is none."""
        return self._pages[page_id]

    def item(self, item_id: str) -> Item:
        """The top-level item; KeyError when there is none."""
        return self.plan.nodes[item_id].item

    def json_schema(self) -> dict[str, Json]:
        """The data contract as JSON Schema 2020-12; what it cannot say is under `x-kencho-rules`."""
        return self._schema

    def visible(self, answers: Mapping[str, Any], *, on: date | None = None) -> set[str]:
        """Ids of the pages and items that are asked."""
        return self.plan.state(answers, on or today()).visible

    def visible_pages(self, answers: Mapping[str, Any], *, on: date | None = None) -> list[Page]:
        """The pages to go through, in order. A page all of whose items are hidden is passed over."""
        seen = self.visible(answers, on=on)
        return [
            page for page in self.pages if page.id in seen and any(item.id in seen for item in page.items)
        ]

    def next_page(self, page_id: str, answers: Mapping[str, Any], *, on: date | None = None) -> Page | None:
        """The page after this one for these answers, or None when the confirmation comes next."""
        order = [page.id for page in self.pages]
        after = set(order[order.index(page_id) + 1 :])
        return next((page for page in self.visible_pages(answers, on=on) if page.id in after), None)

    def read_page(
        self, page_id: str, post: Mapping[str, Any], answers: Mapping[str, Any], *, on: date | None = None
    ) -> _pages.PageReading:
        """Parses what a browser posted for a page; never raises for any input."""
        return _pages.read_page(self.plan, self.page(page_id), post, answers, on or today())

    def merge(self, answers: Mapping[str, Any], values: Mapping[str, Any]) -> Answers:
        """Answers so far with `PageReading.values`; blank ones go."""
        return _pages.merge(answers, values)

    def validate(self, answers: Mapping[str, Any], *, on: date | None = None) -> Verdict:
        """The verdict on a whole application."""
        day = on or today()
        plan = self.plan
        state = plan.state(answers, day)
        visible = state.visible
        errors: list[FieldError] = []
        if not answers.keys() <= self._known:
            errors += [
                field_error(str(key)[:80], "", "unknown_item", label=str(key)[:40])
                for key in answers
                if key not in self._known
            ]
        given = state.answers
        for item_id, node in self._judged:
            if item_id in visible:
                value = given.get(item_id)
                # Nearly all answers leave here, without a further call.
                if value is None:
                    if node.required is False:
                        continue
                elif node.passes is not None and not node.rules and node.passes(value, day):
                    continue
                errors += plan.errors_of(node, state, day)
        if plan.rules:
            errors += plan.rule_errors(state, day)
        if not errors and not self._fits(state.answers):
            errors += self._schema_errors(state.answers)
        return Verdict(tuple(errors), state.answers)

    def _fits(self, answers: Answers) -> bool:
        try:
            return self._validator.is_valid(answers)
        except ValueError:
            # Not JSON at all, for example a text with lone surrogates.
            return False

    def _schema_errors(self, answers: Answers) -> list[FieldError]:
        """The schema is the last guard; a test shows that the plan always speaks first and in better words."""
        try:
            paths = [one.instance_path for one in self._validator.iter_errors(answers)]
        except ValueError:
            paths = [[]]
        return [
            field_error(
                ".".join(map(str, path)) or self.definition.code, "", "schema", label=self._label(path)
            )
            for path in paths
        ]

    def _label(self, path: Sequence[str | int]) -> str:
        node = self.plan.nodes.get(str(path[0])) if path else None
        return node.item.label_text() if node else self.definition.title_text()

    def page_view(
        self,
        page_id: str,
        answers: Mapping[str, Any],
        raw: Mapping[str, Any] | None = None,
        errors: Sequence[FieldError] = (),
        *,
        on: date | None = None,
    ) -> _views.PageView:
        """View model of a page; give `PageReading.raw` and `.errors` to show an input again."""
        return _views.page_view(self.plan, self.page(page_id), answers, raw, errors, on or today())

    def sections(self, answers: Mapping[str, Any], *, on: date | None = None) -> list[_summary.Section]:
        """Answers as people read them, with page and item ids for links."""
        return _summary.sections(self.plan, answers, on or today())

    def summary(
        self, answers: Mapping[str, Any], *, on: date | None = None
    ) -> list[tuple[str, list[tuple[str, str]]]]:
        """(page title, [(label, text)]) for the confirmation page, the PDF and the staff view."""
        return [
            (section.title, [(line.label, line.text) for line in section.lines])
            for section in self.sections(answers, on=on)
        ]

    def blank_form(self) -> _summary.BlankForm:
        """View model of the paper form."""
        return _summary.blank_form(self.definition)

    def role(self, answers: Mapping[str, Any], role: str) -> Any:
        """The answer that plays a role (`applicant_name`, `applicant_email`…), or None."""
        return next(
            (
                answers[item_id]
                for item_id, _node in self._played.get(role, ())
                if answers.get(item_id) is not None
            ),
            None,
        )

    def role_text(self, answers: Mapping[str, Any], role: str) -> str:
        """The same as text for people; of a name without its reading."""
        for item_id, node in self._played.get(role, ()):
            value = answers.get(item_id)
            if value is not None:
                return TYPES[node.item.type].show(node.item, value).partition("（")[0]
        return ""

    def fee(self, answers: Mapping[str, Any], *, on: date | None = None) -> int | None:
        """The fee in yen: the amount, else the first table row whose condition holds; None when it is not known yet."""
        fee = self.definition.fee
        if not fee.table:
            return fee.amount
        day = on or today()
        values = self.plan.state(answers, day).values
        for row, test in self.plan.fee_tests:
            if test is None or test(values, _NO_ROW, day) is True:
                return row.amount
        return None

    def notice(self, decision: str, answers: Mapping[str, Any], facts: Mapping[str, str]) -> str:
        """The text of the notice for a decision, its {placeholders} filled from `facts` and answers.

        Raises KeyError for an unknown decision or a fact that is needed and not given.
        """

        def fill(found: re.Match[str]) -> str:
            name = found[1]
            if not name.startswith("item:"):
                return facts[name]
            node = self.plan.nodes[name[5:]]
            value = answers.get(name[5:])
            return "" if value is None else node.kind.show(node.item, value)

        return _PLACE.sub(fill, self.definition.flow.decision(decision).notice_text)

    def sample(self, rng: random.Random, *, on: date | None = None) -> Answers:
        """Random valid answers with made-up data; the same random state and day give the same answers."""
        return _examples.sample(self.plan, rng, on or today())

    def cases(self, seed: int, *, on: date | None = None) -> list[_examples.Case]:
        """A generated test set: answers with the verdict that they must get."""
        return list(_examples.cases(self.plan, seed, on or today()))


def today() -> date:
    """The present day in Japan."""
    return clock.day_of(clock.now())

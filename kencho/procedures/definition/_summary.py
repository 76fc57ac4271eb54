"""Answers as people read them: confirmation page, PDF, staff view; and the empty form for paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from kencho.procedures.definition._expressions import operands
from kencho.procedures.definition._model import Definition, Item, Json
from kencho.procedures.definition._plan import Node, Plan
from kencho.procedures.definition._types import TYPES
from kencho.procedures.definition._words import describe


@dataclass(frozen=True, slots=True)
class Line:
    """One answered or unanswered question."""

    item_id: str
    label: str
    text: str
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """The lines of one page."""

    page_id: str
    title: str
    lines: tuple[Line, ...]


def sections(plan: Plan, answers: Mapping[str, Any], today: date) -> list[Section]:
    """Every visible question with its answer, page by page. Nothing is left out: no answer is written as such."""
    state = plan.state(answers, today)
    made = []
    for page in plan.definition.pages:
        if page.id not in state.visible:
            continue
        lines: list[Line] = []
        for item in page.items:
            node = plan.nodes[item.id]
            if item.id in state.visible and node.kind.holds_value:
                lines += _lines(plan, node, state.answers.get(item.id), state.values, today)
        if lines:
            made.append(Section(page.id, page.title_text(), tuple(lines)))
    return made


def _lines(plan: Plan, node: Node, value: Any, values: Mapping[str, Any], today: date) -> Iterator[Line]:
    item = node.item
    if not node.children or not isinstance(value, list) or not value:
        yield Line(item.id, item.label_text(), _shown(item, value), item.sensitive)
        return
    for number, row in enumerate(value, start=1):
        shown, _seen = plan.row_shows(node, row, values, today)
        for nested in item.items:
            if nested.id in shown and TYPES[nested.type].holds_value:
                label = f"{item.row_label or item.label_text()}{number} {nested.label_text()}"
                text = _shown(nested, row.get(nested.id) if isinstance(row, dict) else None)
                yield Line(
                    f"{item.id}.{number - 1}.{nested.id}", label, text, nested.sensitive or item.sensitive
                )


def _shown(item: Item, value: Any) -> str:
    return _("（記入なし）") if value is None else TYPES[item.type].show(item, value)


@dataclass(frozen=True, slots=True)
class BlankField:
    """One box of the paper form. `kind` is the item type; `options` become tick boxes, `parts` captions of boxes."""

    item_id: str
    label: str
    kind: str
    required: bool
    item: Item
    help: str = ""
    condition: str = ""
    options: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    unit: str = ""
    lines: int = 1
    fields: tuple[BlankField, ...] = ()
    rows: int = 0


@dataclass(frozen=True, slots=True)
class BlankPage:
    """One part of the paper form."""

    title: str
    intro: str
    condition: str
    fields: tuple[BlankField, ...]


@dataclass(frozen=True, slots=True)
class BlankForm:
    """The procedure as an empty form on paper, with the same questions and the same words."""

    code: str
    title: str
    digest: str
    legal_basis: tuple[str, ...]
    pages: tuple[BlankPage, ...]


def blank_form(definition: Definition) -> BlankForm:
    """Every question that can be asked, with the condition under which it is."""
    pages = tuple(
        BlankPage(
            page.title_text(),
            page.intro_text(),
            _condition(page.visible, definition),
            tuple(_blank(item, definition) for item in page.items if item.type != "calculated"),
        )
        for page in definition.pages
    )
    basis = tuple(f"{one.law}{one.article}" for one in definition.legal_basis)
    return BlankForm(definition.code, definition.title_text(), definition.digest, basis, pages)


def _condition(rule: Json, definition: Definition) -> str:
    return "" if rule is None else describe(_spelled_out(rule), definition)


def _spelled_out(rule: Json) -> Json:
    """A yes/no question that stands alone as a rule, said as "is はい": on paper nobody fills in the rest."""
    name, arguments = operands(rule)
    if name == "item":
        return {"eq": [rule, True]}
    if name in {"all", "any"}:
        return {name: [_spelled_out(one) for one in arguments]}
    if name == "not" and operands(arguments[0])[0] == "item":
        return {"eq": [arguments[0], False]}
    return rule


def _blank(item: Item, definition: Definition) -> BlankField:
    kind = TYPES[item.type]
    parts = tuple(str(one.label) for one in kind.inputs(item, item.id, None, None) if one.label)
    options = tuple(one.text() for one in item.options)
    if item.type == "yes_no":
        options = (_("はい"), _("いいえ"))
    elif item.type == "attachment":
        # On paper a document has no file kind.
        options = (_("別に付けます"),)
    return BlankField(
        item_id=item.id,
        label=item.label_text() or item.body_text(),
        kind=item.type,
        required=item.required is True,
        item=item,
        help=item.help_text() if item.type != "consent" else item.body_text(),
        condition=_condition(item.visible, definition),
        options=options,
        parts=parts,
        unit=item.unit or ("円" if item.type == "money" else ""),
        lines=item.rows if item.type == "textarea" else 1,
        fields=tuple(_blank(one, definition) for one in item.items if one.type != "calculated"),
        rows=min(item.max_rows, max(item.min_rows, 3)) if item.items else 0,
    )

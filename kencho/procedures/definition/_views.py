"""View models: what a template shows, with nothing left to decide there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from kencho.procedures.definition._model import FieldError, Item, Page, Text, html_id
from kencho.procedures.definition._pages import ROWS, SHOWN, flatten, inputs_of, row_count
from kencho.procedures.definition._plan import Node, Plan, State
from kencho.procedures.definition._postal import look_up
from kencho.procedures.definition._types import InputView, kinds_text, size_text
from kencho.procedures.definition._types._others import references


@dataclass(frozen=True, slots=True)
class FileView:
    """A file already attached, with the checkbox that removes it."""

    id: str
    name: str
    size: str
    remove_name: str
    remove_id: str


@dataclass(frozen=True, slots=True)
class Button:
    """A submit button of an item: its value goes into `_action`."""

    value: str
    label: Text
    name: str = "_action"


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of a repeating group."""

    number: int
    title: str
    items: tuple[ItemView, ...]
    remove: Button | None = None


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item on a page. `layout`: single, fieldset, consent, attachment, repeat, calculated, heading, note."""

    id: str
    name: str
    type: str
    layout: str
    label: str
    hint: str = ""
    text: str = ""
    required: bool = False
    inputs: tuple[InputView, ...] = ()
    errors: tuple[FieldError, ...] = ()
    value: str = ""
    buttons: tuple[Button, ...] = ()
    rows: tuple[RowView, ...] = ()
    rows_name: str = ""
    files: tuple[FileView, ...] = ()
    note: str = ""
    needed: tuple[str, ...] = ()
    multiple: bool = False
    max_bytes: int = 0

    def needs(self, name: str) -> bool:
        """Whether the control is part of a complete answer; a building name, for example, is not."""
        return not self.needed or name in self.needed

    @property
    def html_id(self) -> str:
        """Id of the control (single) or of the fieldset."""
        return html_id(self.name)

    @property
    def hint_id(self) -> str:
        """Id of the hint; empty when there is none."""
        return f"{self.html_id}-hint" if self.hint or self.note else ""

    @property
    def error_id(self) -> str:
        """Id of the error text; empty when there is none."""
        return f"{self.html_id}-error" if self.errors else ""

    @property
    def described_by(self) -> str:
        """Ids of hint and error for aria-describedby."""
        return " ".join(one for one in (self.hint_id, self.error_id) if one)

    @property
    def invalid(self) -> bool:
        """Whether something is wrong with the item as a whole or a part."""
        return bool(self.errors)


@dataclass(frozen=True, slots=True)
class PageView:
    """One page, ready to render."""

    id: str
    title: str
    intro: str
    number: int
    total: int
    items: tuple[ItemView, ...]
    errors: tuple[FieldError, ...]
    shown_name: str = SHOWN
    shown: str = ""


def page_view(
    plan: Plan,
    page: Page,
    answers: Mapping[str, Any],
    raw: Mapping[str, Any] | None,
    errors: Sequence[FieldError],
    today: date,
) -> PageView:
    """The page as it stands for these answers, filled from `raw` where given."""
    maker = _Maker(
        plan, plan.state(answers, today), answers, flatten(raw) if raw is not None else None, errors, today
    )
    items = tuple(maker.item(plan.nodes[item.id]) for item in page.items if item.id in maker.state.visible)
    pages = [one.id for one in plan.definition.pages if one.id in maker.state.visible]
    return PageView(
        id=page.id,
        title=page.title_text(),
        intro=page.intro_text(),
        number=pages.index(page.id) + 1 if page.id in pages else 0,
        total=len(pages),
        items=items,
        errors=tuple(errors),
        shown=",".join(item.id for item in items),
    )


class _Maker:
    def __init__(
        self,
        plan: Plan,
        state: State,
        answers: Mapping[str, Any],
        raw: Mapping[str, list[str]] | None,
        errors: Sequence[FieldError],
        today: date,
    ) -> None:
        self.plan, self.state, self.answers, self.raw, self.today = plan, state, answers, raw, today
        self.errors: dict[str, list[FieldError]] = {}
        for one in errors:
            self.errors.setdefault(one.item_id, []).append(one)

    def item(self, node: Node) -> ItemView:
        item = node.item
        values = self.state.values
        value = self.state.answers.get(item.id) if node.value is not None else self.answers.get(item.id)
        view = self._view(
            node, item.id, value, node.is_required(values, {}, self.today), item.about == "applicant"
        )
        return self._repeat(node, view, value) if node.children else view

    def _view(self, node: Node, name: str, value: Any, required: bool, own: bool) -> ItemView:
        item = node.item
        errors = tuple(self.errors.get(name, ()))
        view = ItemView(
            id=item.id,
            name=name,
            type=item.type,
            layout=node.kind.layout,
            label=item.label_text(),
            hint=_hint(item),
            text=item.body_text(),
            required=required,
            errors=errors,
            value=node.kind.show(item, value) if value is not None and node.value is not None else "",
            files=_files(name, value) if item.type == "attachment" else (),
            buttons=_buttons(item, name),
            multiple=item.max_files > 1,
            max_bytes=item.max_bytes if item.type == "attachment" else 0,
            needed=tuple(f"{name}.{part}" for part in node.kind.needed(item)),
        )
        get = inputs_of(self.raw, name) if self.raw is not None else None
        found = node.kind.inputs(item, name, value, get)
        if item.type == "postal_address":
            view = replace(view, note=_towns(found))
        return replace(view, inputs=tuple(self._tied(view, one, own, len(found)) for one in found))

    def _tied(self, view: ItemView, one: InputView, own: bool, count: int) -> InputView:
        """The control with its error, and the ids that describe it."""
        mine = [error for error in view.errors if error.name == one.name]
        if not mine and view.errors and count == 1:
            mine = list(view.errors)
        return replace(
            one,
            error=mine[0].message if mine else "",
            described_by=view.described_by if count == 1 or mine else "",
            autocomplete=one.autocomplete if own else "",
            required=view.required and view.needs(one.name),
        )

    def _repeat(self, node: Node, view: ItemView, value: Any) -> ItemView:
        item = node.item
        stored = value if isinstance(value, list) else []
        least = max(item.min_rows, 1 if view.required else 0)
        count = row_count(node, self.raw) if self.raw is not None else len(stored)
        if self.raw is None or f"{item.id}.{ROWS}" not in self.raw:
            count = max(count, len(stored))
        count = min(max(count, least), item.max_rows)
        rows = tuple(self._row(node, index, stored, count > least) for index in range(count))
        add = Button(
            f"add_row:{item.id}", _("%(label)sを追加する") % {"label": item.row_label or item.label_text()}
        )
        return replace(
            view,
            rows=rows,
            rows_name=f"{item.id}.{ROWS}",
            buttons=(add,) if count < item.max_rows else (),
        )

    def _row(self, node: Node, index: int, stored: list[Any], removable: bool) -> RowView:
        item = node.item
        row = stored[index] if index < len(stored) and isinstance(stored[index], dict) else {}
        shown, seen = self.plan.row_shows(node, row, self.state.values, self.today)
        items = []
        by_id = {child.item.id: child for child in node.children}
        for nested in item.items:
            child = by_id[nested.id]
            if nested.id not in shown:
                continue
            value = seen.get(nested.id) if child.value is not None else row.get(nested.id)
            required = child.is_required(self.state.values, seen, self.today)
            name = f"{item.id}.{index}.{nested.id}"
            items.append(self._view(child, name, value, required, nested.about == "applicant"))
        title = f"{item.row_label or item.label_text()} {index + 1}"
        remove = Button(f"remove_row:{item.id}:{index}", _("%(title)sを消す") % {"title": title})
        return RowView(index + 1, title, tuple(items), remove if removable else None)


def _hint(item: Item) -> str:
    parts = [item.help_text()]
    if item.example:
        parts.append(_("例　%(example)s") % {"example": item.example})
    if item.type == "attachment":
        parts.append(
            _("使えるファイル　%(kinds)s（1つ%(size)sまで、%(count)s件まで）")
            % {"kinds": kinds_text(item.kinds), "size": size_text(item.max_bytes), "count": item.max_files}
        )
    return "　".join(part for part in parts if part)


def _buttons(item: Item, name: str) -> tuple[Button, ...]:
    if item.type == "postal_address":
        return (Button(f"lookup_postal:{name}", _("郵便番号から住所を入れる")),)
    return ()


def _towns(inputs: list[InputView]) -> str:
    """Towns to choose from when the postal code stands for several and none is written yet."""
    values = {one.name.rpartition(".")[2]: one.value for one in inputs}
    code = values.get("postal_code", "")
    if values.get("town") or not values.get("postal_code") or not (code.isdigit() and len(code) == 7):
        return ""
    found = look_up(code)
    if found is None or not found.towns:
        return ""
    shown = "、".join(found.towns[:12])
    return _("この郵便番号に当たる町名　%(towns)s") % {
        "towns": shown + ("　ほか" if len(found.towns) > 12 else "")
    }


def _files(name: str, value: Any) -> tuple[FileView, ...]:
    return tuple(
        FileView(
            id=str(one.get("id")),
            name=str(one.get("name")),
            size=size_text(one["bytes"] if isinstance(one.get("bytes"), int) else 0),
            remove_name=f"{name}.remove",
            remove_id=html_id(f"{name}.remove.{index}"),
        )
        for index, one in enumerate(references(value))
    )

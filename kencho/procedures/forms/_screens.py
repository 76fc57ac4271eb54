"""The screens of the editor: which forms stand on each, and what their buttons do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from kencho.foundation.ui import FormError, errors_of
from kencho.procedures import editor
from kencho.procedures.forms import _parts as parts
from kencho.procedures.forms._data import DataForm, Post, RuleBlock
from kencho.procedures.forms._item import ItemForm


@dataclass(frozen=True)
class Choices:
    """What the office offers to choose from: (code, name) of divisions and of approval routes."""

    offices: list[tuple[str, str]]
    routes: list[tuple[str, str]]


@dataclass(frozen=True)
class Block:
    """A part of a screen, ready for the template. ``verbs`` are the buttons of a row."""

    title: Any
    fields: Sequence[BoundField]
    rules: Sequence[RuleBlock] = ()
    folded: Sequence[BoundField] = ()
    hint: Any = ""
    row: str = ""
    number: int = 0

    @property
    def key(self) -> str:
        """The number as text, for the value of a button."""
        return str(self.number)

    @property
    def place(self) -> str:
        """The number as people count; nothing for what is no row."""
        return str(self.number + 1) if self.row else ""


class Rows:
    """The rows of a collection, one form each."""

    def __init__(
        self, form: type[DataForm], collection: str, title: Any, data: editor.Data, post: Post
    ) -> None:
        self.collection = collection
        self.title = title
        self.name = collection.replace(".", "-")
        self.forms = [
            form(post, data=data, source=row, prefix=f"{self.name}-{number}")
            for number, row in enumerate(editor.rows_of(data, collection))
        ]

    def applied(self, data: editor.Data) -> editor.Data:
        """The data with the rows as they were filled in."""
        return editor.with_rows(data, self.collection, [form.merged() for form in self.forms])

    def blocks(self) -> list[Block]:
        """One block a row."""
        return [
            Block(
                self.title,
                form.shown_fields,
                form.rule_blocks,
                form.folded_fields,
                row=self.collection,
                number=number,
            )
            for number, form in enumerate(self.forms)
        ]


@dataclass(frozen=True)
class Added:
    """A button that adds a row."""

    collection: str
    label: Any


class Screen:
    """A screen over a definition. ``key`` names the page or item that it shows."""

    name: ClassVar[str]
    title: ClassVar[Any]
    hint: ClassVar[Any] = ""

    def __init__(self, data: editor.Data, post: Post, *, key: str, choices: Choices) -> None:
        self.data = data
        self.key = key
        self.form: DataForm | None = None
        self.rows: list[Rows] = []
        self.extra: list[parts.ConstraintForm] = []
        self.build(post, choices)

    def build(self, post: Post, choices: Choices) -> None:
        """Make the forms."""
        raise NotImplementedError

    @property
    def heading(self) -> Any:
        """The title of the screen, or of the thing on it."""
        return self.title

    @property
    def all_forms(self) -> list[forms.Form]:
        """Every form of the screen."""
        single = [self.form] if self.form else []
        return [*single, *(form for rows in self.rows for form in rows.forms), *self.extra]

    def is_valid(self) -> bool:
        """Whether what was written can be kept."""
        return all(form.is_valid() for form in self.all_forms)

    @property
    def errors(self) -> list[FormError]:
        """What cannot be kept, for the summary."""
        return [one for form in self.all_forms if form.is_bound for one in errors_of(form)]

    @property
    def changed(self) -> list[tuple[str, str]]:
        """What was typed, by label: shown when a colleague was faster, so that nothing is lost."""
        found = []
        for form in self.all_forms:
            for name in form.changed_data:
                typed = form[name].value()
                found.append(
                    (str(form[name].label), "、".join(typed) if isinstance(typed, list) else str(typed))
                )
        return found

    @property
    def page_id(self) -> str:
        """The page to show beside the screen; empty for the first one."""
        return ""

    @property
    def adds(self) -> list[Added]:
        """Buttons below the rows."""
        return []

    def applied(self) -> editor.Data:
        """The definition with what was written."""
        data = self.data
        if self.form is not None:
            data = {**self.form.merged()}
        for rows in self.rows:
            data = rows.applied(data)
        return data

    def blocks(self) -> list[Block]:
        """The parts of the screen."""
        made = []
        if self.form is not None:
            made.append(Block("", self.form.shown_fields, self.form.rule_blocks, self.form.folded_fields))
        return [*made, *(block for rows in self.rows for block in rows.blocks()), *self._constraints()]

    def _constraints(self) -> list[Block]:
        return [
            Block(_("満たすべき条件"), form.shown_fields, form.rule_blocks, form.folded_fields)
            for form in self.extra
        ]


class BasicsScreen(Screen):
    """What the procedure is, and its legal basis."""

    name = "basics"
    title = _("基本")

    def build(self, post: Post, choices: Choices) -> None:
        """One form and the rows of the legal basis."""
        self.form = parts.BasicsForm(
            post, data=self.data, source=self.data, prefix="basics", offices=choices.offices
        )
        self.rows = [Rows(parts.LegalBasisForm, "legal_basis", _("根拠"), self.data, post)]

    @property
    def adds(self) -> list[Added]:
        """One more law."""
        return [Added("legal_basis", _("根拠を足す"))]


class PageScreen(Screen):
    """One page."""

    name = "page"
    title = _("ページ")

    def build(self, post: Post, choices: Choices) -> None:
        """The page itself; its items are on the screen of all pages."""
        page = editor.page_of(self.data, self.key)
        self.form = parts.PageForm(post, data=self.data, source=page, prefix="page")

    @property
    def heading(self) -> Any:
        """Its title."""
        return editor.page_of(self.data, self.key).get("title") or self.title

    @property
    def page_id(self) -> str:
        """Itself."""
        return self.key

    def applied(self) -> editor.Data:
        """The page changed."""
        if self.form is None:
            return self.data
        return editor.change_page(self.data, self.key, self.form.values())


class ItemScreen(Screen):
    """One item."""

    name = "item"
    title = _("項目")

    def build(self, post: Post, choices: Choices) -> None:
        """The item, and what must hold for its answer."""
        place = editor.place_of(self.data, self.key)
        inside = str(place.group["id"]) if place.group else ""
        self.place = place
        self.form = ItemForm(
            post,
            data=self.data,
            source=place.item,
            prefix="item",
            inside=inside or (self.key if place.item["type"] == "group" else ""),
            nested=place.group is not None,
        )
        given = list(place.item.get("constraints") or ())
        if place.item["type"] not in {"heading", "note"}:
            given.append({})
        self.extra = [
            parts.ConstraintForm(post, data=self.data, source=one, prefix=f"constraint-{n}", inside=inside)
            for n, one in enumerate(given)
        ]

    @property
    def heading(self) -> Any:
        """Its label."""
        return self.place.item.get("label") or self.title

    @property
    def page_id(self) -> str:
        """The page on which it stands."""
        return str(self.place.page["id"])

    @property
    def changed_key(self) -> str:
        """The id after saving."""
        return str(self.form.cleaned_data.get("id") or self.key) if self.form else self.key

    def is_valid(self) -> bool:
        """An id that is taken cannot be kept."""
        fine = super().is_valid()
        if self.form is not None and fine and self.changed_key != self.key:
            try:
                editor.change_item(self.data, self.key, {"id": self.changed_key})
            except editor.UnableToEdit:
                self.form.add_error("id", _("この記号はもう使われています。"))
                return False
        return fine

    def applied(self) -> editor.Data:
        """The item changed; another type first takes away what it does not know."""
        if self.form is None:
            return self.data
        values = self.form.values()
        values["constraints"] = [form.merged() for form in self.extra if not form.is_blank]
        kind = values.pop("type") or self.place.item["type"]
        data = editor.change_item(self.data, self.key, values)
        return editor.change_type(data, self.changed_key, kind)


class RulesScreen(Screen):
    """Rules over the whole application."""

    name = "rules"
    title = _("全体の条件")
    hint = _("いくつかの項目にまたがる条件です。満たさないと、申請できません。")

    def build(self, post: Post, choices: Choices) -> None:
        """The rules, and one blank."""
        given = [*editor.rows_of(self.data, "rules"), {}]
        self.extra = [
            parts.ConstraintForm(post, data=self.data, source=one, prefix=f"rule-{n}")
            for n, one in enumerate(given)
        ]

    def applied(self) -> editor.Data:
        """Those that were filled in."""
        return editor.with_rows(
            self.data, "rules", [form.merged() for form in self.extra if not form.is_blank]
        )


class RowsScreen(Screen):
    """A screen that is one list."""

    form_class: ClassVar[type[DataForm]]
    collection: ClassVar[str]
    row_title: ClassVar[Any]
    add_label: ClassVar[Any]

    def build(self, post: Post, choices: Choices) -> None:
        """The rows."""
        self.rows = [Rows(self.form_class, self.collection, self.row_title, self.data, post)]

    @property
    def adds(self) -> list[Added]:
        """One more."""
        return [Added(self.collection, self.add_label)]


class DocumentsScreen(RowsScreen):
    """添付書類."""

    name = "documents"
    title = _("添付書類")
    hint = _("申請に付けてもらうファイルです。最後の「添付書類」のページに並びます。")
    form_class = parts.DocumentForm
    collection = "documents"
    row_title = _("添付書類")
    add_label = _("添付書類を足す")

    @property
    def page_id(self) -> str:
        """The page that the compiler makes of them."""
        return "documents"


class DecisionsScreen(RowsScreen):
    """決定と通知の文."""

    name = "decisions"
    title = _("決定と通知")
    form_class = parts.DecisionForm
    collection = "flow.decisions"
    row_title = _("決定")
    add_label = _("決定の種類を足す")


class StandardsScreen(RowsScreen):
    """審査基準."""

    name = "standards"
    title = _("審査基準")
    hint = _("職員が1つずつ確かめる項目です。公開されます（行政手続法第5条）。")
    form_class = parts.StandardForm
    collection = "review_standards"
    row_title = _("審査基準")
    add_label = _("審査基準を足す")


class FlowScreen(Screen):
    """決裁の経路と手数料."""

    name = "flow"
    title = _("流れと手数料")

    def build(self, post: Post, choices: Choices) -> None:
        """Route, fee, and the rows of the fee table."""
        self.form = parts.FlowForm(
            post, data=self.data, source=self.data, prefix="flow", routes=choices.routes
        )
        self.rows = [Rows(parts.FeeRowForm, "fee.table", _("手数料の区分"), self.data, post)]

    @property
    def adds(self) -> list[Added]:
        """One more line of the table."""
        return [Added("fee.table", _("手数料の区分を足す"))]


SCREENS: Mapping[str, type[Screen]] = {
    one.name: one
    for one in (
        BasicsScreen,
        PageScreen,
        ItemScreen,
        RulesScreen,
        DocumentsScreen,
        DecisionsScreen,
        StandardsScreen,
        FlowScreen,
    )
}

"""Forms over a part of a definition: lenient, for an incomplete definition must be kept as well."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from kencho.foundation.text import digits_ascii
from kencho.procedures import editor
from kencho.procedures.definition import Json, describe

Post = Mapping[str, Any] | None
MOST_CONDITIONS = 8
KEEP = "keep"
WHEN = "when"


class Lines(forms.CharField):
    """One value a line."""

    def __init__(self, *, label: Any, help_text: Any = "", rows: int = 3) -> None:
        super().__init__(
            label=label, help_text=help_text, required=False, widget=forms.Textarea(attrs={"rows": rows})
        )

    def prepare_value(self, value: Any) -> Any:
        """A list as lines."""
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """Lines as a list, blank ones left out."""
        return [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]


class Whole(forms.IntegerField):
    """A whole number, full-width digits welcome."""

    def __init__(self, *, label: Any, low: int = 0, high: int = 1_000_000_000, help_text: Any = "") -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            required=False,
            min_value=low,
            max_value=high,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "input--short"}),
        )

    def to_python(self, value: Any) -> Any:
        """Digits of any width."""
        return super().to_python(digits_ascii(value) if isinstance(value, str) else value)


def short(
    label: Any, most: int = 200, *, css: str = "", help_text: Any = "", required: bool = False
) -> forms.CharField:
    """One line."""
    attrs = {"class": css} if css else {}
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        widget=forms.TextInput(attrs=attrs),
    )


def long(label: Any, most: int = 1000, rows: int = 3, help_text: Any = "") -> forms.CharField:
    """Several lines."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=False,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def pick(label: Any, choices: Any, help_text: Any = "") -> forms.ChoiceField:
    """One of a list."""
    return forms.ChoiceField(label=label, choices=choices, required=False, help_text=help_text)


def tick(label: Any, help_text: Any = "") -> forms.BooleanField:
    """Yes or no."""
    return forms.BooleanField(label=label, required=False, help_text=help_text)


def name_field(label: Any) -> forms.RegexField:
    """The id of an item, page or row."""
    return forms.RegexField(
        r"^[a-z][a-z0-9_]{0,59}$",
        label=label,
        help_text=_("英小文字、数字、下線。公開した後は変えません。"),
        error_messages={"invalid": _("英小文字で始め、英小文字・数字・下線だけにしてください。")},
    )


@dataclass(frozen=True)
class RuleKind:
    """A rule of an item: its name on the screen, and the values it may have besides conditions."""

    label: Any
    constants: Mapping[str, tuple[Any, Json]] = field(default_factory=dict)


VISIBLE = RuleKind(_("表示する条件"), {"always": (_("いつも表示する"), None)})
REQUIRED = RuleKind(_("必須"), {"no": (_("任意"), False), "yes": (_("必須"), True)})
HOLDS = RuleKind(_("満たすべき条件"))
FEE_WHEN = RuleKind(_("この金額になる条件"), {"always": (_("いつも"), None)})


@dataclass(frozen=True)
class ConditionRow:
    """One line of a rule on the screen."""

    item: BoundField
    operator: BoundField
    value: BoundField


@dataclass(frozen=True)
class RuleBlock:
    """A rule on the screen; ``kept`` tells a rule that is more than the form can show."""

    label: Any
    mode: BoundField | None
    join: BoundField
    rows: tuple[ConditionRow, ...]
    kept: str = ""


class DataForm(forms.Form):
    """A form over one mapping of a definition. Field names are its keys; rules come from ``rules``."""

    hide_optional = True
    rules: Mapping[str, RuleKind] = {}
    keep: tuple[str, ...] = ()

    def __init__(
        self, post: Post, *, data: editor.Data, source: editor.Data, prefix: str, inside: str = ""
    ) -> None:
        super().__init__(post, prefix=prefix, initial=self.initial_of(source))
        self.source = source
        self.data_in_work = data
        self.kept: dict[str, str] = {}
        for key, kind in self.rules.items():
            self._add_rule(key, kind, data, source.get(key), inside)

    def initial_of(self, source: editor.Data) -> dict[str, Any]:
        """What the fields show."""
        return dict(source)

    def values(self) -> dict[str, Any]:
        """What goes into the definition, by key."""
        made = {name: self.cleaned_data[name] for name in self.base_fields if name in self.fields}
        for key, kind in self.rules.items():
            if f"{key}__join" in self.fields:
                made[key] = self._rule(key, kind)
        return made

    def merged(self) -> editor.Data:
        """The mapping with the values of the form."""
        return editor.merged(self.source, self.values(), keep=self.keep)

    def _add_rule(self, key: str, kind: RuleKind, data: editor.Data, rule: Json, inside: str) -> None:
        found = editor.simple(rule)
        constant = next((name for name, (_label, value) in kind.constants.items() if value == rule), "")
        if rule is None and not constant and kind.constants:
            constant = next(iter(kind.constants))
        complex_rule = found is None and not constant and rule is not None
        modes = [
            *((name, label) for name, (label, _value) in kind.constants.items()),
            (WHEN, _("次の条件のとき")),
        ]
        if complex_rule:
            self.kept[key] = said(rule, data)
            modes.append((KEEP, _("いまの条件のまま")))
        if kind.constants or complex_rule:
            self.fields[f"{key}__mode"] = forms.ChoiceField(
                label=kind.label,
                choices=modes,
                required=False,
                initial=KEEP if complex_rule else constant or WHEN,
            )
        self.fields[f"{key}__join"] = forms.ChoiceField(
            label=_("条件のつなぎ方"),
            choices=[("all", _("すべてに当てはまるとき")), ("any", _("どれかに当てはまるとき"))],
            required=False,
            initial=found.join if found else "all",
        )
        conditions = list(found.conditions) if found else []
        items = [("", _("（項目を選ぶ）")), *editor.referable(data, inside)]
        for number in range(min(len(conditions) + 2, max(MOST_CONDITIONS, len(conditions)))):
            given = conditions[number] if number < len(conditions) else None
            self._add_condition(f"{key}__{number}", number + 1, items, given, data)

    def _add_condition(
        self, name: str, number: int, items: Any, given: editor.Condition | None, data: editor.Data
    ) -> None:
        if given is not None and given.item not in {value for value, _label in items}:
            items = [*items, (given.item, given.item)]
        words = {"number": number}
        self.fields[f"{name}_item"] = forms.ChoiceField(
            label=_("条件%(number)sの項目") % words,
            choices=items,
            required=False,
            initial=given.item if given else "",
        )
        self.fields[f"{name}_operator"] = forms.ChoiceField(
            label=_("条件%(number)sの比べ方") % words,
            choices=list(editor.OPERATORS.items()),
            required=False,
            initial=given.operator if given else "eq",
        )
        self.fields[f"{name}_value"] = forms.CharField(
            label=_("条件%(number)sの値") % words,
            max_length=500,
            required=False,
            initial=editor.written(data, given) if given else "",
        )

    def _numbers(self, key: str) -> list[int]:
        return [n for n in range(MOST_CONDITIONS * 8) if f"{key}__{n}_item" in self.fields]

    def _rule(self, key: str, kind: RuleKind) -> Json:
        given = self.cleaned_data
        mode = given.get(f"{key}__mode") or (next(iter(kind.constants), WHEN))
        if mode == KEEP:
            return self.source.get(key)
        if mode in kind.constants:
            return kind.constants[mode][1]
        conditions = [
            editor.Condition(item, operator, editor.typed(self.data_in_work, item, operator, value))
            for item, operator, value in self._given(key)
        ]
        return editor.built(editor.SimpleRule(given.get(f"{key}__join") or "all", tuple(conditions)))

    def _given(self, key: str) -> list[tuple[str, str, str]]:
        """The conditions that were filled in."""
        found = []
        for number in self._numbers(key):
            item = self.cleaned_data.get(f"{key}__{number}_item") or ""
            operator = self.cleaned_data.get(f"{key}__{number}_operator") or "eq"
            value = self.cleaned_data.get(f"{key}__{number}_value") or ""
            if item:
                found.append((item, operator, value))
        return found

    @property
    def rule_blocks(self) -> list[RuleBlock]:
        """The rules, ready for the template."""
        return [
            RuleBlock(
                kind.label,
                self[f"{key}__mode"] if f"{key}__mode" in self.fields else None,
                self[f"{key}__join"],
                tuple(
                    ConditionRow(
                        self[f"{key}__{n}_item"], self[f"{key}__{n}_operator"], self[f"{key}__{n}_value"]
                    )
                    for n in self._numbers(key)
                ),
                self.kept.get(key, ""),
            )
            for key, kind in self.rules.items()
            if f"{key}__join" in self.fields
        ]

    def plain_fields(self, *, folded: bool = False) -> list[BoundField]:
        """The fields that are no part of a rule; ``folded`` gives those that few need."""
        few = getattr(self, "few_need", ())
        return [self[name] for name in self.base_fields if name in self.fields and (name in few) == folded]

    @property
    def shown_fields(self) -> list[BoundField]:
        """Fields that everybody needs."""
        return self.plain_fields()

    @property
    def folded_fields(self) -> list[BoundField]:
        """Fields that few need."""
        return self.plain_fields(folded=True)


def said(rule: Json, data: editor.Data) -> str:
    """The rule in Japanese, or as it is written when the definition cannot be read yet."""
    plan = editor.whole(data)
    if plan is not None:
        return describe(rule, plan.definition)
    return json.dumps(rule, ensure_ascii=False)

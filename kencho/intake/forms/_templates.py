"""Forms that can be read: drawn ones with their boxes, and a scan to try one with."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kencho.applications import queries as applications
from kencho.intake.drawing import MOST_CELLS, Box, Finding, Target
from kencho.intake.engine.shapes import Rect
from kencho.intake.forms._scan import ACCEPTED
from kencho.organization.queries import Desk
from kencho.procedures.models import Procedure

MOST_BOXES = 300
EMPTY_ROWS = 5


class BeginTemplate(forms.Form):
    """For ``services.draw_template``: which procedure, and a scan of the form with nothing written on it."""

    procedure = forms.ChoiceField(label=_("手続"))
    title = forms.CharField(
        label=_("様式の名前"), max_length=120, help_text=_("例：補助金交付申請書（令和元年の様式）")
    )
    blank = forms.FileField(
        label=_("何も書いていない様式のスキャン"),
        help_text=_("PDF、JPEG、PNG。まっすぐに、300dpiで読み取ってください。この上に枠を描きます。"),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )

    def __init__(self, *args: Any, desk: Desk, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.procedures = {each.code: each for each in applications.enterable(desk, at)}
        field = self.fields["procedure"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                ("", _("選んでください")),
                *((each.code, each.title) for each in self.procedures.values()),
            ]

    def chosen(self) -> Procedure:
        """The procedure, once the form is valid."""
        return self.procedures[self.cleaned_data["procedure"]]


class DoubleEntry(forms.Form):
    """For ``services.demand_double_entry``: what two people have to type."""

    double_entry = forms.MultipleChoiceField(
        label=_("二人で入力する項目"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("金額や口座番号など。二人目には一人目の入力が見えません。"),
    )

    def __init__(self, *args: Any, keys: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["double_entry"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = list(keys)


class TemplateFacts(DoubleEntry):
    """Name of a drawn template, and what two people have to type."""

    title = forms.CharField(label=_("様式の名前"), max_length=120)
    field_order = ("title", "double_entry")


def _millimetres(label: Any) -> forms.FloatField:
    return forms.FloatField(
        label=label,
        min_value=0,
        max_value=1000,
        required=False,
        widget=forms.NumberInput(attrs={"step": "0.1", "class": "input--tiny", "inputmode": "decimal"}),
    )


class BoxRow(forms.Form):
    """One box: what it stands for and where it is."""

    target = forms.ChoiceField(label=_("項目"), required=False)
    page = forms.IntegerField(
        label=_("ページ"),
        min_value=1,
        max_value=99,
        required=False,
        widget=forms.NumberInput(attrs={"class": "input--tiny"}),
    )
    x, y = _millimetres(_("左から（mm）")), _millimetres(_("上から（mm）"))
    width, height = _millimetres(_("幅（mm）")), _millimetres(_("高さ（mm）"))
    cells = forms.IntegerField(
        label=_("ますの数"),
        min_value=1,
        max_value=MOST_CELLS,
        required=False,
        widget=forms.NumberInput(attrs={"class": "input--tiny"}),
    )

    def __init__(self, *args: Any, targets: Sequence[Target], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["page"].initial = self.fields["cells"].initial = 1
        field = self.fields["target"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("選んでください")), *((each.code, each.label) for each in targets)]

    def clean(self) -> dict[str, Any]:
        """A row with a target needs its place."""
        data = super().clean() or {}
        if data.get("target") and not self.errors:
            for name in ("x", "y", "width", "height"):
                if data.get(name) is None:
                    self.add_error(name, _("数字を入れてください。"))
        return data

    @property
    def box(self) -> Box | None:
        """The row as a box; nothing for an empty one."""
        data = self.cleaned_data
        if not data.get("target") or data.get("DELETE"):
            return None
        return Box(
            data["target"],
            data.get("page") or 1,
            Rect(data["x"], data["y"], data["width"], data["height"]),
            data.get("cells") or 1,
        )


class _Boxes(BaseFormSet[BoxRow]):
    def placed(self) -> list[tuple[BoxRow, Box]]:
        """Rows that stand for a box; only after validation."""
        return [(row, row.box) for row in self.forms if row.box is not None]

    def show(self, findings: Sequence[Finding]) -> None:
        """Put errors to the rows they are of."""
        rows = [row for row, _box in self.placed()]
        for finding in findings:
            if finding.row is not None and finding.is_error:
                rows[finding.row].add_error("target", finding.message)


Boxes = formset_factory(
    BoxRow,
    formset=_Boxes,
    extra=EMPTY_ROWS,
    can_delete=True,
    max_num=MOST_BOXES,
    absolute_max=MOST_BOXES + EMPTY_ROWS,
    validate_max=True,
)


def boxes_form(
    targets: Sequence[Target], *, data: Any = None, boxes: Sequence[Box] = ()
) -> BaseFormSet[BoxRow]:
    """The table of boxes, posted or as it stands.

    What was posted stands for itself: beside initial values an unchanged row would count as one that nobody filled in.
    """
    initial = [
        {
            "target": box.target,
            "page": box.page,
            "x": round(box.rect.x, 2),
            "y": round(box.rect.y, 2),
            "width": round(box.rect.width, 2),
            "height": round(box.rect.height, 2),
            "cells": box.cells,
        }
        for box in (boxes if data is None else ())
    ]
    return Boxes(data, initial=initial, prefix="boxes", form_kwargs={"targets": targets})


def with_more_rows(data: QueryDict) -> QueryDict:
    """What was posted, with more empty rows behind: how rows are added without a script."""
    more = data.copy()
    sent = str(data.get("boxes-TOTAL_FORMS", ""))
    more["boxes-TOTAL_FORMS"] = str(min(int(sent) if sent.isdecimal() else 0, MOST_BOXES) + EMPTY_ROWS)
    return more


class TryScan(forms.Form):
    """A filled-in page to try a template with."""

    file = forms.FileField(
        label=_("記入された様式のスキャン"),
        help_text=_("最初のページを読みます。読み取った結果は保存しません。"),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )

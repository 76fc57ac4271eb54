"""目標項目: what an indicator is, what it counts, its targets."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.indicators import IndicatorSpec, Parameter
from kencho.foundation.registry import Text
from kencho.policy.forms._fields import NumberField, Words, YearField
from kencho.policy.models import Indicator, MissingReason


class IndicatorForm(forms.Form):
    """For ``services.create_indicator`` and ``services.edit_indicator``."""

    code = forms.SlugField(
        label=_("コード"), max_length=60, help_text=_("半角の英数字とハイフン。後から変えられません。")
    )
    name = forms.CharField(label=_("目標項目の名称"), max_length=200)
    role = forms.ChoiceField(label=_("役割"), choices=Indicator.Role.choices)
    unit = forms.CharField(label=_("単位"), max_length=20, help_text=_("例：件、%、所属"))
    decimals = forms.IntegerField(label=_("小数点以下の桁数"), min_value=0, max_value=6, initial=0)
    direction = forms.ChoiceField(label=_("よい向き"), choices=Indicator.Direction.choices)
    measure = forms.ChoiceField(label=_("数え方"), choices=Indicator.MeasureType.choices)
    stage = forms.ChoiceField(
        label=_("段階"), choices=[("", _("決めない")), *Indicator.Stage.choices], required=False
    )
    order = forms.IntegerField(label=_("順番"), min_value=0, max_value=99, initial=0)

    def __init__(self, *args: Any, existing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].disabled = existing


class DefinitionForm(forms.Form):
    """For ``services.define``: the explanation, from when it counts, and the parameters of the chosen indicator."""

    effective_year = YearField(label=_("この年度から"))
    explanation = Words(label=_("目標項目の説明"), required=False)
    reason = forms.CharField(
        label=_("改めた理由"), required=False, max_length=400, help_text=_("定義を改めるときに書きます。")
    )

    def __init__(self, spec: IndicatorSpec | None, body: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._parameters = spec.parameters if spec else ()
        for parameter in self._parameters:
            choices = list(parameter.choices(body))
            # An empty list of what may be left out anyway would only puzzle.
            if choices or parameter.is_required:
                self.fields[f"p-{parameter.code}"] = _field_of(parameter, choices)

    @property
    def parameters(self) -> dict[str, tuple[str, ...]]:
        """The chosen codes of each parameter, as a binding takes them."""
        found = {}
        for parameter in self._parameters:
            value = self.cleaned_data.get(f"p-{parameter.code}") or ()
            found[parameter.code] = (value,) if isinstance(value, str) else tuple(value)
        return {code: values for code, values in found.items() if values}


def _field_of(parameter: Parameter, choices: list[tuple[str, Text]]) -> forms.Field:
    hint = "" if choices else _("選べるものが、まだありません。")
    if parameter.is_multiple:
        return forms.MultipleChoiceField(
            label=str(parameter.label),
            choices=choices,
            required=parameter.is_required,
            initial=list(parameter.default),
            help_text=hint,
            widget=forms.CheckboxSelectMultiple,
        )
    blank = [] if parameter.is_required and choices else [("", _("決めない"))]
    return forms.ChoiceField(
        label=str(parameter.label),
        choices=[*blank, *choices],
        required=parameter.is_required,
        initial=parameter.default[0] if parameter.default else "",
        help_text=hint,
    )


class TargetsForm(forms.Form):
    """For ``services.set_baseline`` and ``services.set_target``: one line for each year of the plan."""

    baseline_year = YearField(label=_("現状値の年度"), required=False)
    baseline = NumberField(
        label=_("現状値"), required=False, help_text=_("値がないときは空欄にします（「—」と印刷します）。")
    )

    def __init__(self, years: list[int], *args: Any, with_upper: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.years = years
        for year in years:
            label = FiscalYear(year).label
            self.fields[f"target-{year}"] = NumberField(
                label=_("%(year)s 目標値") % {"year": label}, required=False
            )
            if with_upper:
                self.fields[f"upper-{year}"] = NumberField(
                    label=_("%(year)s 上限") % {"year": label}, required=False
                )
            self.fields[f"rationale-{year}"] = Words(
                label=_("%(year)s 目標値の考え方") % {"year": label}, rows=2, required=False
            )

    def clean(self) -> dict[str, Any]:
        """A rationale or an upper end without a target says nothing about any number."""
        given = super().clean() or {}
        for year in self.years:
            if given.get(f"target-{year}") is None and (
                given.get(f"rationale-{year}") or given.get(f"upper-{year}") is not None
            ):
                self.add_error(
                    f"target-{year}", _("考え方や上限を書いた年度には、目標値も入力してください。")
                )
        return given

    def target(self, year: int) -> tuple[Decimal | None, Decimal | None, str]:
        """Target, upper end and rationale of a year."""
        given = self.cleaned_data
        return given[f"target-{year}"], given.get(f"upper-{year}"), given[f"rationale-{year}"]


class RecordForm(forms.Form):
    """For ``services.record_actual``: a figure written by hand, or why there is none."""

    value = NumberField(label=_("実績値"), required=False)
    missing = forms.ChoiceField(
        label=_("値がない理由"),
        choices=[("", _("値がある")), *MissingReason.choices],
        required=False,
    )
    status = forms.ChoiceField(
        label=_("状態"), choices=[("provisional", _("見込値")), ("confirmed", _("確定値"))]
    )

    def clean(self) -> dict[str, Any]:
        """A value or a reason, not both, not neither."""
        given = super().clean() or {}
        if "value" in given and (given["value"] is None) == (not given.get("missing")):
            self.add_error("value", _("実績値か、値がない理由のどちらか一つを入力してください。"))
        return given


class ChangeForm(forms.Form):
    """For ``services.correct_actual`` and ``services.restate_actual``."""

    kind = forms.ChoiceField(
        label=_("改め方"),
        choices=[("correct", _("訂正（誤りを直す）")), ("restate", _("遡及改定（もとの統計が改められた）"))],
        widget=forms.RadioSelect,
    )
    value = NumberField(
        label=_("新しい値"), required=False, help_text=_("空欄のときは、いまの記録から数え直します。")
    )
    reason = Words(label=_("理由"), rows=3)

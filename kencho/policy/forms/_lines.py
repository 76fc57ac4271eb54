"""The lines of a sheet: 現状と課題, 取組方向, 主な事業, budgets."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kencho.policy.forms._fields import NumberField, Words, YearField
from kencho.policy.models import BudgetLine, DirectionLine, Issue, PolicyNode, ProjectLine


def _numbered(rows: list[Any]) -> list[tuple[str, Any]]:
    return [(str(row.number), f"{row.number} {str(row)[:30]}") for row in rows]


class IssueForm(forms.Form):
    """For ``services.write_issue``."""

    number = forms.IntegerField(label=_("番号"), min_value=1, max_value=50)
    text = Words(label=_("現状と課題"), rows=8)
    programs = forms.MultipleChoiceField(
        label=_("関係する基本事業"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, programs: list[PolicyNode], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programs"].choices = [(one.code, str(one)) for one in programs]  # type: ignore[attr-defined]  # a choice field
        if not programs:
            del self.fields["programs"]


class DirectionForm(forms.Form):
    """For ``services.write_direction``."""

    number = forms.IntegerField(label=_("番号"), min_value=1, max_value=50)
    text = Words(label=_("取組方向"), rows=8)
    issue = forms.ChoiceField(label=_("こたえる課題"), required=False)

    def __init__(self, issues: list[Issue], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issue"].choices = [("", _("なし")), *_numbered(issues)]  # type: ignore[attr-defined]  # a ChoiceField


class ProjectForm(forms.Form):
    """For ``services.write_project``."""

    number = forms.IntegerField(label=_("番号"), min_value=1, max_value=50)
    name = forms.CharField(label=_("事業名"), max_length=120)
    novelty = forms.ChoiceField(label=_("新規・継続"), choices=ProjectLine.Novelty.choices)
    program = forms.ChoiceField(label=_("基本事業"))
    direction = forms.ChoiceField(label=_("取組方向"), required=False)
    overview = Words(label=_("事業概要"), rows=5, required=False)

    def __init__(
        self, programs: list[PolicyNode], directions: list[DirectionLine], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["program"].choices = [(one.code, str(one)) for one in programs]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["direction"].choices = [("", _("なし")), *_numbered(directions)]  # type: ignore[attr-defined]  # a ChoiceField


class BudgetForm(forms.Form):
    """For ``services.write_budget``."""

    year = YearField(label=_("年度"))
    stage = forms.ChoiceField(label=_("段階"), choices=BudgetLine.Stage.choices)
    number = forms.IntegerField(
        label=_("補正の号数"),
        min_value=0,
        max_value=99,
        initial=0,
        help_text=_("補正予算のときだけ、1から。"),
    )
    amount_thousand_yen = NumberField(label=_("金額（千円）"))
    reason = forms.CharField(label=_("増減の理由"), required=False, max_length=200)

    def clean_amount_thousand_yen(self) -> int:
        """Whole thousands of yen."""
        amount = self.cleaned_data["amount_thousand_yen"]
        if amount != amount.to_integral_value():
            raise forms.ValidationError(_("千円の単位で、小数のない数にしてください。"))
        return int(amount)

"""Plans, nodes of the tree, めざす姿."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kencho.organization.models import Body
from kencho.policy import profiles, queries
from kencho.policy.forms._fields import Day, Words, YearField
from kencho.policy.models import Plan, PolicyNode


class PlanForm(forms.Form):
    """For ``services.create_plan`` and ``services.edit_plan``."""

    code = forms.SlugField(
        label=_("計画コード"), max_length=40, help_text=_("半角の英数字とハイフン。後から変えられません。")
    )
    name = forms.CharField(label=_("計画の名称"), max_length=120)
    fy_from = YearField(label=_("最初の年度"))
    fy_to = YearField(label=_("最後の年度"))
    profile = forms.ChoiceField(
        label=_("評価の方法"), help_text=_("目標達成状況と進展度の決め方です。自治体ごとの方法から選びます。")
    )
    kpi_mode = forms.ChoiceField(label=_("目標の扱い"), choices=Plan.KpiMode.choices)
    predecessor = forms.ChoiceField(label=_("前の計画"), required=False)
    marking = forms.CharField(
        label=_("シートに必ず載せる注意"),
        required=False,
        max_length=120,
        help_text=_("例：合成データ。画面にも、PDFなどの文書にも載ります。"),
    )

    def __init__(self, body: Body, *args: Any, existing: Plan | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].disabled = existing is not None
        self.fields["profile"].choices = [(each.code, each.name) for each in profiles.all_profiles().values()]  # type: ignore[attr-defined]  # a ChoiceField
        others = [plan for plan in queries.plans_of(body) if existing is None or plan.pk != existing.pk]
        self.fields["predecessor"].choices = [("", _("なし"))] + [(one.code, one.name) for one in others]  # type: ignore[attr-defined]  # a ChoiceField


class NodeForm(forms.Form):
    """For ``services.create_node`` and ``services.edit_node``, with the lead of the first year."""

    level = forms.ChoiceField(label=_("階層"))
    code = forms.CharField(
        label=_("番号"), max_length=20, help_text=_("例：406。年度が変わっても同じ番号を使います。")
    )
    name = forms.CharField(label=_("名称"), max_length=120)
    lead = forms.CharField(
        label=_("主担当"), required=False, max_length=60, help_text=_("組織の名前。例：総務部")
    )
    lead_from = YearField(
        label=_("主担当はこの年度から"),
        required=False,
        help_text=_("空欄のときは、計画の最初の年度からです。"),
    )
    fy_from = YearField(label=_("最初の年度"), required=False, help_text=_("空欄のときは、計画と同じです。"))
    fy_to = YearField(label=_("最後の年度"), required=False, help_text=_("空欄のときは、計画と同じです。"))

    def __init__(self, levels: list[str], *args: Any, existing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (value, label) for value, label in PolicyNode.Level.choices if value in levels
        ]
        self.fields["code"].disabled = self.fields["level"].disabled = existing


class DesiredStateForm(forms.Form):
    """For ``services.set_desired_state``."""

    heading = forms.CharField(label=_("見出し"), max_length=80)
    as_of = Day(label=_("到達の時点"))
    text = Words(label=_("本文"), rows=8, help_text=_("段落は、空の行で分けます。"))

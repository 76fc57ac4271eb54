"""What the desk writes about one application."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kencho.applications.case import AnswerLine
from kencho.applications.desk_forms._fields import (
    Colleague,
    Day,
    Division,
    Words,
    colleagues_of,
    divisions_for,
    fill,
)
from kencho.applications.models import ChecklistAnswer
from kencho.applications.services import AskedItem
from kencho.organization.queries import Desk
from kencho.procedures.definition import Decision, Flow
from kencho.procedures.definition import Definition as ProcedureDefinition

MAX_NOTE = 400
MAX_NOTICE = 20_000


class Assign(forms.Form):
    """For ``services.assign``."""

    staff = Colleague(label=_("担当者"), required=False, empty_label=_("担当者なし"))

    def __init__(self, desk: Desk, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fill(self, "staff", colleagues_of(desk))


class NewRemark(forms.Form):
    """For ``services.remark``."""

    text = Words(label=_("メモ"), help_text=_("職員だけに見えます。"))


class Transfer(forms.Form):
    """For ``services.transfer``."""

    division = Division(label=_("移送先"), empty_label=_("選んでください"))
    reason = Words(
        label=_("理由"), max_length=MAX_NOTE, help_text=_("移送先の職員に見えます。申請者には見えません。")
    )

    def __init__(self, desk: Desk, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fill(self, "division", divisions_for(desk))


class Refuse(forms.Form):
    """For ``services.refuse``."""

    grounds = Words(
        label=_("理由の提示"),
        rows=5,
        max_length=MAX_NOTE,
        help_text=_(
            "申請者に伝わります。足りない形式上の要件と、根拠になる条文を書いてください（行政手続法第7条・第8条）。"
        ),
    )


class WithdrawFor(forms.Form):
    """For ``services.withdraw`` on the applicant's word."""

    reason = Words(
        label=_("申出の内容"),
        max_length=MAX_NOTE,
        help_text=_("いつ、だれから、どのような方法で申出があったかを書いてください。申請者にも見えます。"),
    )


@dataclass(frozen=True)
class StandardLine:
    """One review standard with the name of its inputs and what stands in them."""

    id: str
    text: str
    finding: str
    note: str
    by_name: str = ""
    at: object = None


class Checklist(forms.Form):
    """For ``services.answer_checklist``: a finding and a note for each review standard."""

    FINDINGS = (("", _("未確認")), *ChecklistAnswer.Finding.choices)

    def __init__(
        self, definition: ProcedureDefinition, answers: Sequence[ChecklistAnswer], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.standards = definition.review_standards
        self.kept = {each.standard_id: each for each in answers}
        for standard in self.standards:
            self.fields[f"finding-{standard.id}"] = forms.ChoiceField(
                label=standard.text, required=False, choices=self.FINDINGS
            )
            self.fields[f"note-{standard.id}"] = forms.CharField(
                label=_("所見"), required=False, max_length=MAX_NOTE
            )

    def lines(self) -> list[StandardLine]:
        """The rows of the table, filled from what was posted or else from what is kept."""
        return [self._line(standard.id, standard.text) for standard in self.standards]

    def _line(self, standard: str, text: str) -> StandardLine:
        kept = self.kept.get(standard)
        finding, note = (kept.finding, kept.note) if kept else ("", "")
        if self.is_bound:
            finding = self.data.get(f"finding-{standard}", "")
            note = self.data.get(f"note-{standard}", "")
        return StandardLine(
            standard, text, finding, note, kept.by_name if kept else "", kept.at if kept else None
        )

    @property
    def done(self) -> int:
        """How many standards have been looked at."""
        return sum(standard.id in self.kept for standard in self.standards)

    def findings(self) -> dict[str, tuple[str, str]]:
        """Only what differs from what is kept, so that the name and time of older findings stay."""
        found = {
            standard.id: (
                self.cleaned_data.get(f"finding-{standard.id}") or "",
                self.cleaned_data.get(f"note-{standard.id}") or "",
            )
            for standard in self.standards
        }
        return {key: value for key, value in found.items() if value != self._kept(key)}

    def _kept(self, standard: str) -> tuple[str, str]:
        kept = self.kept.get(standard)
        return (kept.finding, kept.note) if kept else ("", "")

    def clean(self) -> dict[str, Any]:
        """A note needs a finding: it would be lost otherwise. 不適合 needs a note."""
        given = super().clean() or self.cleaned_data
        for standard in self.standards:
            finding, note = given.get(f"finding-{standard.id}"), given.get(f"note-{standard.id}")
            if note and not finding:
                self.add_error(f"finding-{standard.id}", _now("所見を残すときは、確認結果も選んでください。"))
            if finding == ChecklistAnswer.Finding.NOT_MET and not note:
                self.add_error(
                    f"note-{standard.id}", _now("不適合のときは、どこが合わないかを書いてください。")
                )
        return given


@dataclass(frozen=True)
class AskedLine:
    """One item of the application beside the box for what is to be put right there."""

    line: AnswerLine
    field: forms.BoundField


class AskAmendment(forms.Form):
    """For ``services.request_amendment``: a message at each item that is to be put right."""

    due_on = Day(label=_("補正の期限"), help_text=_("この日までに直してもらいます。"))
    message = Words(
        label=_("全体への説明"),
        required=False,
        rows=4,
        max_length=MAX_NOTE,
        help_text=_("足りない書類など、項目の外のことを書きます。申請者に見えます。"),
    )

    def __init__(self, lines: Sequence[AnswerLine], today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items, self.today = list(lines), today
        for line in self.items:
            self.fields[self._name(line)] = forms.CharField(
                label=_now("「%(label)s」で直してほしいこと") % {"label": line.label},
                required=False,
                max_length=MAX_NOTE,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )

    @staticmethod
    def _name(line: AnswerLine) -> str:
        return f"item-{line.item_id}"

    def lines(self) -> list[AskedLine]:
        """The items with their boxes."""
        return [AskedLine(line, self[self._name(line)]) for line in self.items]

    @property
    def asked(self) -> list[AskedItem]:
        """The items for which something was written."""
        return [
            AskedItem(line.item_id, self.cleaned_data[self._name(line)])
            for line in self.items
            if self.cleaned_data.get(self._name(line))
        ]

    def clean_due_on(self) -> date:
        """Not in the past."""
        day: date = self.cleaned_data["due_on"]
        if day < self.today:
            raise forms.ValidationError(_now("期限には、今日以後の日を入れてください。"))
        return day

    def clean(self) -> dict[str, Any]:
        """Something must be asked for."""
        given = super().clean() or self.cleaned_data
        if not self.errors and not self.asked and not given.get("message"):
            raise forms.ValidationError(
                _now("直してほしい項目に説明を書くか、「全体への説明」を書いてください。")
            )
        return given


class DraftDecision(forms.Form):
    """For ``services.draft_decision``: kind, text of the notice, grounds, conditions, amount."""

    kind = forms.ChoiceField(label=_("決定の種類"), widget=forms.RadioSelect)
    text = Words(label=_("通知の本文"), rows=10, max_length=MAX_NOTICE)
    grounds = Words(
        label=_("理由の提示"),
        required=False,
        rows=6,
        max_length=MAX_NOTICE,
        help_text=_(
            "どの基準に、どの事実が、なぜ合わないかを、申請者に分かるように書いてください（行政手続法第8条）。"
        ),
    )
    conditions = Words(
        label=_("条件"), required=False, rows=3, max_length=MAX_NOTICE, help_text=_("1行に一つずつ。")
    )
    amount = forms.IntegerField(
        label=_("金額（円）"),
        required=False,
        min_value=0,
        max_value=10**15,
        help_text=_("交付金額など。だれが決裁するかに関わります。"),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, flow: Flow, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.decisions = flow.decisions
        self.fields["kind"].choices = [(each.code, each.label) for each in flow.decisions]  # type: ignore[attr-defined]  # a ChoiceField
        chosen = self.chosen
        if chosen is not None and (chosen.grounds_required or not chosen.favourable):
            # A refusal without its grounds is not accepted.
            self.fields["grounds"].required = True
            self.fields["grounds"].error_messages["required"] = _now(
                "「%(kind)s」には理由の提示が必要です（行政手続法第8条）。"
            ) % {"kind": chosen.label}

    @property
    def chosen(self) -> Decision | None:
        """The kind of decision that stands in the form."""
        code = self["kind"].value()
        return next((each for each in self.decisions if each.code == code), None)

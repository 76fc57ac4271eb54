"""Browser input → typed values, one form for one service."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kencho.foundation.clock import JST
from kencho.organization.models import StaffMember
from kencho.workplace.models import Kind, Part, PlannedDay, SatelliteOffice
from kencho.workplace.services import OfficeText, WantedDay
from kencho.workplace.telework_rules import Finding, Rule, RuleProblem, UnreadableRule, read_rule
from kencho.workplace.words import PLACE, SHORT

MAX_RULE = 100_000
Words = str | Promise


class _Reason(forms.CharField):
    """Some lines of text."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=True, max_length=400, widget=forms.Textarea(attrs={"rows": 3}), **options)


class _Day(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class _Time(forms.TimeField):
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def kind_choices(rule: Rule) -> list[tuple[str, Words]]:
    """What may be chosen for a day: kind and place as one choice; the place is named where there are several."""
    found: list[tuple[str, Words]] = []
    for kind in rule.kinds.allowed:
        places = rule.places_of(kind)
        for place in places:
            word = SHORT[kind] if len(places) == 1 else f"{SHORT[kind]}（{PLACE[place]}）"
            found.append((f"{kind}:{place}", word))
    return found


@dataclass(frozen=True)
class DayRow:
    """One day of the month's table: fields to fill in, or what is settled, or closed."""

    day: date
    is_open: bool
    planned: PlannedDay | None
    choice: BoundField | None = None
    part: BoundField | None = None


class MonthPlan(forms.Form):
    """For ``services.save_plan`` and ``services.submit_plan``: a choice for each working day that is not settled."""

    reason = _Reason(
        label=_("特別な事情"),
        required=False,
        help_text=_(
            "定めの例外（上限を超える、期限に遅れるなど）を求めるときだけ書きます。所属長が判断します。"
        ),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        rule: Rule,
        open_days: Mapping[date, bool],
        planned: Mapping[date, PlannedDay],
        reason: str = "",
    ) -> None:
        super().__init__(data, initial={"reason": reason})
        self._rule, self._open, self._planned = rule, open_days, planned
        with_parts = "half_day" in rule.spans.allowed
        whole = "day" in rule.spans.allowed
        parts = [(each.value, each.label) for each in Part if whole or each != Part.DAY]
        for day, is_open in open_days.items():
            drafted = planned.get(day)
            if not is_open or (drafted is not None and drafted.state in {"submitted", "approved"}):
                continue
            draft = drafted if drafted is not None and drafted.state == "draft" else None
            label = _("%(month)d月%(day)d日") % {"month": day.month, "day": day.day}
            self.fields[f"choice-{day}"] = forms.ChoiceField(
                label=label,
                choices=[("", _("出勤")), *kind_choices(rule)],
                required=False,
                initial=f"{draft.kind}:{draft.place}" if draft else "",
            )
            if with_parts:
                self.fields[f"part-{day}"] = forms.ChoiceField(
                    label=_("%(day)sの時間") % {"day": label},
                    choices=parts,
                    required=False,
                    initial=draft.part if draft else parts[0][0],
                )

    def rows(self) -> Iterator[DayRow]:
        """The days of the month in order."""
        for day, is_open in self._open.items():
            name = f"choice-{day}"
            if name not in self.fields:
                yield DayRow(day, is_open, self._planned.get(day))
                continue
            part = f"part-{day}"
            yield DayRow(
                day,
                is_open,
                self._planned.get(day),
                self[name],
                self[part] if part in self.fields else None,
            )

    @property
    def wanted(self) -> list[WantedDay]:
        """The days for which something other than the office was chosen."""
        found = []
        for day in self._open:
            kind, _colon, place = self.cleaned_data.get(f"choice-{day}", "").partition(":")
            if kind:
                part = self.cleaned_data.get(f"part-{day}") or Part.DAY.value
                found.append(WantedDay(day, kind, place, part))
        return found

    def show(self, findings: Sequence[Finding]) -> None:
        """Put what the rule does not allow at the day it is about."""
        for each in findings:
            name = f"choice-{each.on}"
            text = f"{each.message}（{each.article}）"
            self.add_error(name if name in self.fields else None, text)


class Refuse(forms.Form):
    """For ``services.refuse_plan``."""

    digest = forms.CharField(widget=forms.HiddenInput)
    article = forms.ChoiceField(label=_("根拠の条"))
    reason = _Reason(label=_("理由"), help_text=_("本人に見えます。"))

    def __init__(self, *args: Any, articles: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["article"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(each, each) for each in articles]


class EndReport(forms.Form):
    """When a session ended, if the report was forgotten."""

    on = _Day(label=_("終わった日"))
    ended = _Time(label=_("終わった時刻"))

    @property
    def ended_at(self) -> datetime:
        """The moment, in Japanese time."""
        return datetime.combine(self.cleaned_data["on"], self.cleaned_data["ended"], JST)


class _Times(forms.Form):
    started = _Time(label=_("始めた時刻"))
    ended = _Time(label=_("終えた時刻"))
    choice = forms.ChoiceField(label=_("働き方と場所"))

    def __init__(self, *args: Any, rule: Rule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["choice"]
        if isinstance(field, forms.ChoiceField):
            field.choices = kind_choices(rule)

    @property
    def kind(self) -> str:
        """The kind of telework chosen."""
        return str(self.cleaned_data["choice"]).partition(":")[0]

    @property
    def place(self) -> str:
        """The place chosen."""
        return str(self.cleaned_data["choice"]).partition(":")[2]


def moment(day: date, at: time) -> datetime:
    """A time of a day in Japan."""
    return datetime.combine(day, at, JST)


class Correct(_Times):
    """For ``services.correct_session``; the day stays."""

    reason = _Reason(label=_("訂正の理由"))


class CancelSession(forms.Form):
    """For ``services.cancel_session``."""

    reason = _Reason(label=_("取り消す理由"))


class Record(_Times):
    """For ``services.record_session``: urgent use, entered by the head."""

    number = forms.CharField(label=_("職員番号"), max_length=12)
    on = _Day(label=_("日"))
    note = _Reason(label=_("緊急の事情"), help_text=_("例：大雨で出勤できなかった。"))
    field_order = ("number", "on", "started", "ended", "choice", "note")

    def __init__(self, *args: Any, body_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._body_id = body_id

    def clean_number(self) -> StaffMember:
        """The staff member with this number."""
        number = str(self.cleaned_data["number"]).strip()
        found = StaffMember.objects.filter(body=self._body_id, number=number).first()
        if found is None:
            raise forms.ValidationError(_("この職員番号の職員はいません。"))
        return found


class RuleText(forms.Form):
    """For ``services.save_rule``: YAML, written here or from a file."""

    file = forms.FileField(
        label=_("ファイル"),
        required=False,
        help_text=_("YAML。選ぶと、下の文の代わりに読み込みます。"),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
    )
    text = forms.CharField(
        label=_("内容（YAML）"),
        required=False,
        max_length=MAX_RULE,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "code"}),
    )
    rule: Rule | None = None

    def clean(self) -> dict[str, Any]:
        """Read it; every problem is named with its place."""
        data = super().clean() or self.cleaned_data
        upload = data.get("file")
        name = "file" if upload else "text"
        try:
            source = _decoded(upload) if upload else data.get("text", "")
            self.rule = read_rule(source)
        except UnreadableRule as unreadable:
            for problem in unreadable.problems:
                self.add_error(name, str(problem))
        return data


def _decoded(upload: "UploadedFile[Any]") -> str:
    if (upload.size or 0) > MAX_RULE:
        raise UnreadableRule((RuleProblem("", str(_("ファイルが大きすぎます。"))),))
    try:
        return str(upload.read().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UnreadableRule((RuleProblem("", str(_("UTF-8で保存してください。"))),)) from error


class Office(forms.Form):
    """For ``services.save_office``."""

    code = forms.SlugField(label=_("コード"), max_length=40, help_text=_("半角の英小文字、数字、- だけ。"))
    name = forms.CharField(label=_("名称"), max_length=60)
    address = forms.CharField(label=_("所在地"), max_length=120, required=False)
    note = forms.CharField(label=_("使い方"), max_length=200, required=False)
    opens = _Time(label=_("開く時刻"), initial=time(8, 30))
    closes = _Time(label=_("閉まる時刻"), initial=time(17, 15))
    is_shared = forms.BooleanField(label=_("ほかの団体の職員も使える"), required=False)
    is_active = forms.BooleanField(label=_("使っている"), required=False, initial=True)

    def __init__(self, *args: Any, office: SatelliteOffice | None = None, **kwargs: Any) -> None:
        if office is not None:
            kwargs["initial"] = {
                name: getattr(office, name) for name in (*OfficeText.__dataclass_fields__, "code")
            }
        super().__init__(*args, **kwargs)
        self.fields["code"].disabled = office is not None

    def clean(self) -> dict[str, Any]:
        """Closing comes after opening."""
        data = super().clean() or self.cleaned_data
        if data.get("opens") and data.get("closes") and data["closes"] <= data["opens"]:
            self.add_error("closes", _("開く時刻より後にしてください。"))
        return data

    @property
    def office_text(self) -> OfficeText:
        """What the service takes."""
        return OfficeText(**{name: self.cleaned_data[name] for name in OfficeText.__dataclass_fields__})


class NewDesk(forms.Form):
    """For ``services.save_desk``."""

    code = forms.CharField(label=_("席の名前"), max_length=20)
    equipment = forms.CharField(
        label=_("設備"), max_length=100, required=False, help_text=_("例：外付け画面、電源")
    )
    is_active = forms.BooleanField(label=_("使っている"), required=False, initial=True)


class Split(forms.Form):
    """For ``services.decide_split``."""

    heir = forms.ChoiceField(
        label=_("引き継ぐ所属"),
        required=False,
        help_text=_("選ばないときは、後継のない所属として、その年度に一つと数えます。"),
    )
    reason = _Reason(label=_("理由"))

    def __init__(self, *args: Any, heirs: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["heir"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("引き継ぐ所属はない")), *heirs]


class ChooseFile(forms.Form):
    """In which form a list is wanted."""

    what = forms.ChoiceField(
        label=_("内容"), choices=[("plans", _("計画")), ("results", _("実績"))], widget=forms.RadioSelect
    )
    format = forms.ChoiceField(
        label=_("ファイルの形式"),
        choices=[("csv", _("CSV（UTF-8）")), ("cp932", _("CSV（Shift_JIS）")), ("xlsx", _("Excel（xlsx）"))],
        widget=forms.RadioSelect,
    )


KINDS = [(each.value, each.label) for each in Kind]

"""Browser input → typed values, one form for one service."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from kencho.foundation.csvfile import Limits, read_csv
from kencho.foundation.text import digits_ascii
from kencho.organization.models import Unit
from kencho.reforms.models import BaselineStudy, Deduction, ReformCase
from kencho.reforms.services import ReformText

MOST_SAMPLES = 1000
MINUTES_COLUMN, SECONDS_COLUMN = "分", "秒"
COLUMNS = (MINUTES_COLUMN, SECONDS_COLUMN, "日", "備考")
LIMITS = Limits(max_bytes=1024 * 1024, max_rows=MOST_SAMPLES)
SUBJECT = RegexValidator(
    r"^[a-z_]+\.[a-z_]+:[A-Za-z0-9_.-]+$", _("「robots.robot:コード」のように入れてください。")
)


class _Day(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class _Division(forms.ChoiceField):
    """Divisions by id, shown with their codes because names repeat."""

    def __init__(self, divisions: Iterable[Unit], **options: Any) -> None:
        choices = [(str(each.pk), f"{each.code} {each.name}") for each in divisions]
        super().__init__(choices=choices, **options)


class Reform(forms.Form):
    """For ``services.save_reform``; the code of one that exists stays."""

    code = forms.SlugField(
        label=_("コード"), max_length=60, help_text=_("半角の英数字とハイフン。あとから変えられません。")
    )
    title = forms.CharField(label=_("業務の名前"), max_length=120)
    solution = forms.ChoiceField(label=_("方法"), choices=ReformCase.Solution.choices)
    subject = forms.CharField(
        label=_("対象"),
        max_length=120,
        validators=[SUBJECT],
        help_text=_(
            "完了した一件を知らせてくる相手。ロボットは「robots.robot:コード」、"
            "紙の申請の読み取りは「intake.procedure:手続コード」。"
        ),
    )
    began_on = _Day(label=_("始めた日"))
    ended_on = _Day(label=_("終えた日"), required=False)
    note = forms.CharField(
        label=_("説明"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self, *args: Any, divisions: Iterable[Unit], reform: ReformCase | None = None, **more: Any
    ) -> None:
        if reform is not None:
            names = ("title", "solution", "subject", "began_on", "ended_on", "note")
            more["initial"] = {name: getattr(reform, name) for name in names}
            more["initial"]["division"] = str(reform.division_id)
        super().__init__(*args, **more)
        self.fields["division"] = _Division(divisions, label=_("所属"))
        if reform is not None:
            del self.fields["code"]

    @property
    def text(self) -> ReformText:
        """The typed value for the service."""
        kept = {key: value for key, value in self.cleaned_data.items() if key not in {"code", "division"}}
        return ReformText(**kept)


class Study(forms.Form):
    """For ``services.record_study``."""

    basis = forms.ChoiceField(
        label=_("根拠"),
        choices=BaselineStudy.Basis.choices,
        widget=forms.RadioSelect,
        initial=BaselineStudy.Basis.MEASURED,
        help_text=_("見積りは参考として残すだけで、減った時間の計算には使いません。"),
    )
    measured_on = _Day(label=_("測定した日"), help_text=_("何日かにわたるときは、最初の日。"))
    method = forms.CharField(
        label=_("測り方・出典"),
        max_length=200,
        help_text=_("例：申請を開いてから台帳への入力を終えるまでを、2人が交代で計測"),
    )
    stated_minutes = forms.DecimalField(
        label=_("見積りの分数"),
        max_digits=9,
        decimal_places=3,
        required=False,
        help_text=_("根拠が見積りのときだけ入れます。"),
    )

    def clean(self) -> dict[str, Any]:
        """An estimate states its minutes; a measurement states none."""
        data = super().clean() or self.cleaned_data
        if data.get("basis") == BaselineStudy.Basis.ESTIMATE and not data.get("stated_minutes"):
            self.add_error("stated_minutes", _("見積りの分数を入れてください。"))
        return data


def _minutes(text: str, per: int) -> Decimal | None:
    """A number of minutes, or of seconds for ``per`` 60; None when it is none."""
    try:
        value = Decimal(digits_ascii(text).strip().replace(",", "").replace("．", "."))
    except (InvalidOperation, ValueError):
        return None
    return value / per if value.is_finite() and value > 0 else None


class Samples(forms.Form):
    """For ``services.add_samples``: typed line by line, or a CSV file with a column 分 or 秒."""

    lines = forms.CharField(
        label=_("測定した分数"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "inputmode": "decimal"}),
        help_text=_("一件を一行に。例：12.5"),
    )
    file = forms.FileField(
        label=_("CSVファイル"),
        required=False,
        help_text=_("1行目に「分」か「秒」の列。「日」と「備考」の列はあっても読みません。"),
    )

    minutes: list[Decimal]

    def clean(self) -> dict[str, Any]:
        """All lines or none: what cannot be read is told with its line."""
        data = super().clean() or self.cleaned_data
        self.minutes = [*self._typed(data.get("lines", "")), *self._read(data.get("file"))]
        if not self.errors and not self.minutes:
            self.add_error(None, _("分数を入れるか、CSVファイルを選んでください。"))
        return data

    def _typed(self, text: str) -> list[Decimal]:
        found = []
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip():
                value = _minutes(line, 1)
                if value is None:
                    self._refuse("lines", number)
                else:
                    found.append(value)
        return found

    def _read(self, file: "UploadedFile[bytes] | None") -> list[Decimal]:
        if file is None:
            return []
        table = read_csv(file.read(), required=(), optional=COLUMNS, limits=LIMITS)
        for problem in table.problems[:10]:
            self.add_error("file", problem.message)
        found = []
        for row in table.rows if table.is_valid else ():
            value = _minutes(row.values.get(MINUTES_COLUMN, ""), 1)
            if value is None:
                value = _minutes(row.values.get(SECONDS_COLUMN, ""), 60)
            if value is None:
                self._refuse("file", row.line)
            else:
                found.append(value)
        return found

    def _refuse(self, field: str, line: int) -> None:
        self.add_error(field, _("%(n)s行目：分か秒に、0より大きい数を入れてください。") % {"n": line})


class DeductionEntry(forms.Form):
    """For ``services.record_deduction``."""

    kind = forms.ChoiceField(
        label=_("種類"),
        choices=Deduction.Kind.choices,
        help_text=_("導入の作業は、減った時間からは差し引かず、並べて示します。"),
    )
    on = _Day(label=_("日"))
    minutes = forms.DecimalField(label=_("分"), max_digits=9, decimal_places=3)
    note = forms.CharField(label=_("内容"), max_length=200, required=False)


class Reason(forms.Form):
    """Why something is taken out."""

    reason = forms.CharField(label=_("理由"), max_length=200)

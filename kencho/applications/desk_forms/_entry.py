"""Applications on paper: typed in at the counter, or read from a file."""

from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from kencho.applications.desk_forms._fields import Day, ProcedureChoice, fill
from kencho.applications.entry import PAPER_CHANNELS, procedures_of
from kencho.organization.queries import Desk

MAX_BYTES = 5 * 1024 * 1024
SUFFIXES = (".csv", ".xlsx")


class Enter(forms.Form):
    """Which procedure, how it came, and when."""

    procedure = ProcedureChoice(label=_("手続"), empty_label=_("選んでください"))
    channel = forms.ChoiceField(
        label=_("受け取り方"), choices=[(each.value, each.label) for each in PAPER_CHANNELS], widget=forms.RadioSelect
    )
    arrived_on = Day(label=_("到達した日"), help_text=_("窓口で受け取った日、または郵便が届いた日。標準処理期間はこの日から数えます。"))

    def __init__(self, desk: Desk, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = desk.day
        fill(self, "procedure", procedures_of(desk.division, desk.day))

    def clean_arrived_on(self) -> date:
        """Not in the future."""
        day: date = self.cleaned_data["arrived_on"]
        if day > self.today:
            raise forms.ValidationError(_now("到達した日には、今日か過ぎた日を入れてください。"))
        return day


class ImportFile(Enter):
    """A file of paper applications of one procedure."""

    file = forms.FileField(
        label=_("ファイル"), help_text=_("CSV（UTF-8かShift_JIS）かExcel（xlsx）。5メガバイトまで、500行まで。"),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(SUFFIXES)}),
    )

    def clean_file(self) -> UploadedFile:
        """Of a kind and size that can be read."""
        file: UploadedFile = self.cleaned_data["file"]
        if not str(file.name).lower().endswith(SUFFIXES):
            raise forms.ValidationError(_now("CSVかExcel（xlsx）のファイルを選んでください。"))
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(_now("ファイルが大きすぎます。5メガバイトまでにしてください。"))
        return file


class ConfirmImport(forms.Form):
    """The signed note of what was read and shown."""

    plan = forms.CharField(widget=forms.HiddenInput, max_length=2000)

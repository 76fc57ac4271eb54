"""Browser input of records."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kencho.records.models import Record
from kencho.records.queries import RegisterFilter

MAX_BYTES = 20_000_000


class Verify(forms.Form):
    """The PDF to be checked; it is not kept."""

    file = forms.FileField(
        label=_("確かめるPDF"),
        help_text=_("20MBまで。ファイルは保存しません。"),
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )

    def clean_file(self) -> object:
        """Refuse what is too large."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("ファイルが大きすぎます。20MB以内のPDFを選んでください。"))
        return file


class RegisterSearch(forms.Form):
    """Conditions of the register."""

    direction = forms.ChoiceField(
        label=_("収受・施行"), required=False, choices=[("", _("すべて")), *Record.Direction.choices]
    )
    fiscal_year = forms.IntegerField(
        label=_("年度（西暦）"),
        required=False,
        min_value=2000,
        max_value=2099,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    words = forms.CharField(label=_("件名の言葉"), required=False, max_length=80)

    def wanted(self) -> RegisterFilter:
        """What is asked; nonsense is left out and shown as an error at its field."""
        self.is_valid()
        given = self.cleaned_data
        return RegisterFilter(
            given.get("direction") or "", given.get("fiscal_year"), given.get("words") or ""
        )

    @property
    def active_count(self) -> int:
        """How many conditions are set."""
        return sum(1 for value in self.cleaned_data.values() if value)

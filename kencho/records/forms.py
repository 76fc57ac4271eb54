"""Browser input of records."""

from django import forms
from django.utils.translation import gettext_lazy as _

MAX_BYTES = 20_000_000


class Verify(forms.Form):
    """The PDF to be checked; it is not kept."""

    file = forms.FileField(
        label=_("確かめるPDF"), help_text=_("20MBまで。ファイルは保存しません。"),
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )

    def clean_file(self) -> object:
        """Refuse what is too large."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("ファイルが大きすぎます。20MB以内のPDFを選んでください。"))
        return file

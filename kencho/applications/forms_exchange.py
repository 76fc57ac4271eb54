"""Browser input of papers and files → typed values."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from kencho.applications import queries
from kencho.applications.models import Channel
from kencho.organization.queries import Desk
from kencho.procedures.models import Procedure

PAPER_CHANNELS = [(each.value, each.label) for each in (Channel.COUNTER, Channel.POST)]
MAX_FILE = 3 * 1024 * 1024


class ChooseFormat(forms.Form):
    """In which form the list is wanted."""

    format = forms.ChoiceField(
        label=_("ファイルの形式"),
        choices=[
            ("csv", _("CSV（UTF-8）")),
            ("cp932", _("CSV（Shift_JIS）")),
            ("xlsx", _("Excel（xlsx）")),
        ],
        widget=forms.RadioSelect,
        initial="csv",
    )


class _OfOneProcedure(forms.Form):
    procedure = forms.ChoiceField(label=_("手続"))
    channel = forms.ChoiceField(
        label=_("受付経路"), choices=PAPER_CHANNELS, widget=forms.RadioSelect, initial=Channel.COUNTER
    )

    def __init__(self, *args: Any, desk: Desk, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.procedures = {each.code: each for each in queries.enterable(desk, at)}
        field = self.fields["procedure"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                ("", _("選んでください")),
                *((p.code, p.title) for p in self.procedures.values()),
            ]

    def chosen(self) -> Procedure:
        """The procedure, once the form is valid."""
        return self.procedures[self.cleaned_data["procedure"]]


class BeginEntry(_OfOneProcedure):
    """Which procedure a paper is for and how it came."""


class BeginImport(_OfOneProcedure):
    """Which procedure a file is for, and the file."""

    file = forms.FileField(
        label=_("ファイル"),
        help_text=_("CSVかExcel（xlsx）。2,000行、3メガバイトまで。"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    field_order = ("procedure", "file", "channel")

    def clean_file(self) -> "UploadedFile[Any]":
        """Not larger than what travels in the confirmation."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_FILE:
            raise forms.ValidationError(_("ファイルが大きすぎます。3メガバイトまでにしてください。"))
        return file


class ConfirmEntry(forms.Form):
    """The day on the stamp of a paper."""

    arrived_on = forms.DateField(
        label=_("到達日（収受印の日付）"),
        help_text=_("申請書が届いた日です。今日より後の日にはできません。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["arrived_on"].widget.attrs["max"] = today.isoformat()

    def clean_arrived_on(self) -> date:
        """Not after today."""
        day: date = self.cleaned_data["arrived_on"]
        if day > self.today:
            raise forms.ValidationError(_("到達日は、今日か、それより前の日にしてください。"))
        return day

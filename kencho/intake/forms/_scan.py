"""Scans: what is put in, and how the list is narrowed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from kencho.applications import queries as applications
from kencho.applications.models import Channel
from kencho.intake.models import ScanBatch, Source
from kencho.organization.queries import Desk
from kencho.procedures.models import Procedure

PAPER_CHANNELS = [(each.value, each.label) for each in (Channel.POST, Channel.COUNTER)]
MAX_FILES = 20
ACCEPTED = ".pdf,.tif,.tiff,.jpg,.jpeg,.png"


class Day(forms.DateField):
    """A day in the browser's own control."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class Files(forms.FileField):
    """One or more files."""

    widget = _ManyFiles

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        """Each file by itself."""
        found = data if isinstance(data, list | tuple) else [data]
        return [super(Files, self).clean(each, initial) for each in found]


class OfProcedure(forms.Form):
    """Base: a procedure whose papers the desk enters, or none."""

    procedure = forms.ChoiceField(
        label=_("手続"),
        required=False,
        help_text=_("Kenchoで印刷した様式なら、選ばなくてもQRコードで分かります。"),
    )

    def __init__(self, *args: Any, desk: Desk, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.procedures = {each.code: each for each in applications.enterable(desk, at)}
        field = self.fields["procedure"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                ("", _("様式の印で見分ける")),
                *((each.code, each.title) for each in self.procedures.values()),
            ]

    def chosen(self) -> Procedure | None:
        """The procedure, once the form is valid."""
        return self.procedures.get(self.cleaned_data["procedure"])


class UploadScan(OfProcedure):
    """For ``services.receive_scan``, once for each file."""

    scans = Files(
        label=_("スキャンしたファイル"),
        help_text=_(
            "PDF、TIFF、JPEG、PNG。白黒かグレー、300dpiがよく読めます。手続や申請者の違う紙が混ざっていてもかまいません。"
        ),
        widget=_ManyFiles(attrs={"accept": ACCEPTED, "multiple": True}),
    )
    channel = forms.ChoiceField(
        label=_("届いた方法"), choices=PAPER_CHANNELS, widget=forms.RadioSelect, initial=Channel.POST
    )
    arrived_on = Day(
        label=_("収受印の日"),
        help_text=_("申請書が届いた日です。今日より後の日にはできません。"),
    )

    field_order: Sequence[str] = ("scans", "channel", "arrived_on", "procedure")

    def __init__(self, *args: Any, desk: Desk, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, at=at, **kwargs)
        self.today = desk.day
        self.fields["arrived_on"].widget.attrs["max"] = desk.day.isoformat()
        self.fields["arrived_on"].initial = desk.day

    def clean_scans(self) -> "list[UploadedFile[Any]]":
        """Not more at once than one would want to see on the list."""
        found: list[UploadedFile[Any]] = self.cleaned_data["scans"]
        if len(found) > MAX_FILES:
            raise forms.ValidationError(
                _("一度に取り込めるのは%(most)dファイルまでです。分けて取り込んでください。"),
                params={"most": MAX_FILES},
            )
        return found

    def clean_arrived_on(self) -> date:
        """Not after today."""
        day: date = self.cleaned_data["arrived_on"]
        if day > self.today:
            raise forms.ValidationError(_("収受印の日は、今日か、それより前の日にしてください。"))
        return day


class NameProcedure(OfProcedure):
    """For ``services.name_procedure``: to which procedure the pages of a batch belong."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["procedure"]
        field.required, field.help_text = True, ""
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                ("", _("選んでください")),
                *((each.code, each.title) for each in self.procedures.values()),
            ]


class ListFilter(forms.Form):
    """Conditions of the list of batches."""

    state = forms.ChoiceField(
        label=_("状態"),
        required=False,
        choices=[
            ("", _("すべて")),
            *ScanBatch.State.choices,
            ("problem", _("読めないページがある")),
        ],
    )
    source = forms.ChoiceField(
        label=_("取込み元"), required=False, choices=[("", _("すべて")), *Source.choices]
    )
    arrived_on = Day(label=_("収受印の日"), required=False)

    @property
    def active_count(self) -> int:
        """How many conditions are set."""
        return sum(1 for value in self.cleaned_data.values() if value) if self.is_valid() else 0

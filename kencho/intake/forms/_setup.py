"""Places that scans are fetched from, and how far the reader is trusted."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kencho.intake.forms._scan import PAPER_CHANNELS
from kencho.intake.models import ScanInlet
from kencho.organization import queries as organization
from kencho.organization.models import Unit
from kencho.organization.queries import Desk
from kencho.procedures.models import Procedure


class Inlet(forms.Form):
    """For ``services.save_inlet``."""

    kind = forms.ChoiceField(label=_("種類"), choices=ScanInlet.Kind.choices, widget=forms.RadioSelect)
    name = forms.CharField(label=_("名称"), max_length=80, help_text=_("例：3階の複合機"))
    division = forms.ModelChoiceField(label=_("どの所属のスキャンか"), queryset=Unit.objects.none())
    place = forms.CharField(
        label=_("場所"),
        max_length=200,
        help_text=_(
            "フォルダーは、取込み用フォルダーの中の名前（例：copier3）。メールは「サーバー:ポート/受信箱」（例：imap.example.jp:993/INBOX）。"
        ),
    )
    account = forms.CharField(label=_("利用者名（メール）"), max_length=120, required=False)
    credential = forms.CharField(
        label=_("暗証の参照名（メール）"),
        max_length=80,
        required=False,
        help_text=_(
            "暗証そのものではなく、名前を入れます（例：MFP）。サーバーでは、団体コードの付いた"
            "「KENCHO_INTAKE_SECRET_団体コード_MFP」を探します。"
        ),
    )
    channel = forms.ChoiceField(label=_("届いた方法"), choices=PAPER_CHANNELS, widget=forms.RadioSelect)
    procedure = forms.ModelChoiceField(
        label=_("手続"),
        queryset=Procedure.objects.none(),
        required=False,
        empty_label=_("様式の印で見分ける"),
    )
    is_active = forms.BooleanField(label=_("使う"), required=False, initial=True)

    def __init__(self, data: Any = None, *, desk: Desk, inlet: ScanInlet | None = None) -> None:
        initial = {"channel": "post", "kind": ScanInlet.Kind.FOLDER, "division": desk.division.pk}
        if inlet is not None:
            initial = {name: getattr(inlet, name) for name in self.base_fields}
        super().__init__(data, initial=initial)
        division, procedure = self.fields["division"], self.fields["procedure"]
        if isinstance(division, forms.ModelChoiceField) and isinstance(procedure, forms.ModelChoiceField):
            division.queryset = organization.divisions_on(desk.body, desk.day)
            procedure.queryset = Procedure.objects.filter(body=desk.body).order_by("title")

    def clean(self) -> dict[str, Any]:
        """A mailbox is opened with a name and a secret."""
        data = super().clean() or {}
        if data.get("kind") == ScanInlet.Kind.MAIL:
            for name in ("account", "credential"):
                if not data.get(name):
                    self.add_error(name, _("メールの取込みに必要です。"))
        return data


class CalibrationOf(forms.Form):
    """For ``services.set_calibration``."""

    threshold = forms.FloatField(
        label=_("しきい値"),
        min_value=0,
        max_value=1,
        help_text=_("確信度がこの値以上の項目は、確認しないで採用します（0から1）。"),
        widget=forms.NumberInput(attrs={"step": "0.001", "class": "input--short", "inputmode": "decimal"}),
    )
    always_check = forms.BooleanField(
        label=_("確信度にかかわらず、必ず人が確認する"),
        required=False,
    )
    audit_share = forms.DecimalField(
        label=_("抜取り検査の割合（%）"),
        min_value=Decimal(0),
        max_value=Decimal(100),
        decimal_places=2,
        help_text=_("採用した項目のうち、確かめるために人が見る割合です。2%以上をすすめます。"),
        widget=forms.NumberInput(attrs={"step": "0.1", "class": "input--short", "inputmode": "decimal"}),
    )


class Discard(forms.Form):
    """For ``services.discard_sheet``."""

    reason = forms.CharField(
        label=_("取り消す理由"),
        max_length=200,
        help_text=_("例：同じ申請書を二度読み取った。個人の名前などは書かないでください。"),
    )

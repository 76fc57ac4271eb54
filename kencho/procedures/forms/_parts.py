"""The forms of the editor, one per thing of a definition."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kencho.procedures import editor
from kencho.procedures.forms import _words as words
from kencho.procedures.forms._data import (
    FEE_WHEN,
    HOLDS,
    REQUIRED,
    VISIBLE,
    DataForm,
    Lines,
    Post,
    Whole,
    long,
    name_field,
    pick,
    short,
    tick,
)

MEGA = 1_000_000
_DATE = {"type": "date"}


class BasicsForm(DataForm):
    """What a procedure is."""

    title = short(_("名前"), required=True)
    summary = long(_("概要"), help_text=_("だれが、どんなときに、何をする手続かを、2、3行で書きます。"))
    procedure_type = pick(_("種類"), words.PROCEDURE_TYPES)
    audience = pick(_("対象者"), words.AUDIENCES)
    office = pick(_("担当する所属"), ())
    identity = pick(_("本人確認"), words.IDENTITIES)
    days = Whole(label=_("標準処理期間（日）"), low=1, high=1000)
    count = pick(_("日の数え方"), words.COUNTS)
    via = short(_("経由する機関"), 100)
    via_days = Whole(label=_("経由する機関での日数"), high=1000)
    period_note = short(_("標準処理期間の注意"), 500)
    needed_documents = long(_("必要な書類"), 4000, 4, _("1行に1つずつ書きます。"))
    receiving_from = forms.DateField(
        label=_("受付のはじまり"), required=False, widget=forms.DateInput(attrs=_DATE)
    )
    receiving_to = forms.DateField(
        label=_("受付のおわり"), required=False, widget=forms.DateInput(attrs=_DATE)
    )
    notes = long(_("注意"), 4000)
    life_events = Lines(label=_("ライフイベント"), help_text=_("引越し、開業など。1行に1つ。"))
    keywords = Lines(label=_("検索の言葉"), help_text=_("読みがな、言い換え、略した言い方。1行に1つ。"))
    outcomes = Lines(label=_("結果の種類"), help_text=_("許可、不許可など。1行に1つ。"))
    retention_years = Whole(label=_("文書の保存期間（年）"), low=1, high=100)
    classification = short(_("文書分類"), 50)
    title_en = short(_("名前（英語）"), 300)
    summary_en = long(_("概要（英語）"), 1500)
    few_need = (
        "via",
        "via_days",
        "period_note",
        "outcomes",
        "retention_years",
        "classification",
        "title_en",
        "summary_en",
        "receiving_from",
        "receiving_to",
        "notes",
    )

    def __init__(self, post: Post, *, offices: list[tuple[str, str]], **given: Any) -> None:
        super().__init__(post, **given)
        field = self.fields["office"]
        current = str(self.source.get("office") or "")
        if current not in {code for code, _name in offices}:
            offices = [(current, current or str(_("（選んでください）"))), *offices]
        # The field is a ChoiceField by declaration; the base type does not know choices.
        field.choices = offices  # type: ignore[attr-defined]  # see above

    def initial_of(self, source: editor.Data) -> dict[str, Any]:
        """The nested parts as flat fields."""
        period = source.get("standard_processing_period") or {}
        english = source.get("en") or {}
        receiving = source.get("receiving_period") or {}
        return {
            **source,
            **{key: period.get(key) for key in ("days", "count", "via", "via_days")},
            "period_note": period.get("note"),
            "title_en": english.get("title"),
            "summary_en": english.get("summary"),
            "receiving_from": receiving.get("from"),
            "receiving_to": receiving.get("to"),
        }

    def values(self) -> dict[str, Any]:
        """The flat fields as nested parts."""
        given = super().values()
        period = {key: given.pop(key) for key in ("days", "count", "via", "via_days")}
        period["note"] = given.pop("period_note")
        english = {"title": given.pop("title_en"), "summary": given.pop("summary_en")}
        days = {"from": given.pop("receiving_from"), "to": given.pop("receiving_to")}
        told = {key: value for key, value in period.items() if value or key == "days"}
        return {
            **given,
            # Without days there is no period; the way of counting alone says nothing.
            "standard_processing_period": told if any(v for k, v in told.items() if k != "count") else None,
            "en": {key: value for key, value in english.items() if value},
            "receiving_period": {key: day.isoformat() for key, day in days.items() if day},
        }

    keep = ("title",)


class PageForm(DataForm):
    """A page, without its items."""

    title = short(_("ページの名前"))
    intro = long(_("はじめの説明"), 2000)
    title_en = short(_("ページの名前（英語）"), 300)
    intro_en = long(_("はじめの説明（英語）"), 3000)
    few_need = ("title_en", "intro_en")
    rules = {"visible": VISIBLE}
    keep = ("title",)


class ConstraintForm(DataForm):
    """A rule that must hold, with the words for the applicant when it does not."""

    message = short(_("満たさないときの言葉"), 300)
    message_en = short(_("その英語"), 400)
    rules = {"rule": HOLDS}
    keep = ("message",)

    @property
    def is_blank(self) -> bool:
        """Nothing was written, and nothing stood there that the form cannot show."""
        given = self.values()
        return not given["message"] and given["rule"] is None


class DocumentForm(DataForm):
    """添付書類."""

    label = short(_("名前"))
    help = long(_("説明"), rows=2)
    max_files = Whole(label=_("ファイルの数の上限"), low=1, high=50)
    max_mb = Whole(label=_("1つの大きさの上限（MB）"), low=1, high=100)
    kinds = forms.MultipleChoiceField(
        label=_("使えるファイル"),
        choices=words.KINDS,
        required=False,
        help_text=_("選ばないと PDF、JPEG、PNG です。"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--inline"}),
    )
    label_en = short(_("名前（英語）"), 300)
    id = name_field(_("記号"))
    few_need = ("max_files", "max_mb", "kinds", "label_en", "id")
    rules = {"required": REQUIRED, "visible": VISIBLE}
    keep = ("id", "label")

    def initial_of(self, source: editor.Data) -> dict[str, Any]:
        """Bytes as megabytes."""
        size = source.get("max_bytes")
        return {**source, "max_mb": size // MEGA if isinstance(size, int) else None}

    def values(self) -> dict[str, Any]:
        """The reverse."""
        given = super().values()
        size = given.pop("max_mb")
        return {**given, "max_bytes": size * MEGA if size else None}


class DecisionForm(DataForm):
    """A kind of decision with its notice."""

    label = short(_("決定の名前"), 50, help_text=_("許可、不許可など。"))
    favourable = tick(_("申請者の望みどおりの決定"))
    grounds_required = tick(
        _("理由を示す"), _("望みどおりでない決定には、理由を示す必要があります（行政手続法第8条）。")
    )
    notice_title = short(_("通知書の名前"))
    notice_text = long(
        _("通知の文"),
        4000,
        6,
        _(
            "差し込み：{申請者} {受付番号} {受付日} {手続名} {決定} {決定日} {理由} {条件} {手数料} "
            "{文書番号} {担当課} {有効期限}、回答を写すには {item:項目の記号}"
        ),
    )
    code = name_field(_("記号"))
    few_need = ("code",)
    keep = ("code", "label", "favourable")

    def initial_of(self, source: editor.Data) -> dict[str, Any]:
        """Favourable unless said otherwise."""
        return {**source, "favourable": source.get("favourable", True)}

    def values(self) -> dict[str, Any]:
        """Only what differs from the usual is written."""
        given = super().values()
        return {**given, "favourable": None if given["favourable"] else False}


class StandardForm(DataForm):
    """One line of the checklist by which staff examine."""

    text = long(_("審査基準"), rows=2)
    id = name_field(_("記号"))
    few_need = ("id",)
    keep = ("id", "text")


class LegalBasisForm(DataForm):
    """根拠."""

    law = short(_("法令・条例の名前"))
    article = short(_("条項"), 100)
    url = short(_("本文の場所（https://…）"), 500)
    keep = ("law",)


class FeeRowForm(DataForm):
    """A line of the fee table."""

    label = short(_("区分"))
    amount = Whole(label=_("金額（円）"))
    rules = {"when": FEE_WHEN}
    keep = ("label",)


class FlowForm(DataForm):
    """The way to the decision, and the fee."""

    route = pick(_("決裁の経路"), ())
    fee_due = tick(_("手数料を納める手続"))
    amount = Whole(
        label=_("手数料（円）"), help_text=_("金額が1つのとき。区分があるときは、下の表に書きます。")
    )
    note = long(_("手数料の注意"))

    def __init__(self, post: Post, *, routes: list[tuple[str, str]], **given: Any) -> None:
        super().__init__(post, **given)
        current = str((self.source.get("flow") or {}).get("route") or "")
        known = {code for code, _name in routes}
        more = [(current, current)] if current and current not in known else []
        # The field is a ChoiceField by declaration; the base type does not know choices.
        self.fields["route"].choices = [("", _("（選ばない）")), *routes, *more]  # type: ignore[attr-defined]  # see above

    def initial_of(self, source: editor.Data) -> dict[str, Any]:
        """From the two parts of the definition."""
        flow, fee = source.get("flow") or {}, source.get("fee") or {}
        return {
            "route": flow.get("route"),
            "fee_due": flow.get("fee_due"),
            "amount": fee.get("amount"),
            "note": fee.get("note"),
        }

    def values(self) -> dict[str, Any]:
        """Into the two parts."""
        given = super().values()
        flow = editor.merged(
            self.source.get("flow") or {}, {"route": given["route"], "fee_due": given["fee_due"]}
        )
        fee = editor.merged(self.source.get("fee") or {}, {"amount": given["amount"], "note": given["note"]})
        return {"flow": flow, "fee": fee}

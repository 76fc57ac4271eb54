"""The forms of the editor, one per thing of a definition."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kencho.foundation.text import digits_ascii
from kencho.procedures import editor
from kencho.procedures.definition import Json
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
_BAR = re.compile(r"\s*[|｜]\s*")
_CALCULATIONS = (
    ("sum", _("合計（書いてあるものだけ）")),
    ("add", _("足し算")),
    ("sub", _("引き算（日付のときは日数）")),
    ("mul", _("掛け算")),
    ("count", _("数")),
)
_DATE = {"type": "date"}


class Options(Lines):
    """Options, one a line: 「表示」か「値 | 表示 | English」."""

    def prepare_value(self, value: Any) -> Any:
        """Options as lines."""
        return super().prepare_value([_line(one) for one in value] if isinstance(value, list) else value)

    def clean(self, value: Any) -> Any:
        """Lines as options."""
        return [_option(line) for line in super().clean(value)]


def _line(option: Json) -> str:
    if not isinstance(option, dict):
        return str(option)
    parts = [option.get(key, "") for key in ("value", "label", "label_en")]
    return " | ".join(str(part) for part in parts if part)


def _option(line: str) -> Json:
    parts = [part for part in _BAR.split(line.strip("|｜ ")) if part]
    if len(parts) < 2:
        return parts[0] if parts else line
    return dict(zip(("value", "label", "label_en"), parts, strict=False))


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


# Fields of an item that only these types have.
_ONLY = {
    "example": {
        "text",
        "textarea",
        "organization_name",
        "telephone",
        "email",
        "integer",
        "decimal",
        "money",
        "date",
    },
    "text": {"note", "consent"},
    "text_en": {"note", "consent"},
    "options": {"choice", "choices", "select"},
    "codelist": {"choice", "choices", "select"},
    "min": {"date", "birth_date", "integer", "decimal", "money", "choices"},
    "max": {"date", "birth_date", "integer", "decimal", "money", "choices"},
    "unit": {"integer", "decimal", "calculated"},
    "places": {"decimal"},
    "min_length": {"text", "textarea"},
    "max_length": {"text", "textarea", "organization_name"},
    "pattern": {"text", "textarea", "organization_name"},
    "pattern_message": {"text", "textarea", "organization_name"},
    "rows": {"textarea"},
    "no_kana": {"name"},
    "row_label": {"group"},
    "min_rows": {"group"},
    "max_rows": {"group"},
    "max_files": {"attachment"},
    "max_mb": {"attachment"},
    "kinds": {"attachment"},
    "calculation": {"calculated"},
    "operands": {"calculated"},
}
_WORDS_ONLY = {"heading", "note"}


class ItemForm(DataForm):
    """An item; which fields it has follows from its type."""

    type = pick(_("種類"), words.TYPES)
    label = short(_("見出し"))
    help = long(_("説明"), rows=2)
    text = long(_("文"), 4000, 4)
    options = Options(
        label=_("選択肢"), rows=5, help_text=_("1行に1つ。保存する値を分けるときは「値 | 表示 | 英語」。")
    )
    codelist = pick(_("用意された選択肢"), words.CODELISTS)
    example = short(_("記入例"))
    unit = short(_("単位"), 20, css="input--short")
    min = short(_("最小"), 20, css="input--short", help_text=_("日付は 2026-04-01 か today（今日）。"))
    max = short(_("最大"), 20, css="input--short")
    calculation = pick(_("計算のしかた"), _CALCULATIONS)
    operands = Lines(label=_("計算に使うもの"), help_text=_("項目の記号か数を、1行に1つ。"))
    row_label = short(_("1つ分の呼び名"), 50, help_text=_("例　同居する人"))
    min_rows = Whole(label=_("最小の数"), high=100)
    max_rows = Whole(label=_("最大の数"), low=1, high=100)
    max_files = Whole(label=_("ファイルの数の上限"), low=1, high=50)
    max_mb = Whole(label=_("1つの大きさの上限（MB）"), low=1, high=100)
    kinds = forms.MultipleChoiceField(
        label=_("使えるファイル"),
        choices=words.KINDS,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--inline"}),
    )
    max_length = Whole(label=_("最大の文字数"), low=1, high=20000)
    min_length = Whole(label=_("最小の文字数"), high=20000)
    rows = Whole(label=_("欄の行数"), low=2, high=30)
    places = Whole(label=_("小数点より下のけた"), high=6)
    no_kana = tick(_("フリガナをたずねない"))
    pattern = short(_("書き方（正規表現）"))
    pattern_message = short(_("書き方が違うときの言葉"))
    role = pick(_("申請の中での役目"), words.ROLES)
    about = pick(_("だれのことか"), words.ABOUT)
    sensitive = tick(_("注意して扱う情報"))
    id = name_field(_("記号"))
    label_en = short(_("見出し（英語）"), 300)
    help_en = long(_("説明（英語）"), 1500, 2)
    text_en = long(_("文（英語）"), 6000)
    few_need = (
        "min_length",
        "rows",
        "pattern",
        "pattern_message",
        "role",
        "about",
        "sensitive",
        "id",
        "label_en",
        "help_en",
        "text_en",
        "no_kana",
        "places",
    )
    rules = {"required": REQUIRED, "visible": VISIBLE}
    keep = ("id", "type", "label", "kana")

    def __init__(self, post: Post, *, nested: bool = False, **given: Any) -> None:
        super().__init__(post, **given)
        kind = str(self.source.get("type"))
        for name, types in _ONLY.items():
            if kind not in types:
                self.fields.pop(name)
        self._fit(kind, nested=nested)
        self.complex_value = False
        if kind == "calculated" and _operation(self.source.get("value")) is None:
            self.complex_value = True
            self.fields.pop("calculation")
            self.fields.pop("operands")

    def _fit(self, kind: str, *, nested: bool) -> None:
        unfit = {"role", "about", "sensitive", "help", "help_en"} if kind in _WORDS_ONLY else set()
        if kind == "note":
            unfit |= {"label", "label_en"}
        if nested:
            unfit |= {"role", "about"}
        for name in unfit:
            self.fields.pop(name, None)
        if kind in _WORDS_ONLY or kind == "calculated":
            for name in [one for one in self.fields if one.startswith("required__")]:
                self.fields.pop(name)

    def initial_of(self, source: editor.Data) -> dict[str, Any]:
        """Bytes as megabytes, the missing kana as a tick, the calculation as operator and operands."""
        found = _operation(source.get("value"))
        size = source.get("max_bytes")
        return {
            **source,
            "no_kana": source.get("kana") is False,
            "max_mb": size // MEGA if isinstance(size, int) else None,
            "calculation": found[0] if found else "sum",
            "operands": found[1] if found else [],
        }

    def values(self) -> dict[str, Any]:
        """The reverse."""
        given = super().values()
        if "no_kana" in given:
            given["kana"] = False if given.pop("no_kana") else None
        if "max_mb" in given:
            size = given.pop("max_mb")
            given["max_bytes"] = size * MEGA if size else None
        if "operands" in given:
            given["value"] = _calculation(given.pop("calculation") or "sum", given.pop("operands"))
        for name in ("min", "max"):
            if name in given:
                given[name] = _limit(str(self.source.get("type")), given[name])
        if given.get("codelist"):
            given["options"] = None
        if given.get("required") is False:
            given["required"] = None
        return given


def _limit(kind: str, written: str) -> Json:
    plain = digits_ascii(written).replace(",", "").strip()
    whole = kind in {"integer", "money", "choices"} and re.fullmatch(r"-?[0-9]{1,15}", plain)
    return int(plain) if whole else plain


def _operation(value: Json) -> tuple[str, list[str]] | None:
    """(operator, operands as text) of a calculation that the form can show."""
    if value in (0, None):
        return "sum", []
    if not isinstance(value, dict) or len(value) != 1:
        return None
    ((name, body),) = value.items()
    arguments = body if isinstance(body, list) else [body]
    if name not in dict(_CALCULATIONS):
        return None
    shown = []
    for one in arguments:
        if isinstance(one, dict) and list(one) == ["item"] and isinstance(one["item"], str):
            shown.append(one["item"])
        elif isinstance(one, int) and not isinstance(one, bool):
            shown.append(str(one))
        else:
            return None
    return name, shown


def _calculation(name: str, operands: list[str]) -> Json:
    if not operands:
        return 0
    parts: list[Json] = [
        int(plain) if re.fullmatch(r"-?[0-9]{1,15}", plain := digits_ascii(one)) else {"item": plain}
        for one in operands
    ]
    return {name: parts}


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

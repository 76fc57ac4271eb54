"""The form of an item; which fields it has follows from its type."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kencho.foundation.text import digits_ascii
from kencho.procedures import editor
from kencho.procedures.definition import Json
from kencho.procedures.forms import _words as words
from kencho.procedures.forms._data import (
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

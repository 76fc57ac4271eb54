"""What a clerk types for a field, as a value of the answers, and back."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from kencho.foundation import checkdigits, text, wareki
from kencho.intake.engine.shapes import Kind

Options = Sequence[tuple[str, str]]
_DASHES = str.maketrans(dict.fromkeys("－‐‑‒–—―ー−", "-"))
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


class NotReadable(ValueError):
    """What was typed cannot stand in the field; the message says what can."""


def read(kind: str, typed: str, *, options: Options = ()) -> Any:
    """The value of what was typed, None when it is blank. Raises NotReadable.

    For CHOICES give the chosen values divided by line breaks; for CONSENT anything but blank is a tick.
    """
    plain = _CONTROL.sub("", typed.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not plain:
        return None
    if Kind(kind) in _READERS:
        return _READERS[Kind(kind)](plain)
    return _ticked(Kind(kind), plain, options)


def shown(kind: str, value: Any, *, options: Options = ()) -> str:
    """A value as text: for the input box, and for reading; days stay ISO text."""
    if value is None or value is False:
        return ""
    labels = dict(options)
    if isinstance(value, list):
        return "、".join(labels.get(str(each), str(each)) for each in value)
    if value is True:
        return str(_("あり"))
    if kind == Kind.CHOICE:
        return labels.get(str(value), str(value))
    return str(value)


def is_same(one: Any, other: Any) -> bool:
    """Whether two values say the same; blank is blank, however it is written, and the order of ticks means nothing."""
    return bool(_plain(one) == _plain(other))


def _plain(value: Any) -> Any:
    if value in (None, "", False, []):
        return None
    if isinstance(value, list):
        return sorted(str(each) for each in value)
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.strip())
    if isinstance(value, float):
        return Decimal(repr(value))
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _ascii(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed.translate(_DASHES)).strip()


def _digits(typed: str) -> str:
    found = re.sub(r"[\s\-・]", "", _ascii(typed))
    if not found.isascii() or not found.isdigit():
        raise NotReadable(_("数字で入力してください。"))
    return found


def _whole(typed: str) -> int:
    found = re.sub(r"[\s,，¥￥円]", "", _ascii(typed))
    if not re.fullmatch(r"-?[0-9]{1,15}", found):
        raise NotReadable(_("整数で入力してください。"))
    return int(found)


def _decimal(typed: str) -> str:
    found = re.sub(r"[\s,]", "", _ascii(typed))
    try:
        number = Decimal(found)
    except InvalidOperation as wrong:
        raise NotReadable(_("数で入力してください。")) from wrong
    if not number.is_finite():
        raise NotReadable(_("数で入力してください。"))
    return format(number, "f")


def _day(typed: str) -> str:
    plain = _ascii(typed)
    try:
        return date.fromisoformat(plain).isoformat()
    except ValueError:
        pass
    try:
        return wareki.parse(plain).isoformat()
    except ValueError as wrong:
        raise NotReadable(_("「令和7年6月1日」「R7.6.1」「2025-06-01」のように入力してください。")) from wrong


def _postal_code(typed: str) -> str:
    found = _digits(typed.lstrip("〒 "))
    if len(found) != 7:
        raise NotReadable(_("郵便番号は7桁です。"))
    return found


def _telephone(typed: str) -> str:
    plain = _ascii(typed).replace("(", "-").replace(")", "-").replace("--", "-").strip("-")
    if not re.fullmatch(r"\+?[0-9][0-9 \-]{7,30}", plain):
        raise NotReadable(_("電話番号は数字とハイフンで入力してください。"))
    return plain


def _email(typed: str) -> str:
    plain = unicodedata.normalize("NFKC", typed).strip()
    if not _EMAIL.fullmatch(plain):
        raise NotReadable(_("メールアドレスの形で入力してください。"))
    return plain


def _legal_entity_number(typed: str) -> str:
    found = _digits(typed)
    if not checkdigits.is_legal_entity_number(found):
        raise NotReadable(_("法人番号（13桁）の検査数字が合いません。"))
    return found


def _kana(typed: str) -> str:
    full = text.kana_full(text.to_katakana(typed))
    if not text.is_katakana_reading(full):
        raise NotReadable(_("カタカナで入力してください。"))
    return full


def _line(typed: str) -> str:
    return " ".join(typed.split("\n"))


def _ticked(kind: Kind, plain: str, options: Options) -> Any:
    if kind is Kind.CONSENT:
        return True
    values = {value for value, _label in options}
    by_label = {label: value for value, label in options}
    chosen = [by_label.get(each, each) for each in plain.split("\n") if each]
    if values and not values.issuperset(chosen):
        raise NotReadable(_("選択肢から選んでください。"))
    if kind is Kind.CHOICES:
        return [value for value, _label in options if value in chosen] if options else chosen
    if len(chosen) != 1:
        raise NotReadable(_("一つだけ選んでください。"))
    return chosen[0]


_READERS: dict[Kind, Callable[[str], Any]] = {
    Kind.NAME: _line,
    Kind.NAME_KANA: _kana,
    Kind.ORGANIZATION: _line,
    Kind.DATE: _day,
    Kind.BIRTH_DATE: _day,
    Kind.POSTAL_CODE: _postal_code,
    Kind.ADDRESS: _line,
    Kind.TELEPHONE: _telephone,
    Kind.EMAIL: _email,
    Kind.MONEY: _whole,
    Kind.INTEGER: _whole,
    Kind.DECIMAL: _decimal,
    Kind.DIGITS: _digits,
    Kind.LEGAL_ENTITY_NUMBER: _legal_entity_number,
    Kind.INDIVIDUAL_NUMBER: _digits,
    Kind.TEXT: _line,
    Kind.TEXTAREA: lambda typed: typed,
}

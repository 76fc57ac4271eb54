"""What is wrong with one value of a standard item: a code, or nothing. The sentence is said elsewhere.

Sources: 全国地方公共団体コード仕様（総務省）; 法人番号省令第2条; 日本郵便の郵便番号データ; 総務省「電気通信番号計画」; ISO 8601 and
JIS X 0301 (dates, times); アドレス・ベース・レジストリ (町字ID: seven digits, 大字・町 and 丁目・小字).
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

from kencho.catalog.standards.places import municipalities, postal_places, prefecture_name
from kencho.catalog.standards.prefectures import BOXES, JAPAN
from kencho.foundation.checkdigits import is_legal_entity_number, is_local_government_code
from kencho.foundation.prefectures import PREFECTURES
from kencho.foundation.text import fold_name

__all__ = ["CODES", "CONTENTS", "problem"]

CODES: Final = (
    "not_a_local_government_code",
    "wrong_check_digit",
    "unknown_local_government",
    "not_a_legal_entity_number",
    "not_a_postal_code",
    "unknown_postal_code",
    "postal_code_disagrees",
    "not_a_phone",
    "not_iso_date",
    "no_such_day",
    "not_a_time",
    "not_a_coordinate",
    "outside_japan",
    "outside_prefecture",
    "swapped_coordinates",
    "not_a_url",
    "not_a_street_address_id",
    "not_an_email",
    "not_a_flag",
    "not_a_number",
    "negative",
    "not_katakana",
    "not_a_prefecture",
    "prefecture_missing",
)

Context = Mapping[str, Any]
_DIGITS6: Final = re.compile("[0-9]{6}")
_POSTAL: Final = re.compile("([0-9]{3})-?([0-9]{4})")
_DATE: Final = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME: Final = re.compile("(?:[01][0-9]|2[0-4]):[0-5][0-9](?::[0-5][0-9])?")
_PHONE: Final = re.compile(
    r"0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}|\(0[0-9]{1,4}\)[0-9]{1,4}-[0-9]{3,4}|0[0-9]{9,10}|\+81[-0-9]{9,13}"
)
_EMAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_STREET: Final = re.compile("[0-9]{7}")
_KANA: Final = re.compile(r"[ァ-ヺー・＝　 0-9０-９A-ZＡ-Ｚa-z()（）\-－.．,、&＆]+")
_FLAGS: Final = frozenset(
    [
        "有",
        "無",
        "あり",
        "なし",
        "1",
        "0",
        "○",
        "〇",
        "×",
        "可",
        "不可",
        "true",
        "false",
        "TRUE",
        "FALSE",
        "はい",
        "いいえ",
    ]
)


def _plain(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _local_government_code(value: Any, context: Context) -> str:
    text = _plain(value)
    if not _DIGITS6.fullmatch(text):
        return "not_a_local_government_code"
    if not is_local_government_code(text):
        return "wrong_check_digit"
    # Unions of municipalities have codes from 800 that no list of post codes knows.
    return "" if text in municipalities() or int(text[2:5]) >= 800 else "unknown_local_government"


def _legal_entity_number(value: Any, context: Context) -> str:
    return "" if is_legal_entity_number(_plain(value)) else "not_a_legal_entity_number"


def _postal_code(value: Any, context: Context) -> str:
    found = _POSTAL.fullmatch(_plain(value))
    if found is None:
        return "not_a_postal_code"
    places = postal_places(found[1] + found[2])
    if not places:
        return "unknown_postal_code"
    address = fold_name(str(context.get("address") or ""))
    if address and not any(_agrees(address, place.prefecture, place.city) for place in places):
        return "postal_code_disagrees"
    return ""


def _agrees(address: str, prefecture: str, city: str) -> bool:
    # 三重郡菰野町 may be written without its district, and any address without its prefecture.
    short = city.partition("郡")[2] or city
    names = any(fold_name(name) in address for name in {city, short})
    other = next((name for name in PREFECTURES if address.startswith(fold_name(name))), prefecture)
    return names and other == prefecture


def _phone(value: Any, context: Context) -> str:
    text = _plain(value)
    digits = sum(map(str.isdigit, text))
    return "" if _PHONE.fullmatch(text) and 10 <= digits <= 13 else "not_a_phone"


def _date(value: Any, context: Context) -> str:
    found = _DATE.fullmatch(_plain(value)[:10])
    if found is None:
        return "not_iso_date"
    try:
        date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return "no_such_day"
    return ""


def _time(value: Any, context: Context) -> str:
    return "" if _TIME.fullmatch(_plain(value)) else "not_a_time"


def _degrees(value: Any) -> float | None:
    text = str(value).strip()
    return float(text) if _NUMBER.fullmatch(text) else None


def _coordinate(value: Any, context: Context, *, is_latitude: bool) -> str:
    degrees = _degrees(value)
    if degrees is None:
        return "not_a_coordinate"
    low, high = (JAPAN.south, JAPAN.north) if is_latitude else (JAPAN.west, JAPAN.east)
    if not low <= degrees <= high:
        other_low, other_high = (JAPAN.west, JAPAN.east) if is_latitude else (JAPAN.south, JAPAN.north)
        return "swapped_coordinates" if other_low <= degrees <= other_high else "outside_japan"
    box = BOXES.get(str(context.get("body_code", ""))[:2])
    if box is None:
        return ""
    inside = box.south <= degrees <= box.north if is_latitude else box.west <= degrees <= box.east
    return "" if inside else "outside_prefecture"


def _latitude(value: Any, context: Context) -> str:
    return _coordinate(value, context, is_latitude=True)


def _longitude(value: Any, context: Context) -> str:
    return _coordinate(value, context, is_latitude=False)


def _url(value: Any, context: Context) -> str:
    text = _plain(value)
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return "not_a_url"
    is_one = parts.scheme in {"http", "https"} and "." in host and not re.search(r"\s", text)
    return "" if is_one else "not_a_url"


def _street_address_id(value: Any, context: Context) -> str:
    return "" if _STREET.fullmatch(_plain(value)) else "not_a_street_address_id"


def _email(value: Any, context: Context) -> str:
    return "" if _EMAIL.fullmatch(_plain(value)) else "not_an_email"


def _flag(value: Any, context: Context) -> str:
    return "" if isinstance(value, bool) or _plain(value) in _FLAGS else "not_a_flag"


def _number(value: Any, context: Context) -> str:
    return "" if _degrees(value) is not None else "not_a_number"


def _integer(value: Any, context: Context) -> str:
    text = _plain(value)
    if not _NUMBER.fullmatch(text) or "." in text:
        return "not_a_number"
    return "negative" if text.startswith("-") else ""


def _kana(value: Any, context: Context) -> str:
    return "" if _KANA.fullmatch(_plain(value)) else "not_katakana"


def _prefecture(value: Any, context: Context) -> str:
    return "" if _plain(value) in PREFECTURES else "not_a_prefecture"


def _address(value: Any, context: Context) -> str:
    """An address in one piece begins with the prefecture."""
    text = _plain(value)
    code = str(context.get("body_code", ""))
    is_whole = any(text.startswith(name) for name in PREFECTURES)
    return "" if is_whole or not prefecture_name(code) else "prefecture_missing"


def _anything(value: Any, context: Context) -> str:
    return ""


CONTENTS: Final[Mapping[str, Callable[[Any, Context], str]]] = {
    "local_government_code": _local_government_code,
    "legal_entity_number": _legal_entity_number,
    "postal_code": _postal_code,
    "phone": _phone,
    "date": _date,
    "time": _time,
    "latitude": _latitude,
    "longitude": _longitude,
    "url": _url,
    "street_address_id": _street_address_id,
    "email": _email,
    "flag": _flag,
    "number": _number,
    "integer": _integer,
    "kana": _kana,
    "prefecture": _prefecture,
    "address": _address,
    "text": _anything,
    "id": _anything,
    "extension": _anything,
    "weekday": _anything,
    "municipality": _anything,
    "local_government_name": _anything,
}
"""What an item may hold → how one value of it is checked."""


def problem(content: str, value: Any, *, body_code: str = "", context: Context | None = None) -> str:
    """The code of what is wrong with a value (see `CODES`), empty when it is right or there is none.

    `content` is a key of `CONTENTS`. `body_code` is the 全国地方公共団体コード of the body that publishes: coordinates
    are looked for in its prefecture. `context` may hold the row's `address`, which a postal code must agree with.
    """
    if value is None or value == "":
        return ""
    return CONTENTS[content](value, {**(context or {}), "body_code": body_code})

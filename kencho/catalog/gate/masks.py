"""Showing that something was found without showing it."""

import re
from typing import Final

from kencho.foundation.prefectures import PREFECTURES

__all__ = ["mask"]

_STAR: Final = "＊"
_WORD: Final = re.compile(r"[^\s\-_/・.,:;()（）@]")
_CITY: Final = re.compile("^(?:.{2,3}[都道府県])?.{1,6}?[市区町村]")
MOST: Final = 24


def mask(kind: str, value: str) -> str:
    """A value with everything replaced that tells whose it is; its shape stays, at most 24 characters."""
    text = " ".join(value.split())[:MOST]
    if kind == "private_email":
        return _email(text)
    if kind in {
        "private_phone",
        "ip_address",
        "birth_date",
        "my_number",
        "my_number_like",
        "bank_account",
        "licence_plate",
    }:
        return _WORD.sub("*", text)
    if kind in {"home_address", "birth_address", "registered_domicile"}:
        return _address(text)
    if kind in {"small_cells", "small_group"}:
        return ""
    return text[:1] + _STAR * max(1, len(text) - 1)


def _email(text: str) -> str:
    _name, _at, host = text.partition("@")
    return f"***@{host}" if host else "***"


def _address(text: str) -> str:
    found = _CITY.match(text)
    if found is not None:
        return found[0] + _STAR * 3
    known = next((name for name in PREFECTURES if text.startswith(name)), "")
    return known + _STAR * 3

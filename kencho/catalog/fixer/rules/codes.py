"""Columns of codes (団体コード, 郵便番号, 電話番号, ID): they stay text with their leading zeros."""

import re
from typing import Final

from kencho.catalog.fixer.cells.characters import plain
from kencho.catalog.fixer.drafts import Written

__all__ = ["is_code_name", "is_sequence_name", "written_code"]

_CODE: Final = re.compile(
    r"コード|CODE|(?<![A-Z])ID(?![A-Z])|番号|郵便|〒|電話|(?<![A-Z])TEL(?![A-Z])|FAX|ファクス|ファックス|番地|地番|内線|型番|品番|町字|条例|連絡先|URL|ISBN|符号|識別子|号数?$|口座"
)
_COUNTS: Final = re.compile(r"(?:数|率|額|件|量|費|計|台|人口|割合|比|[（(](?:件|人|台|%|％|円|千円)[）)])$")
_SEQUENCE: Final = re.compile(r"NO\.?|NO|№|番号|連番|通番|項番|順番|番")


def is_code_name(name: str) -> bool:
    """Whether a column's name says that its values are codes, not numbers."""
    word = plain(name).upper()
    return _CODE.search(word) is not None and _COUNTS.search(word) is None


def is_sequence_name(name: str) -> bool:
    """Whether a column only counts its rows (No., 番号, 連番)."""
    return _SEQUENCE.fullmatch(plain(name.rpartition("_")[2]).upper()) is not None


_CODE_TEXT: Final = re.compile(r"[0-9０-９－−‐‑–―ー\-()（）＋+ \u3000A-Za-zＡ-Ｚａ-ｚ〒]+")
_DASHES: Final = re.compile("[－−‐‑–―ー]")
_DIGIT: Final = re.compile("[0-9０-９]")


def written_code(text: str) -> Written | None:
    """A code in ASCII: ０５９－２２４－１２３４ → 059-224-1234; `None` when nothing is to do or it is no code."""
    if not _CODE_TEXT.fullmatch(text) or not _DIGIT.search(text):
        return None
    code = plain(_DASHES.sub("-", text)).removeprefix("〒")
    code = _DASHES.sub("-", code)
    if code == text:
        return None
    return Written(code, "1-3" if re.search("[０-９]", text) else "1-5", "code_ascii")

"""1-5: blanks and line breaks for looks (津　　市, 四日市\\n市, a cell that only looks empty)."""

import re
from collections.abc import Collection
from typing import Final

from kencho.catalog.fixer.cells.characters import is_blank

__all__ = ["clean_header", "clean_text", "is_person_column", "is_remark", "lines_are_items"]

_CJK: Final = "ぁ-ゖァ-ヺー一-龥々〆ヶ\uf900-\ufaff（）()「」、。・％%"
_EDGE: Final = "\u200b\u200c\u200d\u2060\ufeff"
_BETWEEN: Final = re.compile(
    rf"(?<=[{_CJK}０-９])[\s\u3000{_EDGE}]+(?=[{_CJK}０-９0-9])|(?<=[0-9])[\s\u3000]+(?=[{_CJK}])"
)
_BLANKS: Final = re.compile(rf"[\s\u3000{_EDGE}]+")
_BREAK: Final = re.compile(r"[ \t\u3000]*(?:\r\n|\r|\n|\v|_x000D_)+[ \t\u3000]*")
_PERSON: Final = re.compile(
    "氏名|姓名|代表者|担当者|管理者|所有者|会長|議員|人名|役員|委員|申請者|責任者|設置者|作者|著者|首長|知事|市長|町長|名前"
)
_SUFFIX: Final = re.compile("[都道府県市区町村郡部局課室係計]")
_REMARK: Final = re.compile("備考|摘要|注記|特記|コメント|メモ|説明|概要|内容|詳細|理由")
_ITEM: Final = re.compile(r"^[・●○◆◇■□▪\-－①-⓿❶-➓]|^[(（]?[0-9０-９]{1,2}[)）.．、]")
_PIECE: Final = re.compile(rf"[{_CJK}]+")


def is_person_column(name: str) -> bool:
    """Whether a column holds names of people: 林　明 is a name, not a spread-out word."""
    return _PERSON.search(name) is not None


def is_remark(name: str) -> bool:
    """Whether a column holds prose, whose line breaks and marks mean something."""
    return _REMARK.search(name) is not None


def clean_header(text: str) -> str:
    """A header without blanks and breaks for looks; one blank stays between Latin words."""
    return _BLANKS.sub(" ", _BETWEEN.sub("", _BREAK.sub("\n", text))).strip()


def _joined(text: str) -> str:
    """Lines put together: with a blank between Latin words, without one elsewhere."""
    return re.sub(r"(?<=[A-Za-z0-9,;:.])\n(?=[A-Za-z0-9])", " ", text).replace("\n", "")


def lines_are_items(text: str, others: Collection[str]) -> bool:
    """Whether the lines of a cell are several data (rule 1-2): listed with marks, or values of other cells."""
    lines = [line.strip() for line in _BREAK.sub("\n", text).split("\n") if line.strip()]
    if len(lines) < 2:
        return False
    if sum(_ITEM.match(line) is not None for line in lines) >= 2:
        return True
    if all(line in others for line in lines):
        return True
    numbers = sum(any(c.isdigit() for c in line) for line in lines)
    if numbers >= 2 and len({re.sub(r"[0-9０-９]+", "0", line) for line in lines}) == 1:
        return True
    return (
        len(lines) >= 3
        and all(len(line) == 1 for line in lines)
        and set("".join(lines)) <= set("月火水木金土日祝")
    )


def _spread(text: str, others: Collection[str], person: bool) -> str:
    """津　　市 → 津市, 四 日 市 市 → 四日市市; names with a blank (山田　太郎, 県立　図書館) stay."""
    pieces = _BLANKS.split(text)
    if len(pieces) < 2 or not all(_PIECE.fullmatch(piece) for piece in pieces):
        return text
    whole = "".join(pieces)
    if whole in others:
        return whole
    if person:
        return text
    single = all(len(piece) == 1 for piece in pieces)
    if single or (_SUFFIX.fullmatch(pieces[-1]) and len(whole) <= 8):
        return whole
    return text


def clean_text(text: str, others: Collection[str], *, person: bool = False, keep_lines: bool = False) -> str:
    """A cell of words without what is only there for looks. `others` are the column's cells.

    `keep_lines`: a column of remarks, where a break parts sentences.
    """
    if is_blank(text):
        return ""
    out = text
    if not keep_lines and ("\n" in out or "\r" in out or "\v" in out or "_x000D_" in out):
        out = _BREAK.sub("\n", out).strip()
        if "\n" in out and not lines_are_items(out, others):
            out = _joined(out)
    out = out.strip(" \t\u3000\u00a0" + _EDGE)
    if "\n" not in out and len(out) <= 24:
        out = _spread(out, others, person)
    return out

"""機種依存文字 (rule 1-10): characters that other machines may not know, in their standard spelling.

Names are left alone: 髙, 﨑 and the compatibility ideographs (U+F900 onwards) are never replaced.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

__all__ = ["has_dependent", "is_blank", "plain", "standard"]

_SPECIAL: Final = {
    "№": "No.",
    "℡": "TEL",
    "㏍": "K.K.",
    "℃": "℃",
    "㏄": "cc",
    "㈱": "(株)",
    "㈲": "(有)",
    "㈹": "(代)",
    "〜": "〜",
}
# Circled, parenthesised and squared letters; Roman numerals; units of one character; half-width kana.
_DEPENDENT: Final = re.compile("[№℡Ⅰ-ↈ①-⓿❶-➓㈀-㊿㋀-㏿\uff61-\uff9f]+")
_HALF_KANA: Final = re.compile("[\uff61-\uff9f]+")
_INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_BLANKS: Final = frozenset(c for c in map(chr, range(0x3001)) if c.isspace()) | frozenset(_INVISIBLE)
_SPACE: Final = re.compile(rf"[\s\u3000{_INVISIBLE}]+")


def has_dependent(text: str) -> bool:
    """Whether the text holds a character that `standard` replaces."""
    return _DEPENDENT.search(text) is not None


def _one(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    normal = unicodedata.normalize("NFKC", character).replace("⁄", "/")
    if "\u2460" <= character <= "\u2473" or "\u2776" <= character <= "\u2793" or "㉑" <= character <= "㊿":
        return normal if normal.startswith("(") else f"({_number(character, normal)})"
    if "㊀" <= character <= "㊰" or "Ⓐ" <= character <= "ⓩ":
        return f"({normal})"
    return normal


def _number(character: str, normal: str) -> str:
    if normal != character:
        return normal
    return f"{unicodedata.numeric(character, 0):.0f}"


def standard(text: str) -> str:
    """The text in standard spelling: ① → (1), ㈱ → (株), ㍻ → 平成, ㎡ → m2, Ⅲ → III, ｶﾞ → ガ."""

    def replace(found: re.Match[str]) -> str:
        run = found[0]
        if _HALF_KANA.fullmatch(run):
            return unicodedata.normalize("NFKC", run)
        return "".join(
            unicodedata.normalize("NFKC", part) if _HALF_KANA.fullmatch(part) else "".join(map(_one, part))
            for part in re.findall("[\uff61-\uff9f]+|[^\uff61-\uff9f]+", run)
        )

    return _DEPENDENT.sub(replace, text)


@lru_cache(maxsize=65_536)
def plain(text: str) -> str:
    """NFKC without any blanks: the form in which cells are read. ㎡ is m2, １，２００ is 1,200."""
    if text.isascii():
        return text.replace(" ", "") if text.isprintable() else _SPACE.sub("", text)
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


def is_blank(value: object) -> bool:
    """Whether a cell is empty or looks so."""
    if value is None:
        return True
    if value.__class__ is not str:
        return False
    text: str = value
    if text and text[0] not in _BLANKS:
        return False
    return not _SPACE.sub("", text)

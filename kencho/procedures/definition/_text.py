"""Characters: what is stored, what is normalised, and what must never be stored."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import jaconv

# Control characters, lone surrogates and direction overrides have no meaning in an answer; the last can disguise it.
_STRIP = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_COMPATIBILITY = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
_HYPHENS = re.compile("[\u2010-\u2015\u2212\u30fc\uff0d\uff70\ufe63\ufe58\u2500]")
_TWELVE = re.compile(r"(?<![0-9])(?:[0-9][ \-]?){11}[0-9](?![0-9])")
_ENOUGH_DIGITS = re.compile(r"\d(?:\D?\d){11}")


def clean(text: str, *, lines: bool = False) -> str:
    """What is stored: as typed, without control characters and outer blanks, canonically composed (NFC).

    NFC would replace CJK compatibility ideographs (神 U+FA19 becomes 神) and so change people's names;
    those characters are kept as typed. Variation sequences pass untouched.
    """
    text = _STRIP.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    if not lines:
        text = text.replace("\n", " ").replace("\t", " ")
    if not unicodedata.is_normalized("NFC", text):
        pieces = _COMPATIBILITY.split(text)
        text = "".join(
            piece if index % 2 else unicodedata.normalize("NFC", piece) for index, piece in enumerate(pieces)
        )
    return text.strip()


def holds_control(text: str) -> bool:
    """Whether the text holds characters that `clean` would take out; such a text came past the forms."""
    return not text.isprintable() and _STRIP.search(text) is not None


def is_plain(text: str) -> bool:
    """Quickly: no line break or control character, and too few digits for a 個人番号. Most answers are so."""
    return text.isprintable() and _ENOUGH_DIGITS.search(text) is None


def ascii_text(text: str) -> str:
    """Digits, letters and hyphens of a number-like field in ASCII, blanks removed."""
    return re.sub(r"\s+", "", _HYPHENS.sub("-", unicodedata.normalize("NFKC", _HYPHENS.sub("-", text))))


def kana(text: str) -> str:
    """フリガナ in full-width katakana: half-width kana and hiragana are converted, blanks kept as one."""
    full = jaconv.h2z(text, kana=True, ascii=False, digit=False)
    return re.sub(r"[\s\u3000]+", "\u3000", str(jaconv.hira2kata(full))).strip()


def holds_individual_number(text: str) -> bool:
    """Whether the text holds twelve digits in a row whose check digit is that of a 個人番号.

    The check digit is that of 番号法の規定による省令（平成26年総務省令第85号）第5条. One in eleven arbitrary
    twelve-digit numbers passes it, so this asks to write the number differently; it proves nothing.
    """
    if not _ENOUGH_DIGITS.search(text):
        return False
    plain = _HYPHENS.sub("-", unicodedata.normalize("NFKC", text))
    return any(_is_individual_number(re.sub(r"[^0-9]", "", found)) for found in _TWELVE.findall(plain))


def _is_individual_number(digits: str) -> bool:
    body, check = digits[:11], int(digits[11])
    total = sum(int(body[-n]) * (n + 1 if n <= 6 else n - 5) for n in range(1, 12))
    rest = total % 11
    return check == (0 if rest <= 1 else 11 - rest)


def legal_entity_check_digit(body: str) -> int:
    """Check digit that leads a 法人番号 (法人番号の指定等に関する省令 第2条), for its twelve other digits."""
    total = sum(int(body[-n]) * (1 if n % 2 else 2) for n in range(1, 13))
    return 9 - total % 9


@lru_cache(maxsize=1024)
def whole(pattern: str) -> re.Pattern[str]:
    """Compiled pattern that is meant for the whole text; digits and letters are ASCII as in JSON Schema."""
    return re.compile(rf"(?:{pattern})\Z", re.ASCII)

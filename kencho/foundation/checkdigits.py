"""Check digits: 法人番号, 個人番号, 全国地方公共団体コード, and Kencho's own receipt numbers.

Sources: 法人番号の指定等に関する省令（平成26年財務省令第70号）第2条; 行政手続における特定の個人を識別するための番号の
利用等に関する法律施行令の規定による通知カード…省令（平成26年総務省令第85号）第5条; 全国地方公共団体コード仕様
(総務省); H. M. Damm, "Total anti-symmetrische Quasigruppen" (2004).

個人番号 are only looked for in order to keep them out; nothing here stores, returns or prints one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Final

from kencho.foundation.text import digits_ascii

__all__ = [
    "ReceiptNumber",
    "Span",
    "check_receipt_number",
    "contains_my_number",
    "damm_digit",
    "find_my_numbers",
    "is_legal_entity_number",
    "is_local_government_code",
    "legal_entity_check_digit",
    "local_government_check_digit",
    "local_government_code",
    "parse_receipt_number",
    "receipt_number",
]


def _digits(text: str, length: int) -> str:
    if len(text) != length or not (text.isascii() and text.isdigit()):
        raise ValueError(f"{length} digits")
    return text


def legal_entity_check_digit(base: str) -> int:
    """The leading check digit of a 法人番号, from its 12 following digits: 9 - (Σ Pₙ·Qₙ mod 9)."""
    total = sum(int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(_digits(base, 12))))
    return 9 - total % 9


def is_legal_entity_number(text: str) -> bool:
    """Whether the text is a 法人番号: 13 ASCII digits with the right check digit."""
    if len(text) != 13 or not (text.isascii() and text.isdigit()):
        return False
    return int(text[0]) == legal_entity_check_digit(text[1:])


def local_government_check_digit(code: str) -> int:
    """The sixth digit of a 全国地方公共団体コード, from the first five: weights 6 to 2, modulus 11."""
    total = sum(int(digit) * weight for digit, weight in zip(_digits(code, 5), range(6, 1, -1), strict=True))
    return (11 - total % 11) % 10


def local_government_code(code: str) -> str:
    """The six-digit code of a five-digit one (24201 → 242012)."""
    return f"{code}{local_government_check_digit(code)}"


def is_local_government_code(text: str) -> bool:
    """Whether the text is a six-digit 全国地方公共団体コード with the right last digit."""
    if len(text) != 6 or not (text.isascii() and text.isdigit()):
        return False
    return int(text[5]) == local_government_check_digit(text[:5])


# 個人番号


@dataclass(frozen=True, slots=True)
class Span:
    """Where something stands in a text: [start, end) in characters."""

    start: int
    end: int


_GAP: Final = r"[ \u00a0\u3000\t\-‐‑‒–—―−－ー.．・]{1,3}"
_CHAIN: Final = re.compile(rf"[0-9]+(?:{_GAP}[0-9]+)*")
_CHUNK: Final = re.compile("[0-9]+")
_MY_NUMBER_WEIGHTS: Final = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def _is_my_number(digits: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(digits, _MY_NUMBER_WEIGHTS, strict=False))
    rest = total % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def find_my_numbers(text: str) -> list[Span]:
    """Where the text holds twelve digits that are a valid 個人番号, half or full width, with blanks, hyphens or
    dots between groups. About one in eleven other twelve-digit numbers is taken for one: warn, do not punish.
    Thirteen digits that are a valid 法人番号 are not searched.
    """
    plain = digits_ascii(text)
    return [span for chain in _CHAIN.finditer(plain) for span in _in_chain(plain, chain)]


def contains_my_number(text: str) -> bool:
    """Whether the text seems to hold a 個人番号; see `find_my_numbers`."""
    return bool(find_my_numbers(text))


def _in_chain(plain: str, chain: re.Match[str]) -> Iterator[Span]:
    chunks = [(found.start(), found[0]) for found in _CHUNK.finditer(plain, chain.start(), chain.end())]
    if is_legal_entity_number("".join(digits for _start, digits in chunks)):
        return
    covered = -1
    for first, (start, _digits_of_chunk) in enumerate(chunks):
        if start < covered:
            continue
        joined = ""
        for chunk_start, digits in chunks[first:]:
            joined += digits
            if len(joined) >= 12:
                if len(joined) == 12 and _is_my_number(joined):
                    covered = chunk_start + len(digits)
                    yield Span(start, covered)
                break


# Receipt numbers

_DAMM: Final = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)

_PREFIX: Final = re.compile("[A-Z0-9]+(?:-[A-Z0-9]+)*")
_RECEIPT: Final = re.compile("([A-Z0-9]+(?:-[A-Z0-9]+)*)-([0-9]{6,18})-([0-9])")
_TYPED: Final = str.maketrans(
    {
        **{0xFF21 + index: chr(0x41 + index) for index in range(26)},
        **{0xFF41 + index: chr(0x41 + index) for index in range(26)},
        **dict.fromkeys(map(ord, "‐‑‒–—―−－ーｰ"), "-"),
    }
)


def damm_digit(digits: str) -> int:
    """The Damm check digit of decimal digits: it shows every wrong digit and every swap of neighbours."""
    interim = 0
    for digit in map(int, digits):
        interim = _DAMM[interim][digit]
    return interim


_AS_DIGITS: Final = {ord("-"): None, **{ord(c): str(ord(c) % 10) for c in ascii_uppercase}}


def _check_digit(prefix: str, serial: str) -> int:
    # A letter counts as the last digit of its ASCII code. That keeps it from being taken for the digit that
    # looks like it: O (9) and 0, I (3) and 1, Z (0) and 2, S (3) and 5, B (6) and 8.
    return damm_digit((prefix + serial).translate(_AS_DIGITS))


@dataclass(frozen=True, slots=True)
class ReceiptNumber:
    """A receipt number taken apart: the prefix it was issued under and its serial number."""

    prefix: str
    serial: int

    def __str__(self) -> str:
        return receipt_number(self.prefix, self.serial)


def receipt_number(prefix: str, n: int) -> str:
    """The n-th number under a prefix, with its check digit: `receipt_number("24000-08", 123)` ends 000123-c.

    The prefix is of capital letters, digits and single hyphens. Every single wrong digit and every swap of
    two neighbouring digits in the whole number shows.
    """
    if not _PREFIX.fullmatch(prefix):
        raise ValueError("prefix")
    if not 1 <= n < 10**18:
        raise ValueError("n")
    serial = f"{n:06d}"
    return f"{prefix}-{serial}-{_check_digit(prefix, serial)}"


def parse_receipt_number(text: str) -> ReceiptNumber | None:
    """The receipt number that a person typed (any width, case, blanks or hyphen), or `None` when it is wrong."""
    plain = "".join(digits_ascii(text).translate(_TYPED).upper().split())
    found = _RECEIPT.fullmatch(plain)
    if found is None or int(found[2]) == 0 or (len(found[2]) > 6 and found[2][0] == "0"):
        return None
    if int(found[3]) != _check_digit(found[1], found[2]):
        return None
    return ReceiptNumber(found[1], int(found[2]))


def check_receipt_number(text: str) -> bool:
    """Whether a typed receipt number can be one that was issued."""
    return parse_receipt_number(text) is not None

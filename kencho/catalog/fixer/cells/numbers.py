"""Numbers as people write them (rule 1-3): １，２３４, ▲5, (5), 12人, 3.5%, 1億2,000万円, 1,234 ※."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from kencho.catalog.fixer.cells.characters import plain
from kencho.catalog.fixer.cells.units import COUNTABLE, base_of, is_unit

__all__ = ["Written", "is_plain_number", "read_number"]


class Written(NamedTuple):
    """A number that was written as text: value, unit beside it, how it was dressed (`ways`), a note mark."""

    value: int | float
    unit: str = ""
    ways: tuple[str, ...] = ()
    note: str = ""


_DIGITS: Final = r"(?:[0-9]{1,3}(?:[,、][0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+"
_NUMBER: Final = re.compile(
    rf"(?P<open>\()?(?P<prefix>[rpRP](?=[0-9▲△-])|[*※])?(?P<sign>[▲△▼▽]|[-‐‑–—―−ー－+])?(?P<money>[¥\\$])?(?P<sign2>[▲△-])?"
    rf"(?P<digits>{_DIGITS})(?P<close>\))?(?P<tail>.{{0,14}})"
)
_PLAIN: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_KANJI: Final = re.compile(
    rf"(?P<sign>[▲△-])?(?:(?P<cho>{_DIGITS})兆)?(?:(?P<oku>{_DIGITS})億)?(?:(?P<man>{_DIGITS})万)?(?:(?P<sen>{_DIGITS})千)?"
    rf"(?P<rest>{_DIGITS})?(?P<unit>円|人|件|t|トン|m2|m3|kWh|世帯|台|本|個|株|戸|枚|冊|回|ドル)?(?:余り?|也)?"
)
_NOTE: Final = re.compile(
    r"(?P<unit>.*?)(?P<note>[*※†‡#]+[0-9]{0,2}|[(\[]?注?[0-9]{1,2}[)\]]|[(\[]?注[0-9]{0,2}[)\]]?)$"
)
_NEGATIVE: Final = frozenset("▲△▼▽-‐‑–—―−ー－")


_COMMAS: Final = re.compile("-?[0-9]{1,3}(?:,[0-9]{3})+")
_CIRCLED: Final = re.compile("[①-⓿❶-➓]")
_HAS_DIGIT: Final = re.compile("[0-9０-９]")
_WIDE: Final = re.compile("[０-９，．－＋％]")
_GAP: Final = re.compile(r"[0-9０-９][\s\u3000]+[0-9０-９]")
_GROUPED: Final = re.compile(r"^[^0-9０-９]*[0-9０-９]{1,3}(?:[\s\u3000][0-9０-９]{3})+(?![0-9０-９])")


def is_plain_number(text: str) -> bool:
    """Whether a machine reads the text as a number without help."""
    return _PLAIN.fullmatch(text) is not None


def _value(digits: str) -> int | float:
    bare = digits.replace(",", "").replace("、", "")
    if "." not in bare:
        return int(bare)
    return float(bare)


@lru_cache(maxsize=65_536)
def read_number(text: str) -> Written | None:
    """The number that a text writes, or `None`. Never guesses: 約100人, 1-2, 第3回, 100人以上 are no numbers."""
    if len(text) > 60 or not text:
        return None
    if _PLAIN.fullmatch(text) and len(text) < 25:
        number = float(text) if not text.lstrip("-").isdigit() else int(text)
        return Written(number)
    if (" " in text or "\u3000" in text) and _GAP.search(text) and not _GROUPED.search(text):
        return None
    if _COMMAS.fullmatch(text):
        return Written(int(text.replace(",", "")), "", ("thousands",))
    if _CIRCLED.search(text) or not _HAS_DIGIT.search(text):
        return None
    word = plain(text)
    found = _NUMBER.fullmatch(word)
    if found is None:
        return _kanji_number(word, text)
    return _from(found, text, word) or _kanji_number(word, text)


def _from(found: re.Match[str], text: str, word: str) -> Written | None:
    if (found["open"] is None) != (found["close"] is None):
        return None
    tail = _tail(found["tail"])
    if tail is None:
        return None
    unit, note = tail
    ways = list(_ways(found, text, word))
    value = _value(found["digits"])
    negative = any(found[name] in _NEGATIVE for name in ("sign", "sign2") if found[name])
    if found["open"]:
        negative = not negative
        ways.append("brackets")
    if found["prefix"]:
        note = found["prefix"] + note
    if found["money"]:
        unit = unit or ("ドル" if found["money"] == "$" else "円")
    if unit:
        ways.append("unit")
    if note:
        ways.append("note_mark")
    return Written(-value if negative else value, unit, tuple(ways), note)


def _ways(found: re.Match[str], text: str, word: str) -> list[str]:
    ways: list[str] = []
    if _WIDE.search(text):
        ways.append("full_width")
    if found["sign"] and found["sign"] in "▲△▼▽":
        ways.append("triangle")
    elif found["sign"] and (found["sign"] != "-" or "-" not in text):
        ways.append("sign")
    if "," in found["digits"] or "、" in found["digits"]:
        ways.append("thousands")
    if len(word) != len(text):
        ways.append("blanks")
    return ways


def _tail(tail: str) -> tuple[str, str] | None:
    """Unit and note mark of what follows the digits; `None` when it is neither."""
    if not tail:
        return "", ""
    if _is_any_unit(tail):
        return tail, ""
    marked = _NOTE.fullmatch(tail)
    if marked and (not marked["unit"] or _is_any_unit(marked["unit"])):
        return marked["unit"], marked["note"]
    return None


def _is_any_unit(word: str) -> bool:
    return is_unit(word) or word in COUNTABLE


_STEPS: Final = (("cho", 10**12), ("oku", 10**8), ("man", 10**4), ("sen", 10**3), ("rest", 1))


def _kanji_number(word: str, text: str) -> Written | None:
    """1億2,000万円 → 120000000 円; a single step (3千円) is left to the unit."""
    found = _KANJI.fullmatch(word)
    if found is None or not word:
        return None
    steps = [(name, factor) for name, factor in _STEPS if found[name]]
    if not steps or steps == [("rest", 1)]:
        return None
    if word[-1] in "余り也":
        return None
    total = sum((Decimal(found[n].replace(",", "").replace("、", "")) * f for n, f in steps), Decimal(0))
    value: int | float = int(total) if total == total.to_integral_value() else float(total)
    ways = ("kanji", "unit") if found["unit"] else ("kanji",)
    if _WIDE.search(text):
        ways = (*ways, "full_width")
    return Written(-value if found["sign"] else value, found["unit"] or "", ways)


def scaled(written: Written) -> int | float:
    """The value in the base unit: 3千円 → 3000."""
    factor = base_of(written.unit)[1]
    exact = Decimal(str(written.value)) * factor
    return int(exact) if exact == exact.to_integral_value() else float(exact)

"""1-3: numbers as numbers. Decides for a whole column, so that one odd cell does not change the reading of it."""

import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from kencho.catalog.fixer.cells.marks import is_mark, is_sign_mark
from kencho.catalog.fixer.cells.numbers import Written as Number
from kencho.catalog.fixer.cells.numbers import is_plain_number, read_number
from kencho.catalog.fixer.cells.units import COUNTABLE, base_of
from kencho.catalog.fixer.drafts import Written
from kencho.catalog.fixer.rules.r1_13_marks import written_mark
from kencho.catalog.fixer.shapes import Value

__all__ = ["NumberReading", "read_numbers"]

_ODD_SHARE: Final = 0.2


@dataclass(slots=True)
class NumberReading:
    """How a column reads as numbers. `written` text → what it becomes; `odd` texts that stay."""

    written: dict[str, Written] = field(default_factory=dict)
    literals: dict[str, int | float] = field(default_factory=dict)
    """Texts of a CSV that are numbers as they stand."""
    odd: list[str] = field(default_factory=list)
    unit: str = ""
    questions: list[str] = field(default_factory=list)
    markers: dict[str, int] = field(default_factory=dict)


def read_numbers(
    texts: Counter[str],
    numbers: list[int | float],
    *,
    name: str,
    unit: str,
    is_text_file: bool,
    numeric_mates: bool,
) -> NumberReading | None:
    """The reading of a column, or `None` when it is a column of words.

    `texts` are its text cells with their counts, `numbers` its number cells; `unit` what the header or a line
    states. `numeric_mates`: whether all other value columns are numbers, so that marks alone are numbers too.
    """
    parsed: dict[str, Number] = {}
    marks: list[str] = []
    odd: list[str] = []
    for text in texts:
        number = _counted(text, name)
        if number is not None:
            parsed[text] = number
        elif is_mark(text):
            marks.append(text)
        else:
            odd.append(text)
    if not _is_numeric(texts, parsed, marks, odd, numbers, numeric_mates or bool(unit)):
        return None
    if _looks_like_codes(parsed, odd, numbers, unit):
        return None
    reading = NumberReading(odd=odd)
    _settle_units(reading, parsed, numbers, unit)
    _settle_brackets(reading, parsed, texts, numbers, name)
    for mark in marks:
        reading.written[mark] = written_mark(mark)
        reading.markers[mark.strip()] = reading.markers.get(mark.strip(), 0) + texts[mark]
    _write(reading, parsed, unit, is_text_file)
    for text, number in parsed.items():
        if number.note and text in reading.written:
            reading.markers[number.note] = reading.markers.get(number.note, 0) + texts[text]
    return reading


_SPANS: Final = (
    "年数",
    "日数",
    "期間",
    "階数",
    "築",
    "月数",
    "順位",
    "等級",
    "区数",
    "市町",
    "地区",
    "所要",
    "階",
    "度",
    "（日）",
    "（年）",
    "（月）",
)


def _counted(text: str, name: str) -> Number | None:
    number = read_number(text)
    if number is None or number.unit not in COUNTABLE:
        return number
    # 「5年」 may be a year of an era, 「3階」 a place; only the header can say that they are counted.
    if any(word in name for word in _SPANS) and not name.endswith(("階", "築年")):
        return number
    return None


def _is_numeric(
    texts: Counter[str],
    parsed: dict[str, Number],
    marks: list[str],
    odd: list[str],
    numbers: list[int | float],
    mates: bool,
) -> bool:
    found = len(numbers) + sum(texts[text] for text in parsed)
    strange = sum(texts[text] for text in odd)
    if found == 0:
        return mates and bool(marks) and not odd and all(is_sign_mark(mark) for mark in marks)
    words = sum(texts[mark] for mark in marks if not is_sign_mark(mark))
    if strange + (words if words > found else 0) > _ODD_SHARE * (found + strange):
        return False
    return not any(_is_compound(text) for text in odd) or strange * 20 <= found


def _is_compound(text: str) -> bool:
    """1-2, 12/5: numbers tied together are addresses, codes or dates."""
    parts = text.replace("－", "-").replace("−", "-").split("-")
    return len(parts) > 1 and all(part.strip().isdigit() for part in parts)


def _looks_like_codes(
    parsed: dict[str, Number], odd: list[str], numbers: list[int | float], unit: str
) -> bool:
    bare = [text for text in parsed if text.strip().isdigit()]
    if any(len(text.strip()) > 1 and text.strip()[0] in "0０" for text in bare):
        return True
    long = [text for text in bare if len(text.strip()) >= 10]
    return (
        not unit
        and not numbers
        and bool(long)
        and len({len(t.strip()) for t in parsed}) == 1
        and len(long) > 1
    )


def _settle_units(
    reading: NumberReading, parsed: dict[str, Number], numbers: list[int | float], unit: str
) -> None:
    """The column's unit. Cells are only multiplied where their units differ and nothing else claims one."""
    own = {number.unit for number in parsed.values() if number.unit}
    bare = bool(numbers) or any(not number.unit for number in parsed.values())
    kanji = any("kanji" in number.ways for number in parsed.values())
    if not own:
        reading.unit = unit
        return
    if len(own) == 1 and not (kanji and unit and base_of(unit)[1] > 1):
        only = next(iter(own))
        if not unit or only == unit or _same(only, unit):
            if bare and base_of(only)[1] > 1 and not unit:
                _refuse(reading, parsed, own, "unit_missing")
            else:
                reading.unit = only
            return
        if base_of(only) == (base_of(unit)[0], 1) or base_of(only)[0] != base_of(unit)[0] or bare:
            _refuse(reading, parsed, own, "unit_conflict")
            return
    bases = {base_of(word)[0] for word in own}
    if (
        len(bases) == 1
        and (not bare or unit in bases)
        and base_of(unit)[1] == 1
        and (not unit or unit in bases)
    ):
        reading.unit = bases.pop()
        for text, number in parsed.items():
            factor = base_of(number.unit)[1]
            if factor > 1:
                exact = Decimal(str(number.value)) * factor
                value = int(exact) if exact == exact.to_integral_value() else float(exact)
                parsed[text] = number._replace(value=value, ways=(*number.ways, "scaled"))
        return
    _refuse(reading, parsed, own, "unit_mixed")


def _same(one: str, other: str) -> bool:
    names = {
        "名": "人",
        "箇所": "か所",
        "カ所": "か所",
        "ヶ所": "か所",
        "ケ所": "か所",
        "ヵ所": "か所",
        "才": "歳",
        "ヘクタール": "ha",
        "トン": "t",
    }
    return names.get(one, one) == names.get(other, other)


def _refuse(reading: NumberReading, parsed: dict[str, Number], units: set[str], code: str) -> None:
    """Cells with a unit stay as they are, and a person is asked."""
    reading.questions.append(code)
    for text in [text for text, number in parsed.items() if number.unit in units]:
        del parsed[text]
        reading.odd.append(text)


_BALANCE: Final = re.compile("増減|収支|差引|差額|損益|前年|比較|過不足|利益|増加|変更額|残高|差$|差_")
"""Headers of figures that may well be negative in most rows."""


def _settle_brackets(
    reading: NumberReading,
    parsed: dict[str, Number],
    texts: Counter[str],
    numbers: list[int | float],
    name: str,
) -> None:
    """(5) is -5 in accounts, and 「of these, 5」 in statistics. Where most cells are in brackets, a person decides."""
    bracketed = [text for text, number in parsed.items() if "brackets" in number.ways]
    count = sum(texts[text] for text in bracketed)
    others = len(numbers) + sum(texts[text] for text in parsed) - count
    if bracketed and count > others and not _BALANCE.search(name):
        reading.questions.append("brackets_ambiguous")
        for text in bracketed:
            del parsed[text]
            reading.odd.append(text)


def _write(reading: NumberReading, parsed: dict[str, Number], unit: str, is_text_file: bool) -> None:
    for text, number in parsed.items():
        if is_text_file and not number.ways and is_plain_number(text):
            reading.literals[text] = number.value
            continue
        params: dict[str, Value] = {"ways": ",".join(number.ways)}
        if number.unit:
            params["unit"] = number.unit
        if number.note:
            params["mark"] = number.note
        also = tuple(
            rule
            for rule, way in (("1-5", "blanks"), ("1-9", "unit"), ("1-13", "note_mark"))
            if way in number.ways
        )
        reading.written[text] = Written(number.value, "1-3", "number", params, also)

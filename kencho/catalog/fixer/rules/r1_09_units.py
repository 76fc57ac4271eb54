"""1-9: the unit of each column, from its header, from the line above the table, from the shown format."""

import re
from decimal import Decimal
from typing import Final

from kencho.catalog.fixer.cells.characters import plain
from kencho.catalog.fixer.cells.units import is_unit, unit_in_header
from kencho.catalog.fixer.drafts import Draft, DraftColumn

__all__ = ["shown_as", "stated_unit", "unit_in_format"]


def stated_unit(draft: Draft, column: DraftColumn) -> str:
    """The unit that the header or the lines above state for a column; empty when none is stated."""
    if column.unit:
        return column.unit
    own = unit_in_header(column.name)
    if own:
        return own
    # 人口（人）_男: the unit stands at the upper level.
    for piece in reversed(column.name.split("_")):
        own = unit_in_header(piece)
        if own:
            return own
    name = plain(column.name)
    named = [unit for item, unit in draft.units if item and item in name]
    if named:
        return named[0]
    general = [unit for item, unit in draft.units if not item]
    if len(general) == 1 and not _has_own_measure(name):
        return general[0]
    return next((unit for unit in general if unit in _TELLS and _TELLS[unit].search(name)), "")


_TELLS: Final = {
    "人": re.compile("人口|人員|人数|男|女|者数|児数|生徒数|職員数"),
    "世帯": re.compile("世帯"),
    "%": re.compile("率|割合|構成比|比$"),
    "km2": re.compile("面積"),
    "ha": re.compile("面積"),
    "千円": re.compile("額|費|価格|収入|支出|歳入|歳出"),
    "円": re.compile("額|費|価格|収入|支出|歳入|歳出"),
    "百万円": re.compile("額|費|価格|収入|支出|歳入|歳出"),
    "件": re.compile("件数"),
    "戸": re.compile("戸数"),
}
"""Words by which a header tells which of several stated units is its own."""


_RATE: Final = re.compile("率|割合|構成比|%|比$|指数|倍")


def _has_own_measure(name: str) -> bool:
    """Whether the name tells that the general unit cannot be this column's."""
    return _RATE.search(name) is not None


_WORD: Final = re.compile('"([^"]{1,8})"')


def unit_in_format(code: str) -> str:
    """The unit that a number format shows: `#,##0"人"` → 人; dates show none."""
    if "%" in code or re.search("[ymdhges]", re.sub('"[^"]*"', "", code), re.IGNORECASE):
        return ""
    for word in _WORD.findall(code):
        if is_unit(plain(word)):
            return plain(word)
    return ""


def shown_as(value: int | float, code: str) -> str | float | int | None:
    """What a number format shows where that is another value: 0.035 as 0.0% → 3.5, 1234 as 00000 → "01234"."""
    bare = _LITERAL.sub("", code)
    if re.fullmatch(r"[0\\-]{2,}", bare) and isinstance(value, int) and value >= 0:
        zeros = bare.replace("\\", "")
        digits = str(value).zfill(zeros.count("0"))
        extra, out = len(digits) - zeros.count("0"), []
        place = extra
        for mark in zeros:
            out.append(mark if mark == "-" else digits[place])
            place += mark != "-"
        return digits[:extra] + "".join(out)
    if "%" in bare:
        exact = Decimal(str(value)) * 100
        return int(exact) if exact == exact.to_integral_value() else float(exact)
    return None


_LITERAL: Final = re.compile(r'"[^"]*"|\[[^\]]*\]')

"""The parts of a date field (era, year, month, day) to and from a day."""

from __future__ import annotations

import re
from datetime import date

from kencho.foundation import wareki

WESTERN = "seireki"
CODES: dict[str, str] = {
    "reiwa": "令和",
    "heisei": "平成",
    "showa": "昭和",
    "taisho": "大正",
    "meiji": "明治",
}
_CODE_OF = {name: code for code, name in CODES.items()}
EARLIEST = wareki.FIRST_GREGORIAN_DAY
LATEST = date(2118, 12, 31)


class NoSuchDateError(ValueError):
    """There is no such day; `suggestion` is how the day is written when only the era was wrong."""

    def __init__(self, suggestion: str = "") -> None:
        super().__init__(suggestion)
        self.suggestion = suggestion


def to_date(era: str, year: str, month: str, day: str) -> date:
    """The day that four texts say; raises NoSuchDateError. The year may be 元; digits are ASCII."""
    if not re.fullmatch(r"[0-9]{1,4}|元", year) or not re.fullmatch(
        r"[0-9]{1,2}/[0-9]{1,2}", f"{month}/{day}"
    ):
        raise NoSuchDateError
    years = 1 if year == "元" else int(year)
    try:
        if era == WESTERN:
            found = date(years, int(month), int(day))
        else:
            found = wareki.from_wareki(CODES.get(era, "?"), years, int(month), int(day))
    except wareki.WarekiError as error:
        raise NoSuchDateError(str(error.suggestion or "")) from error
    except ValueError as error:
        raise NoSuchDateError from error
    if not EARLIEST <= found <= LATEST:
        raise NoSuchDateError
    return found


def parts(day: date) -> tuple[str, str, str, str]:
    """(era code, year, month, day) as a date field shows a day; 元年 is shown as 1."""
    if day < EARLIEST:
        return WESTERN, str(day.year), str(day.month), str(day.day)
    shown = wareki.to_wareki(day)
    return _CODE_OF[shown.era.name], str(shown.year), str(shown.month), str(shown.day)


def text(day: date) -> str:
    """令和元年5月1日; a day before 明治6年 in the western calendar."""
    return f"{day.year}年{day.month}月{day.day}日" if day < EARLIEST else wareki.format(day)

"""和暦: dates with Japanese eras, in and out.

Sources: 元号法（昭和54年法律第43号）, the 改元 edicts and ordinances of 1912, 1926, 1989 and 2019 (each says
「…以後ヲ改メテ」, so the first day already bears the new era), and 明治5年太政官布告第337号: the
Gregorian calendar begins on 1873-01-01 (明治6年1月1日). 明治 itself began on 1868-10-23, but before 1873
its months and days were those of the old lunisolar calendar, so those dates are refused, not guessed.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = [
    "ERAS",
    "FIRST_GREGORIAN_DAY",
    "TOKYO",
    "Era",
    "Style",
    "Wareki",
    "WarekiError",
    "era_named",
    "era_of",
    "format",
    "from_wareki",
    "parse",
    "parse_year_number",
    "to_wareki",
]

TOKYO: Final = ZoneInfo("Asia/Tokyo")

FIRST_GREGORIAN_DAY: Final = date(1873, 1, 1)
"""明治6年1月1日, the first day that the Gregorian calendar was in force in Japan."""

_BLANKS: Final = re.compile(r"\s+")

Style = Literal["long", "short", "iso", "year", "month"]

_MESSAGES: Final[dict[str, Promise]] = {
    "not_a_date": _(
        "日付として読めません。「令和8年11月24日」「R8.11.24」「2026-11-24」の形で書いてください。"
    ),
    "no_such_day": _("暦にない日付です。"),
    "outside_era": _("その元号にはない日付です。正しくは「%(suggestion)s」です。"),
    "unknown_era": _("知らない元号です。"),
    "before_gregorian": _("明治5年より前の日付は旧暦のため扱えません。"),
    "naive_datetime": _("時差の情報がない日時は使えません。"),
}


class WarekiError(ValueError):
    """A date or an era that cannot be.

    `code` is one of `not_a_date`, `no_such_day`, `outside_era`, `unknown_era`, `before_gregorian`,
    `naive_datetime`. With `outside_era`, `suggestion` is the same day in the era that it really has.
    """

    def __init__(self, code: str, *, suggestion: "Wareki | None" = None) -> None:
        super().__init__(code)
        self.code = code
        self.suggestion = suggestion

    @property
    def message(self) -> str:
        """One Japanese sentence for the person who typed the date."""
        return str(_MESSAGES[self.code]) % {"suggestion": self.suggestion or ""}


@dataclass(frozen=True, slots=True, order=True)
class Era:
    """One 元号. `start` is its first day; eras are ordered by it."""

    start: date
    name: str
    letter: str

    def __str__(self) -> str:
        return self.name

    @property
    def first_year(self) -> int:
        """The Gregorian year of 元年."""
        return self.start.year


ERAS: Final[tuple[Era, ...]] = (
    Era(date(1868, 10, 23), "明治", "M"),
    Era(date(1912, 7, 30), "大正", "T"),
    Era(date(1926, 12, 25), "昭和", "S"),
    Era(date(1989, 1, 8), "平成", "H"),
    Era(date(2019, 5, 1), "令和", "R"),
)

# Forms print one character (「令」), letters or the whole name; all mean the same era.
_ERA_BY_WORD: Final[dict[str, Era]] = {
    word: era for era in ERAS for word in (era.name, era.name[0], era.letter, era.letter.lower())
}


@dataclass(frozen=True, slots=True, order=True)
class Wareki:
    """A day as its era counts it: `era`, `year` (1 = 元年), `month`, `day`."""

    era: Era
    year: int
    month: int
    day: int

    def __str__(self) -> str:
        return f"{self.year_label()}{self.month}月{self.day}日"

    def year_label(self, *, gannen: bool = True) -> str:
        """令和8年; the first year is 元年 unless `gannen` is off."""
        number = "元" if gannen and self.year == 1 else str(self.year)
        return f"{self.era.name}{number}年"

    def to_date(self) -> date:
        """The same day in the Gregorian calendar."""
        return from_wareki(self.era, self.year, self.month, self.day)


def era_named(word: str) -> Era:
    """The era called 令和, 令, R or r (half or full width). Raises `WarekiError("unknown_era")`."""
    era = _ERA_BY_WORD.get(unicodedata.normalize("NFKC", word).strip())
    if era is None:
        raise WarekiError("unknown_era")
    return era


def era_of(day: date) -> Era:
    """The era of that day. Raises `WarekiError("before_gregorian")` before 1873-01-01."""
    if day < FIRST_GREGORIAN_DAY:
        raise WarekiError("before_gregorian")
    return next(era for era in reversed(ERAS) if day >= era.start)


def to_wareki(day: date | datetime) -> Wareki:
    """The day in its era. An instant is first taken to Asia/Tokyo; a naive datetime is refused."""
    if isinstance(day, datetime):
        if day.tzinfo is None:
            raise WarekiError("naive_datetime")
        day = day.astimezone(TOKYO).date()
    era = era_of(day)
    return Wareki(era, day.year - era.first_year + 1, day.month, day.day)


def from_wareki(era: Era | str, year: int, month: int, day: int) -> date:
    """The Gregorian date of an era date.

    Raises `WarekiError`: `no_such_day` (平成30年2月29日), `outside_era` (昭和64年1月8日, with 平成元年1月8日
    as suggestion), `before_gregorian`, `unknown_era`.
    """
    named = era_named(era) if isinstance(era, str) else era
    if year < 1:
        raise WarekiError("no_such_day")
    try:
        result = date(named.first_year + year - 1, month, day)
    except (ValueError, OverflowError):
        raise WarekiError("no_such_day") from None
    if era_of(result) != named:
        raise WarekiError("outside_era", suggestion=to_wareki(result))
    return result


def format(day: date | datetime, style: Style = "long", *, gannen: bool = True) -> str:
    """The day as text: `long` 令和8年11月24日, `short` R8.11.24, `month` 令和8年11月, `year` 令和8年, `iso`.

    `short` always writes the first year as a number (R1.5.1): it is for narrow columns and for machines.
    """
    wareki = to_wareki(day)
    if style == "short":
        return f"{wareki.era.letter}{wareki.year}.{wareki.month}.{wareki.day}"
    if style == "iso":
        return wareki.to_date().isoformat()
    label = wareki.year_label(gannen=gannen)
    tails = {"year": "", "month": f"{wareki.month}月", "long": f"{wareki.month}月{wareki.day}日"}
    return label + tails[style]


_KANJI_DIGITS: Final = {kanji: number for number, kanji in enumerate("〇一二三四五六七八九")}


def parse_year_number(text: str) -> int:
    """元, 8, 八, 十一 or 三十一 as a number (1 to 99); raises `ValueError` for anything else."""
    if text == "元":
        return 1
    if text.isascii() and text.isdigit():
        return int(text)
    tens, ten, units = text.rpartition("十")
    if any(len(part) > 1 or (part and part not in _KANJI_DIGITS) for part in (tens, units)):
        raise ValueError(text)
    number = (_KANJI_DIGITS[tens] if tens else 1) * 10 if ten else 0
    return number + (_KANJI_DIGITS[units] if units else 0)


_NUMBER = "[0-9]{1,2}|[一二三四五六七八九十]{1,3}"
_SEPARATOR = r"[./\-‐‑–−ー・、,]"
_ERA_DATE: Final = re.compile(
    rf"(?P<era>明治|大正|昭和|平成|令和|[明大昭平令MTSHRmtshr])\.?(?P<year>元|{_NUMBER})"
    rf"(?:年(?P<month>{_NUMBER})月(?P<day>{_NUMBER})日"
    rf"|{_SEPARATOR}(?P<month2>[0-9]{{1,2}}){_SEPARATOR}(?P<day2>[0-9]{{1,2}}))"
)
_WESTERN_DATE: Final = re.compile(
    r"(?:西暦)?(?P<year>[0-9]{4})"
    rf"(?:年(?P<month>[0-9]{{1,2}})月(?P<day>[0-9]{{1,2}})日"
    rf"|{_SEPARATOR}(?P<month2>[0-9]{{1,2}}){_SEPARATOR}(?P<day2>[0-9]{{1,2}})"
    r"|(?P<month3>[0-9]{2})(?P<day3>[0-9]{2}))"
)
_PARTS: Final = (("year",), ("month", "month2"), ("day", "day2"))


def _first(found: re.Match[str], *names: str) -> str:
    return next(text for name in names if (text := found[name]))


def parse(text: str) -> date:
    """Reads a date as people write it: 令和8年11月24日, Ｒ８．１１．２４, 令8/11/24, ㋿元年5月1日, 令和八年十一月二十四日,
    2026-11-24, 2026/11/24, 20261124, 西暦2026年11月24日; with blanks anywhere.

    Raises `WarekiError`; dates before 1873-01-01 are refused in every form.
    """
    plain = _BLANKS.sub("", unicodedata.normalize("NFKC", text))
    if found := _ERA_DATE.fullmatch(plain):
        try:
            numbers = [parse_year_number(_first(found, *names)) for names in _PARTS]
        except ValueError:
            raise WarekiError("not_a_date") from None
        return from_wareki(found["era"], *numbers)
    if found := _WESTERN_DATE.fullmatch(plain):
        numbers = [int(_first(found, name, f"{name}2", f"{name}3")) for name in ("month", "day")]
        try:
            result = date(int(found["year"]), *numbers)
        except ValueError:
            raise WarekiError("no_such_day") from None
        era_of(result)
        return result
    raise WarekiError("not_a_date")

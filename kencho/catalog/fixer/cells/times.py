"""Points in time as people write them (rule 1-11): 令和5年4月1日, R5.4.1, 令和元年度, 平成31年（2019年）, 2023/4/1."""

import re
from datetime import date
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from kencho.catalog.fixer.cells.characters import plain
from kencho.foundation.wareki import ERAS, WarekiError, from_wareki, parse_year_number

__all__ = ["Moment", "header_year", "is_iso_date", "read_moment"]


class Moment(NamedTuple):
    """A point in time: `value` 2023-04-01, 2023-04 or 2023; `era` whether the era counted it; `suffix` 年, 年度."""

    kind: Literal["date", "month", "year"]
    value: str | int
    era: bool = False
    suffix: str = ""


_N: Final = "[0-9]{1,2}|[一二三四五六七八九十]{1,3}"
_ERA: Final = r"(?P<era>明治|大正|昭和|平成|令和|[明大昭平令]|[MTSHRmtshr])\.?"
_SEP: Final = r"[./\-‐–−・]"
_WEEKDAY: Final = r"(?:\(?[(]?[月火水木金土日](?:曜日?)?[)]?)?"
_ERA_FULL: Final = re.compile(
    rf"{_ERA}(?P<year>元|{_N})(?:年(?P<m1>{_N})月(?P<d1>{_N})日|{_SEP}(?P<m2>[0-9]{{1,2}}){_SEP}(?P<d2>[0-9]{{1,2}})){_WEEKDAY}"
)
_ERA_MONTH: Final = re.compile(rf"{_ERA}(?P<year>元|{_N})(?:年(?P<m1>{_N})月|{_SEP}(?P<m2>[0-9]{{1,2}}))分?")
_ERA_YEAR: Final = re.compile(rf"{_ERA}(?P<year>元|{_N})(?P<suffix>年度|年中|年|FY|暦年)?")
_WEST_FULL: Final = re.compile(
    rf"(?:西暦)?(?P<year>[12][0-9]{{3}})(?:年(?P<m1>[0-9]{{1,2}})月(?P<d1>[0-9]{{1,2}})日|{_SEP}(?P<m2>[0-9]{{1,2}}){_SEP}(?P<d2>[0-9]{{1,2}}))"
    rf"{_WEEKDAY}(?:T?00:00(?::00)?)?"
)
_WEST_MONTH: Final = re.compile(
    r"(?:西暦)?(?P<year>[12][0-9]{3})(?:年(?P<m1>[0-9]{1,2})月|[/\-](?P<m2>[0-9]{1,2}))分?"
)
_WEST_YEAR: Final = re.compile(
    r"(?:西暦|FY)?(?P<year>1[89][0-9]{2}|20[0-9]{2}|21[0-9]{2})(?P<suffix>年度|年|年中|FY|暦年)?"
)
_BOTH: Final = re.compile(
    r"(?P<first>[^()\[\]/]{2,12})[(\[/](?P<second>[^()\[\]]{2,12})[)\]]?(?P<suffix>年度|年)?"
)
_TWO_ERAS: Final = re.compile(
    r"(?P<first>(?:平成|H|昭和|S|大正|T)[0-9]{1,2})年?(?P<s>度)?[・/(]?(?P<second>(?:令和|R|平成|H|昭和|S)(?:元|1))(?P<rest>年度?)?[)]?(?P<tail>年度?)?"
)


def _era(word: str) -> str:
    return word.upper() if word.isascii() else word


_MAYBE: Final = re.compile(
    "[年月日./．／・㍻㍼㍽㍾㋿明大昭平令西MTSHRFYmtshrＭＴＳＨＲ（(]|[0-9０-９][-－–−‐][0-9０-９]"
)
_COUNT: Final = re.compile("[0-9０-９元一二三四五六七八九十]")


@lru_cache(maxsize=65_536)
def read_moment(text: str) -> Moment | None:
    """The date, month or year that a text writes, or `None`. A bare number is none (2023 may count people)."""
    if not 2 <= len(text) <= 40 or not _MAYBE.search(text) or not _COUNT.search(text):
        return None
    word = plain(text)
    for read in (_full, _month, _year, _both):
        moment = read(word)
        if moment is not None:
            return moment
    return None


def _first(found: re.Match[str], *names: str) -> int:
    return parse_year_number(next(part for name in names if (part := found[name])))


def _full(word: str) -> Moment | None:
    try:
        if found := _ERA_FULL.fullmatch(word):
            year = parse_year_number(found["year"])
            day = from_wareki(_era(found["era"]), year, _first(found, "m1", "m2"), _first(found, "d1", "d2"))
            return Moment("date", day.isoformat(), True)
        if found := _WEST_FULL.fullmatch(word):
            day = date(int(found["year"]), _first(found, "m1", "m2"), _first(found, "d1", "d2"))
            return Moment("date", day.isoformat())
    except (ValueError, WarekiError):
        return None
    return None


def _western(era: str, year: int) -> int | None:
    """The Western year; an era's year beyond its end (平成35年) is counted on, as forms printed ahead do."""
    for index, known in enumerate(ERAS):
        if _era(era) in {known.name, known.name[0], known.letter}:
            western = known.first_year + year - 1
            # 平成35年 was printed before anybody knew of 令和; 昭和99年 is a slip.
            last = ERAS[index + 1].first_year if index + 1 < len(ERAS) else known.first_year + 60
            return western if year >= 1 and western <= last else None
    return None


def _month(word: str) -> Moment | None:
    try:
        if found := _ERA_MONTH.fullmatch(word):
            year, month = _western(found["era"], parse_year_number(found["year"])), _first(found, "m1", "m2")
            if year is not None and 1 <= month <= 12:
                return Moment("month", f"{year:04d}-{month:02d}", True)
        elif found := _WEST_MONTH.fullmatch(word):
            month = _first(found, "m1", "m2")
            if 1 <= month <= 12:
                return Moment("month", f"{int(found['year']):04d}-{month:02d}")
    except ValueError:
        return None
    return None


def _year(word: str) -> Moment | None:
    if found := _ERA_YEAR.fullmatch(word):
        if len(found["era"]) == 1 and not found["era"].isascii() and not found["suffix"]:
            return None
        try:
            year = _western(found["era"], parse_year_number(found["year"]))
        except ValueError:
            return None
        return None if year is None else Moment("year", year, True, found["suffix"] or "")
    if found := _WEST_YEAR.fullmatch(word):
        return Moment("year", int(found["year"]), False, found["suffix"] or "")
    return None


def _both(word: str) -> Moment | None:
    """令和元年(2019年), 2019(令和元)年度, 平成31年・令和元年: two ways to say one year."""
    if found := _TWO_ERAS.fullmatch(word):
        first, second = _year(found["first"]), _year(found["second"])
        if first and second and first.value == second.value:
            fiscal = "度" in f"{found['s']}{found['rest']}{found['tail']}"
            return Moment("year", first.value, True, "年度" if fiscal else "年")
    found = _BOTH.fullmatch(word)
    if found is None:
        return None
    parts = [_year(part) or _year(part + "年") for part in (found["first"], found["second"])]
    if parts[0] is None or parts[1] is None or parts[0].value != parts[1].value:
        return None
    suffix = found["suffix"] or parts[0].suffix or parts[1].suffix
    return Moment("year", parts[0].value, parts[0].era or parts[1].era, suffix)


_ISO: Final = re.compile(r"[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")


def is_iso_date(text: str) -> bool:
    """2023-04-01."""
    return _ISO.fullmatch(text) is not None


def header_year(value: object) -> int | None:
    """The Western year that a header names: 2019, 令和元年度, H31; `None` otherwise."""
    if isinstance(value, int) and not isinstance(value, bool) and 1868 <= value <= 2100:
        return value
    if isinstance(value, str):
        word = plain(value)
        if re.fullmatch("1[89][0-9]{2}|20[0-9]{2}", word):
            return int(word)
        moment = read_moment(value)
        if moment is not None and moment.kind == "year":
            return int(moment.value)
    return None

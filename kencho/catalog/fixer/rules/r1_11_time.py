"""1-11: Western years beside or instead of eras, dates as ISO 8601."""

import re
from itertools import pairwise
from typing import Final

from kencho.catalog.fixer.cells.characters import is_blank, plain
from kencho.catalog.fixer.cells.times import Moment, read_moment
from kencho.catalog.fixer.drafts import Written
from kencho.catalog.fixer.shapes import Value

__all__ = ["era_sequence", "header_with_western", "is_year_name", "written_moment"]

_YEAR_NAME: Final = re.compile("年度|年次|西暦|和暦|^年$|_年$|暦年|年別|調査年|会計年|(?i:year|FY)|^年[（(]")
_WESTERN: Final = re.compile("(?:1[89]|20|21)[0-9]{2}")


def is_year_name(name: str) -> bool:
    """Whether a column is named as one of years."""
    return _YEAR_NAME.search(name) is not None and not name.endswith(("数", "額", "率", "計", "比"))


def header_with_western(text: str) -> str:
    """令和5年度 → 令和5年度（2023年度）; a header that is no era year, or names both, stays."""
    moment = read_moment(text)
    if moment is None and not _WESTERN.search(plain(text)):
        year, bracket, rest = _parted(text)
        return f"{header_with_western(year)}{bracket}{rest}" if bracket and year else text
    if moment is None or not moment.era or _WESTERN.search(plain(text)):
        return text
    if moment.kind == "year":
        return f"{text}（{moment.value}{'年度' if '度' in moment.suffix else '年'}）"
    parts = [int(part) for part in str(moment.value).split("-")]
    western = f"{parts[0]}年{parts[1]}月" + (f"{parts[2]}日" if moment.kind == "date" else "")
    return f"{text}（{western}）"


def written_moment(text: str, moment: Moment) -> Written | None:
    """What a cell with a point in time becomes; `None` when it is written so already."""
    if str(moment.value) == text:
        return None if moment.kind != "year" else Written(moment.value, "1-3", "year_number")
    if moment.kind == "year":
        return Written(moment.value, "1-11", "era_year" if moment.era else "year_number", {"text": text})
    action = {
        "date": "era_date" if moment.era else "iso_date",
        "month": "era_month" if moment.era else "iso_month",
    }
    return Written(moment.value, "1-11", action[moment.kind])


def _parted(text: str) -> tuple[str, str, str]:
    """令和元年（百万円） → (令和元年, （, 百万円）)."""
    places = [place for mark in "（([［" if (place := text.find(mark)) > 0]
    if not places:
        return text, "", ""
    place = min(places)
    return text[:place], text[place], text[place + 1 :]


_SHORT: Final = re.compile("(?P<number>元|[0-9]{1,2})(?P<suffix>年度|年)?")


def era_sequence(values: list[Value], *, named: bool = False) -> dict[int, int]:
    """Index → Western year of cells that leave the era out: 平成30年, 令和元年, 2, 3 → 2020, 2021.

    Only where the years go on in one step (every year, every fifth year) or repeat, so that nothing is guessed; a
    column that is `named` as one of years need only go on.
    """
    found: dict[int, int] = {}
    years: list[int] = []
    number = 0
    for index, value in enumerate(values):
        if value is None or (isinstance(value, str) and is_blank(value)):
            continue
        own = _own_number(value)
        moment = read_moment(value) if isinstance(value, str) else None
        if moment is not None and moment.kind == "year":
            years.append(int(moment.value))
            digits = re.search("元|[0-9]+", plain(str(value)))
            number = 1 if digits is None or digits[0] == "元" else int(digits[0])
        elif own is not None and years and own >= number and years[-1] + own - number <= 2100:
            years.append(years[-1] + own - number)
            number = own
            found[index] = years[-1]
        else:
            return {}
    steps = {after - before for before, after in pairwise(years)}
    return (
        found
        if named or steps <= {0, 1} or len(steps) == 1 or (len(steps - {0}) == 1 and min(steps) >= 0)
        else {}
    )


def _own_number(value: Value) -> int | None:
    short = _SHORT.fullmatch(plain(str(value)))
    if short is None:
        return None
    return 1 if short["number"] == "元" else int(short["number"])

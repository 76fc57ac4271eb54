"""年度: the fiscal year, [1 April, 1 April) in Asia/Tokyo, known by its Gregorian starting year.

Source: 地方自治法第208条 and 財政法第11条 (1 April to 31 March); it has run so since 明治19年度 (1886).
The era is only a label. FY2019 prints 令和元年度 and is also read from 平成31年度, H31, R1 and R元.
"""

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kencho.foundation.wareki import ERAS, TOKYO, Era, era_named, parse_year_number

__all__ = ["FiscalYear", "FiscalYearError", "parse_headers"]

FIRST_YEAR: Final = 1886  # 明治19年度: before it the fiscal year began in July, so there is no rule to apply
LAST_YEAR: Final = 9998  # its end, 9999-04-01, is the last first of April that a date can hold

_MESSAGES: Final[dict[str, Promise]] = {
    "not_a_year": _("年度として読めません。「令和8年度」「R8」「2026年度」の形で書いてください。"),
    "no_era": _("「%(text)s」は元号が分かりません。元号か西暦を付けてください。"),
    "outside_era": _("「%(text)s」という年度はありません。"),
    "contradiction": _("「%(text)s」は和暦と西暦が合いません。"),
    "out_of_range": _("その年度は扱えません。"),
    "naive_datetime": _("時差の情報がない日時は使えません。"),
}

HEADER_SPAN: Final = 20
"""Years. A header further than this from the one that lends it its era is a change of era left unwritten."""


class FiscalYearError(ValueError):
    """A year for which there is no rule.

    `code` is one of `not_a_year`, `no_era`, `outside_era`, `contradiction`, `out_of_range`, `naive_datetime`.
    """

    def __init__(self, code: str, text: str = "") -> None:
        super().__init__(code, text)
        self.code = code
        self.text = text

    @property
    def message(self) -> str:
        """One Japanese sentence for the person who wrote the year."""
        return str(_MESSAGES[self.code]) % {"text": self.text}


@dataclass(frozen=True, slots=True, order=True)
class FiscalYear:
    """One 年度. `start_year` is the Gregorian year in which it starts: 令和3年度 is `FiscalYear(2021)`."""

    start_year: int

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.start_year <= LAST_YEAR:
            raise FiscalYearError("out_of_range", str(self.start_year))

    @classmethod
    def of(cls, moment: date | datetime) -> "FiscalYear":
        """The fiscal year of a day, or of an instant as Asia/Tokyo sees it. A naive datetime is refused."""
        day = _tokyo_day(moment)
        return cls(day.year if day.month >= 4 else day.year - 1)

    @classmethod
    def parse(cls, text: str) -> "FiscalYear":
        """Reads 平成31年度, H31, R1, R元, 令和元年度, 2019年度, 2019, 令和元（2019）年度, ２０１９（令和元）年度.

        Raises `FiscalYearError`: a year without an era (`no_era`) or one that the era never had as a fiscal
        year, such as 平成32年度 or 昭和64年度 (`outside_era`), is refused and never guessed.
        """
        plain = _plain(text)
        found = _YEAR.fullmatch(plain)
        if found is None:
            raise FiscalYearError("no_era" if _BARE.fullmatch(plain) else "not_a_year", text)
        years = {cls(int(western)) for western in (found["western"], found["western2"]) if western}
        for era, number in ((found["era"], found["number"]), (found["era2"], found["number2"])):
            if era:
                years.add(_in_era(era_named(era), number, text))
        if len(years) != 1:
            raise FiscalYearError("contradiction", text)
        return years.pop()

    @property
    def start(self) -> date:
        """1 April, the first day (included)."""
        return date(self.start_year, 4, 1)

    @property
    def end(self) -> date:
        """The 1 April after (excluded)."""
        return date(self.start_year + 1, 4, 1)

    @property
    def last_day(self) -> date:
        """31 March (included), for printing only; compare with `end`."""
        return self.end - timedelta(days=1)

    @property
    def starts_at(self) -> datetime:
        """The first instant (included), in Asia/Tokyo."""
        return datetime.combine(self.start, time.min, TOKYO)

    @property
    def ends_at(self) -> datetime:
        """The first instant of the next year (excluded), in Asia/Tokyo."""
        return datetime.combine(self.end, time.min, TOKYO)

    @property
    def era(self) -> Era:
        """The era that gives the year its name: the one in force at its 31 December."""
        return _naming_era(self.start_year)

    @property
    def era_year(self) -> int:
        """The number within the era, 1 for 元年度."""
        return self.start_year - self.era.first_year + 1

    @property
    def label(self) -> str:
        """令和8年度, 令和元年度."""
        return f"{self.era.name}{'元' if self.era_year == 1 else self.era_year}年度"

    @property
    def short_label(self) -> str:
        """R8, R1: for narrow columns and file names."""
        return f"{self.era.letter}{self.era_year}"

    @property
    def next(self) -> "FiscalYear":
        """The year after."""
        return FiscalYear(self.start_year + 1)

    @property
    def previous(self) -> "FiscalYear":
        """The year before."""
        return FiscalYear(self.start_year - 1)

    def contains(self, moment: date | datetime) -> bool:
        """Whether a day, or an instant as Asia/Tokyo sees it, lies in [start, end)."""
        return self.start <= _tokyo_day(moment) < self.end

    def months(self) -> Iterator[date]:
        """The first days of its twelve months, April to March."""
        for month in range(12):
            yield date(self.start_year + (month + 3) // 12, (month + 3) % 12 + 1, 1)

    def __str__(self) -> str:
        return self.label


def parse_headers(cells: Sequence[str]) -> list[FiscalYear | None]:
    """The years that a table's header cells name, `None` where a cell names none.

    「2年度」 inherits the era of the nearest year cell to its left. Raises `FiscalYearError("no_era")` when
    there is none, when that cell is written in western years, or when the inherited year would lie further
    than `HEADER_SPAN` years away (平成30年度 | 元年度), for then the era changed without being written.
    """
    years: list[FiscalYear | None] = []
    lender: FiscalYear | None = None
    era: Era | None = None
    for cell in cells:
        plain = _plain(cell)
        if found := _year_in(plain):
            lender = FiscalYear.parse(found[0])
            word = found["era"] or found["era2"]
            era = era_named(word) if word else None
        elif found := _BARE_IN_CELL.search(plain):
            lender = _inherit(era, lender, found[1], cell)
        else:
            years.append(None)
            continue
        years.append(lender)
    return years


def _year_in(plain: str) -> re.Match[str] | None:
    """A year that says 年度, or a cell that is nothing but a year: other numbers in a header are not years."""
    said = (found for found in _YEAR_IN_CELL.finditer(plain) if "年度" in found[0])
    return next(said, None) or _YEAR.fullmatch(plain)


def _inherit(era: Era | None, lender: FiscalYear | None, number: str, cell: str) -> FiscalYear:
    if era is None or lender is None:
        raise FiscalYearError("no_era", cell)
    year = _in_era(era, number, cell)
    if abs(year.start_year - lender.start_year) > HEADER_SPAN:
        raise FiscalYearError("no_era", cell)
    return year


def _in_era(era: Era, number: str, text: str) -> FiscalYear:
    """The fiscal year that starts in that year of the era, if the era reaches into its April to December."""
    try:
        count = parse_year_number(number)
    except ValueError:
        raise FiscalYearError("not_a_year", text) from None
    year = era.first_year + count - 1
    following = next((other for other in ERAS if other > era), None)
    if count < 1 or (following is not None and following.start <= date(year, 4, 1)):
        raise FiscalYearError("outside_era", text)
    return FiscalYear(year)


@functools.cache
def _naming_era(year: int) -> Era:
    return next(era for era in reversed(ERAS) if era.start <= date(year, 12, 31))


def _tokyo_day(moment: date | datetime) -> date:
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise FiscalYearError("naive_datetime")
    return moment.astimezone(TOKYO).date()


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


_ERA = "明治|大正|昭和|平成|令和|[明大昭平令MTSHRmtshr]"
_NUMBER = "元|[0-9]{1,2}|[一二三四五六七八九十]{1,3}"
_YEAR_BODY = (
    rf"(?:(?P<era>{_ERA})(?P<number>{_NUMBER})年?度?(?:\((?:西暦)?(?P<western2>[0-9]{{4}})年?度?\))?"
    rf"|(?:西暦|FY)?(?P<western>[0-9]{{4}})年?度?(?:\((?P<era2>{_ERA})(?P<number2>{_NUMBER})年?度?\))?)"
)
_YEAR: Final = re.compile(rf"{_YEAR_BODY}(?:年?度)?")
_YEAR_IN_CELL: Final = re.compile(rf"(?<![0-9A-Za-z]){_YEAR_BODY}(?:年?度)?(?![0-9A-Za-z])")
_BARE: Final = re.compile(rf"(?:{_NUMBER})年?度?")
_BARE_IN_CELL: Final = re.compile(rf"(?<![0-9A-Za-z])({_NUMBER})年度")

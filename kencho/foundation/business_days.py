"""開庁日 and 標準処理期間: calendars of offices, counting in working days, and the clock of an application.

Sources: 国民の祝日に関する法律（昭和23年法律第178号）, whose days come from `jpholiday`; 地方自治法第4条の2 (a
local body's closed days: Saturdays, Sundays, national holidays, the days around New Year set by its
ordinance; a deadline for the public that falls on one moves to the next open day); 民法第140条 (the first
day is not counted, 翌日起算); 行政手続法第6条, 第7条 (standard processing period, amendment).

Everywhere a count from `a` to `b` means the days after `a` up to and including `b`: (a, b].
"""

import bisect
import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Final, NamedTuple

import jpholiday

__all__ = [
    "NEW_YEAR_CLOSURE",
    "BusinessCalendar",
    "Pause",
    "ProcessingClock",
    "add_business_days",
    "count_business_days",
    "deadline_on",
    "is_national_holiday",
    "next_business_day",
]

SATURDAY: Final = 5
SUNDAY: Final = 6

NEW_YEAR_CLOSURE: Final = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})
"""(month, day) of 12月29日 to 1月3日, the closure that ordinances on closed days set."""

_DAY: Final = timedelta(days=1)


@functools.lru_cache(maxsize=256)
def _national_holidays_of(year: int) -> frozenset[date]:
    return frozenset(day for day, _name in jpholiday.year_holidays(year))


def is_national_holiday(day: date) -> bool:
    """Whether the day is a 国民の祝日, with 振替休日 and 国民の休日."""
    return day in _national_holidays_of(day.year)


@dataclass(frozen=True)
class BusinessCalendar:
    """When an office is open. The default is a prefecture's: closed at weekends, on holidays and 12/29 to 1/3.

    `closed_weekdays` counts Monday as 0; `holidays` is a rule or a set of days; `closed_month_days` are closed
    every year; `extra_closed` and `extra_open` are single days, and `extra_open` beats everything else.
    Calendars are values: equal ones share their computed years.
    """

    closed_weekdays: frozenset[int] = frozenset({SATURDAY, SUNDAY})
    holidays: Callable[[date], bool] | frozenset[date] = is_national_holiday
    extra_closed: frozenset[date] = frozenset()
    extra_open: frozenset[date] = frozenset()
    closed_month_days: frozenset[tuple[int, int]] = NEW_YEAR_CLOSURE

    def is_business_day(self, day: date) -> bool:
        """Whether the office is open that day."""
        if day in self.extra_open:
            return True
        return not (
            day.weekday() in self.closed_weekdays
            or (day.month, day.day) in self.closed_month_days
            or day in self.extra_closed
            or self._is_holiday(day)
        )

    def _is_holiday(self, day: date) -> bool:
        return self.holidays(day) if callable(self.holidays) else day in self.holidays

    def add(self, start: date, days: int) -> date:
        """The `days`-th business day after `start` (before it when negative); 0 gives `start` itself."""
        if days == 0:
            return start
        if days < 0:
            return self._subtract(start, -days)
        year = start.year
        open_days = _open_days(self, year)
        missing = days + bisect.bisect_right(open_days, start)
        while missing > len(open_days):
            missing -= len(open_days)
            year += 1
            open_days = _open_days(self, year)
        return open_days[missing - 1]

    def _subtract(self, start: date, days: int) -> date:
        year = start.year
        open_days = _open_days(self, year)
        position = bisect.bisect_left(open_days, start) - days
        while position < 0:
            year -= 1
            open_days = _open_days(self, year)
            position += len(open_days)
        return open_days[position]

    def count(self, start: date, end: date) -> int:
        """How many business days lie in (start, end]; negative when `end` is before `start`."""
        if end < start:
            return -self.count(end, start)
        before = bisect.bisect_right(_open_days(self, start.year), start)
        until = bisect.bisect_right(_open_days(self, end.year), end)
        return sum(len(_open_days(self, year)) for year in range(start.year, end.year)) - before + until

    def next(self, day: date) -> date:
        """The first business day on or after `day`."""
        return day if self.is_business_day(day) else self.add(day, 1)


@functools.lru_cache(maxsize=256)
def _open_days(calendar: BusinessCalendar, year: int) -> tuple[date, ...]:
    """All business days of a calendar year, ascending: counting is then a bisection."""
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError("the calendar never opens again")
    first = date(year, 1, 1).toordinal()
    last = date(year, 12, 31).toordinal()
    days = (date.fromordinal(number) for number in range(first, last + 1))
    return tuple(day for day in days if calendar.is_business_day(day))


def add_business_days(start: date, days: int, calendar: BusinessCalendar) -> date:
    """The `days`-th business day after `start` (before it when negative); 0 gives `start` itself."""
    return calendar.add(start, days)


def count_business_days(start: date, end: date, calendar: BusinessCalendar) -> int:
    """How many business days lie in (start, end]; negative when `end` is before `start`."""
    return calendar.count(start, end)


def next_business_day(day: date, calendar: BusinessCalendar) -> date:
    """The first business day on or after `day`."""
    return calendar.next(day)


def deadline_on(start: date, days: int, calendar: BusinessCalendar) -> date:
    """The last day of a deadline for the public: `days` calendar days after `start`, and when that day is
    closed the next open one（地方自治法第4条の2第4項）."""
    return calendar.next(start + timedelta(days=days))


class Pause(NamedTuple):
    """Days on which a clock stands still: `start` included, `end` excluded; still standing when `end` is `None`."""

    start: date
    end: date | None = None


@dataclass(frozen=True)
class ProcessingClock:
    """The standard processing period of one application, as a value.

    `start` is the day of arrival; it is not counted（翌日起算）unless `from_next_day` is off. `period` is in
    business days, or in calendar days with `count="calendar"`. Days inside a pause are not counted. Pauses may
    be given in any order and overlap; they are kept sorted and merged.
    """

    calendar: BusinessCalendar
    start: date
    period: int
    count: str = "business"
    pauses: tuple[tuple[date, date | None], ...] = field(default=())
    from_next_day: bool = True

    def __post_init__(self) -> None:
        if self.period < 1:
            raise ValueError("period")
        if self.count not in ("business", "calendar"):
            raise ValueError("count")
        object.__setattr__(self, "pauses", _merged(self.pauses))

    @property
    def due_on(self) -> date | None:
        """The last day of the period. `None` while a pause that began before it has not ended."""
        left = self.period
        reached = self._origin
        for pause_start, pause_end in self.pauses:
            counted = self._count(reached, pause_start - _DAY)
            if counted >= left:
                break
            if pause_end is None:
                return None
            left -= counted
            reached = max(reached, pause_end - _DAY)
        return self._add(reached, left)

    def elapsed_days(self, at: date) -> int:
        """Counted days up to and including `at`; 0 before the clock starts."""
        if at <= self._origin:
            return 0
        total = self._count(self._origin, at)
        for pause_start, pause_end in self.pauses:
            first = max(pause_start - _DAY, self._origin)
            last = at if pause_end is None else min(pause_end - _DAY, at)
            total -= self._count(first, last)
        return total

    def remaining(self, at: date) -> int:
        """Counted days left after `at`; negative when the period is exceeded by that many."""
        return self.period - self.elapsed_days(at)

    def is_overdue(self, at: date) -> bool:
        """Whether `at` lies after the last day of the period."""
        due_on = self.due_on
        return due_on is not None and at > due_on

    def is_paused(self, at: date) -> bool:
        """Whether the clock stands still that day."""
        return any(start <= at and (end is None or at < end) for start, end in self.pauses)

    def pause(self, on: date) -> "ProcessingClock":
        """The clock stopped from that day on; unchanged when it stands still already."""
        return self if self.is_paused(on) else replace(self, pauses=(*self.pauses, (on, None)))

    def resume(self, on: date) -> "ProcessingClock":
        """The clock running again from that day on; unchanged when it was not stopped."""
        return replace(
            self, pauses=tuple((start, max(start, on) if end is None else end) for start, end in self.pauses)
        )

    @property
    def _origin(self) -> date:
        """The day after which counting begins."""
        return self.start if self.from_next_day else self.start - _DAY

    def _count(self, after: date, until: date) -> int:
        if until <= after:
            return 0
        return self.calendar.count(after, until) if self.count == "business" else (until - after).days

    def _add(self, after: date, days: int) -> date:
        # A period of the office itself in calendar days is not moved when it ends on a closed day: the law
        # moves only the deadlines of those who turn to the office.
        return self.calendar.add(after, days) if self.count == "business" else after + timedelta(days=days)


def _merged(pauses: Iterable[tuple[date, date | None]]) -> tuple[Pause, ...]:
    merged: list[Pause] = []
    for start, end in sorted(pauses, key=lambda pause: pause[0]):
        if end is not None and end < start:
            raise ValueError("pause")
        if end == start:
            continue
        last = merged[-1] if merged else None
        if last is None or (last.end is not None and last.end < start):
            merged.append(Pause(start, end))
        elif last.end is not None and (end is None or end > last.end):
            merged[-1] = Pause(last.start, end)
    return tuple(merged)

"""When the next version of a dataset is due."""

import calendar
from datetime import date, timedelta

from kencho.catalog.models import Frequency

MONTHS = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3, Frequency.ANNUAL: 12}
DAYS = {Frequency.DAILY: 2, Frequency.WEEKLY: 8}


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def next_due(frequency: str, published_on: date) -> date | None:
    """The day by which the next version is expected after a publication; None where none is.

    For 毎年度 it is 30 April after the end of the fiscal year: the figures of a year are in by then.
    """
    known = Frequency(frequency)
    if known in MONTHS:
        return months_later(published_on, MONTHS[known])
    if known in DAYS:
        return published_on + timedelta(days=DAYS[known])
    if known == Frequency.FISCAL_YEAR:
        return date(published_on.year + (1 if published_on.month >= 4 else 0), 4, 30)
    return None

"""The one clock. Services take the time as an argument; only the edges (views, commands, worker) ask here."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

JST = ZoneInfo("Asia/Tokyo")
_simulated: ContextVar[datetime | None] = ContextVar("simulated_now", default=None)


def now() -> datetime:
    """The present instant, aware; inside ``simulated`` the instant given there."""
    return _simulated.get() or timezone.now()


def day_of(at: datetime) -> date:
    """The calendar day in Japan on which an instant falls."""
    return at.astimezone(JST).date()


@contextmanager
def simulated(at: datetime) -> Iterator[None]:
    """Let the edges see another present: how the demo history is driven through the real services."""
    token = _simulated.set(at)
    try:
        yield
    finally:
        _simulated.reset(token)

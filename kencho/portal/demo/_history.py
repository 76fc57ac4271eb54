"""A period of operation in simulated time, driven through the real services and the real queue.

Nothing is inserted past the services; the same body, seed, period and number give the same history.
"""

import gc
import random
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from time import monotonic
from types import SimpleNamespace
from typing import Any

from django.db import transaction

from kencho.audit import services as audit
from kencho.files import store
from kencho.foundation import clock, queue
from kencho.foundation.fiscal import FiscalYear
from kencho.notifications import post
from kencho.organization.models import Body
from kencho.portal.demo._checkpoint import Checkpoint, Span, Terms, UnableToResume
from kencho.portal.demo._desk import fill_desk
from kencho.portal.demo._drama import Drama
from kencho.portal.demo._measure import AIMS, FIRST_YEAR, LAST_YEAR, Measure406
from kencho.records.office_seals import make_demo_seals

FIRST_HOUR, LAST_HOUR = time(7), time(20)
# Young objects of a day's work die by themselves; looking for cycles among them each 700 costs a tenth of the time.
GARBAGE_THRESHOLD = 50_000
COMMIT_SECONDS = 3


class Scale(StrEnum):
    """How much happens: in a full history as much as in the real prefecture, in a small one a two-thousandth."""

    SMALL = "small"
    FULL = "full"

    @property
    def divisor(self) -> int:
        """How many times fewer applications arrive."""
        return {"small": 2_000, "full": 1}[self.value]


def years_until(last: date, scale: Scale) -> tuple[Span, ...]:
    """The fiscal years of the demo up to a day; the last of them begun only."""
    found = []
    for number in range(FIRST_YEAR, FiscalYear.of(last).start_year + 1):
        year = FiscalYear(number)
        aims = AIMS.get(number, AIMS[LAST_YEAR])
        share = min(1.0, ((last - year.start).days + 1) / (year.end - year.start).days)
        count = round(aims.applications * share / scale.divisor)
        found.append(Span(year.start, min(last, year.last_day), count))
    return tuple(found)


def drive_history(
    *, body: Body, terms: Terms, progress: Callable[[int, int], None] = lambda done, total: None
) -> int:
    """Let the periods happen, with exactly so many applications arriving in each; returns how many.

    Interrupted, it goes on where it stopped when it is called again with the same terms; returns how many
    arrived in this call. Raises UnableToResume when something else has been written since.
    """
    history = _History(body, terms)
    with _running_fast():
        return history.run(progress)


class _History:
    """One run through the period, day by day."""

    def __init__(self, body: Body, terms: Terms) -> None:
        self._body = body
        self._terms = terms
        self._end = datetime.combine(terms.last, time(23, 59), clock.JST)
        self._arrivals = _arrivals(terms)
        self._drama = Drama(body, terms.seed)
        self._identifiers = random.Random(f"{terms.seed}-identifiers")  # noqa: S311  # a made-up history, the same each time
        self._checkpoint = Checkpoint(body)
        self._arrived = 0
        self._measure = Measure406(body, divisor=terms.divisor, seed=terms.seed) if terms.divisor else None
        self._month = _first_of_month(terms.first)

    def run(self, progress: Callable[[int, int], None]) -> int:
        """To the end of the period; returns how many applications arrived."""
        self._resume()
        before = self._arrived
        while self._next_day() is not None:
            # Few durable transactions keep the disk out of the way; services nest inside them.
            with transaction.atomic(), store.waiting_once(), _repeatable(self._identifiers):
                enough = monotonic() + COMMIT_SECONDS
                while (day := self._next_day()) is not None:
                    self._play_day(day)
                    if monotonic() > enough:
                        break
                self._checkpoint.keep(self._state())
            progress(self._arrived, len(self._arrivals))
        if self._measure is not None:
            with transaction.atomic(), _repeatable(self._identifiers):
                self._arrived += fill_desk(self._body, self._end, self._terms.seed)
        self._checkpoint.forget()
        # Bodies that have not signed anything yet begin with a certificate of today.
        make_demo_seals(list(Body.objects.all()), at=self._end)
        # What happened long ago must not wait for its seal.
        list(audit.seal_all(at=self._end))
        return self._arrived - before

    def _next_at(self) -> datetime | None:
        coming = self._arrivals[self._arrived : self._arrived + 1]
        months = [] if self._measure is None else [datetime.combine(self._month, FIRST_HOUR, clock.JST)]
        moments = [*coming, *months, *([self._drama.next_at] if self._drama.next_at else [])]
        return min(moments, default=None)

    def _next_day(self) -> date | None:
        at = self._next_at()
        return None if at is None or at > self._end else clock.day_of(at)

    def _play_day(self, day: date) -> None:
        if self._measure is not None and day == self._month:
            with clock.simulated(datetime.combine(day, FIRST_HOUR, clock.JST)):
                self._measure.month(day)
                queue.drain(strict=True)
            self._month = _first_of_month(day + timedelta(days=32))
        while (at := self._next_at()) is not None and clock.day_of(at) == day and at <= self._end:
            if self._arrivals[self._arrived : self._arrived + 1] == [at]:
                key = f"demo-{self._body.code}-{at:%Y%m%d}-{self._arrived}"
                self._drama.apply(at, key)
                self._arrived += 1
            else:
                self._drama.play_next()
            with clock.simulated(at):
                queue.drain(strict=True)
        if day.day == 1:
            queue.erase_done(datetime.combine(day, FIRST_HOUR, clock.JST))

    def _state(self) -> dict[str, Any]:
        version, numbers, gauss = self._identifiers.getstate()
        return {
            "terms": self._terms.plain(),
            "arrived": self._arrived,
            "month": self._month.isoformat(),
            "drama": self._drama.state(),
            "identifiers": [version, list(numbers), gauss],
        }

    def _resume(self) -> None:
        state = self._checkpoint.load()
        if state is None:
            return
        if Terms.of(state["terms"]) != self._terms:
            raise UnableToResume
        self._arrived = state["arrived"]
        self._month = date.fromisoformat(state["month"])
        self._drama.restore(state["drama"])
        version, numbers, gauss = state["identifiers"]
        self._identifiers.setstate((version, tuple(numbers), gauss))


def _arrivals(terms: Terms) -> list[datetime]:
    """When each application arrives: any time of the day and the week, as online."""
    rng = random.Random(f"{terms.seed}-arrivals")  # noqa: S311  # a made-up history, the same each time
    found = []
    for span in terms.spans:
        begin = datetime.combine(span.first, FIRST_HOUR, clock.JST)
        seconds = int((datetime.combine(span.last, LAST_HOUR, clock.JST) - begin).total_seconds())
        found += [begin + timedelta(seconds=rng.randrange(seconds)) for _n in range(span.applications)]
    return sorted(found)


def _first_of_month(day: date) -> date:
    return day.replace(day=1)


@contextmanager
def _repeatable(rng: random.Random) -> Iterator[None]:
    """Draw the identifiers of rows (UUID version 4) from the seed, in this process and for this block only.

    Keys, codes and tokens do not come from there: they are drawn by ``secrets`` or follow from the secret key.
    """
    real = uuid.os  # type: ignore[attr-defined]  # where the module takes its random bytes from
    uuid.os = SimpleNamespace(urandom=rng.randbytes)  # type: ignore[attr-defined]  # as above
    try:
        yield
    finally:
        uuid.os = real  # type: ignore[attr-defined]  # as above


@contextmanager
def _running_fast() -> Iterator[None]:
    """No letters to people about the past, and fewer searches for garbage."""
    threshold = gc.get_threshold()
    with ExitStack() as stack:
        stack.callback(gc.set_threshold, *threshold)
        stack.enter_context(post.held())
        gc.collect()
        gc.freeze()
        stack.callback(gc.unfreeze)
        gc.set_threshold(GARBAGE_THRESHOLD)
        yield

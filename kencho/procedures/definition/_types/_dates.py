"""Days, written in 和暦 or the western calendar, stored as ISO text."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache, partial
from typing import Any

from django.utils.translation import gettext as _

from kencho.procedures.definition import _wareki as wareki
from kencho.procedures.definition._expressions import as_date
from kencho.procedures.definition._model import Item, Json
from kencho.procedures.definition._text import ascii_text
from kencho.procedures.definition._types._base import (
    Inputs,
    InputView,
    ItemType,
    OptionView,
    Passes,
    Problem,
    Read,
    last,
    make_input,
)

ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def limit(value: Any, today: date) -> date | None:
    """A limit of a definition as a day: "today" or an ISO date."""
    return today if value == "today" else as_date(value)


class DateType(ItemType):
    """A day."""

    layout = "fieldset"
    parts = ("era", "year", "month", "day")
    default_era = "reiwa"

    def read(self, item: Item, get: Inputs, current: Any) -> Read:
        era, year, month, day = (ascii_text(last(get, part)) for part in self.parts)
        if not (year or month or day):
            return self._read_iso(ascii_text(last(get)))
        try:
            return Read(wareki.to_date(era or self.default_era, year, month, day).isoformat())
        except wareki.NoSuchDateError as error:
            hint = _("正しくは「%(day)s」です。") % {"day": error.suggestion} if error.suggestion else ""
            return Read(None, (Problem("no_such_date", "year", {"hint": hint}),))

    def _read_iso(self, text: str) -> Read:
        """Programs and tests may post one ISO text instead of four parts."""
        if not text:
            return Read()
        found = as_date(text)
        return Read(text) if found else Read(None, (Problem("no_such_date", "year"),))

    def first_part(self, item: Item) -> str:
        return "year"

    def bounds(self, item: Item, today: date) -> tuple[date, date]:
        """First and last day allowed."""
        return limit(item.min, today) or wareki.EARLIEST, limit(item.max, today) or wareki.LATEST

    def check(self, item: Item, value: Any, today: date) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem("type")
            return
        found = as_date(value)
        if found is None:
            yield Problem("no_such_date", "year")
            return
        low, high = self.bounds(item, today)
        if found < low:
            yield Problem("too_early", "year", {"limit": wareki.text(low)})
        elif found > high:
            yield Problem("too_late", "year", {"limit": wareki.text(high)})

    def passes(self, item: Item) -> Passes:
        bounds = lru_cache(maxsize=4)(partial(self.bounds, item))

        def test(value: Any, today: date) -> bool:
            found = as_date(value) if isinstance(value, str) else None
            if found is None:
                return False
            low, high = bounds(today)
            return low <= found <= high

        return test

    def schema(self, item: Item) -> dict[str, Json]:
        return {"type": "string", "format": "date", "pattern": ISO}

    def unexpressed(self, item: Item) -> list[str]:
        return ["range"]

    def show(self, item: Item, value: Any) -> str:
        found = as_date(value)
        return wareki.text(found) if found else str(value)

    def inputs(self, item: Item, name: str, value: Any, get: Inputs | None) -> list[InputView]:
        stored = as_date(value)
        era, year, month, day = wareki.parts(stored) if stored else (self.default_era, "", "", "")
        if get is not None and any(get(part) for part in self.parts):
            era, year, month, day = ((get(part) or [""])[-1] for part in self.parts)
        base = make_input(name, "era")
        names = [*wareki.CODES.items(), (wareki.WESTERN, _("西暦"))]
        options = tuple(OptionView(f"{base.id}-{code}", code, label, code == era) for code, label in names)
        return [
            make_input(name, "era", "select", label=_("元号"), options=options, width="short"),
            make_input(name, "year", label=_("年"), value=year, inputmode="numeric", width="tiny"),
            make_input(name, "month", label=_("月"), value=month, inputmode="numeric", width="tiny"),
            make_input(name, "day", label=_("日"), value=day, inputmode="numeric", width="tiny"),
        ]

    def sample(self, item: Item, rng: random.Random, today: date) -> Any:
        low, high = self.bounds(item, today)
        start = max(low, today - timedelta(days=200)) if high >= today - timedelta(days=200) else low
        end = min(high, start + timedelta(days=400))
        return (start + timedelta(days=rng.randint(0, max(0, (end - start).days)))).isoformat()

    def faults(self, item: Item) -> Iterator[tuple[Any, str]]:
        yield 20260401, "type"
        yield "2026-02-30", "no_such_date"
        yield "0001-01-01", "too_early"


class BirthDateType(DateType):
    """生年月日: not in the future; the era must be chosen, for nobody is born in a default."""

    default_era = "showa"

    def bounds(self, item: Item, today: date) -> tuple[date, date]:
        low, high = super().bounds(item, today)
        return low, min(high, today)

    def inputs(self, item: Item, name: str, value: Any, get: Inputs | None) -> list[InputView]:
        made = super().inputs(item, name, value, get)
        # The token for a birthday exists only by parts of the western year, which 和暦 fields are not; month and day are.
        tokens = ("", "", "bday-month", "bday-day")
        return [_with_token(one, token) for one, token in zip(made, tokens, strict=True)]

    def sample(self, item: Item, rng: random.Random, today: date) -> Any:
        low, high = self.bounds(item, today)
        start = max(low, today.replace(year=today.year - 85, day=1))
        end = max(start, min(high, today.replace(year=today.year - 20, day=1)))
        return (start + timedelta(days=rng.randint(0, (end - start).days))).isoformat()

    def faults(self, item: Item) -> Iterator[tuple[Any, str]]:
        yield from super().faults(item)
        yield "2118-12-31", "too_late"


def _with_token(view: InputView, token: str) -> InputView:
    return replace(view, autocomplete=token) if token else view

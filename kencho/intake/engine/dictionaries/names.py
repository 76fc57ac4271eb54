"""Family and given names with their readings, from the package ``japanese-personal-name-dataset`` (MIT)."""

from __future__ import annotations

import csv
import importlib.util
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from kencho.foundation.text import fold_name, to_katakana

_PACKAGE: Final = "japanese_personal_name_dataset"
_BETWEEN: Final = "・"


def _folder() -> Path:
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(_PACKAGE)
    return Path(next(iter(found.submodule_search_locations))) / "dataset"


def family_rows() -> Iterator[tuple[str, str, int]]:
    """Kanji, katakana and number of bearers of every family name."""
    with (_folder() / "last_name_org.csv").open(encoding="utf-8", newline="") as file:
        for written, bearers, kana, *_rest in csv.reader(file):
            yield written, to_katakana(kana), int(bearers or 0)


def given_rows() -> Iterator[tuple[str, str]]:
    """Kanji and katakana of every given name."""
    for part in ("man", "woman"):
        with (_folder() / f"first_name_{part}_org.csv").open(encoding="utf-8", newline="") as file:
            for kana, _roman, *spellings in csv.reader(file):
                for written in spellings:
                    yield written, to_katakana(kana)


@lru_cache(maxsize=1)
def family() -> Mapping[str, str]:
    """Readings of each family name, joined by ・; the key is folded (old shapes of kanji count as new ones)."""
    return _gathered((written, kana) for written, kana, _bearers in family_rows())


@lru_cache(maxsize=1)
def given() -> Mapping[str, str]:
    """Readings of each given name, joined by ・; the key is folded."""
    return _gathered(given_rows())


@lru_cache(maxsize=1)
def character_counts() -> Mapping[str, int]:
    """How often each kanji stands in the names of the lists, in the shape in which it is written there.

    A family name counts more the more people bear it: 斎 stands in few names, but half a million people write it.
    """
    counts: Counter[str] = Counter()
    for written, _kana, bearers in family_rows():
        counts.update(dict.fromkeys(written, 1 + bearers // 20_000))
    counts.update(character for written, _kana in given_rows() for character in written)
    return counts


@lru_cache(maxsize=2)
def kana_known(part: str) -> frozenset[str]:
    """Every reading of "family" or "given" names."""
    known = family() if part == "family" else given()
    return frozenset(kana for readings in known.values() for kana in readings.split(_BETWEEN))


def _gathered(rows: Iterator[tuple[str, str]]) -> dict[str, str]:
    # One text per name and not a set: seventy thousand sets would take a tenth of a worker's memory.
    found: dict[str, str] = {}
    for written, kana in rows:
        key = fold_name(written)
        known = found.get(key)
        if known is None:
            found[key] = kana
        elif kana not in known.split(_BETWEEN):
            found[key] = known + _BETWEEN + kana
    return found


def _of(known: Mapping[str, str], name: str) -> list[str]:
    readings = known.get(name, "")
    return readings.split(_BETWEEN) if readings else []


@lru_cache(maxsize=4096)
def readings_of(written: str) -> frozenset[str]:
    """The readings that the lists know for a family name, a given name, or both together."""
    folded = fold_name(written)
    known = frozenset([*_of(family(), folded), *_of(given(), folded)])
    if known or len(folded) < 2:
        return known
    return frozenset(
        first + last
        for cut in range(1, len(folded))
        for first in _of(family(), folded[:cut])
        for last in _of(given(), folded[cut:])
    )


def is_known(written: str) -> bool:
    """Whether the lists know the name."""
    return bool(readings_of(written))

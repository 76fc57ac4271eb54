"""Words of Japanese writing: how well a text falls into them.

The table (`words.xz`) is made by `scripts/learn_words.py` from IPADIC (Nara Institute of Science and Technology, see
`words.LICENSE`) and the towns of Japan Post. 関覧 is no word and 閲覧 is one: where the readers doubt, that decides.
"""

from __future__ import annotations

import lzma
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).parent / "words.xz"
LONGEST: Final = 8

_UNKNOWN_KANJI: Final = 13.0
_UNKNOWN_KANA: Final = 7.0
PLAIN: Final = 4.0
"""What a digit, a letter or a mark costs."""

_FOREIGN: Final = 5.0
_FOREIGN_EACH: Final = 2.5
_ALONE: Final = 1.5
"""What a single character costs more: words of one character are rarer in forms than in newspapers."""


@lru_cache(maxsize=1)
def _table() -> tuple[str, Mapping[str, tuple[int, int]]]:
    """The rows (word, blank, cost) in order, and where those of each first character stand.

    One text and not a dictionary: that would take an eighth of a worker's memory.
    """
    rows = "\n" + lzma.decompress(TABLE.read_bytes()).decode("utf-8")
    ends: dict[str, tuple[int, int]] = {}
    place = 0
    while (place := rows.find("\n", place)) >= 0 and place + 1 < len(rows):
        first = rows[place + 1]
        ends[first] = (ends.get(first, (place, 0))[0], place)
        place += 1
    return rows, ends


@lru_cache(maxsize=65536)
def listed(word: str) -> float | None:
    """What the table says that the word costs (natural logarithm); None for what is not in it."""
    rows, ends = _table()
    start, end = ends.get(word[:1], (0, 0))
    row = f"\n{word} "
    place = rows.find(row, start, end + len(row))
    if place < 0:
        return None
    place += len(row)
    return int(rows[place : rows.index("\n", place)]) / 10


def piece(text: str) -> float:
    """What a piece costs as one word (natural logarithm, 0 = certain); infinite for what is no word."""
    cost = listed(text)
    if len(text) > 1:
        if cost is None and all("ァ" <= each <= "ー" for each in text):
            # Words from abroad are without number.
            return _FOREIGN + _FOREIGN_EACH * len(text)
        return math.inf if cost is None else min(9.0, max(4.0, cost))
    if "一" <= text <= "鿿":
        return _UNKNOWN_KANJI if cost is None else min(12.0, max(5.0, cost)) + _ALONE
    if "ぁ" <= text <= "ヺ":
        return _UNKNOWN_KANA if cost is None else min(_UNKNOWN_KANA, max(3.0, cost))
    return PLAIN


@lru_cache(maxsize=4096)
def cost(text: str) -> float:
    """What a text costs, cut into words in the cheapest way."""
    return best([{character: 0.0} for character in text], 1.0)[1]


def best(slots: Sequence[Mapping[str, float]], weight: float) -> tuple[str, float]:
    """Of every way to choose one character per slot the cheapest, and what it costs: the characters' own costs
    together with `weight` times that of the words they make."""
    ends: list[tuple[float, str]] = [(0.0, ""), *[(math.inf, "")] * len(slots)]
    for start in range(len(slots)):
        before, text = ends[start]
        spelt = [("", 0.0)]
        for end in range(start + 1, min(len(slots), start + LONGEST) + 1):
            spelt = _longer(spelt, slots[end - 1])
            for word, own in spelt:
                total = before + own + weight * piece(word)
                if total < ends[end][0]:
                    ends[end] = (total, text + word)
    return ends[-1][1], ends[-1][0]


_MOST_SPELLINGS: Final = 24


def _longer(spelt: Sequence[tuple[str, float]], slot: Mapping[str, float]) -> list[tuple[str, float]]:
    found = [(text + more, own + cost) for text, own in spelt for more, cost in slot.items()]
    if len(found) > _MOST_SPELLINGS:
        found = sorted(found, key=lambda pair: pair[1])[:_MOST_SPELLINGS]
    return found

"""Words in text columns, found whichever shape their characters have: 高橋 finds 髙橋, ｘ finds X.

Instead of a folded second copy of every text, the word is spread into the shapes that its characters have in the
column at all. A word with a character that the column does not know cannot stand in it, and it is not read.
"""

# ruff: noqa: S608  # names in the SQL of this file are quoted, values are bound

import itertools
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from kencho.foundation.text import fold

BLOCK: Final = 65_536
MOST_SHAPES: Final = 8
MOST_WORDS: Final = 8
_CODES: Final = 0x110000
_HALF_MARKS: Final = "\uff9e\uff9f\u3099\u309a"
_LONG: Final = fold("カー")


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The characters of a column: by what they fold to, the forms that occur; and those that fold to nothing."""

    forms: dict[str, tuple[str, ...]]
    vanishing: str = ""

    def shapes(self, word: str) -> tuple[str, ...] | str:
        """The texts that a folded word may stand as, none when it cannot; a regular expression when there are many."""
        options = [self.forms.get(character, ()) for character in word]
        if not all(options):
            return ()
        if math.prod(map(len, options)) <= MOST_SHAPES and not self.vanishing:
            return tuple("".join(parts) for parts in itertools.product(*options))
        between = f"[{re.escape(self.vanishing)}]*" if self.vanishing else ""
        return between.join(f"(?:{'|'.join(map(re.escape, found))})" for found in options)


def alphabet(characters: Iterable[str]) -> Alphabet:
    """The alphabet of these characters."""
    present = sorted(set(characters))
    forms: dict[str, list[str]] = {}
    vanishing: list[str] = []
    marks = [each for each in _HALF_MARKS if each in present]
    for each in present:
        forms.setdefault(fold(each), []).append(each)
        if not each.isspace() and fold(f"亜{each}亜") == "亜亜":
            vanishing.append(each)
        if fold(f"カ{each}") == _LONG:
            # A dash behind kana is a long vowel, elsewhere a hyphen.
            forms.setdefault(_LONG[-1], []).append(each)
        for mark in marks:
            if len(both := fold(each + mark)) == 1 and both != fold(each):
                forms.setdefault(both, []).append(each + mark)
    return Alphabet({key: tuple(found) for key, found in forms.items() if len(key) == 1}, "".join(vanishing))


def alphabet_of(cursor: Any, source: str, column: str, number: str, count: int) -> Alphabet:
    """The alphabet of a text column of an open table, read block by block."""
    seen = np.zeros(_CODES, np.bool_)
    quoted = '"' + column.replace('"', '""') + '"'
    for begin in range(0, count, BLOCK):
        row = cursor.execute(
            f"SELECT string_agg({quoted}, '') FROM {source} WHERE {number} BETWEEN {begin} AND {begin + BLOCK - 1}"
        ).fetchone()
        if row and row[0]:
            seen[np.frombuffer(row[0].encode("utf-32-le"), np.uint32)] = True
    return alphabet(map(chr, np.flatnonzero(seen).tolist()))


def folded_words(text: str) -> list[str]:
    """The words of a search box, folded, each once."""
    return list(dict.fromkeys(fold(text).split()))[:MOST_WORDS]

"""How kanji are read in names: the chance that a kana reading belongs to a written name, also for names in no list.

The table of readings per character (`readings.json`) is learned by `scripts/learn_readings.py` from lists of names and
places, so 三重野 / ミエノ is found likely although the pair itself stands nowhere.
"""

from __future__ import annotations

import json
import math
from functools import lru_cache
from pathlib import Path
from typing import Final

from kencho.foundation.text import to_katakana

TABLE: Final = Path(__file__).parent / "readings.json"

_UNKNOWN: Final = math.log(1e-4)
"""Per kana of a reading that the table does not know for its kanji."""

_LONGEST: Final = 6
_KANA: Final = frozenset(map(chr, range(0x30A1, 0x30FD)))


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, float]]:
    stored: dict[str, dict[str, int]] = json.loads(TABLE.read_text(encoding="utf-8"))
    return {
        kanji: {kana: math.log(share / 1000) for kana, share in kinds.items()}
        for kanji, kinds in stored.items()
    }


@lru_cache(maxsize=8192)
def log_chance(written: str, kana: str) -> float:
    """The logarithm of the chance that the katakana is the reading of what is written (0 = sure, about -30 = absurd)."""
    if not written or not kana:
        return _UNKNOWN * max(len(written), len(kana), 1)
    written = _without_repeat(to_katakana(written))
    states = [0.0] + [-math.inf] * len(kana)
    for character in written:
        following = [-math.inf] * (len(kana) + 1)
        for start, so_far in enumerate(states):
            if so_far == -math.inf:
                continue
            for end in range(start, min(len(kana), start + _LONGEST) + 1):
                gain = so_far + _emitted(character, kana[start:end])
                following[end] = max(following[end], gain)
        states = following
    return states[-1]


def per_character(written: str, kana: str) -> float:
    """How well a reading fits, from 0 (not at all) to 1 (as in the dictionary), whatever the length."""
    return math.exp(max(log_chance(written, kana), -60.0) / max(len(written), 1) / 4)


def _emitted(character: str, kana: str) -> float:
    if character in _KANA:
        if character == kana or {character, kana} <= {"ヶ", "ケ", "ガ", "カ"}:
            return -0.01
        return _UNKNOWN * (1 + len(kana))
    known = _table().get(character)
    if known is not None and kana in known:
        return known[kana]
    # A reading not in the table costs by its length, so that skipping one kanji never pays.
    return _UNKNOWN * (0.8 + 0.5 * len(kana)) if kana else _UNKNOWN * 1.5


def _without_repeat(written: str) -> str:
    result = ""
    for character in written:
        result += result[-1] if character == "々" and result else character
    return result

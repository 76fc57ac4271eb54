"""How Latin letters follow one another in Japanese e-mail addresses: ki is common there, kl is not.

The table (`letters.json`) is made by `scripts/learn_letters.py` from the readings of names and towns in Roman letters.
A share is kept for everything else, for an address may also be English, or a joke.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).parent / "letters.json"
ALPHABET: Final = " abcdefghijklmnopqrstuvwxyz"

_OTHERWISE: Final = math.log(0.15 / 26)
"""What two letters have that no Japanese name has beside each other."""

_CHANGE: Final = -3.0
"""From letters to digits."""

_MARK: Final = -0.7
"""A dot or a stroke at the end of a word."""

_SAME: Final = -2.3
"""One digit after another."""

_WITHIN: Final = -5.0
"""A digit between letters."""


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Mapping[str, float]]:
    stored: dict[str, dict[str, float]] = json.loads(TABLE.read_text(encoding="utf-8"))
    return stored


@lru_cache(maxsize=4096)
def follows(first: str, second: str) -> float:
    """The logarithm of the chance that a character follows another; "" is the beginning and the end."""
    first_is, second_is = _sort(first), _sort(second)
    if first_is == second_is == "digit":
        return _SAME
    if "digit" in {first_is, second_is}:
        # Digits stand at the end of a word; a letter seldom follows them.
        return _WITHIN if first_is == "digit" and second_is == "letter" else _CHANGE
    known = _table()[first if first_is == "letter" else " "].get(second if second_is == "letter" else " ")
    plain = _OTHERWISE if known is None else math.log(0.85 * math.exp(known) + 0.15 / 26)
    return plain + (_MARK if second_is == "mark" else 0.0)


def _sort(character: str) -> str:
    if "a" <= character <= "z":
        return "letter"
    return "digit" if character.isdigit() else "mark" if character else ""


@lru_cache(maxsize=4096)
def log_chance(text: str) -> float:
    """The logarithm of the chance of a part of an address."""
    return sum(follows(one, two) for one, two in zip(("", *text), (*text, ""), strict=True))


def best(slots: Sequence[Mapping[str, float]], weight: float) -> str:
    """Of every way to choose one character per slot the cheapest; the weight is that of the letters' order."""
    states: dict[str, tuple[float, str]] = {"": (0.0, "")}
    for slot in slots:
        states = {
            character: min(
                (
                    before + cost - weight * follows("" if last == "@" else last, character),
                    text + character,
                )
                for last, (before, text) in states.items()
            )
            for character, cost in slot.items()
        }
    return min(states.values())[1]

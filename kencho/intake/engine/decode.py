"""From what the readers saw in one field to weighed readings of it, before fields are compared with each other."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property
from itertools import product
from typing import Any, Final

from kencho.intake.engine import ctc, masks, network, normalise
from kencho.intake.engine.dictionaries import domains, letters, words
from kencho.intake.engine.digits import CellReading
from kencho.intake.engine.normalise import IMPOSSIBLE, UNLIKELY, Normal
from kencho.intake.engine.shapes import Field, Kind

WEIGHTS: Final = (0.55, 0.45)
"""How much each line reader's logarithm counts; halves of one voice, for the two are of one family."""

CELL_WEIGHT: Final = 0.8

WORD_WEIGHT: Final = 0.45
"""How much the words of running text count beside what the readers saw."""

LETTER_WEIGHT: Final = 0.6
"""The same for the order of letters in e-mail addresses."""

_USUAL_LETTER: Final = -2.7
"""What a letter of such an address has on average (natural logarithm)."""

_WIDTHS: Final[Mapping[Kind, int]] = {
    Kind.NAME: 14,
    Kind.NAME_KANA: 12,
    Kind.EMAIL: 12,
    Kind.TEXTAREA: 4,
    Kind.ADDRESS: 5,
}
_LENGTH_GAIN: Final = 0.35
"""Readers lose characters more often than they make some up."""

_LENGTH_WRONG: Final = -12.0


@dataclass(frozen=True, slots=True)
class Reading:
    """One possible text of a field: as value, by whom, and its weight (the logarithm of its chance, unscaled)."""

    text: str
    normal: Normal
    logs: tuple[float, ...]
    cell_log: float
    by: str
    odd: float = 0.0
    """How badly the text falls into words (already weighed, 0 = as well as digits do; known words are below)."""

    @property
    def seen(self) -> float:
        """What the paper says for it."""
        return (
            sum(weight * log for weight, log in zip(WEIGHTS, self.logs, strict=False))
            + CELL_WEIGHT * self.cell_log
        )

    @property
    def total(self) -> float:
        """What paper and rules say together."""
        return self.seen + self.normal.prior + _LENGTH_GAIN * len(self.text) - self.odd


@dataclass(frozen=True)
class Seen:
    """All that was seen in a field: a lattice per reader under the field's mask, and the digit cells with ink."""

    field: Field
    lattices: tuple[ctc.Lattice, ...]
    raw: tuple[str, ...]
    cells: tuple[CellReading, ...] = ()
    names: tuple[str, ...] = ()
    era: str = ""

    @cached_property
    def greedy(self) -> tuple[ctc.Decoded, ...]:
        """The best path of each reader."""
        return tuple(ctc.decode(lattice) for lattice in self.lattices)

    @cached_property
    def told(self) -> tuple[str, ...]:
        """What each reader says, as written in the field's normal form."""
        return tuple(self.normal(decoded.text).text for decoded in self.greedy)

    @property
    def agrees(self) -> bool:
        """Whether the line readers say the same."""
        return len(set(self.told)) == 1

    def normal(self, text: str) -> Normal:
        """The text as a value of this field."""
        if self.field.kind in {Kind.DATE, Kind.BIRTH_DATE} and self.names:
            return normalise.from_boxes(self.era, assigned(self.names, text), self.field)
        if self.field.options and self.field.kind == Kind.TEXT:
            return _option(text, self.field)
        return normalise.normal(text, self.field)

    @cached_property
    def readings(self) -> list[Reading]:
        """Every reading worth a thought, the most believable first."""
        return self.weighed(self._texts())

    def weighed(self, texts: Mapping[str, str]) -> list[Reading]:
        """Readings of given texts (each with who says it), best first."""
        listed = list(texts)
        logs = [ctc.log_chances(lattice, listed) for lattice in self._softened]
        found = [
            Reading(
                text,
                self.normal(text),
                tuple(log[index] for log in logs),
                self._cell_log(text),
                texts[text],
                self._odd(text),
            )
            for index, text in enumerate(listed)
        ]
        return sorted(found, key=lambda reading: -reading.total)

    @cached_property
    def _softened(self) -> tuple[ctc.Lattice, ...]:
        """For weighing: no reader is believed altogether about characters of nearly the same shape, and in an e-mail
        address any moment may hide a small mark that the reader did not see."""
        if self.field.kind in WORDY:
            return tuple(network.leaking(lattice, network.of_text) for lattice in self.lattices)
        if self.field.kind == Kind.NAME:
            return tuple(network.leaking(lattice, network.of_name) for lattice in self.lattices)
        if self.field.kind == Kind.EMAIL:
            leaked = (network.leaking(lattice, network.of_mail) for lattice in self.lattices)
            return tuple(lattice.softened(_HIDDEN_MARKS) for lattice in leaked)
        return self.lattices

    def _odd(self, text: str) -> float:
        """What the words or the letters of a text cost beyond the usual."""
        if self.field.kind in WORDY:
            return WORD_WEIGHT * (words.cost(normalise.in_usual_shapes(text)) - words.PLAIN * len(text))
        if self.field.kind == Kind.EMAIL:
            local, _at, domain = text.partition("@")
            own = (
                [local]
                if domain in domains.KNOWN
                else [local, re.sub(r"(\.(co|ne|or|ac|go|ed|gr|ad|lg))?\.[a-z]+$", "", domain)]
            )
            return LETTER_WEIGHT * sum(
                _USUAL_LETTER * len(part) - letters.log_chance(part) for part in own if part
            )
        return 0.0

    def with_extra(self, texts: Mapping[str, str]) -> list[Reading]:
        """The readings together with those of further texts."""
        known = {reading.text for reading in self.readings}
        fresh = {text: by for text, by in texts.items() if text and text not in known}
        return (
            sorted([*self.readings, *self.weighed(fresh)], key=lambda reading: -reading.total)
            if fresh
            else self.readings
        )

    def _texts(self) -> dict[str, str]:
        width = _WIDTHS.get(self.field.kind, 8)
        found: dict[str, str] = {}
        for name, lattice, decoded in zip(("v6", "v5"), self.lattices, self.greedy, strict=False):
            if decoded.text:
                found.setdefault(decoded.text, name)
            for text, _chance in ctc.n_best(lattice, width):
                if text:
                    found.setdefault(text, name)
        for text in [*merged([decoded.text for decoded in self.greedy]), *self._resized(list(found)[:2])]:
            found.setdefault(text, "v6")
        self._add_words(found)
        found.update({text: "cells" for text in self._of_cells() if text not in found})
        found.update({text: "dictionary" for text in self._of_dictionary(list(found)) if text not in found})
        return found

    def _add_words(self, found: dict[str, str]) -> None:
        """What words and letters propose, and the likeliest texts in other spellings."""
        if self.field.kind in WORDY:
            found.update(
                {text: "words" for text in network.texts(self.lattices, WEIGHTS) if text not in found}
            )
        elif self.field.kind == Kind.EMAIL:
            listed = network.addresses(self.lattices, WEIGHTS)
            found.update({text: "words" for text in listed if text not in found})
        elif self.field.kind != Kind.NAME:
            return
        for text in list(found)[:6]:
            for other in _spellings(text, self.field.kind):
                found.setdefault(other or text, found[text])

    def _resized(self, texts: Sequence[str]) -> Iterable[str]:
        """Katakana words with a small kana where a large one was read: a hand writes them nearly alike."""
        if self.field.kind in WORDY:
            for text in texts:
                small = _LARGE.sub(lambda found: found[0][0] + found[0][1].translate(_SMALL), text)
                if small != text:
                    yield small

    def _of_cells(self) -> Iterable[str]:
        """What the cells say, and the same with one cell's second choice."""
        if not self.cells:
            return
        best = [cell.digit for cell in self.cells]
        yield "".join(best)
        for index, cell in enumerate(self.cells):
            order = sorted(range(10), key=lambda digit: -cell.chances[digit])
            if cell.chances[order[1]] > 0.005:
                yield "".join([*best[:index], str(order[1]), *best[index + 1 :]])

    def _of_dictionary(self, texts: Sequence[str]) -> Iterable[str]:
        if self.field.kind == Kind.EMAIL:
            for text in [*texts[:6], *(each for each in texts[6:] if texts and each in texts[-2:])]:
                yield from _addresses_near(text)
        elif self.field.kind == Kind.ADDRESS:
            # 30番12: the 号 at the end is the first thing that falls off a line.
            yield from (_NUMBER_END.sub(r"\1号", text) for text in texts[:3] if _NUMBER_END.search(text))
            yield from (f"{text}1" for text in texts[:3] if text.endswith("-"))
        elif self.field.options and self.field.kind == Kind.TEXT:
            yield from (label for _value, label in self.field.options)

    def _cell_log(self, text: str) -> float:
        if not self.cells:
            return 0.0
        if len(text) != len(self.cells):
            return _LENGTH_WRONG
        return sum(
            math.log(max(cell.chances[int(digit)], 1e-4)) if digit.isdigit() else -9.0
            for cell, digit in zip(self.cells, text, strict=True)
        )


def _spellings(text: str, kind: Kind) -> tuple[str, ...]:
    """The same in other spellings that a reader may have missed."""
    if kind == Kind.EMAIL:
        return ()
    return (
        normalise.in_new_shapes(text),
        normalise.in_kana(text),
        normalise.END_OF_SENTENCE.sub("。", text),
        normalise.with_kana(text),
        normalise.without_specks(text),
    )


def _addresses_near(text: str) -> Iterable[str]:
    """E-mail addresses with lookalikes exchanged on both sides of the @, and lost dots put in."""
    local, at, domain = text.partition("@")
    if not at or not local or "@" in domain:
        return
    label, dot, rest = domain.partition(".")
    twins = [f"{other}{dot}{rest}" for other in normalise.local_twins(label)]
    whole = dict.fromkeys([domain, *twins])
    for each in list(whole):
        whole.update(dict.fromkeys([*domains.near(each), *domains.with_dots(each)]))
    for own in (local, *normalise.local_twins(local)):
        yield from (f"{own}@{other}" for other in list(whole)[:12])


WORDY: Final = frozenset({Kind.TEXT, Kind.TEXTAREA, Kind.ORGANIZATION, Kind.ADDRESS})
"""Kinds whose text is made of words."""

_SMALL: Final = str.maketrans("アイウエオヤユヨツ", "ァィゥェォャュョッ")
_LARGE: Final = re.compile(
    r"[キシチニヒミリギジビピ][ヤユヨ]|[テデ]イ(?!サ)|[フヴ][アイエオ]|[シジチ]エ|[ァ-ヺ]ツ(?=[カキクケコサシスセソタチテトパピプペポグドブジ])"
)
_MOST_PARTS: Final = 3
_HIDDEN_MARKS: Final = {".": 0.006, "_": 0.003, "-": 0.003}
_NUMBER_END: Final = re.compile(r"(?<=番)([0-9]{1,3})[^0-9]?$")


def merged(texts: Sequence[str]) -> list[str]:
    """Where two readers differ in several places, the mixtures: one may be right here and the other there."""
    if len(texts) != 2 or texts[0] == texts[1] or not all(texts):
        return []
    blocks = SequenceMatcher(None, texts[0], texts[1], autojunk=False).get_opcodes()
    differing = [block for block in blocks if block[0] != "equal"]
    if not 2 <= len(differing) <= _MOST_PARTS:
        return []
    found = []
    for choice in product((0, 1), repeat=len(differing)):
        if len(set(choice)) == 1:
            continue
        sides = iter(choice)
        pieces = [
            texts[0][i1:i2] if tag == "equal" or not next(sides) else texts[1][j1:j2]
            for tag, i1, i2, j1, j2 in blocks
        ]
        found.append("".join(pieces))
    return found


def _option(text: str, of: Field) -> Normal:
    for value, label in of.options:
        if text == label:
            return Normal(label, value)
    return Normal(text, None, IMPOSSIBLE, False)


def assigned(names: Sequence[str], text: str) -> dict[str, str]:
    """Digits put into the boxes that have ink: {"year": "8", "month": "11", …}; nothing when the count is wrong."""
    if len(names) != len(text):
        return {}
    found: dict[str, str] = {}
    for name, digit in zip(names, text, strict=True):
        part = name.rstrip("0123456789")
        found[part] = found.get(part, "") + digit
    return found


def seen(
    of: Field,
    lines: Sequence[tuple[ctc.Lattice, ...]],
    cells: Sequence[tuple[str, CellReading]] = (),
    era: str = "",
) -> Seen:
    """Gathers what was seen: per line of writing the lattices of the readers, and the named cells with ink."""
    fold = masks.fold_for(of.kind, comb=bool(cells))
    joined = (
        tuple(_joined([line[index] for line in lines]) for index in range(len(lines[0]))) if lines else ()
    )
    return Seen(
        of,
        tuple(lattice.folded(fold) for lattice in joined),
        tuple(ctc.decode(lattice).text for lattice in joined),
        tuple(cell for _name, cell in cells),
        tuple(name for name, _cell in cells),
        era,
    )


def _joined(lattices: Sequence[ctc.Lattice]) -> ctc.Lattice:
    """Several lines as one: with a moment of blank between them."""
    import numpy

    if len(lattices) == 1:
        return lattices[0]
    order: dict[str, int] = {"": 0}
    for lattice in lattices:
        for symbol in lattice.symbols[1:]:
            order.setdefault(symbol, len(order))
    pieces: list[Any] = []
    for lattice in lattices:
        piece = numpy.zeros((len(lattice.chances) + 1, len(order)), numpy.float32)
        places_of = [0, *(order[symbol] for symbol in lattice.symbols[1:])]
        piece[:-1, places_of] = lattice.chances
        piece[-1, 0] = 1.0
        pieces.append(piece)
    return ctc.Lattice(tuple(order), numpy.vstack(pieces))


def shares(readings: Sequence[Reading]) -> list[tuple[Reading, float]]:
    """The best reading of each value with its share of all belief (they add up to 1), best first."""
    best: dict[Any, Reading] = {}
    sums: dict[Any, float] = {}
    if not readings:
        return []
    top = max(reading.total for reading in readings)
    for reading in readings:
        key = _key(reading)
        sums[key] = sums.get(key, 0.0) + math.exp(max(reading.total - top, -700.0))
        if key not in best or reading.total > best[key].total:
            best[key] = reading
    whole = sum(sums.values())
    return sorted(((best[key], share / whole) for key, share in sums.items()), key=lambda pair: -pair[1])


def _key(reading: Reading) -> Any:
    value = reading.normal.value
    if reading.normal.value is None:
        return ("text", reading.normal.text)
    if isinstance(value, str) and value.replace("-", "").isdigit():
        return ("digits", value.replace("-", ""))
    return ("value", value)


def with_prior(reading: Reading, more: float, by: str = "") -> Reading:
    """The reading after a further look at it."""
    return replace(
        reading, normal=replace(reading.normal, prior=reading.normal.prior + more), by=by or reading.by
    )


__all__ = [
    "UNLIKELY",
    "Reading",
    "Seen",
    "assigned",
    "seen",
    "shares",
    "with_prior",
]

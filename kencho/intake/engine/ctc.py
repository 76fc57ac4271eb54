"""What a line reader saw, kept so that it can be read again: a lattice of characters over time, and its decoding.

A reader gives, for each of T narrow columns of the line, the chance of each character and of "no new character"
(the blank of Graves et al., 2006). Only the columns that matter are kept: the likeliest characters of each moment
and all of the small alphabets, so a field can be decoded with another mask without running the network again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOP: Final = 12
"""Likeliest characters kept of each moment."""

_FLOOR: Final = 1e-6
_LEAST_MOVE: Final = 2e-4
NEVER: Final = -1e9
"""Stands for the logarithm of zero."""

Fold = Callable[[str], str | None]
"""A mask: what a character of the reader counts as ("" for a blank), or None when it cannot stand in the field."""


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """Chances (T × K) of the characters of ``symbols``; the first is the blank, written ""."""

    symbols: tuple[str, ...]
    chances: NDArray[Any]

    def folded(self, fold: Fold) -> Lattice:
        """The lattice under a mask: lookalikes are added up, what may not stand there is left out."""
        import numpy

        order: dict[str, int] = {"": 0}
        places = numpy.full(len(self.symbols), -1)
        places[0] = 0
        for index, symbol in enumerate(self.symbols[1:], start=1):
            target = fold(symbol)
            if target is not None:
                places[index] = order.setdefault(target, len(order))
        kept = numpy.flatnonzero(places >= 0)
        matrix = numpy.zeros((len(order), self.chances.shape[0]), numpy.float32)
        numpy.add.at(matrix, places[kept], self.chances.T[kept])
        return Lattice(tuple(order), numpy.ascontiguousarray(matrix.T))

    def softened(self, least: Mapping[str, float]) -> Lattice:
        """The lattice in which some characters have at least a given chance at every moment."""
        import numpy

        chances = self.chances.copy()
        for index, symbol in enumerate(self.symbols):
            if symbol in least:
                chances[:, index] = numpy.maximum(chances[:, index], least[symbol])
        return Lattice(self.symbols, chances)

    @property
    def mass(self) -> float:
        """How much of the reader's belief the mask let through, of its weakest moment (0–1)."""
        return float(self.chances.sum(axis=1).min()) if len(self.chances) else 0.0


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of the best path, the chance of each of its characters, and the logarithm of the path's chance."""

    text: str
    chances: tuple[float, ...]
    log_chance: float

    @property
    def least(self) -> float:
        """The chance of the least sure character; 0 for an empty text."""
        return min(self.chances, default=0.0)


def reduced(chances: NDArray[Any], characters: Sequence[str], always: NDArray[Any]) -> Lattice:
    """Cuts a reader's full output (T × all characters) down to the columns worth keeping."""
    import numpy

    count = min(TOP, chances.shape[1] - 1)
    top = numpy.argpartition(chances, -count, axis=1)[:, -count:]
    worth = numpy.take_along_axis(chances, top, axis=1) > _FLOOR
    columns = numpy.union1d(top[worth], always)
    columns = numpy.concatenate([[0], columns[columns != 0]]).astype(numpy.int64)
    return Lattice(tuple(characters[index] for index in columns), chances[:, columns].astype(numpy.float32))


def decode(lattice: Lattice) -> Decoded:
    """The best path: the likeliest character of each moment, repeats and blanks taken out."""
    if not len(lattice.chances):
        return Decoded("", (), 0.0)
    best = lattice.chances.argmax(axis=1)
    tops = lattice.chances.max(axis=1)
    text: list[str] = []
    chances: list[float] = []
    before = 0
    for index, top in zip(best.tolist(), tops.tolist(), strict=True):
        if index and index == before:
            chances[-1] = max(chances[-1], top)
        elif index:
            text.append(lattice.symbols[index])
            chances.append(top)
        before = index
    total = sum(math.log(max(top, _FLOOR)) for top in tops.tolist())
    return Decoded("".join(text), tuple(min(1.0, each) for each in chances), total)


def n_best(lattice: Lattice, width: int = 8) -> list[tuple[str, float]]:
    """The likeliest texts with the logarithm of their chance over all paths, best first (prefix beam search)."""
    beams: dict[tuple[int, ...], tuple[float, float]] = {(): (0.0, NEVER)}
    for row in lattice.chances:
        moves = _moves(row, width)
        if len(moves) == 1 and moves[0][0] == 0:
            gain = moves[0][1]
            beams = {prefix: (_plus(*ends) + gain, NEVER) for prefix, ends in beams.items()}
            continue
        beams = _step(beams, moves, width)
    ranked = sorted(((_plus(*ends), prefix) for prefix, ends in beams.items()), reverse=True)
    return [("".join(lattice.symbols[index] for index in prefix), chance) for chance, prefix in ranked]


def _moves(row: NDArray[Any], width: int) -> list[tuple[int, float]]:
    if row[0] > 0.9999:
        return [(0, math.log(float(row[0])))]  # nothing begins here
    order = row.argsort()[::-1][: width + 1].tolist()
    return [(index, math.log(float(row[index]))) for index in order if row[index] > _LEAST_MOVE]


def _step(
    beams: Mapping[tuple[int, ...], tuple[float, float]], moves: Sequence[tuple[int, float]], width: int
) -> dict[tuple[int, ...], tuple[float, float]]:
    """One moment of the search; each prefix carries its chance of ending in a blank and in its last character."""
    following: dict[tuple[int, ...], list[float]] = {}

    def add(prefix: tuple[int, ...], end: int, chance: float) -> None:
        ends = following.setdefault(prefix, [NEVER, NEVER])
        ends[end] = _plus(ends[end], chance)

    for prefix, (blank, filled) in beams.items():
        both = _plus(blank, filled)
        last = prefix[-1] if prefix else 0
        for index, gain in moves:
            if index == 0:
                add(prefix, 0, both + gain)
            elif index == last:
                add(prefix, 1, filled + gain)
                add((*prefix, index), 1, blank + gain)
            else:
                add((*prefix, index), 1, both + gain)
    ranked = sorted(following.items(), key=lambda item: _plus(*item[1]), reverse=True)[:width]
    return {prefix: (ends[0], ends[1]) for prefix, ends in ranked}


def _plus(one: float, other: float) -> float:
    """log(e^one + e^other)."""
    if one < other:
        one, other = other, one
    if other <= NEVER:
        return one
    return one + math.log1p(math.exp(other - one))


def log_chances(lattice: Lattice, texts: Sequence[str]) -> list[float]:
    """The logarithm of each text's chance over all paths (the forward algorithm); NEVER when it cannot be.

    All texts go through the lattice together: a long line costs about the same for one text as for twenty.
    """
    import numpy

    count, moments = len(texts), len(lattice.chances)
    if not count or not moments:
        return [NEVER] * count
    places = {symbol: index for index, symbol in enumerate(lattice.symbols)}
    longest = max(len(text) for text in texts)
    states = numpy.zeros((count, 2 * longest + 1), numpy.int64)
    for row, text in enumerate(texts):
        states[row, 1 : 2 * len(text) : 2] = [places.get(character, -1) for character in text]
    # A character outside the lattice is not impossible, only as unlikely as what was cut off.
    floored = numpy.maximum(numpy.hstack([lattice.chances, numpy.zeros((moments, 1))]), _FLOOR / 10)
    skips = numpy.zeros(states.shape, bool)
    skips[:, 3::2] = states[:, 3::2] != states[:, 1:-2:2]
    alpha = numpy.zeros(states.shape)
    alpha[:, :2] = floored[0][states[:, :2]]
    totals = numpy.zeros(count)
    for row in floored[1:]:
        following = alpha.copy()
        following[:, 1:] += alpha[:, :-1]
        following[:, 2:] += numpy.where(skips[:, 2:], alpha[:, :-2], 0.0)
        following *= row[states]
        sizes = numpy.maximum(following.max(axis=1), 1e-280)
        alpha = following / sizes[:, None]
        totals += numpy.log(sizes)
    ends = []
    for row, text in enumerate(texts):
        end = float(alpha[row, 2 * len(text)] + (alpha[row, 2 * len(text) - 1] if text else 0.0))
        ends.append(
            float(totals[row]) + math.log(end) if end > 1e-250 and 2 * len(text) <= 2 * moments else NEVER
        )
    return ends

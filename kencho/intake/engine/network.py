"""What each character of a line could also be, and which of the texts that so arise falls into words best.

The readers' n-best texts differ in a place or two; a line with four doubtful characters would need hundreds of them.
Here every place of the likeliest text has its own alternatives (a confusion network: Mangu, Brill and Stolcke, 2000),
and the dictionary chooses among all of them at once. What it chooses is only a proposal: it is weighed against the
paper as every other text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from kencho.foundation.text import VARIANTS
from kencho.intake.engine import ctc
from kencho.intake.engine.dictionaries import letters, words
from kencho.intake.engine.normalise import shape_log

_LEAST: Final = 1e-5
_MOST: Final = 6
_NOT_SEEN: Final = 11.5
_TOO_FAR: Final = 9.0
_WEIGHTS: Final = (0.3, 0.9)
"""How much words count against the paper when texts are proposed: a little, and much."""

_LETTERS: Final = 0.7

Slot = dict[str, float]
"""Characters that may stand at a place, with what each costs (natural logarithm, 0 = certain)."""

_SHAPES: Final = (
    "るZz百馬ゐ3", "しLlＬ", "こ二", "え元", "ハ八入人", "ミ三", "チ千干", "未末", "土士", "大犬太", "ソンシツ", "ク7ワケ", "う5ラ", "バパハ", "ビピヒ", "ブプフ", "ベペヘ", "ボポホ", "くく<",
    "日曰目", "間聞問", "社祉", "め女", "の0", "す才", "オ才", "セ七", "メ乂", "ヌ又", "ノ丿/", "1lI", "は1ま", "ち5",
)  # fmt: skip
_LEAK: Final = 0.002
_RARE: Final = -1.2
_RARE_LEAK: Final = 0.1


_SAME: Final = (
    "へヘ", "べベ", "ぺペ", "りリ", "カ力", "ロ口", "エ工", "タ夕", "ト卜", "ハ八", "ニ二", "ー一", "オ才", "ヌ又", "メ乂",
)  # fmt: skip
_SAME_LEAK: Final = 0.1
"""Two scripts, one shape: only the words around tell them apart."""

_MAIL_SHAPES: Final = (
    "il1j",
    "gq9",
    "o0",
    "vy",
    "vr",
    "vu",
    "uo",
    "s5",
    "z2",
    "b6",
    "ao",
    "ce",
    "hn",
    "rn",
    "-_",
)

Twins = Callable[[str], tuple[tuple[str, float], ...]]
"""Characters of nearly the same shape as one, with the share of belief that they take."""


def _twins(shapes: Sequence[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for shape in shapes:
        for each in shape:
            found.setdefault(each, set()).update(shape)
    return {each: frozenset(others - {each}) for each, others in found.items()}


_OF_TEXT: Final[Mapping[str, frozenset[str]]] = _twins(_SHAPES)
_ALIKE: Final[Mapping[str, frozenset[str]]] = _twins(_SAME)
_OF_MAIL: Final[Mapping[str, frozenset[str]]] = _twins(_MAIL_SHAPES)


def leaking(lattice: ctc.Lattice, twins: Twins) -> ctc.Lattice:
    """The lattice with a little of each character's chance given to those of nearly the same shape.

    A reader that is sure of one of them should not be believed altogether.
    """
    import numpy

    likely = lattice.chances.max(axis=0) > _LEAST
    leaks = [
        (index, twin, share)
        for index, symbol in enumerate(lattice.symbols)
        if likely[index]
        for twin, share in twins(symbol)
    ]
    if not leaks:
        return lattice
    order = {symbol: index for index, symbol in enumerate(lattice.symbols)}
    for _index, twin, _share in leaks:
        order.setdefault(twin, len(order))
    chances = numpy.zeros((len(lattice.chances), len(order)), numpy.float32)
    chances[:, : len(lattice.symbols)] = lattice.chances
    for index, twin, share in leaks:
        place = order[twin]
        chances[:, place] = numpy.maximum(chances[:, place], lattice.chances[:, index] * share)
    return ctc.Lattice(tuple(order), chances)


@lru_cache(maxsize=65536)
def of_text(character: str) -> tuple[tuple[str, float], ...]:
    """Lookalikes in running text."""
    shares = dict.fromkeys(_OF_TEXT.get(character, ()), _LEAK)
    shares.update(dict.fromkeys(_ALIKE.get(character, ()), _SAME_LEAK))
    shares.update(of_name(character))
    return tuple(shares.items())


@lru_cache(maxsize=65536)
def of_name(character: str) -> tuple[tuple[str, float], ...]:
    """Of a kanji in a shape that is rare today (錄) the usual one (録): the readers learnt from Chinese, too."""
    usual = VARIANTS.get(character)
    if usual and usual != character and shape_log(character) < _RARE:
        return ((usual, _RARE_LEAK),)
    return ()


@lru_cache(maxsize=64)
def of_mail(character: str) -> tuple[tuple[str, float], ...]:
    """Lookalikes among small letters and digits."""
    return tuple((twin, _LEAK) for twin in _OF_MAIL.get(character, ()))


def slots_of(lattice: ctc.Lattice) -> list[Slot]:
    """The places of the likeliest text, each with the characters that the reader half thought of."""
    if not len(lattice.chances):
        return []
    path = lattice.chances.argmax(axis=1).tolist()
    starts = [at for at, index in enumerate(path) if index and (at == 0 or path[at - 1] != index)]
    found = []
    for start in starts:
        end = start + 1
        while end < len(path) and path[end] == path[start]:
            end += 1
        # A half thought often shows in the blank moment beside the character.
        low = start - 1 if start and not path[start - 1] else start
        high = end + 1 if end < len(path) and not path[end] else end
        tops = lattice.chances[low:high].max(axis=0)
        listed = tops.argsort()[::-1][: _MOST + 1].tolist()
        found.append(
            {
                lattice.symbols[index]: -math.log(min(1.0, float(tops[index])))
                for index in listed
                if index and tops[index] > _LEAST
            }
        )
    return found


def together(
    own: Sequence[Slot], other: Sequence[Slot], weights: tuple[float, float], twins: Twins
) -> list[Slot]:
    """The places of one reader with what the other saw there, where the two can be laid side by side."""
    mine, theirs = (
        [min(slot.items(), key=lambda pair: pair[1], default=("", 0.0))[0] for slot in slots]
        for slots in (own, other)
    )
    result = [dict(slot) for slot in own]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        if tag not in {"equal", "replace"} or i2 - i1 != j2 - j1:
            continue
        for i, j in zip(range(i1, i2), range(j1, j2), strict=True):
            result[i] = {
                each: weights[0] * min(own[i].get(each, _NOT_SEEN), _NOT_SEEN)
                + weights[1] * min(other[j].get(each, _NOT_SEEN), _NOT_SEEN)
                for each in own[i].keys() | other[j].keys()
            }
    return [_with_twins(slot, twins) for slot in result]


def _with_twins(slot: Slot, twins: Twins) -> Slot:
    found = dict(slot)
    for each, cost in slot.items():
        for twin, share in twins(each):
            found[twin] = min(found.get(twin, math.inf), cost - math.log(share))
    least = min(found.values(), default=0.0)
    ordered = sorted(found.items(), key=lambda pair: pair[1])[:_MOST]
    return {each: cost for each, cost in ordered if cost < least + _TOO_FAR}


def texts(lattices: Sequence[ctc.Lattice], weights: tuple[float, float]) -> Iterable[str]:
    """Texts that the paper allows and that fall into words."""
    for slots in _both_ways(lattices, weights, of_text):
        for weight in _WEIGHTS:
            yield words.best(slots, weight)[0]


def addresses(lattices: Sequence[ctc.Lattice], weights: tuple[float, float]) -> Iterable[str]:
    """E-mail addresses that the paper allows and whose letters follow one another as in names."""
    for slots in _both_ways(lattices, weights, of_mail):
        yield letters.best(slots, _LETTERS)


def _both_ways(
    lattices: Sequence[ctc.Lattice], weights: tuple[float, float], twins: Twins
) -> Iterable[list[Slot]]:
    if len(lattices) == 2:
        first, second = (slots_of(lattice) for lattice in lattices)
        for slots in (
            together(first, second, weights, twins),
            together(second, first, weights[::-1], twins),
        ):
            if slots and all(slots):
                yield slots

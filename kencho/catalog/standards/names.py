"""How alike are the header of a column and the name of an item?"""

import re
from functools import lru_cache
from typing import Final

from kencho.catalog.standards.shapes import Item
from kencho.foundation.text import fold

__all__ = ["core", "likeness"]

_BRACKETED: Final = re.compile(r"[(\[【<〔].*?[)\]】>〕]")
_SEPARATORS: Final = re.compile(r"[\s_・/／:：.．,、。\-()\[\]【】<>〔〕「」『』]+")
_MARKS: Final = re.compile(r"^[※＊*○◎●・]+|[※＊*]+$")
# Words that say nothing about which item it is.
_HOLLOW: Final = ("情報", "について", "等", "欄")

EXACT: Final = 1.0
SYNONYM: Final = 0.95
CORE: Final = 0.9
SYNONYM_CORE: Final = 0.88


@lru_cache(maxsize=16_384)
def core(name: str) -> str:
    """The name folded, without separators and brackets (what stands inside stays)."""
    return _SEPARATORS.sub("", _MARKS.sub("", fold(name)))


@lru_cache(maxsize=16_384)
def _bare(name: str) -> str:
    """As `core`, also without what stands in brackets and without hollow words."""
    plain = core(_BRACKETED.sub("", fold(name)))
    for word in _HOLLOW:
        if plain.endswith(word) and len(plain) > len(word) + 1:
            plain = plain.removesuffix(word)
    return plain


@lru_cache(maxsize=65_536)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1)) or frozenset({text})


def _is_abbreviation(short: str, long: str) -> bool:
    """Whether the characters of the short one stand in the long one in this order, beginning with its first."""
    if not 2 <= len(short) < len(long) or short[0] != long[0]:
        return False
    rest = iter(long)
    return all(character in rest for character in short)


@lru_cache(maxsize=131_072)
def _partly(column: str, name: str) -> float:
    """Likeness of two bare names that are not equal."""
    if not column or not name:
        return 0.0
    short, long = sorted((column, name), key=len)
    if len(short) >= 2 and long.endswith(short):
        # The last part carries the meaning: 所在地の市区町村 is a 市区町村.
        return 0.62 + 0.22 * len(short) / len(long)
    if len(short) >= 2 and long.startswith(short):
        return 0.5 + 0.3 * len(short) / len(long)
    if len(short) >= 2 and short in long:
        return 0.5 + 0.25 * len(short) / len(long)
    if _is_abbreviation(short, long):
        return 0.5 + 0.25 * len(short) / len(long)
    common = len(_pairs(column) & _pairs(name))
    dice = 2 * common / (len(_pairs(column)) + len(_pairs(name)))
    return 0.75 * dice


@lru_cache(maxsize=4096)
def _ways(item: Item) -> tuple[str, str, frozenset[str], str, frozenset[str], tuple[str, ...]]:
    """The ways to write an item: its name (folded, core, bare) and those of its synonyms."""
    others = item.synonyms
    cores, bares = frozenset(map(core, others)), frozenset(filter(None, map(_bare, others)))
    name = _bare(item.name)
    return fold(item.name), core(item.name), cores, name, bares, tuple(dict.fromkeys((name, *bares)))


@lru_cache(maxsize=65_536)
def likeness(column: str, item: Item) -> tuple[float, str]:
    """From 0 to 1, and by what: `name`, `synonym`, `abbreviation`; empty for 0."""
    whole, bare = core(column), _bare(column)
    folded, name_core, cores, name_bare, bares, every = _ways(item)
    if fold(column) == folded:
        return EXACT, "name"
    if whole == name_core:
        return SYNONYM, "name"
    if whole in cores:
        return SYNONYM, "synonym"
    if bare and bare == name_bare:
        return CORE, "name"
    if bare in bares:
        return SYNONYM_CORE, "synonym"
    best = max(_partly(bare, each) for each in every)
    return (best, "abbreviation") if best > 0 else (0.0, "")

"""異体字: other shapes of a character of a name, for the picker of the verify screen.

Pairs of characters come from ``foundation.text.VARIANTS``, shapes of one character (IVS) and some names' own shapes from
``data/name_shapes.txt``, which names its source.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kencho.foundation.text import VARIANTS, strip_ivs

SHAPES = Path(__file__).with_name("data") / "name_shapes.txt"
# CJK compatibility ideographs (﨑, 神 …); of them only those of Windows-31J, the set that most office systems hold.
COMPATIBILITY = range(0xF900, 0xFB00)
SELECTORS = range(0xE0100, 0xE01F0)


@dataclass(frozen=True)
class Shape:
    """One shape: the text to put in (one character, or one with its selector) and words that tell it from others."""

    text: str
    note: str

    @property
    def code(self) -> str:
        """U+ notation, for whoever cannot tell the shapes apart on the screen."""
        return " ".join(f"U+{ord(each):04X}" for each in self.text)


@cache
def _sequences() -> dict[str, tuple[Shape, ...]]:
    found: dict[str, list[Shape]] = {}
    for line in SHAPES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            character, selector, note = line.split(" ", 2)
            found.setdefault(character, []).append(Shape(character + chr(int(selector, 16)), note))
    return {character: tuple(shapes) for character, shapes in found.items()}


def _compatible() -> Iterator[str]:
    for character in map(chr, COMPATIBILITY):
        if unicodedata.decomposition(character):
            try:
                character.encode("cp932")
            except UnicodeEncodeError:
                continue
            yield character


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    for variant, head in VARIANTS.items():
        groups.setdefault(head, [head]).append(variant)
    for variant in _compatible():
        plain = unicodedata.normalize("NFKC", variant)
        head = VARIANTS.get(plain, plain)
        groups.setdefault(head, [head]).append(variant)
    return {member: tuple(members) for members in groups.values() for member in members}


def shapes_of(character: str) -> tuple[Shape, ...]:
    """The other shapes of a character (with or without a selector), characters first; empty when none is known."""
    plain = strip_ivs(character)
    members = _groups().get(plain, (plain,) if plain else ())
    found = [Shape(each, _note(each)) for each in members]
    found += [shape for each in members for shape in _sequences().get(each, ())]
    return tuple(shape for shape in found if shape.text != character)


def _note(character: str) -> str:
    return "互換漢字" if unicodedata.decomposition(character) else ""


def letters_of(text: str) -> list[str]:
    """The text in letters; a selector stays with its character."""
    found: list[str] = []
    for each in text:
        if ord(each) in SELECTORS and found:
            found[-1] += each
        else:
            found.append(each)
    return found


@dataclass(frozen=True)
class Letter:
    """One letter of a text that has other shapes."""

    index: int
    letter: str
    shapes: tuple[Shape, ...]


def choices_in(text: str) -> list[Letter]:
    """The letters of a text that have other shapes, with these."""
    return [
        Letter(index, letter, shapes)
        for index, letter in enumerate(letters_of(text))
        if (shapes := shapes_of(letter))
    ]


def replaced(text: str, index: int, shape: str) -> str:
    """The text with one letter in another shape; unchanged when there is no such letter or no such shape of it."""
    letters = letters_of(text)
    if 0 <= index < len(letters) and any(each.text == shape for each in shapes_of(letters[index])):
        letters[index] = shape
    return "".join(letters)


@cache
def table() -> dict[str, list[list[str]]]:
    """Every character with other shapes → [text, note] of each: what the script of the page knows."""
    heads = {*_groups(), *_sequences()}
    return {
        head: [[shape.text, shape.note or shape.code] for shape in shapes_of(head)] for head in sorted(heads)
    }

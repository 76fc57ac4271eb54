"""Applicants' text made fit for print: nothing vanishes silently, nothing disturbs the page.

PDF/A-2 (ISO 19005-2, 6.2.11) forbids a glyph that is not there, so a character outside the fonts is printed as
the geta mark 〓 (JIS X 0213 1-2-14), the printers' own sign for a missing sort, and named at the end.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from ._fonts import Coverage

GETA = "〓"

_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# These have no shape of their own and come along when text is pasted from a web page.
_SHAPELESS = re.compile("[\ufe0e\ufe0f\u00ad\u200b-\u200d\u2060\ufeff]")
_SELECTORS = re.compile("(.)([\ufe00-\ufe0f\U000e0100-\U000e01ef]+)", re.DOTALL)

# Latin letters without a space, such as a digest, would run off the page. The engine itself breaks addresses.
_LONG_RUN = re.compile("(?<![!-~])(?!https?://)[!-~]{25,}")
_BREAK = "\u200b"


class Printer:
    """Replaces what the fonts cannot draw and remembers what it replaced."""

    def __init__(self, coverage: Coverage) -> None:
        self._coverage = coverage
        # Direction marks would let a text show itself in another order than it is stored; private-use
        # characters have no agreed meaning and PDF/A-2a refuses them.
        self._drawable = frozenset(
            c for c in coverage.characters if unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cs"}
        ) | {"\n"}

    def missing(self, text: str) -> set[str]:
        """The characters, and the variation sequences, of `text` that the fonts have no glyph for."""
        text = _without_shapeless(text)
        found = set(self._unknown_sequences(text))
        return found | (set(_SELECTORS.sub(r"\1", text)) - self._drawable)

    def printable(self, text: str, missing: set[str]) -> str:
        """`text` with 〓 for what cannot be drawn; what was replaced is added to `missing`."""
        if not self._drawable.issuperset(text):
            text = _without_shapeless(text)
            if unknown := self.missing(text):
                missing |= unknown
                # A variation sequence the fonts lack keeps its selector: the base form is drawn, the text is whole.
                text = "".join(self._drawn(text))
        return _LONG_RUN.sub(lambda run: _BREAK.join(run.group()), text)

    def _drawn(self, text: str) -> Iterator[str]:
        drawn = False
        for character in text:
            if _SELECTORS.fullmatch("x" + character):
                if drawn:
                    yield character
            else:
                drawn = character in self._drawable
                yield character if drawn else GETA

    def _unknown_sequences(self, text: str) -> Iterator[str]:
        for match in _SELECTORS.finditer(text):
            sequence = match.group(0)
            if sequence not in self._coverage.sequences:
                yield sequence


def _without_shapeless(text: str) -> str:
    return _SHAPELESS.sub("", _NEWLINES.sub("\n", text).replace("\t", " "))


def code_points(sequence: str) -> str:
    """`U+845B U+E0103`, the way characters are named in print."""
    return " ".join(f"U+{ord(character):04X}" for character in sequence)

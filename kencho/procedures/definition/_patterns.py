"""Which regular expressions a definition may use."""

from __future__ import annotations

import re

from kencho.procedures.definition._text import whole

# Longest answer that a pattern may be tried on, in characters.
LONGEST = 100

# One piece: a literal, an escaped mark or digit class, or a character class; then at most one repeat.
_CLASS = r"\[\^?(?:\\[dnt\\\]\[^.\-/+*?(){}|$]|[^\\\[\]])+\]"
_ATOM = rf"(?:{_CLASS}|\\[d.\\/+*?(){{}}|\[\]^$\-]|[^\\\[\](){{}}|*+?^$.])"
_REPEAT = r"(?:\{[0-9]{1,3}(?:,[0-9]{0,3})?\}|[*+?])?"
_FLAT = rf"(?:{_ATOM}{_REPEAT})*"
_CHOICE = rf"{_FLAT}(?:\|{_FLAT})*"
# A group may be repeated only when there is one way to read it: no repeats and no choices inside.
_PLAIN = rf"{_ATOM}+"
_PIECE = rf"(?:{_ATOM}{_REPEAT}|\((?:\?:)?{_PLAIN}\){_REPEAT}|\((?:\?:)?{_CHOICE}\)\??)"
_ALLOWED = re.compile(rf"(?:{_PIECE})+(?:\|(?:{_PIECE})+)*")
_OPEN_REPEATS = re.compile(r"(?<!\\)[*+]|,\}|[0-9]{2,3}\}")


def safe_pattern(pattern: str) -> bool:
    """Whether a pattern means the same in every engine and cannot be made slow by an applicant.

    Allowed are literals, \\d, character classes, groups one deep, choices and repeats; not look-around,
    back-references, anchors, the dot, or repeats of groups that repeat or choose. Three open repeats over at most
    `LONGEST` characters keep the worst case at a few milliseconds.
    """
    if len(pattern) > 200 or len(_OPEN_REPEATS.findall(pattern)) > 3 or not _ALLOWED.fullmatch(pattern):
        return False
    try:
        whole(pattern)
    except re.error:
        return False
    return True

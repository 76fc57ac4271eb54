"""What a text became: its value, how it is written, and how believable that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from kencho.intake.engine.shapes import Reason

UNLIKELY: Final = -3.0
"""Added to the logarithm of a text's chance when it breaks a soft rule (a code not in use, an odd length)."""

IMPOSSIBLE: Final = -12.0
"""The same for what can be no value of the kind at all."""


@dataclass(frozen=True, slots=True)
class Normal:
    """A text as a value. ``prior`` is the logarithm of how believable it is before looking at the paper (0 = fine)."""

    text: str
    value: Any
    prior: float = 0.0
    is_valid: bool = True
    reasons: tuple[Reason, ...] = ()


def invalid(text: str, prior: float = IMPOSSIBLE) -> Normal:
    """A text that is no value of its kind."""
    return Normal(text, None, prior, False, (Reason.INVALID,))

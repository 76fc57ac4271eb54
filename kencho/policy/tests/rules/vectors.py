"""Reads the vectors: tables of data, so that a reader without Python can check them."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from kencho.policy.rules import Exact, ExactCell, Missing, Profile, load_profiles

FOLDER = Path(__file__).parent / "vectors"

Row = dict[str, Any]


@cache
def _read(name: str) -> tuple[Row, ...]:
    return tuple(yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")))


def rows(name: str, key: str = "") -> list[Row]:
    """The vectors of a file, or those of them that have a key."""
    return [row for row in _read(name) if not key or key in row]


def number(text: str) -> Exact:
    """A number; with a stroke, or as the result of a division, a fraction."""
    return Fraction(text) if "/" in text else Decimal(text)


def cell(text: str) -> ExactCell:
    """A number, or ~reason for a missing one."""
    return Missing(text[1:]) if text.startswith("~") else number(text)


def stored(text: str) -> Decimal | Missing:
    """The same for a cell that cannot hold a fraction."""
    return Missing(text[1:]) if text.startswith("~") else Decimal(text)


def yen(value: int | str) -> int | Missing:
    """An amount, or ~reason."""
    return value if isinstance(value, int) else Missing(value[1:])


def instant(text: str) -> datetime:
    """A moment with its offset."""
    return datetime.fromisoformat(text)


@cache
def profiles() -> dict[str, Profile]:
    """The profiles that are delivered."""
    return load_profiles(Path(settings.BASE_DIR) / "seeds" / "policy" / "profiles.yaml")

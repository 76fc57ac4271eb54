"""Plain PDF values: those that hold no reference, stream or action."""

from decimal import Decimal
from typing import Any

import pikepdf

from kencho.files.sanitize.outcome import NeedsPixels

DEPTH = 12
ITEMS = 100_000


def plain(value: Any, depth: int = 0) -> Any:
    """A detached copy of a number, name, string, truth value, or array of such; None for anything else."""
    if value is None or isinstance(value, bool | int | float | Decimal):
        return value
    if isinstance(value, pikepdf.Name):
        return pikepdf.Name(str(value))
    if isinstance(value, pikepdf.String):
        return pikepdf.String(bytes(value))
    if isinstance(value, pikepdf.Array):
        if depth > DEPTH or len(value) > ITEMS:
            raise NeedsPixels("array")
        return pikepdf.Array([_kept(plain(item, depth + 1)) for item in value])
    return None


def _kept(value: Any) -> Any:
    """An array must keep its length, so an item that is not plain spoils it."""
    if value is None:
        raise NeedsPixels("array item")
    return value


def plain_entries(source: Any, keys: tuple[str, ...]) -> pikepdf.Dictionary:
    """A new dictionary of those listed entries that are plain."""
    new = pikepdf.Dictionary()
    for key in keys:
        value = plain(source.get(key))
        if value is not None:
            new[key] = value
    return new


def is_true(value: Any) -> bool:
    """Whether a value is the PDF word `true` (pikepdf gives truth values as Python's own)."""
    return value is True


def whole(value: Any, *, low: int, high: int) -> int:
    """A whole number within bounds, or `NeedsPixels`."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise NeedsPixels("number")
    return value

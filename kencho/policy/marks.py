"""①, ②… : how numbered lines are marked on the sheet."""

FIRST = ord("①")
LAST_NUMBER = 20


def mark_of(number: int) -> str:
    """① to ⑳, then (21)."""
    return chr(FIRST + number - 1) if 1 <= number <= LAST_NUMBER else f"({number})"

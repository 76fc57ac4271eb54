"""Which values of a long column are surely right? What is left is looked at one by one (heavy: polars)."""

from typing import Final

import polars as pl

from kencho.catalog.standards.prefectures import BOXES, JAPAN

__all__ = ["surely_right"]

_PATTERNS: Final = {
    "phone": r"^0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}$",
    "url": r"^https?://[A-Za-z0-9\-]+(\.[A-Za-z0-9\-]+)+(/[!-~]*)?$",
    "time": "^([01][0-9]|2[0-3]):[0-5][0-9]$",
    "street_address_id": "^[0-9]{7}$",
    "kana": "^[ァ-ヺー・ 　0-9０-９]+$",
    "number": r"^-?[0-9]+(\.[0-9]+)?$",
    "integer": "^[0-9]+$",
    "email": r"^[A-Za-z0-9._+\-]+@[A-Za-z0-9\-]+(\.[A-Za-z0-9\-]+)+$",
}
_ANYTHING: Final = frozenset({"text", "id", "extension", "weekday", "municipality", "local_government_name"})


def surely_right(series: pl.Series, content: str, body_code: str) -> pl.Series:
    """A mask of values that `validators.problem` would not object to; others may still be right. Nulls are false."""
    if content in _ANYTHING:
        return series.is_not_null() & (series.cast(pl.String) != "")
    if content == "date" and series.dtype.is_temporal():
        return series.is_not_null()
    if content in {"latitude", "longitude"} and series.dtype.is_numeric():
        return _inside(series, content, body_code)
    if content in {"number", "integer"} and series.dtype.is_integer():
        return series.is_not_null() if content == "number" else (series >= 0).fill_null(value=False)
    if content in _PATTERNS and series.dtype == pl.String:
        found = series.str.contains(_PATTERNS[content])
        if content == "phone":
            found = found & series.str.replace_all("-", "", literal=True).str.len_bytes().is_between(10, 11)
        return found.fill_null(value=False)
    return pl.repeat(value=False, n=len(series), eager=True, dtype=pl.Boolean)


def _inside(series: pl.Series, content: str, body_code: str) -> pl.Series:
    box = BOXES.get(body_code[:2], JAPAN)
    edges = (box.south, box.north) if content == "latitude" else (box.west, box.east)
    return series.is_between(*edges).fill_null(value=False)

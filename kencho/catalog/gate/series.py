"""The columns of a table, ready to be searched quickly: equal values once, rows found again afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import polars as pl

from kencho.catalog.gate.headers import Header, read_header
from kencho.catalog.gate.shapes import FIRST_ROWS, HEADER_ROWS

__all__ = ["TextColumn", "as_frame", "first_rows", "spread"]

SAMPLE: Final = 400
MANY: Final = 4_000
_REPEATS: Final = 0.5
"""Share of different values in a sample below which it pays to look at each value once."""


def as_frame(columns: Mapping[str, Sequence[Any] | pl.Series]) -> dict[str, pl.Series]:
    """Every column as a polars Series: numbers, dates and truth values keep their type, all else is text."""
    return {name: _series(name, values) for name, values in columns.items()}


def _series(name: str, values: Sequence[Any] | pl.Series) -> pl.Series:
    if isinstance(values, pl.Series):
        found = values
    else:
        kinds = {type(value) for value in values if value is not None}
        mixed = len(kinds - {int, float}) > 0 and kinds != {str}
        given = [None if v is None else str(v) for v in values] if mixed else list(values)
        found = pl.Series(name, given, dtype=pl.String if mixed or not kinds else None, strict=False)
    if found.dtype.is_integer():
        # Parquet may hold small integers in few bytes; a telephone number would not fit beside them.
        found = found.cast(pl.Int64, strict=False)
    kept = found.dtype == pl.String or found.dtype.is_numeric() or found.dtype.is_temporal()
    return found if kept else found.cast(pl.String, strict=False)


def spread(series: pl.Series, most: int) -> pl.Series:
    """At most that many values, evenly spread over the column."""
    filled = series.drop_nulls()
    return filled.gather_every(max(1, len(filled) // most)).head(most)


def first_rows(mask: pl.Series) -> tuple[int, ...]:
    """The first rows where the mask is true, as Excel counts them."""
    return tuple(int(index) + 1 + HEADER_ROWS for index in mask.arg_true().head(FIRST_ROWS))


@dataclass
class TextColumn:
    """A column of text. `values` holds each value once when they repeat, else all of them."""

    name: str
    series: pl.Series
    header: Header = field(init=False)

    def __post_init__(self) -> None:
        self.header = read_header(self.name)

    @cached_property
    def _is_unique(self) -> bool:
        sample = spread(self.series, MANY)
        return bool(len(sample) and sample.n_unique() > _REPEATS * len(sample) and len(self.series) > MANY)

    @cached_property
    def values(self) -> pl.Series:
        """What is searched."""
        return self.series if self._is_unique else self.series.unique(maintain_order=True)

    @cached_property
    def sample(self) -> pl.Series:
        """Some hundred values, evenly spread."""
        return spread(self.series, SAMPLE)

    @cached_property
    def longest(self) -> int:
        """Bytes of the longest value."""
        return int(self.values.str.len_bytes().max() or 0)  # type: ignore[arg-type]  # an integer column

    @cached_property
    def folded(self) -> pl.Series:
        """The values with digits in ASCII and one kind of hyphen, blank and bracket."""
        return tidy(self.values)

    def rows(self, mask: pl.Series) -> pl.Series:
        """From a mask over `values` to one over the rows."""
        if self._is_unique:
            return mask.fill_null(value=False)
        hits = self.values.filter(mask)
        return self.series.is_in(hits.implode()).fill_null(value=False)


_WIDE: Final = {
    **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
    **dict.fromkeys("‐‑‒–—―−－ーｰ", "-"),
    **dict.fromkeys("\u3000\u00a0\t", " "),
    "（": "(",
    "）": ")",
    "＠": "@",
    "．": ".",
    "＋": "+",
    "／": "/",
    "：": ":",
}
_WIDE_ANY: Final = "[" + "".join(_WIDE) + "]"


def tidy(values: pl.Series) -> pl.Series:
    """Full-width digits, hyphens, blanks and brackets as ASCII; only where there are any."""
    if not len(values) or not values.str.contains(_WIDE_ANY).any():
        return values
    return values.str.replace_many(list(_WIDE), list(_WIDE.values()))

"""A Parquet file in frames of one row group's size."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from kencho.catalog.tables.parquet import ROW_GROUP

_RISKY: Final = r"\A'*[=+\-@\t\r\n＝＋－＠]"
_HARMLESS: Final = r"\A(?:-|[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?)\z"


def frames(path: Path, size: int = ROW_GROUP) -> Iterator[tuple[int, pl.DataFrame]]:
    """The frames, each with the place (from 0) of its first row."""
    table = pl.scan_parquet(path)
    count = int(table.select(pl.len()).collect().item())
    for begin in range(0, count, size):
        yield begin, table.slice(begin, size).collect()


def count_of(path: Path) -> int:
    """How many rows a file has."""
    return int(pl.scan_parquet(path).select(pl.len()).collect().item())


def columns_of(path: Path) -> list[str]:
    """The names of its columns."""
    return pl.scan_parquet(path).collect_schema().names()


def risky_start(column: pl.Expr) -> pl.Expr:
    """Which texts begin as formulas do; a quick look before `defused`."""
    return column.str.contains(_RISKY)


def defused(column: pl.Expr) -> pl.Expr:
    """`foundation.csvfile.defuse` for a whole column."""
    risky = risky_start(column) & ~column.str.contains(_HARMLESS)
    return pl.when(risky).then("'" + column).otherwise(column)

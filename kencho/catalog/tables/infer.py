"""A schema from the cells of a whole file: each column gets the narrowest type that holds all of them."""

import re
from collections.abc import Iterable
from typing import Final

import polars as pl

from kencho.catalog.tables.chunks import CsvSource, WrongEncoding
from kencho.catalog.tables.parquet import blank_in, texts_of
from kencho.catalog.tables.refusals import Refused
from kencho.catalog.tables.schema import Column, Schema
from kencho.catalog.tables.validate import typed

# Narrowest first. A column of 0 and 1 is one of numbers, so only words make truth values.
_ORDER: Final = ("integer", "number", "date", "datetime", "boolean", "string")
_TRUE: Final = ("true", "True", "TRUE")
_FALSE: Final = ("false", "False", "FALSE")
_CODE: Final = re.compile(r"(?:コード|番号|ＩＤ|ID|id|_id|code)$|^(?:ID|id|code)")
_YEAR: Final = re.compile(r"(?:年|年度|西暦|year)$")


def infer(source: CsvSource) -> Schema:
    """The schema of a file. Raises `Refused`: `no_header` when labels are blank or doubled, and what reading raises."""
    names = source.header
    if not all(name.strip() for name in names) or len(set(names)) != len(names):
        raise Refused("no_header")
    for _attempt in range(2):
        left = {name: _candidates(name) for name in names}
        try:
            for chunk in source.chunks():
                frame = texts_of(chunk, names, source.delimiter)
                if chunk.has_quotes:
                    frame = frame.with_columns(pl.when(pl.all() != "").then(pl.all()))
                _narrow(frame.filter(~blank_in(frame)), left)
        except WrongEncoding:
            continue
        break
    return Schema(tuple(_column(name, left[name]) for name in names))


def infer_rows(names: list[str], frames: Iterable[pl.DataFrame]) -> Schema:
    """The schema of texts that stand in memory."""
    left = {name: _candidates(name) for name in names}
    for frame in frames:
        _narrow(frame, left)
    return Schema(tuple(_column(name, left[name]) for name in names))


def _candidates(name: str) -> list[str]:
    if _CODE.search(name):
        return ["string"]
    return (["year"] if _YEAR.search(name) else []) + list(_ORDER)


def _narrow(frame: pl.DataFrame, left: dict[str, list[str]]) -> None:
    """Take away the types that a cell does not fit."""
    if not frame.height:
        return
    for name, types in left.items():
        raw = pl.col(name)
        while types[0] != "string":
            lost = (
                raw.is_not_null()
                & typed(Column(name, type=types[0], true_values=_TRUE, false_values=_FALSE), raw).is_null()
            )
            if types[0] in {"integer", "number"}:
                # 007 is a code; as a number it would lose its zeros.
                lost = lost | raw.str.contains(r"^[+-]?0[0-9]")
            if not frame.select(lost.any()).item():
                break
            types.pop(0)


def _column(name: str, types: list[str]) -> Column:
    return Column(name, type=types[0])

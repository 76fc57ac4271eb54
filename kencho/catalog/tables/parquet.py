"""A CSV file through decoding and checking into one Parquet file, in one pass and bounded memory. For children only.

The file is read chunk by chunk; while polars compresses one, the next is decoded. Repeated values of the whole table
(unique columns, the primary key) are looked for in the finished file.
"""

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from polars.io.plugins import register_io_source

from kencho.catalog.tables.chunks import Chunk, CsvSource, Numbers, WrongEncoding
from kencho.catalog.tables.schema import Schema
from kencho.catalog.tables.validate import STORED, Checker, Findings, check_header, check_shape

ROW_GROUP: Final = 122_880
# Level 3 is 4 % smaller and takes a third more time.
LEVEL: Final = 1
Done = Callable[[int, int], None]
Also = Callable[[pl.DataFrame], None]


@dataclass
class Prepared:
    """What became of a file: how many rows are stored and what was found."""

    encoding: str
    rows: int = 0
    findings: Findings = field(default_factory=Findings)
    blank_rows: list[Numbers] = field(default_factory=list)

    def source_rows(self, places: Numbers) -> Numbers:
        """The row numbers in the file for places (from 0) in the stored table; blank rows are not stored."""
        numbers = places + 2
        if self.blank_rows:
            blank = np.sort(np.concatenate(self.blank_rows))
            # Each blank row that stands before pushes a row down by one.
            numbers = numbers + np.searchsorted(blank - np.arange(len(blank)), numbers, side="right")
        return numbers


def texts_of(chunk: Chunk, names: Sequence[str], delimiter: str) -> pl.DataFrame:
    """A chunk's cells as texts; empty and absent cells are null, `""` in quotes is the empty text."""
    # The reader takes the number of columns from the first line, so it gets one that has them all.
    head = delimiter.join(f"{place}" for place in range(len(names))).encode()
    frame = pl.read_csv(
        io.BytesIO(head + b"\n" + chunk.text),
        infer_schema=False,
        separator=delimiter,
        truncate_ragged_lines=True,
    )
    frame.columns = list(names)
    if frame.height != chunk.rows:
        # The two readers disagree about the rows; the slow one is right.
        cells = chunk.cells_of(range(chunk.rows), delimiter)
        table = [[cell or None for cell in cells.get(n, [])[: len(names)]] for n in range(chunk.rows)]
        table = [row + [None] * (len(names) - len(row)) for row in table]
        frame = pl.DataFrame(table, schema=dict.fromkeys(names, pl.String), orient="row")
    return frame


def blank_in(frame: pl.DataFrame) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """Which rows have no text at all."""
    first = frame.get_column(frame.columns[0])
    if first.null_count() == 0 and not (first == "").any():
        return np.zeros(frame.height, np.bool_)
    empty = pl.all_horizontal(pl.all().is_null() | (pl.all() == ""))
    return frame.select(empty.fill_null(value=True).alias("blank")).get_column("blank").to_numpy()


def write_parquet(
    source: CsvSource,
    schema: Schema,
    target: Path,
    *,
    most_findings: int = 1000,
    done: Done | None = None,
    begin: Callable[[], Also] | None = None,
) -> Prepared:
    """Check a CSV file against a schema and store it as Parquet with the schema's columns in the schema's order.

    Whether the file may be used stands in the findings (`is_lossy`). `begin` is called when reading begins (again, when
    the encoding turns out to be another) and gives a function that gets the checked rows in their order. Raises
    `Refused` and `SchemaError`.
    """
    for attempt in range(3):
        try:
            return _written(
                source,
                schema,
                target,
                Findings(most_findings),
                done or (lambda *_: None),
                begin() if begin else None,
            )
        except WrongEncoding:
            if attempt == 2:
                raise
    raise AssertionError


def _written(
    source: CsvSource, schema: Schema, target: Path, findings: Findings, done: Done, also: Also | None
) -> Prepared:
    prepared = Prepared(source.encoding.name, findings=findings)
    check_header(source.header, schema, findings)
    checker = Checker(schema, findings)
    trouble: list[BaseException] = []

    def frames(
        _columns: Any = None, _predicate: Any = None, _rows: Any = None, _size: Any = None
    ) -> Iterator[pl.DataFrame]:
        try:
            for chunk in source.chunks():
                values = _checked(chunk, source, checker, prepared)
                if also is not None:
                    also(values)
                yield values
                done(chunk.done, source.size)
        except BaseException as error:
            # polars wraps what goes wrong inside of a source.
            trouble.append(error)
            raise

    stored = {column.name: STORED[column.type] for column in schema.columns}
    try:
        register_io_source(frames, schema=stored).sink_parquet(
            target, compression="zstd", compression_level=LEVEL, row_group_size=ROW_GROUP
        )
    except BaseException:
        if trouble:
            raise trouble[0] from None
        raise
    _check_repeats(schema, target, prepared)
    return prepared


def _checked(chunk: Chunk, source: CsvSource, checker: Checker, prepared: Prepared) -> pl.DataFrame:
    schema = checker.schema
    labels = _labels(source.header)
    texts = texts_of(chunk, labels, source.delimiter)
    blank = blank_in(texts)
    check_shape(chunk, source.header, source.delimiter, blank, prepared.findings)
    rows = pl.Series("row", np.arange(chunk.first_row, chunk.first_row + chunk.rows))
    if blank.any():
        prepared.blank_rows.append(rows.to_numpy()[blank])
        texts, rows = texts.filter(~blank), rows.filter(~blank)
    absent = [pl.lit(None, pl.String).alias(name) for name in schema.names if name not in texts.columns]
    values = checker.check(texts.with_columns(absent).select(schema.names), rows, chunk)
    prepared.rows += values.height
    return values


def _labels(header: Sequence[str]) -> list[str]:
    """Names that polars can tell apart; doubled ones are findings already."""
    names: dict[str, None] = {}
    for place, label in enumerate(header):
        names[label if label and label not in names else f"\0{place}"] = None
    return list(names)


def _check_repeats(schema: Schema, path: Path, prepared: Prepared) -> None:
    table = pl.scan_parquet(path)
    for column in schema.columns:
        if column.unique:
            _repeats(table, [column.name], column.name, "unique", prepared)
    if schema.primary_key:
        _repeats(table, list(schema.primary_key), ", ".join(schema.primary_key), "primary_key", prepared)


def _repeats(table: pl.LazyFrame, names: list[str], label: str, kind: str, prepared: Prepared) -> None:
    """Values that stood in an earlier row already; empty cells are not compared.

    Hashes are counted first, as they are small; only rows whose hash comes twice are looked at themselves.
    """
    key = pl.col(names[0]) if len(names) == 1 else pl.struct(names)
    filled = table.select(names).with_row_index("place").with_columns(key.hash().alias("hash"))
    filled = filled.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in names))
    twice = filled.group_by("hash").len().filter(pl.col("len") > 1).collect(engine="streaming")
    if not twice.height:
        return
    alike = filled.filter(pl.col("hash").is_in(twice.get_column("hash").implode())).collect()
    again = alike.filter(~pl.struct(names).is_first_distinct())
    rows = prepared.source_rows(again.get_column("place").to_numpy().astype(np.int64))
    values = again.select(pl.concat_str(pl.col(name).cast(pl.String) for name in names)).to_series()
    most = prepared.findings.most
    if len(rows):
        prepared.findings.add(kind, label, rows[:most].tolist(), values[:most].to_list(), len(rows))


def digest_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

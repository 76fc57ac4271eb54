"""Cells against a schema, a whole chunk at a time. Loads polars: for children only.

The findings are a superset of those of Frictionless (same row and column), and more: full-width digits and 和暦 in
typed columns are findings here, where Frictionless takes the former for numbers. Rows count as in Excel: the header
is row 1.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from kencho.catalog.tables.chunks import Chunk
from kencho.catalog.tables.schema import Column, Schema, SchemaError

KINDS: Final = (
    "blank_label", "duplicate_label", "missing_label", "extra_label",
    "blank_row", "missing_cell", "extra_cell",
    "type", "full_width_digits", "wareki",
    "required", "unique", "primary_key", "minimum", "maximum", "min_length", "max_length", "pattern", "enum",
)  # fmt: skip

LOSSY: Final = frozenset(
    {"blank_label", "duplicate_label", "missing_label", "extra_label", "extra_cell", "type",
     "full_width_digits", "wareki"}
)  # fmt: skip
"""Findings whose cells would be lost or lose their place in the stored table, so that it is not stored."""

STORED: Final[dict[str, Any]] = {
    "string": pl.String,
    "integer": pl.Int64,
    "number": pl.Float64,
    "boolean": pl.Boolean,
    "date": pl.Date,
    "datetime": pl.Datetime("us"),
    "year": pl.Int32,
}
_SHOWN: Final = 100
_WAREKI: Final = (
    r"^[\s　]*(?:明治|大正|昭和|平成|令和|[㍾㍽㍼㍻㋿明大昭平令]|[MTSHRmtshrＭＴＳＨＲ][.．]?)[\s　]*(?:元|[0-9０-９一二三四五六七八九十〇]{1,3})"
    r"(?:[\s　]*年|[./．／・-][0-9０-９]|$)"
)
_FULL_WIDTH: Final = r"[０-９]"
_SAFE_NUMBER: Final = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a cell. `row` 0: the table as a whole; `column` "" the row as a whole."""

    row: int
    column: str
    kind: str
    value: str = ""


@dataclass
class Findings:
    """All findings counted, and the first of each kind in each column listed."""

    most: int = 1000
    listed: dict[tuple[str, str], list[Finding]] = field(default_factory=dict)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(
        self, kind: str, column: str, rows: Sequence[int], values: Sequence[Any] = (), count: int = -1
    ) -> None:
        """Note findings of one kind in one column; `count` when there are more than are handed over."""
        key = (column, kind)
        self.counts[key] = self.counts.get(key, 0) + (len(rows) if count < 0 else count)
        kept = self.listed.setdefault(key, [])
        for place, row in enumerate(rows[: self.most - len(kept)]):
            value = values[place] if place < len(values) else None
            kept.append(Finding(int(row), column, kind, "" if value is None else str(value)[:_SHOWN]))

    def room(self, kind: str, column: str) -> int:
        """How many more are listed."""
        return self.most - len(self.listed.get((column, kind), ()))

    @property
    def is_lossy(self) -> bool:
        """Whether a value would be lost when the table were stored."""
        return any(kind in LOSSY for _column, kind in self.counts)

    def __iter__(self) -> Iterator[Finding]:
        found = [each for kept in self.listed.values() for each in kept]
        return iter(sorted(found, key=lambda each: (each.row, each.column, KINDS.index(each.kind))))


def check_header(header: Sequence[str], schema: Schema, findings: Findings) -> None:
    """Labels against the schema: blank, doubled, unknown and absent ones. The order of the columns is free."""
    seen: set[str] = set()
    for place, label in enumerate(header, start=1):
        if not label.strip():
            findings.add("blank_label", f"#{place}", [1])
        elif label in seen:
            findings.add("duplicate_label", label, [1])
        elif label not in schema.names:
            findings.add("extra_label", label, [1])
        seen.add(label)
    for name in schema.names:
        if name not in seen:
            findings.add("missing_label", name, [1])


def typed(column: Column, raw: pl.Expr) -> pl.Expr:
    """The value of a cell's text, null where it has none."""
    if column.type == "integer":
        return raw.cast(pl.Int64, strict=False)
    if column.type == "number":
        value = raw.cast(pl.Float64, strict=False)
        return pl.when(value.is_finite()).then(value)
    if column.type == "boolean":
        true, false = raw.is_in(list(column.true_values)), raw.is_in(list(column.false_values))
        return pl.when(true).then(True).when(false).then(False)  # polars takes the value so
    if column.type == "date":
        pattern = "%Y-%m-%d" if column.format in {"default", "any"} else column.format
        return raw.str.to_date(pattern, strict=False)
    if column.type == "datetime":
        return _instant(column, raw)
    if column.type == "year":
        return pl.when(raw.str.contains(r"^[0-9]{4}$")).then(raw).cast(pl.Int32, strict=False)
    return raw


def _instant(column: Column, raw: pl.Expr) -> pl.Expr:
    """Local Japanese time; an instant with an offset is taken to it."""
    if column.format not in {"default", "any"}:
        return raw.str.to_datetime(column.format, strict=False, time_unit="us")
    offset = raw.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", strict=False, time_unit="us", time_zone="UTC")
    return pl.coalesce(
        raw.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", strict=False, time_unit="us"),
        raw.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us"),
        offset.dt.convert_time_zone("Asia/Tokyo").dt.replace_time_zone(None),
    )


class Checker:
    """Checks the chunks of one table, one after the other."""

    def __init__(self, schema: Schema, findings: Findings) -> None:
        """Raises `SchemaError` for a pattern or a bound that cannot be used."""
        self.schema = schema
        self.findings = findings
        self._rules = {
            (column.name, kind): rule for column in schema.columns for kind, rule in _rules(column).items()
        }

    def check(self, frame: pl.DataFrame, rows: pl.Series, chunk: Chunk | None = None) -> pl.DataFrame:
        """The values of a frame of texts (null: no value), its columns named as the schema's; `rows` are their numbers.

        Cells that the row does not have (`chunk.cells`) are found elsewhere and not held against constraints here.
        """
        texts = self._without_missing(frame, has_quotes=chunk is None or chunk.has_quotes)
        values = self._values(texts)
        both = texts.select(pl.all().name.prefix("raw:")).hstack(values)
        if not self._rules:
            return values
        marks = both.select(**{f"{place}": rule for place, rule in enumerate(self._rules.values())})
        sums = marks.sum().row(0)
        for place, ((name, kind), count) in enumerate(zip(self._rules, sums, strict=True)):
            if count:
                self._note(texts, rows, marks.get_column(f"{place}"), name, kind)
        return values

    def _without_missing(self, frame: pl.DataFrame, *, has_quotes: bool) -> pl.DataFrame:
        others = [value for value in self.schema.missing_values if value]
        if "" not in self.schema.missing_values:
            frame = frame.with_columns(pl.all().fill_null(""))
        elif has_quotes:
            others.append("")
        if not others:
            return frame
        return frame.with_columns(pl.when(~pl.all().is_in(others)).then(pl.all()))

    def _values(self, texts: pl.DataFrame) -> pl.DataFrame:
        """Typed columns; what does not fit its type is noted and null."""
        values = texts.select(
            typed(column, pl.col(column.name)).alias(column.name) for column in self.schema.columns
        )
        for column in self.schema.columns:
            if column.type == "string":
                continue
            lost = values.get_column(column.name).null_count() - texts.get_column(column.name).null_count()
            if lost and column.type in {"integer", "number"}:
                # Blanks around a number are no part of it.
                stripped = pl.col(column.name).str.strip_chars(" \t")
                values = values.with_columns(texts.select(typed(column, stripped).alias(column.name)))
        return values

    def _note(self, texts: pl.DataFrame, rows: pl.Series, mark: pl.Series, name: str, kind: str) -> None:
        found = pl.DataFrame({"row": rows, "value": texts.get_column(name)}).filter(
            mark.fill_null(value=False)
        )
        if kind != "type":
            self._listed(found, name, kind)
            return
        wareki = pl.col("value").str.contains(_WAREKI)
        wide = pl.col("value").str.contains(_FULL_WIDTH)
        self._listed(found.filter(wareki), name, "wareki")
        self._listed(found.filter(~wareki & wide), name, "full_width_digits")
        self._listed(found.filter(~wareki & ~wide), name, "type")

    def _listed(self, found: pl.DataFrame, name: str, kind: str) -> None:
        if found.height:
            head = found.head(max(0, self.findings.room(kind, name)))
            self.findings.add(kind, name, head["row"].to_list(), head["value"].to_list(), found.height)


def _rules(column: Column) -> dict[str, pl.Expr]:
    """Which cells break which rule, as expressions over the texts (``raw:``) and the values."""
    raw, value = pl.col(f"raw:{column.name}"), pl.col(column.name)
    rules: dict[str, pl.Expr] = {}
    if column.type != "string":
        rules["type"] = raw.is_not_null() & value.is_null()
    if column.required:
        rules["required"] = raw.is_null()
    if column.minimum is not None and column.type != "string":
        rules["minimum"] = value < _literal(column, column.minimum)
    if column.maximum is not None and column.type != "string":
        rules["maximum"] = value > _literal(column, column.maximum)
    if column.type == "string":
        if column.min_length is not None:
            rules["min_length"] = raw.str.len_chars() < column.min_length
        if column.max_length is not None:
            rules["max_length"] = raw.str.len_chars() > column.max_length
        if column.pattern:
            rules["pattern"] = ~raw.str.contains(_whole(column))
    if column.enum:
        rules["enum"] = ~value.is_in([_literal_value(column, each) for each in column.enum])
    return rules


def _whole(column: Column) -> str:
    pattern = rf"\A(?:{column.pattern})\z"
    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.ComputeError:
        raise SchemaError("bad_pattern", column=column.name) from None
    return pattern


def _literal(column: Column, bound: Any) -> pl.Expr:
    return pl.lit(_literal_value(column, bound))


def _literal_value(column: Column, value: Any) -> Any:
    try:
        match column.type:
            case "string":
                return str(value)
            case "integer" | "year":
                return int(value)
            case "number":
                return float(value)
            case "boolean":
                return value if isinstance(value, bool) else str(value) in column.true_values
            case "date":
                return date.fromisoformat(str(value))
            case _:
                return datetime.fromisoformat(str(value)).replace(tzinfo=None)
    except (TypeError, ValueError):
        raise SchemaError("bad_schema", why=f"constraint of {column.name}"[:80]) from None


def check_shape(
    chunk: Chunk, names: Sequence[str], delimiter: str, blank: npt.NDArray[np.bool_], findings: Findings
) -> None:
    """Rows that are blank, and rows with too few or too many cells."""
    rows = np.arange(chunk.first_row, chunk.first_row + chunk.rows)
    if blank.any():
        findings.add("blank_row", "", rows[blank].tolist())
    more = np.flatnonzero((chunk.cells > len(names)) & ~blank)
    if len(more):
        first = more[: max(0, findings.room("extra_cell", ""))].tolist()
        cells = chunk.cells_of(first, delimiter)
        values = [delimiter.join(cells.get(index, ())[len(names) :]) for index in first]
        findings.add("extra_cell", "", rows[first].tolist(), values, len(more))
    fewer = (chunk.cells < len(names)) & ~blank
    if fewer.any():
        for place, name in enumerate(names):
            found = rows[fewer & (chunk.cells <= place)]
            if len(found):
                findings.add("missing_cell", name, found.tolist())

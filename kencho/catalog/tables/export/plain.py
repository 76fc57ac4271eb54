"""CSV, JSON and GeoJSON."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson
import polars as pl

from kencho.catalog.tables.export.frames import columns_of, count_of, defused, frames, risky_start
from kencho.catalog.tables.refusals import Refused
from kencho.foundation.csvfile import defuse
from kencho.foundation.text import degrade_cp932

BOM: Final = b"\xef\xbb\xbf"
MOST_REPLACED: Final = 1000
LATITUDES: Final = ("緯度", "latitude", "lat")
LONGITUDES: Final = ("経度", "longitude", "lon", "lng")
Done = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Replacement:
    """A character that CP932 does not know: its row (the header is 1), what it was and what stands there now."""

    row: int
    column: str
    original: str
    replacement: str
    kind: str


@dataclass
class Written:
    """What was written: rows, and which characters were replaced (the first thousand; `replaced_count` has all)."""

    rows: int = 0
    replaced: list[Replacement] = field(default_factory=list)
    replaced_count: int = 0


def write_csv(
    path: Path, target: Path, *, encoding: str = "utf-8", bom: bool = False, done: Done | None = None
) -> Written:
    """Write CSV with CRLF in `utf-8` or `cp932`."""
    total = count_of(path)
    with target.open("wb") as file:
        writer = CsvWriter(file, columns_of(path), encoding=encoding, bom=bom)
        for _begin, frame in frames(path):
            writer.add(frame)
            if done:
                done(writer.written.rows, total)
    return writer.written


class CsvWriter:
    """Writes frames, one after the other, as one CSV file."""

    def __init__(
        self, file: BinaryIO, names: Sequence[str], *, encoding: str = "utf-8", bom: bool = False
    ) -> None:
        self.written = Written()
        self._file = file
        self._encoding = encoding
        file.write(BOM if bom else b"")
        file.write(_encoded_header([defuse(name) for name in names], encoding, self.written))

    def add(self, frame: pl.DataFrame) -> None:
        """Write rows."""
        texts = _texts(frame)
        if self._encoding == "utf-8":
            texts.write_csv(self._file, include_header=False, line_terminator="\r\n")
        else:
            self._file.write(_in_cp932(texts, self.written.rows, self.written))
        self.written.rows += frame.height


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    """Cells as they are written: risky texts defused, dates in ISO 8601."""
    strings = [name for name, kind in frame.schema.items() if kind == pl.String]
    risky = frame.select(risky_start(pl.col(name)).any() for name in strings)
    columns = []
    for name, kind in frame.schema.items():
        column = pl.col(name)
        if kind == pl.String:
            columns.append(defused(column).alias(name) if risky.item(0, name) else column)
        elif kind == pl.Boolean:
            columns.append(
                pl.when(column).then(pl.lit("true")).when(~column).then(pl.lit("false")).alias(name)
            )
        else:
            columns.append(_iso(column, kind))
    return frame.select(columns)


def _iso(column: pl.Expr, kind: Any) -> pl.Expr:
    return column.dt.to_string("%Y-%m-%dT%H:%M:%S") if isinstance(kind, pl.Datetime) else column


def _encoded_header(header: Sequence[str], encoding: str, written: Written) -> bytes:
    if encoding != "utf-8":
        plain = []
        for name in header:
            text, replaced = degrade_cp932(name)
            _note(written, 1, name, replaced)
            plain.append(text)
        header = plain
    row = pl.DataFrame([[name] for name in header], schema=[f"{n}" for n in range(len(header))])
    return row.write_csv(include_header=False, line_terminator="\r\n").encode(encoding)


def _in_cp932(texts: pl.DataFrame, begin: int, written: Written) -> bytes:
    try:
        return texts.write_csv(include_header=False, line_terminator="\r\n").encode("cp932")
    except UnicodeEncodeError:
        pass
    columns = [
        _degraded(column, begin, written) if column.dtype == pl.String else column
        for column in texts.iter_columns()
    ]
    return pl.DataFrame(columns).write_csv(include_header=False, line_terminator="\r\n").encode("cp932")


def _degraded(column: pl.Series, begin: int, written: Written) -> pl.Series:
    """The column in the characters of CP932; only values that need it are touched."""
    kinds: dict[str, tuple[str, list[Any]]] = {}
    for value in column.unique().drop_nulls().to_list():
        try:
            value.encode("cp932")
        except UnicodeEncodeError:
            kinds[value] = degrade_cp932(value)
    if not kinds:
        return column
    places = column.is_in(list(kinds)).fill_null(value=False).arg_true().to_list()
    for place in places:
        _note(written, begin + place + 2, column.name, kinds[column[place]][1])
    return column.replace({value: text for value, (text, _replaced) in kinds.items()})


def _note(written: Written, row: int, column: str, replaced: Sequence[Any]) -> None:
    written.replaced_count += len(replaced)
    room = MOST_REPLACED - len(written.replaced)
    written.replaced += [
        Replacement(row, column, each.original, each.replacement, each.kind)
        for each in replaced[: max(0, room)]
    ]


def write_json(path: Path, target: Path, *, done: Done | None = None) -> Written:
    """Write one array of objects, a row per line; dates as ISO 8601, no value as null."""
    written = Written()
    total = count_of(path)
    with target.open("wb") as file:
        file.write(b"[\n")
        for _begin, frame in frames(path):
            plain = frame.select(_iso(pl.col(name), kind) for name, kind in frame.schema.items())
            # Line ends inside of texts are escaped, so those that are left part the rows.
            lines = plain.write_ndjson().rstrip("\n").replace("\n", ",\n")
            file.write((b",\n" if written.rows else b"") + lines.encode())
            written.rows += frame.height
            if done:
                done(written.rows, total)
        file.write(b"\n]\n")
    return written


def write_geojson(path: Path, target: Path, *, done: Done | None = None) -> Written:
    """Write a FeatureCollection (RFC 7946) of points, or of the shapes of a WKT column.

    Rows without coordinates have no geometry. Raises `Refused("no_coordinates")`.
    """
    names = columns_of(path)
    latitude, longitude = _coordinate(names, LATITUDES), _coordinate(names, LONGITUDES)
    if latitude and longitude:

        def feature(row: dict[str, Any]) -> dict[str, Any]:
            place = _point(row[latitude], row[longitude])
            return {"type": "Feature", "geometry": place, "properties": row}
    elif "WKT" in names:
        from kencho.catalog.tables.reading.shapes import geometry_of_wkt

        def feature(row: dict[str, Any]) -> dict[str, Any]:
            shape = geometry_of_wkt(row.pop("WKT") or "")
            return {"type": "Feature", "geometry": shape, "properties": row}
    else:
        raise Refused("no_coordinates")
    return _objects(path, target, b'{"type":"FeatureCollection","features":[\n', b"\n]}\n", feature, done)


def _coordinate(names: Sequence[str], known: Sequence[str]) -> str:
    for word in known:
        pattern = re.compile(rf"(?:.*_)?{re.escape(word)}", re.IGNORECASE)
        for name in names:
            if pattern.fullmatch(name):
                return name
    return ""


def _point(latitude: Any, longitude: Any) -> dict[str, Any] | None:
    try:
        north, east = float(latitude), float(longitude)
    except (TypeError, ValueError):
        return None
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        return None
    return {"type": "Point", "coordinates": [east, north]}


def _objects(
    path: Path,
    target: Path,
    head: bytes,
    tail: bytes,
    made: Callable[[dict[str, Any]], dict[str, Any]],
    done: Done | None,
) -> Written:
    written = Written()
    total = count_of(path)
    with target.open("wb") as file:
        file.write(head)
        for _begin, frame in frames(path, 20_000):
            _write_objects(
                file, [made(row) for row in frame.iter_rows(named=True)], is_first=written.rows == 0
            )
            written.rows += frame.height
            if done:
                done(written.rows, total)
        file.write(tail)
    return written


def _write_objects(file: BinaryIO, rows: list[dict[str, Any]], *, is_first: bool) -> None:
    file.write((b"" if is_first else b",\n") + b",\n".join(orjson.dumps(row) for row in rows))

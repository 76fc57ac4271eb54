"""Map data as tables: one row per feature, points as 緯度 and 経度, other shapes as WKT.

Coordinates are taken as they stand. Where a Shapefile or GeoPackage counts in metres of a plane system instead of
degrees, points are named X座標 and Y座標, so that nobody takes them for degrees.
"""

# ruff: noqa: S608  # names in the SQL of this file are quoted, values are bound

import contextlib
import io
import re
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from kencho.catalog.tables.reading.shapes import BadShape, geometry_of_gpkg, wkt_of
from kencho.catalog.tables.reading.sheets import cell_text
from kencho.catalog.tables.reading.table import RawTable
from kencho.catalog.tables.refusals import Refused
from kencho.catalog.tables.schema import MOST_COLUMNS

MOST_GEOJSON: Final = 256 * 1024 * 1024
Feature = tuple[dict[str, Any], dict[str, Any] | None]
# Files of Japanese offices that do not say their encoding are in that of Windows.
_USUAL_ENCODING: Final = "cp932"
_DBF_LANGUAGES: Final = {0x13: "cp932", 0x7B: "cp932"}


def read_geojson(path: Path) -> RawTable:
    """A FeatureCollection (RFC 7946). Raises `Refused`: `too_large`, `broken_file`, `no_geometry`."""
    if path.stat().st_size > MOST_GEOJSON:
        raise Refused("too_large", limit=MOST_GEOJSON // 1024 // 1024)
    try:
        data = orjson.loads(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except ValueError as error:
        raise Refused("broken_file") from error
    features = data.get("features") if isinstance(data, dict) else None
    if isinstance(data, dict) and data.get("type") == "Feature":
        features = [data]
    if not isinstance(features, list) or not features:
        raise Refused("no_geometry")
    return _table([_feature(each) for each in features])


def _feature(data: Any) -> Feature:
    if not isinstance(data, Mapping):
        raise Refused("broken_file")
    properties, shape = data.get("properties") or {}, data.get("geometry")
    if not isinstance(properties, Mapping) or not isinstance(shape, dict | None):
        raise Refused("broken_file")
    return dict(properties), shape


def read_gpkg(path: Path, layer: str = "") -> RawTable:
    """One layer of a GeoPackage (OGC 12-128), the first when none is named. Raises `Refused`."""
    with contextlib.closing(_opened(path)) as database:
        try:
            return _layer(database, layer)
        except (sqlite3.Error, OverflowError) as error:
            raise Refused("broken_file") from error


def gpkg_layers(path: Path) -> list[str]:
    """The names of the layers of features. Raises `Refused`."""
    with contextlib.closing(_opened(path)) as database:
        try:
            return [str(row[0]) for row in database.execute(_LAYERS)]
        except sqlite3.Error as error:
            raise Refused("broken_file") from error


_LAYERS: Final = (
    "SELECT c.table_name, g.column_name, g.srs_id FROM gpkg_contents c JOIN gpkg_geometry_columns g"
    " ON g.table_name = c.table_name JOIN sqlite_master m ON m.name = c.table_name AND m.type = 'table'"
    " WHERE c.data_type = 'features' ORDER BY c.rowid"
)


def _opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    # Nothing that the file brings along may run: no functions in its views, no extensions.
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    database.text_factory = lambda raw: raw.decode("utf-8", "replace")
    return database


def _layer(database: sqlite3.Connection, layer: str) -> RawTable:
    layers = {str(row[0]): (str(row[1]), int(row[2])) for row in database.execute(_LAYERS)}
    if not layers:
        raise Refused("no_geometry")
    layer = layer or next(iter(layers))
    if layer not in layers:
        raise Refused("no_such_sheet", sheet=layer[:80])
    shape_column, system = layers[layer]
    found = database.execute(f"SELECT * FROM {_quoted(layer)}")  # a quoted name
    names = [str(each[0]) for each in found.description]
    if shape_column not in names:
        raise Refused("no_geometry")
    features = []
    for row in found:
        properties = dict(zip(names, row, strict=True))
        blob = properties.pop(shape_column)
        try:
            features.append((properties, geometry_of_gpkg(blob) if isinstance(blob, bytes) else None))
        except BadShape as error:
            raise Refused("broken_file") from error
    return _table(features, is_plane=_is_plane(database, system))


def _is_plane(database: sqlite3.Connection, system: int) -> bool:
    row = database.execute(
        "SELECT definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?", [system]
    ).fetchone()
    return bool(row and re.match(r"\s*PROJ", str(row[0])))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def read_shapefile(path: Path) -> RawTable:
    """The first Shapefile in a zip. Raises `Refused`: `broken_file`, `no_geometry`."""
    import shapefile  # type: ignore[import-untyped]  # no stubs are published

    try:
        with zipfile.ZipFile(path) as archive:
            parts = _parts(archive)
            encoding = _dbf_encoding(parts)
            reader = shapefile.Reader(
                shp=io.BytesIO(parts["shp"]),
                dbf=io.BytesIO(parts["dbf"]),
                encoding=encoding,
                encodingErrors="strict",
            )
            features = [_record(each) for each in reader.iterShapeRecords()]
    except UnicodeDecodeError:
        raise Refused("undecodable", line=0, byte=0, encoding=encoding) from None
    except Refused:
        raise
    except Exception as error:  # the library lets many kinds through for broken files
        raise Refused("broken_file") from error
    return _table(features, is_plane=parts.get("prj", b"").lstrip().upper().startswith(b"PROJ"))


def _parts(archive: zipfile.ZipFile) -> dict[str, bytes]:
    names = [each.filename for each in archive.infolist()]
    main = next((name for name in names if name.lower().endswith(".shp")), "")
    stem = main[:-4].lower()
    parts = {
        name[len(stem) + 1 :].lower(): archive.read(name)
        for name in names
        if name.lower().startswith(stem + ".")
    }
    if not {"shp", "dbf"} <= parts.keys():
        raise Refused("no_geometry")
    return parts


def _dbf_encoding(parts: Mapping[str, bytes]) -> str:
    named = parts.get("cpg", b"").decode("ascii", "ignore").strip().lower()
    if named in {"utf-8", "utf8", "65001"}:
        return "utf-8"
    if named in {"sjis", "shift_jis", "932", "cp932", "ansi 932", "windows-31j"}:
        return "cp932"
    return _DBF_LANGUAGES.get(parts["dbf"][29] if len(parts["dbf"]) > 29 else 0, _USUAL_ENCODING)


def _record(each: Any) -> Feature:
    shape = each.shape.__geo_interface__ if each.shape.shapeType else None
    return each.record.as_dict(), shape


def _table(features: Sequence[Feature], *, is_plane: bool = False) -> RawTable:
    names = list(dict.fromkeys(str(name) for properties, _shape in features for name in properties))
    if len(names) > MOST_COLUMNS:
        raise Refused("too_many_columns", limit=MOST_COLUMNS)
    shapes = [shape for _properties, shape in features]
    if all(shape is None or shape.get("type") == "Point" for shape in shapes):
        added = ["Y座標", "X座標"] if is_plane else ["緯度", "経度"]
        cells: Iterable[list[str]] = (_pair(shape) for shape in shapes)
    else:
        added = ["WKT"]
        cells = (_wkt(shape) for shape in shapes)
    # Columns of that name exist already: the shapes of the map are the ones that count.
    kept = [name for name in names if name not in added]
    return RawTable([*kept, *added], _rows(features, kept, cells))


def _rows(
    features: Sequence[Feature], names: Sequence[str], cells: Iterable[list[str]]
) -> Iterator[list[str]]:
    for (properties, _shape), shape_cells in zip(features, cells, strict=True):
        yield [*(_text(properties.get(name)) for name in names), *shape_cells]


def _pair(shape: Mapping[str, Any] | None) -> list[str]:
    point = shape.get("coordinates") if shape else None
    if not point:
        return ["", ""]
    try:
        return [cell_text(float(point[1])), cell_text(float(point[0]))]
    except (TypeError, ValueError, IndexError) as error:
        raise Refused("broken_file") from error


def _wkt(shape: dict[str, Any] | None) -> list[str]:
    try:
        return [wkt_of(shape)]
    except (BadShape, RecursionError) as error:
        raise Refused("broken_file") from error


def _text(value: Any) -> str:
    return orjson.dumps(value).decode() if isinstance(value, dict | list) else cell_text(value)

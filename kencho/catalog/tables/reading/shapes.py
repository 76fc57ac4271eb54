"""Shapes of maps between their three writings: WKB (ISO 19125 and GeoPackage), WKT and GeoJSON."""

import re
import struct
from collections.abc import Callable, Sequence
from typing import Any, Final

NAMES: Final = (
    "", "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection"
)  # fmt: skip
MOST_DEPTH: Final = 8
MOST_POINTS: Final = 5_000_000
_DEPTHS: Final = {
    "Point": 0,
    "LineString": 1,
    "MultiPoint": 1,
    "Polygon": 2,
    "MultiLineString": 2,
    "MultiPolygon": 3,
}


class BadShape(ValueError):
    """Bytes or a text that are no shape."""


def wkt_of(shape: dict[str, Any] | None) -> str:
    """A geometry of GeoJSON as WKT, its first two dimensions; empty for none."""
    if not shape:
        return ""
    name = shape.get("type")
    if name == "GeometryCollection":
        inner = ", ".join(wkt_of(each) for each in shape.get("geometries") or ())
        return f"GEOMETRYCOLLECTION ({inner})" if inner else "GEOMETRYCOLLECTION EMPTY"
    if name not in _DEPTHS:
        raise BadShape(name)
    coordinates = shape.get("coordinates")
    if not coordinates:
        return f"{name.upper()} EMPTY"
    try:
        body = _written(coordinates, _DEPTHS[name])
    except (TypeError, ValueError, IndexError) as error:
        raise BadShape(name) from error
    return f"{name.upper()} {body if name != 'Point' else f'({body})'}"


def _written(part: Any, depth: int) -> str:
    if depth == 0:
        return f"{_number(part[0])} {_number(part[1])}"
    return "(" + ", ".join(_written(each, depth - 1) for each in part) + ")"


def _number(value: Any) -> str:
    return repr(float(value)).removesuffix(".0")


_WORDS: Final = re.compile(r"[A-Za-z]+|[(),]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|\S")


def geometry_of_wkt(text: str) -> dict[str, Any] | None:
    """WKT as a geometry of GeoJSON; `None` for an empty text and for one that is no shape."""
    words = _WORDS.findall(text)
    if len(words) < 2:
        return None
    names = {name.upper(): name for name in _DEPTHS}
    name = names.get(words[0].upper())
    if name is None or words[1] != "(":
        return None
    try:
        parsed, end = _parsed(words, 1, 0)
    except (IndexError, ValueError):
        return None
    if end != len(words):
        return None
    return {"type": name, "coordinates": parsed[0] if name == "Point" else parsed}


def _parsed(words: Sequence[str], at: int, depth: int) -> tuple[list[Any], int]:
    """The list in brackets that begins here, and where it ends."""
    if words[at] != "(" or depth > MOST_DEPTH:
        raise ValueError(words[at])
    parts: list[Any] = []
    at += 1
    while True:
        if words[at] == "(":
            part, at = _parsed(words, at, depth + 1)
        else:
            part = []
            while words[at] not in ",)":
                part.append(float(words[at]))
                at += 1
        parts.append(part)
        if words[at] == ")":
            return parts, at + 1
        if words[at] != ",":
            raise ValueError(words[at])
        at += 1


def geometry_of_gpkg(blob: bytes) -> dict[str, Any] | None:
    """A GeoPackage geometry (header, then WKB) as GeoJSON. Raises `BadShape`."""
    if len(blob) < 8 or blob[:2] != b"GP":
        raise BadShape("header")
    flags = blob[3]
    if flags & 0x10:
        return None
    sizes = (0, 32, 48, 48, 64)
    kind = flags >> 1 & 7
    if kind >= len(sizes):
        raise BadShape("envelope")
    return geometry_of_wkb(blob[8 + sizes[kind] :])


def geometry_of_wkb(data: bytes) -> dict[str, Any]:
    """WKB (ISO, or with PostGIS' flags) as GeoJSON, its first two dimensions. Raises `BadShape`."""
    try:
        return _Reader(data).shape(0)
    except (struct.error, IndexError) as error:
        raise BadShape("short") from error


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._order = "<"
        self._size = 2

    def shape(self, depth: int) -> dict[str, Any]:
        if depth > MOST_DEPTH:
            raise BadShape("depth")
        self._order = "<" if self._take("B") == 1 else ">"
        code = int(self._take("I"))
        dimensions = 2
        if code & 0xE0000000:
            dimensions += bool(code & 0x80000000) + bool(code & 0x40000000)
            if code & 0x20000000:
                self._take("I")
            code &= 0x1FFFFFFF
        dimensions += (0, 1, 1, 2)[code // 1000 % 4]
        if not 1 <= code % 1000 < len(NAMES) or code >= 4000:
            raise BadShape("type")
        self._size = dimensions
        name = NAMES[code % 1000]
        if name == "GeometryCollection":
            return {"type": name, "geometries": self._many(lambda: self.shape(depth + 1))}
        if name.startswith("Multi"):
            return {"type": name, "coordinates": self._many(lambda: self.shape(depth + 1)["coordinates"])}
        if name == "Point":
            return {"type": name, "coordinates": self._point()}
        if name == "LineString":
            return {"type": name, "coordinates": self._many(self._point)}
        return {"type": name, "coordinates": self._many(lambda: self._many(self._point))}

    def _many(self, read: Callable[[], Any]) -> list[Any]:
        count = int(self._take("I"))
        if count > MOST_POINTS or count > len(self._data):
            raise BadShape("count")
        return [read() for _number in range(count)]

    def _point(self) -> list[float]:
        values = [float(self._take("d")) for _number in range(self._size)][:2]
        return [] if values[0] != values[0] else values

    def _take(self, code: str) -> Any:
        made = struct.Struct(self._order + code)
        (value,) = made.unpack_from(self._data, self._at)
        self._at += made.size
        return value

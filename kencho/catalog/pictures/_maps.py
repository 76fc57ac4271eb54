"""Places on a map without any map server: points over a net of degrees, true in shape at their own latitude."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kencho.foundation.drawing import drawing, element, joined, label, line, rect

# Small enough for its letters to be read on a phone, where it is drawn at about this size.
WIDTH = 400.0
MARGIN = 12.0
MOST_HEIGHT = 440.0
LEAST_DEGREES = 0.01
METRES_OF_DEGREE = 111_320.0
_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_SCALES = (50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000)
MOST_LINES = 3


@dataclass(frozen=True)
class Place:
    """A point in degrees; `count` places stand for it where many are drawn as one."""

    name: str
    latitude: float
    longitude: float
    count: int = 1


@dataclass(frozen=True)
class _Frame:
    """The drawn stretch of the earth and how degrees become units of the drawing."""

    south: float
    west: float
    north: float
    east: float

    @property
    def narrowing(self) -> float:
        """How much shorter a degree of longitude is than one of latitude, in the middle of the picture."""
        return math.cos(math.radians((self.south + self.north) / 2))

    @property
    def units(self) -> float:
        """Units of the drawing for a degree of latitude."""
        wide = (WIDTH - 2 * MARGIN) / ((self.east - self.west) * self.narrowing)
        return min(wide, (MOST_HEIGHT - 2 * MARGIN) / (self.north - self.south))

    @property
    def width(self) -> float:
        """Of the drawing."""
        return (self.east - self.west) * self.narrowing * self.units + 2 * MARGIN

    @property
    def height(self) -> float:
        """Of the drawing."""
        return (self.north - self.south) * self.units + 2 * MARGIN

    def at(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Where a point is drawn."""
        return (
            MARGIN + (longitude - self.west) * self.narrowing * self.units,
            MARGIN + (self.north - latitude) * self.units,
        )


def is_on_earth(latitude: float, longitude: float) -> bool:
    """Whether it can be drawn at all; at the poles a degree of longitude has no length."""
    return -85 <= latitude <= 85 and -180 <= longitude <= 180


def points_map(identity: str, title: str, places: Sequence[Place]) -> SafeString:
    """The map; north is up. Without places that can be drawn it is an empty string."""
    shown = [each for each in places if is_on_earth(each.latitude, each.longitude)]
    if not shown:
        return SafeString("")
    frame = _frame(shown)
    most = max(each.count for each in shown)
    # Large ones first, so that small ones are not hidden below them.
    dots = [_dot(frame, each, most) for each in sorted(shown, key=lambda each: -each.count)]
    ground = rect(0, 0, frame.width, frame.height, "map__ground")
    told = _("%(n)s地点。北が上です。場所の名前と緯度・経度は下の表にあります。") % {
        "n": f"{sum(e.count for e in shown):,}"
    }
    parts = [ground, *_net(frame), element("g", joined(dots), css="map__places"), *_scale_bar(frame)]
    return drawing(identity, title, told, frame.width, frame.height, parts)


def _frame(places: Sequence[Place]) -> _Frame:
    south, north = min(e.latitude for e in places), max(e.latitude for e in places)
    west, east = min(e.longitude for e in places), max(e.longitude for e in places)
    room_lat = max(LEAST_DEGREES, (north - south) * 0.05)
    room_lon = max(LEAST_DEGREES, (east - west) * 0.05)
    south, north, west, east = south - room_lat, north + room_lat, west - room_lon, east + room_lon
    # A narrow stretch is shown with more of the land beside it, not drawn larger than the page.
    shape = (WIDTH - 2 * MARGIN) / (MOST_HEIGHT - 2 * MARGIN)
    narrowing = math.cos(math.radians((south + north) / 2))
    beside = max(0.0, (north - south) * shape / narrowing - (east - west)) / 2
    return _Frame(south, west - beside, north, east + beside)


def _dot(frame: _Frame, place: Place, most: int) -> SafeString:
    x, y = frame.at(place.latitude, place.longitude)
    radius = 4.0 if most == 1 else 3.0 + 11.0 * math.sqrt(place.count / most)
    return element("circle", element("title", place.name), cx=x, cy=y, r=radius, css="map__place")


def _net(frame: _Frame) -> list[SafeString]:
    parts = []
    for longitude in _lines(frame.west, frame.east):
        x, _y = frame.at(frame.south, longitude)
        parts.append(line(x, 0, x, frame.height, "map__net"))
        parts.append(label(x + 3, frame.height - 4, f"{longitude:g}°", anchor="start", css="map__degree"))
    for latitude in _lines(frame.south, frame.north):
        _x, y = frame.at(latitude, frame.west)
        parts.append(line(0, y, frame.width, y, "map__net"))
        parts.append(label(3, y - 4, f"{latitude:g}°", anchor="start", css="map__degree"))
    return parts


def _lines(low: float, high: float) -> list[float]:
    step = next((each for each in _STEPS if (high - low) / each <= MOST_LINES), _STEPS[-1])
    first = math.ceil(low / step)
    return [round(step * number, 6) for number in range(first, math.floor(high / step) + 1)]


def _scale_bar(frame: _Frame) -> list[SafeString]:
    unit = METRES_OF_DEGREE / frame.units
    metres = next((each for each in reversed(_SCALES) if each / unit <= frame.width / 4), _SCALES[0])
    length = metres / unit
    right, top = frame.width - MARGIN, MARGIN + 6
    text = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
    return [
        line(right - length, top, right, top, "map__scale"),
        label(right, top + 18, text, anchor="end", css="map__degree"),
    ]

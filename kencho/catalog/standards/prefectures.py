"""Within which degrees each prefecture lies: a coarse box, to find swapped and mistyped coordinates.

The boxes are entered from knowledge of the outermost points (国土地理院「都道府県市区町村の東西南北端点」), rounded
outwards by a few hundredths of a degree. They include the islands that belong to the prefecture.
"""

from typing import Final, NamedTuple

__all__ = ["BOXES", "JAPAN", "Box"]


class Box(NamedTuple):
    """South, north, west and east edge in degrees (JGD2011; WGS 84 is the same to a metre)."""

    south: float
    north: float
    west: float
    east: float

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether the point lies inside."""
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east


JAPAN: Final = Box(20.3, 45.7, 122.8, 154.1)

_EDGES: Final = """
01 41.30 45.65 139.25 148.95
02 40.15 41.65 139.40 141.75
03 38.70 40.50 140.60 142.15
04 37.75 39.05 140.20 141.75
05 38.80 40.55 139.60 141.05
06 37.70 39.25 139.45 140.70
07 36.75 38.00 139.10 141.10
08 35.70 37.00 139.60 140.90
09 36.15 37.20 139.25 140.35
10 35.95 37.10 138.35 139.70
11 35.70 36.35 138.65 139.95
12 34.85 36.15 139.70 140.95
13 20.35 35.95 136.00 154.05
14 35.10 35.70 138.85 139.85
15 36.70 38.60 137.55 140.00
16 36.20 37.05 136.70 137.85
17 36.00 37.95 136.15 137.45
18 35.30 36.35 135.40 136.90
19 35.10 36.00 138.10 139.20
20 35.15 37.10 137.25 138.80
21 35.10 36.55 136.20 137.70
22 34.50 35.70 137.40 139.25
23 34.50 35.50 136.60 137.90
24 33.65 35.30 135.80 137.05
25 34.75 35.75 135.70 136.50
26 34.65 35.85 134.80 136.10
27 34.20 35.10 135.05 135.80
28 34.10 35.75 134.20 135.50
29 33.80 34.85 135.50 136.30
30 33.35 34.45 134.95 136.05
31 35.00 35.70 133.05 134.60
32 34.25 37.35 131.60 133.45
33 34.25 35.40 133.20 134.45
34 33.95 35.15 132.00 133.55
35 33.65 34.85 130.70 132.55
36 33.45 34.30 133.60 134.90
37 33.95 34.65 133.40 134.50
38 32.85 34.35 132.00 133.75
39 32.65 33.95 132.40 134.40
40 32.95 34.30 129.95 131.25
41 32.90 33.70 129.70 130.60
42 31.95 34.80 128.05 130.45
43 32.05 33.25 129.90 131.40
44 32.65 33.80 130.75 132.20
45 31.30 32.90 130.65 131.95
46 26.95 32.40 128.35 131.30
47 24.00 27.95 122.85 131.40
"""


def _boxes() -> dict[str, Box]:
    found = {}
    for line in _EDGES.split("\n"):
        if line:
            code, *edges = line.split()
            found[code] = Box(*map(float, edges))
    return found


BOXES: Final = _boxes()
"""Two-digit code of the prefecture (JIS X 0401) → its box."""

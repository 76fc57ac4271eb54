"""The four corner markers of a paper form: ArUco, dictionary DICT_4X4_50 of OpenCV, numbers 0 to 3.

They are drawn from the bits below, so that printing needs no image library.
"""

from __future__ import annotations

from typing import Final

# 1 is black. The outermost ring of a marker is always black; these are the four by four cells inside it.
MARKER_BITS: Final[tuple[tuple[str, str, str, str], ...]] = (
    ("0100", "1010", "1100", "1101"),
    ("1111", "0000", "0110", "0101"),
    ("1100", "1100", "1101", "0010"),
    ("0110", "0110", "1011", "1001"),
)

# Millimetres. Most office printers leave 4 to 5 mm of the edge white, and a slanted sheet loses some more.
MARKER_SIDE: Final = 9.3
MARKER_INSET: Final = 9.0

# The QR code of a page: its drawing with a white border of so many dots, left and top in mm on A4.
CODE_SIDE: Final = 22.0
CODE_LEFT: Final = 165.0
CODE_TOP: Final = 8.0
CODE_BORDER: Final = 2


def marker_places(width: float, height: float) -> dict[int, tuple[float, float]]:
    """Left and top of each marker in mm on a sheet of this size: clockwise from the top left corner."""
    right, bottom = width - MARKER_INSET - MARKER_SIDE, height - MARKER_INSET - MARKER_SIDE
    return {
        0: (MARKER_INSET, MARKER_INSET),
        1: (right, MARKER_INSET),
        2: (right, bottom),
        3: (MARKER_INSET, bottom),
    }


def marker_cells(number: int) -> tuple[str, ...]:
    """The marker as six rows of six cells, 1 for black."""
    return ("111111", *(f"1{row}1" for row in MARKER_BITS[number]), "111111")


def marker_svg(number: int) -> str:
    """The marker as a drawing. One path holds all cells: seams between squares of their own would show as hairs."""
    runs = []
    for y, row in enumerate(marker_cells(number)):
        x = 0
        while x < len(row):
            length = len(row[x:]) - len(row[x:].lstrip("1"))
            if length:
                runs.append(f"M{x} {y}h{length}v1h-{length}z")
            x += max(1, length)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 6 6" width="6" height="6">'
        f'<path d="{"".join(runs)}"/></svg>'
    )

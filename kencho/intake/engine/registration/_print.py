"""Comparing the print of a scan with that of the empty form, window by window.

The places of the windows are independent of markers and features, so they tell how good a registration is.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kencho.intake.engine.registration._geometry import MM, PRINT_DPI, Grey, Points

SIDE = 80  # pixels of a window at 150 dpi: 13.5 mm
REACH = 10  # how far its print is searched: 1.7 mm
ROWS, COLUMNS = 9, 6
PAPER_TO_INK = 0.75
WHERE_CLEAR = 0.12


@dataclass(frozen=True, slots=True)
class Tile:
    """A window of the empty form: its place in the 150 dpi image and its print."""

    x: int
    y: int
    pixels: Grey
    ink: Grey
    ink_area: int

    @property
    def middle(self) -> tuple[float, float]:
        """Its middle in paper mm."""
        scale = MM / PRINT_DPI
        return (self.x + SIDE / 2) * scale, (self.y + SIDE / 2) * scale


@dataclass(frozen=True, slots=True)
class Shift:
    """How far the print of a window is off in mm, each way only where the print can tell (NaN else).

    `covered` is the share of its printed pixels that are dark in the scan: writing over it does not lower that.
    """

    tile: Tile
    dx: float
    dy: float
    covered: float

    @property
    def is_found(self) -> bool:
        """Whether the print of the window is there."""
        return self.covered >= 0.6


def ink_of(image: Grey) -> Grey:
    """255 where a 150 dpi image is darker than the paper around."""
    paper = cv2.blur(cv2.dilate(image, np.ones((15, 15), np.uint8)), (31, 31))
    return np.asarray(
        cv2.compare(image, cv2.convertScaleAbs(paper, alpha=PAPER_TO_INK), cv2.CMP_LT), np.uint8
    )


def choose_tiles(small: Grey, kept_out: tuple[Points, ...] = ()) -> tuple[Tile, ...]:
    """From each cell of a 9 x 6 grid the window with the most telling print, clear of the markers (mm)."""
    ink = ink_of(small)
    across = np.abs(cv2.Sobel(small, cv2.CV_32F, 1, 0, ksize=3))
    down = np.abs(cv2.Sobel(small, cv2.CV_32F, 0, 1, ksize=3))
    for corners in kept_out:
        (left, top), (right, bottom) = (corners.min(axis=0) - 2, corners.max(axis=0) + 2)
        box = np.clip(np.array([left, top, right, bottom]) * PRINT_DPI / MM, 0, None).astype(int)
        for each in (across, down, ink):
            each[box[1] : box[3], box[0] : box[2]] = 0
    both = np.minimum(cv2.boxFilter(across, -1, (SIDE, SIDE)), cv2.boxFilter(down, -1, (SIDE, SIDE)))
    height, width = small.shape
    margin = SIDE // 2 + REACH + 2
    tiles = []
    for row in range(ROWS):
        for column in range(COLUMNS):
            top = max(margin, row * height // ROWS)
            left = max(margin, column * width // COLUMNS)
            bottom = min(height - margin, (row + 1) * height // ROWS)
            right = min(width - margin, (column + 1) * width // COLUMNS)
            _low, most, _at, place = cv2.minMaxLoc(both[top:bottom, left:right])
            if most < 6:
                continue
            x, y = left + place[0] - SIDE // 2, top + place[1] - SIDE // 2
            window = ink[y : y + SIDE, x : x + SIDE]
            pixels = small[y : y + SIDE, x : x + SIDE]
            tiles.append(Tile(x, y, pixels.copy(), window.copy(), int(np.count_nonzero(window))))
    return tuple(tiles)


def shifts(small: Grey, tiles: tuple[Tile, ...], reach: int = REACH) -> list[Shift]:
    """Where the print of each window is found in a straightened 150 dpi scan."""
    dark = np.asarray(cv2.dilate(ink_of(small), np.ones((3, 3), np.uint8)), np.uint8)
    return [_shift(small, dark, tile, reach) for tile in tiles]


def _shift(small: Grey, dark: Grey, tile: Tile, reach: int) -> Shift:
    reach = min(reach, tile.x, tile.y, small.shape[1] - tile.x - SIDE, small.shape[0] - tile.y - SIDE)
    window = small[tile.y - reach : tile.y + SIDE + reach, tile.x - reach : tile.x + SIDE + reach]
    surface = cv2.matchTemplate(window, tile.pixels, cv2.TM_CCOEFF_NORMED)
    _low, peak, _at, (px, py) = cv2.minMaxLoc(surface)
    if not np.isfinite(peak) or peak <= 0:
        return Shift(tile, np.nan, np.nan, 0.0)
    dx = _refined(surface[py, :], px, peak)
    dy = _refined(surface[:, px], py, peak)
    x, y = tile.x + px - reach, tile.y + py - reach
    hit = cv2.bitwise_and(dark[y : y + SIDE, x : x + SIDE], tile.ink)
    covered = np.count_nonzero(hit) / max(1, tile.ink_area)
    scale = MM / PRINT_DPI
    return Shift(tile, (dx - reach) * scale, (dy - reach) * scale, covered)


def _refined(line: NDArray[np.float32], place: int, peak: float) -> float:
    """The peak between pixels; NaN where the line is flat, since print like a long rule cannot tell this way."""
    near = line[max(0, place - 4) : place + 5]
    if peak - float(near.min()) < WHERE_CLEAR * peak:
        return float("nan")
    if not 0 < place < len(line) - 1:
        return float(place)
    before, after = float(line[place - 1]), float(line[place + 1])
    bend = before - 2 * peak + after
    return place if bend >= 0 else place + 0.5 * (before - after) / bend


def fit_points(found: list[Shift]) -> tuple[Points, Points]:
    """The middles of windows that tell both ways, and where they are in the scan's own paper mm."""
    use = [each for each in found if each.is_found and np.isfinite(each.dx) and np.isfinite(each.dy)]
    middles = np.array([each.tile.middle for each in use], np.float64).reshape(-1, 2)
    return middles, middles + np.array([(each.dx, each.dy) for each in use], np.float64).reshape(-1, 2)


@dataclass(frozen=True, slots=True)
class Fit:
    """How well print lies: 90th percentile and worst of the distances in mm, and the share of windows found."""

    off: float
    worst: float
    share: float


def residual(found: list[Shift]) -> Fit:
    """How well the print of the windows lies.

    Infinitely badly when fewer than six windows tell: then nothing proves that the places are right.
    """
    if not found:
        return Fit(float("inf"), float("inf"), 0.0)
    there = [each for each in found if each.is_found]
    far = [float(np.hypot(np.nan_to_num(each.dx), np.nan_to_num(each.dy))) for each in there]
    telling = [each for each in there if np.isfinite(each.dx) or np.isfinite(each.dy)]
    share = len(there) / len(found)
    if len(telling) < 6:
        return Fit(float("inf"), float("inf"), share)
    return Fit(float(np.percentile(far, 90)), max(far), share)

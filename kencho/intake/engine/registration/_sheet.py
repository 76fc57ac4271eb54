"""The straightened page that fields are cut from."""

from dataclasses import dataclass

import cv2
import numpy as np

from kencho.intake.engine.documents import encode_png
from kencho.intake.engine.registration._blank import BlankSheet
from kencho.intake.engine.registration._geometry import (
    KEPT_DPI,
    MM,
    READING_DPI,
    Grey,
    Matrix,
    resized,
    warped,
)
from kencho.intake.engine.shapes import Rect

# Paper below this becomes plain white: noise of the scanner is not worth its bytes, pencil is darker.
WHITE_FROM, FADES_FROM = 238, 222
# Pencil is darker than this on white paper, what shows through from the back is lighter.
INK_BELOW = 185
FLAT_MM = 0.12
LOCAL_REACH = 1.2
LOCAL_MARGIN = 4.0
# Shading lets a background be dark, but nothing printed on it is ever brighter than paper.
_WHITENING = np.clip(
    np.where(
        np.arange(256) <= FADES_FROM,
        np.arange(256),
        FADES_FROM + (np.arange(256) - FADES_FROM) * (255 - FADES_FROM) / (WHITE_FROM - FADES_FROM),
    ),
    0,
    255,
).astype(np.uint8)


_SIXTEEN_SHADES = (np.round(np.arange(256) / 17) * 17).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class Registered:
    """A scan whose form and place are known.

    `to_image` turns paper mm into pixels of the scan. `rotation` is how far the sheet lies turned clockwise in the scan.
    `residual_mm` is how far print is from where it should be (90th percentile of windows over the page; `worst_mm`: the
    worst of them), `matched` the share of those windows whose print is there at all.
    """

    template_id: str
    template_page: int
    to_image: Matrix
    rotation: int
    residual_mm: float
    worst_mm: float
    matched: float
    dpi: int
    blank: BlankSheet


class Sheet:
    """A page straight, upright and evenly lit: 300 dpi in `flat`, paper is 255."""

    def __init__(self, flat: Grey, registered: Registered | None = None) -> None:
        self.flat = flat
        self.registered = registered
        self.blank = registered.blank if registered is not None else None
        self._offsets: dict[tuple[int, int, int, int], tuple[float, float]] = {}

    def kept(self) -> Grey:
        """The page at 200 dpi in sixteen shades of grey, as it is stored for the clerks' screen."""
        scale = KEPT_DPI / READING_DPI
        # Averaging looks no better on a screen and takes four times as long.
        small = cv2.resize(self.flat, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
        return np.asarray(cv2.LUT(small, _SIXTEEN_SHADES), np.uint8)

    def png(self, image: Grey | None = None) -> bytes:
        """PNG of the kept page, or of a masked copy of it."""
        return encode_png(self.kept() if image is None else image)

    def offset(self, rect: Rect) -> tuple[float, float]:
        """How far (mm) the print around a box is from its place, for sheets that are not quite flat."""
        key = (round(rect.x / 4), round(rect.y / 4), round(rect.width / 4), round(rect.height / 4))
        if key not in self._offsets:
            # Where all print lies flat there is nothing to search for, and searching costs more than all the rest.
            lies_flat = self.registered is None or self.registered.worst_mm < FLAT_MM
            known = self.blank is None or lies_flat
            self._offsets[key] = (0.0, 0.0) if known or self.blank is None else self._search(self.blank, rect)
        return self._offsets[key]

    def _search(self, blank: BlankSheet, rect: Rect) -> tuple[float, float]:
        scale = READING_DPI / MM
        margin, reach = LOCAL_MARGIN, LOCAL_REACH
        half = 2  # at 150 dpi: twice as fast as it needs to be exact
        left = max(rect.x - margin, reach)
        top = max(rect.y - margin, reach)
        right = min(rect.x + rect.width + margin, blank.width - reach)
        bottom = min(rect.y + rect.height + margin, blank.height - reach)
        x0, y0, x1, y1 = (round(each * scale) for each in (left, top, right, bottom))
        r = round(reach * scale)
        pattern = blank.image[y0:y1:half, x0:x1:half]
        place = self.flat[y0 - r : y1 + r : half, x0 - r : x1 + r : half]
        if min(pattern.shape) < 8 or place.shape[0] < pattern.shape[0] or place.shape[1] < pattern.shape[1]:
            return 0.0, 0.0
        surface = cv2.matchTemplate(place, pattern, cv2.TM_CCOEFF_NORMED)
        _low, peak, _at, (px, py) = cv2.minMaxLoc(surface)
        if not np.isfinite(peak) or peak < 0.35:
            return 0.0, 0.0
        middle = r // half
        # Along a lone rule every place fits equally well: such a direction stays where it was.
        here_x = float(surface[py, middle]) if middle < surface.shape[1] else peak
        here_y = float(surface[middle, px]) if middle < surface.shape[0] else peak
        dx = (px - middle) * half / scale if peak - here_x > 0.02 else 0.0
        dy = (py - middle) * half / scale if peak - here_y > 0.02 else 0.0
        return dx, dy


def flattened(image: Grey) -> Grey:
    """Paper becomes 255 everywhere, shaded areas of the print too; dark stays dark."""
    coarse = cv2.resize(image, None, fx=1 / 8, fy=1 / 8, interpolation=cv2.INTER_AREA)
    # A window of 10 mm always holds paper, except in places that are black on purpose.
    paper = cv2.dilate(cv2.medianBlur(np.asarray(coarse, np.uint8), 3), np.ones((7, 7), np.uint8))
    paper = cv2.GaussianBlur(paper, (0, 0), 4)
    least = max(60.0, float(np.percentile(paper, 50)) * 0.55)
    paper = cv2.max(paper, np.full_like(paper, round(least)))
    full = cv2.resize(paper, image.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.LUT(cv2.divide(image, full, scale=250), _WHITENING), np.uint8)


def straighten(image: Grey, registered: Registered) -> Sheet:
    """The sheet cut out of the scan, straight and evenly lit."""
    blank = registered.blank
    straight = warped(image, registered.to_image, dpi=READING_DPI, width=blank.width, height=blank.height)
    return Sheet(flattened(straight), registered)


def loose_sheet(image: Grey, dpi: int) -> Sheet:
    """A page of no known form, as it lies, at 300 dpi and evenly lit."""
    return Sheet(flattened(resized(image, READING_DPI / dpi)))


def reading_rect(rect: Rect) -> Rect:
    """Paper mm to pixels of `Sheet.flat`."""
    scale = READING_DPI / MM
    return Rect(rect.x * scale, rect.y * scale, rect.width * scale, rect.height * scale)


def kept_rect(rect: Rect) -> Rect:
    """Paper mm to pixels of the kept image."""
    scale = KEPT_DPI / MM
    return Rect(
        round(rect.x * scale, 1),
        round(rect.y * scale, 1),
        round(rect.width * scale, 1),
        round(rect.height * scale, 1),
    )

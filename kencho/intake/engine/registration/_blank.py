"""The empty form that a scan is compared with, and what is known about it beforehand."""

import functools
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

import cv2
import numpy as np

from kencho.intake.engine.documents import Limits, Unreadable, open_document
from kencho.intake.engine.registration import _features, _markers
from kencho.intake.engine.registration._geometry import (
    KEPT_DPI,
    MM,
    PRINT_DPI,
    READING_DPI,
    Grey,
    Points,
    inverse,
    moved,
    paper_to_pixels,
    resized,
)
from kencho.intake.engine.registration._print import Tile, choose_tiles

MOST_FEATURES_KEPT = 80


class BlankSheet:
    """One page of the empty form at 300 dpi, edge on edge with the paper.

    A printed form gives its page exactly; a legacy form is a scan of an empty sheet, which then *is* the paper: places
    drawn over it are millimetres of its own picture.
    """

    def __init__(self, image: Grey, *, width: float = 210.0, height: float = 297.0) -> None:
        """`image` shows the whole sheet of `width` x `height` mm at any resolution."""
        size = (round(width * READING_DPI / MM), round(height * READING_DPI / MM))
        if image.shape[::-1] != size:
            how = cv2.INTER_AREA if image.shape[1] > 1.5 * size[0] else cv2.INTER_LINEAR
            image = np.asarray(cv2.resize(image, size, interpolation=how), np.uint8)
        self.image: Grey = image
        self.width = width
        self.height = height

    @functools.cached_property
    def small(self) -> Grey:
        """The page at the resolution at which print is compared."""
        return resized(self.image, PRINT_DPI / READING_DPI)

    @functools.cached_property
    def markers(self) -> dict[int, Points]:
        """The corners of its markers in mm."""
        to_paper = inverse(paper_to_pixels(READING_DPI))
        found = _markers.find_markers(self.image, READING_DPI)
        return {number: moved(to_paper, corners) for number, corners in found.items()}

    @functools.cached_property
    def code(self) -> Points | None:
        """The corners of its QR code in mm."""
        for dpi in (KEPT_DPI, READING_DPI):
            place = _markers.code_place(resized(self.image, dpi / READING_DPI))
            if place is not None:
                return moved(inverse(paper_to_pixels(dpi)), place)
        return None

    @functools.cached_property
    def tiles(self) -> tuple[Tile, ...]:
        """Small windows with enough print to see whether it stands where it should."""
        return choose_tiles(self.small, kept_out=tuple(self.markers.values()))


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a form has its markers and its QR code, in mm."""

    markers: dict[int, Points]
    code: Points | None


@dataclass(slots=True)
class _Source:
    data: bytes
    width: float
    height: float


class Blanks:
    """The empty forms by template id, rendered when needed.

    The last few pages stay in memory (some 12 MB each), what serves to recognise forms stays of many (half a MB each).
    """

    def __init__(
        self,
        sources: Mapping[str, bytes] | None = None,
        *,
        sizes: Mapping[str, tuple[float, float]] | None = None,
        most: int = 4,
    ) -> None:
        """`sources` are PDF, TIFF, JPEG or PNG files with the pages of the empty form in order; `sizes` in mm (A4)."""
        self._sources: dict[str, _Source] = {}
        self._kept: OrderedDict[tuple[str, int], BlankSheet | None] = OrderedDict()
        self._most = most
        self._layouts: dict[str, Layout | None] = {}
        self._features: OrderedDict[tuple[str, int], _features.Features | None] = OrderedDict()
        for template_id, data in (sources or {}).items():
            self.add(template_id, data, *(sizes or {}).get(template_id, (210.0, 297.0)))

    def add(self, template_id: str, data: bytes, width: float = 210.0, height: float = 297.0) -> None:
        """Learn one more form; pages rendered from other bytes of the same form are forgotten."""
        known = self._sources.get(template_id)
        if known is not None and known.data == data and (known.width, known.height) == (width, height):
            return
        self._forget(template_id)
        self._sources[template_id] = _Source(data, width, height)

    def keep(self, names: set[str]) -> None:
        """Forget all forms but these."""
        for name in self._sources.keys() - names:
            self._forget(name)

    def _forget(self, template_id: str) -> None:
        self._sources.pop(template_id, None)
        self._layouts.pop(template_id, None)
        for kept in (self._kept, self._features):
            for key in [key for key in kept if key[0] == template_id]:
                del kept[key]

    def put(self, template_id: str, page: int, sheet: BlankSheet) -> None:
        """Take a page that was rendered elsewhere."""
        self._kept[template_id, page] = sheet
        self._most = max(self._most, len(self._kept))

    def __call__(self, template_id: str, page: int) -> BlankSheet | None:
        """One page (from 1) of an empty form; None when there is none or it cannot be read."""
        key = (template_id, page)
        if key not in self._kept:
            self._kept[key] = self._render(template_id, page)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def layout(self, template_id: str) -> Layout | None:
        """Where the first page of a form has markers and code."""
        if template_id not in self._layouts:
            blank = self(template_id, 1)
            self._layouts[template_id] = None if blank is None else Layout(blank.markers, blank.code)
        return self._layouts[template_id]

    def features(self, template_id: str, page: int) -> "_features.Features | None":
        """What SIFT finds on one page of an empty form."""
        key = (template_id, page)
        if key not in self._features:
            blank = self(template_id, page)
            found = None if blank is None else _features.features_of(blank.image, READING_DPI)
            self._features[key] = found
            while len(self._features) > MOST_FEATURES_KEPT:
                self._features.popitem(last=False)
        self._features.move_to_end(key)
        return self._features[key]

    def _render(self, template_id: str, page: int) -> BlankSheet | None:
        source = self._sources.get(template_id)
        if source is None:
            return None
        try:
            with open_document(BytesIO(source.data), limits=Limits()) as document:
                if not 1 <= page <= document.pages:
                    return None
                return BlankSheet(document.page(page).image, width=source.width, height=source.height)
        except Unreadable:
            return None

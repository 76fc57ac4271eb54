"""Where lines of writing stand on a page: the detector of PP-OCRv6 small (inside the package ``rapidocr``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kencho.intake.engine.readers import Model, session_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

DETECTOR: Final = Model(
    "det",
    "rapidocr",
    "models/PP-OCRv6_det_small.onnx",
    "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
)

_LONGEST: Final = 1408
_BAND: Final = 480
_OVERLAP: Final = 96
"""Pixels, both whole numbers of the network's steps of 32."""

_INK: Final = 0.3
_SURE: Final = 0.5
_GROWN: Final = 1.6
_SMALLEST: Final = 5


@dataclass(frozen=True, slots=True)
class Box:
    """A line of writing, in pixels of the page."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """Its lower edge."""
        return self.y + self.height


class LineFinder:
    """The detector, loaded when the first page without a template comes."""

    def __init__(self) -> None:
        self._session = session_of(DETECTOR)
        self._input = self._session.get_inputs()[0].name

    def find(self, page: NDArray[Any]) -> list[Box]:
        """The lines of an upright grey page, from top to bottom."""
        import cv2
        import numpy

        height, width = page.shape
        scale = min(1.0, _LONGEST / max(height, width))
        size = (max(32, round(width * scale / 32) * 32), max(32, round(height * scale / 32) * 32))
        small = cv2.resize(page, size, interpolation=cv2.INTER_AREA).astype(numpy.float32) / 127.5 - 1.0
        chances = self._chances(small)
        mask = cv2.dilate((chances > _INK).astype(numpy.uint8), numpy.ones((2, 2), numpy.uint8))
        contours, _tree = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        found = []
        for contour in contours:
            x, y, w, h = cv2.boundingRect(contour)
            if (
                min(w, h) < _SMALLEST
                or float(chances[y : y + h, x : x + w][mask[y : y + h, x : x + w] > 0].mean()) < _SURE
            ):
                continue
            # The network marks the heart of a line; the line itself is larger by this share of its size.
            grown = w * h * _GROWN / (2 * (w + h))
            found.append(
                _scaled(
                    x - grown,
                    y - grown,
                    w + 2 * grown,
                    h + 2 * grown,
                    (width / size[0], height / size[1]),
                    page,
                )
            )
        return sorted(found, key=lambda box: (box.y + box.height / 2, box.x))

    def _chances(self, small: NDArray[Any]) -> NDArray[Any]:
        """How likely each pixel is writing. A page goes through in bands that overlap: whole it takes a third of the
        memory that a worker may have."""
        import numpy

        height = small.shape[0]
        pieces = []
        for start in range(0, height, _BAND):
            end = min(height, start + _BAND)
            low, high = max(0, start - _OVERLAP), min(height, end + _OVERLAP)
            band = small[low:high]
            given = numpy.ascontiguousarray(numpy.broadcast_to(band, (1, 3, *band.shape)))
            found = self._session.run(None, {self._input: given})[0][0, 0]
            pieces.append(found[start - low : end - low])
        return numpy.vstack(pieces)


def _scaled(
    x: float, y: float, width: float, height: float, by: tuple[float, float], page: NDArray[Any]
) -> Box:
    left, top = max(0, round(x * by[0])), max(0, round(y * by[1]))
    right = min(page.shape[1], round((x + width) * by[0]))
    bottom = min(page.shape[0], round((y + height) * by[1]))
    return Box(left, top, right - left, bottom - top)

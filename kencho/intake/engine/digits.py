"""A small reader of single digit cells: the third voice beside the two line readers.

A convolutional network of 80,000 numbers in plain numpy; `scripts/train_digits.py` trains it on real handwriting and
on digits drawn by itself. It shares neither code nor training data with the line readers, so its mistakes are its
own: that is what makes its agreement worth something.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEIGHTS: Final = Path(__file__).parent / "digits.npz"
SIDE: Final = 28
"""Pixels of the square that the network sees."""

_INNER: Final = 20
_LEAST_INK: Final = 12


@dataclass(frozen=True, slots=True)
class CellReading:
    """What one cell says: the digit ("" when nothing stands there), its probability, and the chances of all ten."""

    digit: str
    probability: float
    chances: tuple[float, ...]


class DigitReader:
    """The trained network, loaded once per process."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        import numpy

        with numpy.load(weights) as stored:
            self._weights = {name: stored[name].astype(numpy.float32) for name in stored.files}

    def read(self, cells: Sequence[NDArray[Any]]) -> tuple[CellReading, ...]:
        """One reading per cell image (grey, 0 = black); cells without ink give an empty digit."""
        import numpy

        squares = [square_of(cell) for cell in cells]
        inked = [square for square in squares if square is not None]
        if not inked:
            return tuple(_NOTHING for _cell in cells)
        chances = iter(probabilities(self._weights, numpy.stack(inked)))
        return tuple(_NOTHING if square is None else _reading(next(chances)) for square in squares)


_NOTHING: Final = CellReading("", 0.0, (0.0,) * 10)


def _reading(chances: NDArray[Any]) -> CellReading:
    best = int(chances.argmax())
    return CellReading(str(best), float(chances[best]), tuple(float(each) for each in chances))


def square_of(cell: NDArray[Any]) -> NDArray[Any] | None:
    """The cell as the network wants it (28 × 28, ink = 1, size and place made equal), or None without ink."""
    import cv2
    import numpy

    ink = 255 - cell.astype(numpy.uint8)
    if ink.size == 0 or min(ink.shape) < 6:
        return None
    level = max(48.0, float(cv2.threshold(ink, 0, 255, cv2.THRESH_OTSU)[0]))
    ink = _without_specks(ink, (ink >= level * 0.75).astype(numpy.uint8))
    rows, columns = numpy.flatnonzero(ink.any(axis=1)), numpy.flatnonzero(ink.any(axis=0))
    if len(rows) + len(columns) < _LEAST_INK:
        return None
    body = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(numpy.float32)
    return centred(body / body.max())


def _without_specks(ink: NDArray[Any], mask: NDArray[Any]) -> NDArray[Any]:
    """Keeps the strokes: pieces that are large beside the largest. Rests of the box's own lines hug the border."""
    import cv2
    import numpy

    count, labels, stats, _centres = cv2.connectedComponentsWithStats(mask, connectivity=8)
    if count < 2:
        return numpy.zeros_like(ink)
    height, width = ink.shape
    keep = numpy.zeros(count, bool)
    largest = max(int(stats[index, cv2.CC_STAT_AREA]) for index in range(1, count))
    for index in range(1, count):
        x, y, w, h, area = (int(each) for each in stats[index])
        hugs = (w <= 4 and (x <= 2 or x + w >= width - 2)) or (h <= 4 and (y <= 2 or y + h >= height - 2))
        keep[index] = area >= max(10, largest * 0.06) and not (hugs and area < largest)
    kept = keep[labels]
    # One ring of softer pixels belongs to the stroke.
    around = cv2.dilate(kept.astype(numpy.uint8), numpy.ones((3, 3), numpy.uint8))
    return numpy.where(around > 0, ink, 0).astype(numpy.uint8)


def centred(body: NDArray[Any]) -> NDArray[Any]:
    """Ink (0–1) scaled to 20 px on its longer side and put with its centre of mass into the middle."""
    import cv2
    import numpy

    height, width = body.shape
    scale = _INNER / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(body, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    peak = float(small.max())
    if peak > 0:
        small = small / peak
    total = float(small.sum()) or 1.0
    ys, xs = numpy.mgrid[0 : small.shape[0], 0 : small.shape[1]]
    top = round(SIDE / 2 - 0.5 - float((ys * small).sum()) / total)
    left = round(SIDE / 2 - 0.5 - float((xs * small).sum()) / total)
    top = min(max(top, 0), SIDE - small.shape[0])
    left = min(max(left, 0), SIDE - small.shape[1])
    square = numpy.zeros((SIDE, SIDE), numpy.float32)
    square[top : top + small.shape[0], left : left + small.shape[1]] = small
    return square


def probabilities(weights: dict[str, NDArray[Any]], squares: NDArray[Any]) -> NDArray[Any]:
    """The chances (n × 10) of each square (n × 28 × 28)."""
    import numpy

    first = pooled(relu(convolved(squares[:, :, :, None], weights["w1"], weights["b1"])))
    second = pooled(relu(convolved(first, weights["w2"], weights["b2"])))
    hidden = relu(second.reshape(len(squares), -1) @ weights["w3"] + weights["b3"])
    scores = (hidden @ weights["w4"] + weights["b4"]) / weights["temperature"]
    scores = numpy.exp(scores - scores.max(axis=1, keepdims=True))
    result: NDArray[Any] = scores / scores.sum(axis=1, keepdims=True)
    return result


def patches(images: NDArray[Any]) -> NDArray[Any]:
    """All 3 × 3 windows of n × h × w × c images, as n × (h-2) × (w-2) × 9c."""
    from numpy.lib.stride_tricks import sliding_window_view

    windows = sliding_window_view(images, (3, 3), axis=(1, 2))
    count, height, width = windows.shape[:3]
    result: NDArray[Any] = windows.transpose(0, 1, 2, 4, 5, 3).reshape(count, height, width, -1)
    return result


def convolved(images: NDArray[Any], kernel: NDArray[Any], bias: NDArray[Any]) -> NDArray[Any]:
    """A 3 × 3 convolution without border; the kernel is 9c × d."""
    result: NDArray[Any] = patches(images) @ kernel + bias
    return result


def pooled(images: NDArray[Any]) -> NDArray[Any]:
    """The largest of each 2 × 2 pixels; an odd last row or column is left out."""
    count, height, width, depth = images.shape
    even = images[:, : height // 2 * 2, : width // 2 * 2]
    result: NDArray[Any] = even.reshape(count, height // 2, 2, width // 2, 2, depth).max(axis=(2, 4))
    return result


def relu(values: NDArray[Any]) -> NDArray[Any]:
    """Nothing below zero."""
    result: NDArray[Any] = values.clip(min=0)
    return result

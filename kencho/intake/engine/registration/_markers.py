"""ArUco markers (DICT_4X4_50) and QR codes in a scan."""

import functools
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np

from kencho.intake.engine.registration._geometry import Grey, Matrix, Points, moved, resized

SEARCH_DPI = 150


@functools.lru_cache(maxsize=1)
def _detector() -> Any:
    settings = cv2.aruco.DetectorParameters()
    # One window suits markers of 9 mm at 150 dpi; three would cost three times as much.
    settings.adaptiveThreshWinSizeMin = settings.adaptiveThreshWinSizeMax = 23
    settings.minMarkerPerimeterRate = 0.05
    settings.maxMarkerPerimeterRate = 0.6
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_NONE
    settings.errorCorrectionRate = 0.6
    return cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50), settings)


def find_markers(image: Grey, dpi: float) -> dict[int, Points]:
    """Corners (4 x 2 pixels, clockwise from the marker's own top left) by marker number.

    A number that is seen twice is left out: one of the two is something else.
    """
    scale = min(1.0, SEARCH_DPI / dpi)
    corners, numbers, _rejected = _detector().detectMarkers(resized(image, scale))
    if numbers is None:
        return {}
    found: dict[int, Points] = {}
    twice: set[int] = set()
    for number, four in zip(numbers.ravel().tolist(), corners, strict=True):
        if number in found:
            twice.add(number)
        points = (four.reshape(4, 2).astype(np.float64) + 0.5) / scale - 0.5
        found[number] = _refined(image, points)
    return {number: points for number, points in found.items() if number not in twice}


def _refined(image: Grey, points: Points) -> Points:
    """Corners moved to where the edges of the marker cross, at full resolution."""
    side = float(np.linalg.norm(points[0] - points[1]))
    window = max(3, round(side / 16))
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_MAX_ITER, 30, 0.01)
    start = points.astype(np.float32).reshape(-1, 1, 2)
    sharp = cv2.cornerSubPix(image, start, (window, window), (-1, -1), stop).reshape(4, 2).astype(np.float64)
    # A corner that ran away found something else, such as a stroke that touches the marker.
    ran = np.linalg.norm(sharp - points, axis=1) > window
    sharp[ran] = points[ran]
    return np.asarray(sharp, np.float64)


def homography(markers: dict[int, Points], places: dict[int, Points]) -> Matrix | None:
    """Paper mm to pixels from the markers found and their places in mm; None with fewer than three of them."""
    common = sorted(markers.keys() & places.keys())
    if len(common) < 3:
        return None
    paper = np.concatenate([places[number] for number in common])
    seen = np.concatenate([markers[number] for number in common])
    if len(common) == 3:
        # The fourth corner is out of reach of any perspective that three small markers could tell.
        affine = cv2.estimateAffine2D(paper, seen, method=cv2.LMEDS)[0]
        return None if affine is None else np.vstack([affine, [0, 0, 1]]).astype(np.float64)
    matrix = cv2.findHomography(paper, seen, 0)[0]
    return None if matrix is None else np.asarray(matrix, np.float64)


def read_code(image: Grey) -> str:
    """The text of a QR code in a picture, which may be turned; empty when there is none or it cannot be read."""
    detector = cv2.QRCodeDetector()
    for attempt in _attempts(image):
        try:
            text, _points, _straight = detector.detectAndDecode(attempt)
        except cv2.error:
            continue
        if text:
            return str(text)
    return ""


def _attempts(image: Grey) -> Iterator[Grey]:
    """The picture, and what may help where print or scan are bad: larger, smoother, black and white."""
    yield image
    if image.size > 4_000_000:
        yield resized(image, 0.5)
        return
    larger = np.asarray(cv2.resize(image, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)
    yield larger
    smooth = cv2.GaussianBlur(larger, (0, 0), 2.0)
    yield np.asarray(cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1], np.uint8)
    even = cv2.adaptiveThreshold(smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 101, 12)
    yield np.asarray(even, np.uint8)
    closed = cv2.morphologyEx(smooth, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    yield np.asarray(cv2.threshold(closed, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1], np.uint8)


def code_place(image: Grey) -> Points | None:
    """The corners (4 x 2) of the QR code in a clean picture."""
    found, points = cv2.QRCodeDetector().detect(image)
    return points.reshape(4, 2).astype(np.float64) if found and points is not None else None


def cut_code(image: Grey, to_image: Matrix, place: Points) -> Grey:
    """The surroundings of a QR code, straightened, 6 mm wider than the code on each side; `place` in paper mm."""
    low, high = place.min(axis=0) - 6, place.max(axis=0) + 6
    scale = 12.0  # pixels per mm: some eight for each dot of the code
    size = (round((high[0] - low[0]) * scale), round((high[1] - low[1]) * scale))
    to_paper = np.array([[1 / scale, 0, low[0]], [0, 1 / scale, low[1]], [0, 0, 1]])
    cut = cv2.warpPerspective(
        image, to_image @ to_paper, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderValue=255
    )
    return np.asarray(cut, np.uint8)


def rough_homography(markers: dict[int, Points], places: dict[int, Points]) -> Matrix | None:
    """Good enough to look for the QR code: from two markers too."""
    common = sorted(markers.keys() & places.keys())
    if len(common) < 2:
        return None
    paper = np.concatenate([places[number] for number in common])
    seen = np.concatenate([markers[number] for number in common])
    matrix = cv2.estimateAffinePartial2D(paper, seen, method=cv2.LMEDS)[0]
    return None if matrix is None else np.vstack([matrix, [0, 0, 1]]).astype(np.float64)


__all__ = [
    "code_place",
    "cut_code",
    "find_markers",
    "homography",
    "moved",
    "read_code",
    "rough_homography",
]

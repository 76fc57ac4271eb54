"""Recognising forms without markers by what is printed on them (SIFT)."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from kencho.intake.engine.registration._geometry import MM, Grey, Matrix, Points, rescaling, resized

SEARCH_DPI = 100
MOST_FEATURES = 1500
LEAST_INLIERS = 24


@dataclass(frozen=True, slots=True)
class Features:
    """Key points (in pixels of the full image) and their descriptors."""

    places: Points
    described: NDArray[np.float16]


def features_of(image: Grey, dpi: float) -> Features:
    """The strongest features of a page, found at 100 dpi."""
    scale = min(1.0, SEARCH_DPI / dpi)
    small = cv2.GaussianBlur(resized(image, scale), (0, 0), 0.7)
    points, described = cv2.SIFT_create(nfeatures=MOST_FEATURES, contrastThreshold=0.03).detectAndCompute(
        small, None
    )
    if described is None or not points:
        return Features(np.zeros((0, 2)), np.zeros((0, 128), np.float16))
    back = np.linalg.inv(rescaling(scale))
    places = np.array([point.pt for point in points], np.float64)
    places = places * back[0, 0] + back[0, 2]
    # RootSIFT: the Hellinger distance tells print apart better than the plain one.
    unit = described / np.maximum(described.sum(axis=1, keepdims=True), 1e-6)
    return Features(places, np.sqrt(unit).astype(np.float16))


class Finder:
    """The features of a scan, ready to be compared with those of many forms."""

    def __init__(self, image: Grey, dpi: float) -> None:
        self._scan = features_of(image, dpi)
        self._index = cv2.FlannBasedMatcher({"algorithm": 1, "trees": 2}, {"checks": 24})
        self.is_empty = len(self._scan.places) < LEAST_INLIERS
        if not self.is_empty:
            self._index.add([self._scan.described.astype(np.float32)])
            self._index.train()

    def match(self, blank: Features, blank_dpi: float) -> tuple[Matrix | None, int]:
        """Paper mm to scan pixels by the features in common, and how many agree; None when too few do."""
        if self.is_empty or len(blank.places) < LEAST_INLIERS:
            return None, 0
        pairs = self._index.knnMatch(blank.described.astype(np.float32), k=2)
        good = [two[0] for two in pairs if len(two) == 2 and two[0].distance < 0.8 * two[1].distance]
        return _agreed(self._scan, blank, blank_dpi, good)


def _agreed(scan: Features, blank: Features, blank_dpi: float, good: list[Any]) -> tuple[Matrix | None, int]:
    if len(good) < LEAST_INLIERS:
        return None, 0
    paper = (blank.places[[each.queryIdx for each in good]] + 0.5) * MM / blank_dpi
    seen = scan.places[[each.trainIdx for each in good]]
    cv2.setRNGSeed(1)
    matrix, inside = cv2.findHomography(paper, seen, cv2.USAC_MAGSAC, 4.0, maxIters=4000, confidence=0.999)
    if matrix is None:
        return None, 0
    count = int(inside.sum())
    return (np.asarray(matrix, np.float64), count) if count >= LEAST_INLIERS else (None, count)

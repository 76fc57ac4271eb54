"""Cutting several lines of writing apart."""

import cv2
import numpy as np
from numpy.typing import NDArray

from kencho.intake.engine.crops._ink import SCALE, SPECK

Grey = NDArray[np.uint8]

ANGLES = (0.0, -0.5, 0.5, -1.0, 1.0, -1.5, 1.5, -2.0, 2.0, -3.0, 3.0)
LEAST_HEIGHT = round(1.4 * SCALE)


def levelled(image: Grey, ink: Grey) -> tuple[Grey, Grey, float]:
    """The writing sheared so that its lines run level, and the slope that was taken out."""
    slope = _slope(ink)
    if slope == 0:
        return image, ink, 0.0
    height, width = ink.shape
    matrix = np.array([[1, 0, 0], [-slope, 1, slope * width / 2]], np.float64)
    level = cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=255)
    level_ink = cv2.warpAffine(ink, matrix, (width, height), flags=cv2.INTER_NEAREST, borderValue=0)
    return np.asarray(level, np.uint8), np.asarray(level_ink, np.uint8), slope


def _slope(ink: Grey) -> float:
    """Of a few slopes the one whose rows are the most unlike; a small one must clearly win against none."""
    ys, xs = np.nonzero(ink[::3, ::3])
    if len(ys) < 60 or np.ptp(xs) < 120:
        return 0.0
    height = ink.shape[0] // 3 + 1
    middle = ink.shape[1] / 6
    best, winner = 0.0, 0.0
    for angle in ANGLES:
        slope = float(np.tan(np.radians(angle)))
        rows = np.round(ys - slope * (xs - middle)).astype(int) + height
        counts = np.bincount(np.clip(rows, 0, 3 * height), minlength=3 * height + 1)
        unlike = float((counts.astype(float) ** 2).sum()) * (1.0 if angle == 0 else 0.94)
        if unlike > best:
            best, winner = unlike, slope
    return winner


def split_lines(ink: Grey, expected: int) -> list[tuple[int, int]]:
    """Top and bottom (exclusive) of each line of writing; `expected` lines have room, fewer or more may stand there."""
    rows = np.count_nonzero(ink, axis=1).astype(np.float64)
    if rows.sum() < SPECK:
        return []
    pitch = ink.shape[0] / max(1, expected)
    runs = _whole(_runs(rows > _floor(rows)), _runs(rows > 0), pitch)
    # The last line may hold two characters: little ink beside a full line, but a line of its own.
    runs += [
        each
        for each in _runs(rows > 0)
        if each[1] - each[0] >= LEAST_HEIGHT
        and not any(each[0] < end and start < each[1] for start, end in runs)
    ]
    runs = _joined(sorted(runs), pitch)
    runs = [each for run in runs for each in _parted(rows, run, pitch)]
    return _joined(runs, pitch)


def _whole(busy: list[tuple[int, int]], inked: list[tuple[int, int]], pitch: float) -> list[tuple[int, int]]:
    """Where a line of a character or two passes for empty beside a full line, all of its ink is taken together."""
    found: list[tuple[int, int]] = []
    for start, end in inked:
        within = [each for each in busy if start <= each[0] and each[1] <= end]
        shallow = all(end - start > (each[1] - each[0]) * 1.25 for each in within)
        found += [(start, end)] if within and shallow and end - start < 1.1 * pitch else within
    return found


def _floor(rows: NDArray[np.float64]) -> float:
    busy = rows[rows > 0]
    return float(0.06 * np.percentile(busy, 80))


def _runs(dark: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], dark, [False]]).astype(np.int8)))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _joined(runs: list[tuple[int, int]], pitch: float) -> list[tuple[int, int]]:
    """Parts of one line together: dots and the parts of characters like 二 stand apart, but too near for two lines."""
    joined: list[tuple[int, int]] = []
    for start, end in runs:
        if joined:
            before_start, before_end = joined[-1]
            gap, whole = start - before_end, end - before_start
            flat = min(end - start, before_end - before_start) < LEAST_HEIGHT
            if (flat and gap < 0.35 * pitch and whole < 1.15 * pitch) or (
                gap < 0.06 * pitch and whole < 0.85 * pitch
            ):
                joined[-1] = (before_start, end)
                continue
        joined.append((start, end))
    return [run for run in joined if run[1] - run[0] >= 4]


def _parted(rows: NDArray[np.float64], run: tuple[int, int], pitch: float) -> list[tuple[int, int]]:
    """Lines that touch: cut at the emptiest row, wherever one line would be taller than there is room for one."""
    start, end = run
    height = end - start
    if height < 1.3 * pitch:
        return [run]
    smooth = cv2.GaussianBlur(rows[start:end].reshape(-1, 1), (1, 0), sigmaX=0.1, sigmaY=3).ravel()
    low, high = int(0.45 * pitch), int(min(height - 0.45 * pitch, 1.25 * pitch))
    if high <= low:
        return [run]
    place = low + int(np.argmin(smooth[low:high]))
    if smooth[place] > 0.6 * float(np.percentile(smooth, 80)) and height < 1.7 * pitch:
        return [run]
    cut = start + place
    return [(start, cut), *_parted(rows, (cut, end), pitch)]

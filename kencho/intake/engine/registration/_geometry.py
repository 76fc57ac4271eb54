"""Matrices between paper (mm) and images (pixels whose centres have whole numbers)."""

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Points = NDArray[np.float64]
Matrix = NDArray[np.float64]

READING_DPI = 300
PRINT_DPI = 150
KEPT_DPI = 200
MM = 25.4


def paper_to_pixels(dpi: float) -> Matrix:
    """Paper mm to pixels of a straight image: mm 0 is the left edge of pixel 0, whose centre is 0."""
    scale = dpi / MM
    return np.array([[scale, 0, -0.5], [0, scale, -0.5], [0, 0, 1]])


def rescaling(scale: float) -> Matrix:
    """Pixels of an image to pixels of the same image resized by a factor."""
    return np.array([[scale, 0, (scale - 1) / 2], [0, scale, (scale - 1) / 2], [0, 0, 1]])


def inverse(matrix: Matrix) -> Matrix:
    """The way back."""
    return np.asarray(np.linalg.inv(matrix), np.float64)


def moved(matrix: Matrix, points: Points) -> Points:
    """Points (n x 2) through a homography."""
    through = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(through[:, :2] / through[:, 2:], np.float64)


def warped(image: Grey, to_image: Matrix, *, dpi: float, width: float, height: float) -> Grey:
    """The paper as a straight image at a resolution; outside of the scan is white."""
    size = (round(width * dpi / MM), round(height * dpi / MM))
    from_straight = to_image @ inverse(paper_to_pixels(dpi))
    straight = cv2.warpPerspective(
        image,
        from_straight,
        size,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=255,
    )
    return np.asarray(straight, np.uint8)


def resized(image: Grey, scale: float) -> Grey:
    """Smaller by averaging, larger by interpolation."""
    if abs(scale - 1) < 1e-3:
        return image
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=how), np.uint8)


def local_dpi(to_image: Matrix, width: float, height: float) -> float:
    """The resolution of the scan in the middle of the paper, by the homography."""
    middle = np.array([[width / 2, height / 2], [width / 2 + 1, height / 2], [width / 2, height / 2 + 1]])
    at, right, down = moved(to_image, middle)
    return float(np.sqrt(abs(np.cross(np.append(right - at, 0), np.append(down - at, 0))[2])) * MM)


def rotation_of(to_image: Matrix, width: float, height: float) -> int:
    """How far the sheet lies turned in the scan, clockwise, to the nearest quarter: 0, 90, 180 or 270."""
    at, right = moved(to_image, np.array([[width / 2, height / 2], [width / 2 + 1, height / 2]]))
    angle = np.degrees(np.arctan2(right[1] - at[1], right[0] - at[0]))
    return int(round(angle / 90) % 4 * 90)


def is_sane(to_image: Matrix, width: float, height: float) -> bool:
    """Whether a homography can come from a scanner: not mirrored, hardly any perspective, nearly square."""
    if not np.all(np.isfinite(to_image)):
        return False
    corners = moved(to_image, np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64))
    top, right, bottom, left = np.roll(corners, -1, axis=0) - corners
    if np.cross(np.append(top, 0), np.append(right, 0))[2] <= 0:
        return False
    lengths = [float(np.hypot(*side)) for side in (top, right, bottom, left)]
    if min(lengths) < 100:
        return False
    across, down = (lengths[0] / width, lengths[2] / width), (lengths[1] / height, lengths[3] / height)
    every = (*across, *down)
    return max(every) / min(every) < 1.15

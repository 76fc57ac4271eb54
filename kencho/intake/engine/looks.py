"""What a page looks like before anything on it is read: black, blank; and its picture as PNG."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]


def is_black_page(image: "Grey") -> bool:
    """Whether the scanner saw no paper: nearly everything dark, nothing that could be writing."""
    import cv2
    import numpy as np

    small = cv2.resize(image, (105, 148), interpolation=cv2.INTER_AREA)
    return bool(np.percentile(small, 95) < 90)


def is_blank_page(image: "Grey", dpi: int) -> bool:
    """Whether nothing is written or printed: the back of a sheet, with show-through, specks and dark edges allowed.

    Show-through is faint (below a quarter of the paper's brightness), specks are smaller than strokes.
    """
    import cv2

    coarse = cv2.resize(image, None, fx=75 / dpi, fy=75 / dpi, interpolation=cv2.INTER_AREA)
    if _marks_on(coarse, 75) > 40:
        return False
    # A thin line of a pen fades at the coarse look, so emptiness is confirmed at a finer one.
    scale = min(1.0, 150 / dpi)
    fine = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else image
    return _marks_on(fine, dpi * scale) < 3


def _marks_on(image: Any, dpi: float) -> int:
    """How many separate strokes of 1.2 mm or more stand away from the edges; a few punch holes are no strokes."""
    import cv2
    import numpy as np

    height, width = image.shape
    edge = round(6 / 25.4 * dpi)
    inner = image[edge : height - edge, edge : width - edge]
    if inner.size == 0:
        return 0
    near = round(dpi / 17) | 1
    paper = cv2.blur(cv2.dilate(inner, np.ones((near, near), np.uint8)), (4 * near + 1, 4 * near + 1))
    ink = cv2.compare(inner, cv2.convertScaleAbs(paper, alpha=0.72), cv2.CMP_LT)
    _count, _labels, stats, _centres = cv2.connectedComponentsWithStats(ink, connectivity=8)
    across, down = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    long_side, areas = np.maximum(across, down), stats[1:, cv2.CC_STAT_AREA]
    strokes = (long_side >= 1.2 / 25.4 * dpi) & (areas >= 6)
    holes = (areas > 0.55 * across * down) & (long_side > 3.4 / 25.4 * dpi)
    return int(np.count_nonzero(strokes & ~holes)) + max(0, int(np.count_nonzero(holes)) - 4)


def encode_png(image: "Grey") -> bytes:
    """PNG of a grey picture, packed quickly rather than tightly."""
    import cv2

    how = [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE]
    done, data = cv2.imencode(".png", image, how)
    if not done:
        raise ValueError("png")
    return bytes(data)

"""Writing without the form: printed lines taken out, strokes of the neighbours left out, paper trimmed away."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kencho.intake.engine.marks import cut
from kencho.intake.engine.registration import INK_BELOW, MM, READING_DPI, Sheet
from kencho.intake.engine.shapes import Rect

Grey = NDArray[np.uint8]

Box = tuple[int, int, int, int]
Boxes = NDArray[np.int32]  # one row for each stroke: x, y, width, height, area

SCALE = READING_DPI / MM
REACH = 3.0  # mm around a box in which strokes are followed, to tell whose they are
OVERFLOW = 1.5  # mm beyond its box that writing may go without being told
SPECK = 10
LEAST_STROKE = round(1.0 * SCALE)
LEAST_AREA = 28
PRINT_BELOW = 215
FAINT_BELOW = 232  # thin strokes (of 明朝 at 200 dpi) hardly darken the paper
PADDING = 8
LINE_LENGTH = round(3.0 * SCALE)


@dataclass(slots=True)
class Writing:
    """What is written in a box: the picture with white paper, its ink (255), and where the picture stands in `flat`.

    `inside` is the box itself within the picture: x, y, width, height. `has_overflow` says that strokes of this box go
    far beyond it.
    """

    image: Grey
    ink: Grey
    x: int
    y: int
    inside: tuple[int, int, int, int]
    has_overflow: bool
    boxes: Boxes

    @property
    def is_blank(self) -> bool:
        """Nothing as long as a millimetre, or only the rest of a rule along the edge."""
        return not has_stroke(self.ink, self.boxes)

    @property
    def bounds(self) -> Box | None:
        """Where in the picture the writing is."""
        return bounds_of(self.ink, self.boxes)

    def share(self) -> float:
        """Ink as a share of the box."""
        x, y, width, height = self.inside
        return float(np.count_nonzero(self.ink[y : y + height, x : x + width])) / max(1, width * height)


def writing_in(sheet: Sheet, box: Rect, offset: tuple[float, float]) -> Writing:
    """The writing of one box (mm) with the form's own print removed and what belongs to other boxes left out."""
    window = Rect(box.x - REACH, box.y - REACH, box.width + 2 * REACH, box.height + 2 * REACH)
    there = Rect(window.x + offset[0], window.y + offset[1], window.width, window.height)
    image = cut(sheet.flat, there).copy()
    if sheet.blank is not None:
        printed = cv2.compare(cut(sheet.blank.image, window), PRINT_BELOW, cv2.CMP_LT)
        remove_print(image, np.asarray(printed, np.uint8))
    margin = round(REACH * SCALE)
    inside = (margin, margin, image.shape[1] - 2 * margin, image.shape[0] - 2 * margin)
    ink, boxes = _own_strokes(image, inside)
    if len(boxes):
        ink, boxes = _with_faint(image, ink, boxes)
    # The soft edges of strokes stay, everything else becomes paper.
    image[cv2.dilate(ink, np.ones((5, 5), np.uint8)) == 0] = 255
    free = round((REACH - OVERFLOW) * SCALE)
    overflows = cv2.countNonZero(ink) - cv2.countNonZero(ink[free:-free, free:-free]) >= SPECK
    return Writing(image, ink, round(there.x * SCALE), round(there.y * SCALE), inside, overflows, boxes)


def remove_print(image: Grey, printed: Grey) -> None:
    """Paint over what is printed: long lines by what stands on both sides of them, so that strokes go on across."""
    if not printed.any():
        return
    wide = cv2.dilate(printed, np.ones((5, 5), np.uint8))
    upright = cv2.morphologyEx(wide, cv2.MORPH_OPEN, np.ones((LINE_LENGTH, 1), np.uint8))
    level = cv2.morphologyEx(wide, cv2.MORPH_OPEN, np.ones((1, LINE_LENGTH), np.uint8))
    rest = cv2.bitwise_and(wide, cv2.bitwise_not(cv2.bitwise_or(upright, level)))
    image[rest > 0] = 255
    if cv2.countNonZero(upright):
        _bridge(image, upright)
    if cv2.countNonZero(level):
        # Seen from the side a level line is an upright one.
        _bridge(image.T, level.T)


def _bridge(image: Grey, lines: Grey) -> None:
    count, _labels, stats, _middles = cv2.connectedComponentsWithStats(np.ascontiguousarray(lines))
    across = image.shape[1]
    for label in range(1, count):
        x, y, width, height, _area = stats[label]
        if width > 14:
            # A black area, not a line.
            image[y : y + height, x : x + width] = 255
            continue
        rows = slice(y, y + height)
        left = image[rows, x - 1].astype(np.float32) if x else np.full(height, 255, np.float32)
        right = (
            image[rows, x + width].astype(np.float32)
            if x + width < across
            else np.full(height, 255, np.float32)
        )
        share = (np.arange(width, dtype=np.float32) + 1) / (width + 1)
        filled = left[:, None] * (1 - share) + right[:, None] * share
        # A stroke that ends at the line would leave half a shadow: only where both sides are dark is it one stroke.
        both = np.maximum(left, right)[:, None]
        image[rows, x : x + width] = np.where(both < INK_BELOW + 25, filled, 255).astype(np.uint8)


def _own_strokes(image: Grey, inside: Box) -> tuple[Grey, Boxes]:
    """The ink of the strokes that belong to the box, and the boxes around them."""
    dark = cv2.compare(image, INK_BELOW, cv2.CMP_LT)
    if cv2.countNonZero(dark) < SPECK:
        return np.zeros_like(image), np.zeros((0, 5), np.int32)
    count, labels, stats, _middles = cv2.connectedComponentsWithStats(dark, connectivity=8)
    x, y, width, height = inside
    within = np.bincount(labels[y : y + height, x : x + width].ravel(), minlength=count)
    areas = stats[:, cv2.CC_STAT_AREA]
    keep = (within >= 0.35 * areas) & (areas >= SPECK)
    keep[0] = False
    return np.take(keep.astype(np.uint8) * np.uint8(255), labels), stats[keep]


def _with_faint(image: Grey, ink: Grey, boxes: Boxes) -> tuple[Grey, Boxes]:
    """The strokes with the faint parts that go on from them; what touches ink of others, or nothing, is left out.

    Only where the core of a faint part is: its soft edge would make every stroke thicker and bridge lines of writing.
    """
    faint = np.asarray(cv2.compare(image, FAINT_BELOW, cv2.CMP_LT), np.uint8)
    count, labels, _stats, _middles = cv2.connectedComponentsWithStats(faint, connectivity=8)
    foreign = (image < INK_BELOW) & (ink == 0)
    own = np.bincount(labels[ink > 0], minlength=count)
    other = np.bincount(labels[foreign], minlength=count)
    keep = (own > 0) & (other <= SPECK)
    keep[0] = False
    around_ink = cv2.dilate(ink, np.ones((5, 5), np.uint8))
    fresh = keep[labels] & (around_ink == 0)
    if int(fresh.sum()) < SPECK:
        return ink, boxes
    whole = np.where(fresh, np.uint8(255), ink).astype(np.uint8)
    # The rim between a stroke and its faint part.
    whole |= np.where(
        keep[labels] & (cv2.dilate(whole * (fresh.astype(np.uint8)), np.ones((5, 5), np.uint8)) > 0), 255, 0
    ).astype(np.uint8)
    return whole, boxes_of(whole)


def boxes_of(ink: Grey) -> Boxes:
    """The boxes around the strokes of a picture of ink."""
    return np.asarray(cv2.connectedComponentsWithStats(ink, connectivity=8)[2][1:], np.int32)


def has_stroke(ink: Grey, boxes: Boxes | None = None) -> bool:
    """Whether there is any stroke of a millimetre: not dust, and not the thin rest of a rule at an edge."""
    height, width = ink.shape
    x, y, across, down, area = (boxes_of(ink) if boxes is None else boxes).T
    longest, shortest = np.maximum(across, down), np.minimum(across, down)
    at_edge = (x <= 2) | (y <= 2) | (x + across >= width - 2) | (y + down >= height - 2)
    rest_of_rule = (shortest <= 4) & (longest > 40) & at_edge
    return bool(((longest >= LEAST_STROKE) & (area >= LEAST_AREA) & ~rest_of_rule).any())


def bounds_of(ink: Grey, boxes: Boxes | None = None) -> Box | None:
    """x, y, width, height of the writing; dust far from it is not counted, dots near it are."""
    every = boxes_of(ink) if boxes is None else boxes
    big = np.maximum(every[:, 2], every[:, 3]) >= LEAST_STROKE // 2
    main = every[(every[:, 4] >= LEAST_AREA) & big]
    if not len(main):
        return None
    left, top, right, bottom = _hull(main)
    side, above = round(3 * SCALE), round(1.2 * SCALE)
    near = (every[:, 0] >= left - side) & (every[:, 0] <= right + side) & (every[:, 1] >= top - above)
    left, top, right, bottom = _hull(every[near & (every[:, 1] + every[:, 3] <= bottom + above)])
    return left, top, right - left, bottom - top


def _hull(boxes: Boxes) -> Box:
    far = boxes[:, :2] + boxes[:, 2:4]
    left, top = boxes[:, :2].min(axis=0).tolist()
    right, bottom = far.max(axis=0).tolist()
    return left, top, right, bottom


def padded(image: Grey, bounds: tuple[int, int, int, int]) -> Grey:
    """The writing with a few pixels of paper around, whiter than white where the picture ends."""
    x, y, width, height = bounds
    inner = image[y : y + height, x : x + width]
    return np.asarray(
        cv2.copyMakeBorder(inner, PADDING, PADDING, PADDING, PADDING, cv2.BORDER_CONSTANT, value=255),
        np.uint8,
    )

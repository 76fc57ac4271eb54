"""Tick boxes: which are marked, by the ink that was added to the empty form in the box and around it.

Thresholds from 1,200 boxes with ticks, crosses, dots, fills and circles: the least marked one had an added ink of
.0133 of the area of box and ring, the dirtiest empty one .0019. What lies between is for people to decide.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from kencho.intake.engine.registration import INK_BELOW, MM, READING_DPI, Sheet, kept_rect
from kencho.intake.engine.shapes import Field, Kind, Part, Reason, Rect

Grey = NDArray[np.uint8]
State = Literal["on", "off", "grey"]

ON_FROM = 0.013
OFF_TO = 0.002
RING = 1.35  # mm around the box that count as its area
WIDE_RING = 2.4  # mm in which a generous circle or hook still belongs to the box, if no other box is near
AROUND = 6.0  # mm around the box in which strokes are followed, to tell whose they are
PRINT_BELOW = 200
SPECK = 10  # pixels at 300 dpi: .07 square mm
ERA = "era:"
_SCALE = READING_DPI / MM


@dataclass(frozen=True, slots=True)
class Tick:
    """One box: the name of its part, whether it is marked, and the added ink as a share of box and ring."""

    name: str
    state: State
    ink: float


@dataclass(frozen=True, slots=True)
class Ticks:
    """The boxes of one field.

    `chosen` are the names of the boxes clearly marked, `values` their option values (``("0",)`` for a consent, the
    names of eras for a date). `score` is 0–1: how far the least clear box is from doubt. `rect` is in kept pixels.
    """

    ticks: tuple[Tick, ...]
    chosen: tuple[str, ...]
    values: tuple[str, ...]
    score: float
    reasons: tuple[Reason, ...]
    is_blank: bool
    rect: Rect


def read_ticks(sheet: Sheet, field: Field, *, on_from: float = ON_FROM, off_to: float = OFF_TO) -> Ticks:
    """The boxes of a CHOICE, CHOICES or CONSENT; too many marks on a choice and unclear marks are told as reasons."""
    values = {str(place): value for place, (value, _label) in enumerate(field.options)}
    return _read(sheet, field.parts, values, many=field.kind is Kind.CHOICES, on_from=on_from, off_to=off_to)


def read_era(sheet: Sheet, field: Field, *, on_from: float = ON_FROM, off_to: float = OFF_TO) -> Ticks | None:
    """The era boxes of a date; None when it has none. The values are the eras' names."""
    parts = tuple(part for part in field.parts if part.name.startswith(ERA))
    if not parts:
        return None
    values = {part.name: part.name.removeprefix(ERA) for part in parts}
    return _read(sheet, parts, values, many=False, on_from=on_from, off_to=off_to)


def _read(
    sheet: Sheet,
    parts: tuple[Part, ...],
    values: dict[str, str],
    *,
    many: bool,
    on_from: float,
    off_to: float,
) -> Ticks:
    whole = around(part.rect for part in parts)
    offset = sheet.offset(whole)
    ticks = []
    for part in parts:
        others = [other.rect for other in parts if other is not part]
        own, doubtful = _added(sheet, part.rect, others, offset)
        ticks.append(Tick(part.name, _state(own, doubtful, on_from, off_to), own))
    chosen = tuple(tick.name for tick in ticks if tick.state == "on")
    reasons = []
    if any(tick.state == "grey" for tick in ticks):
        reasons.append(Reason.GREY_TICK)
    if len(chosen) > 1 and not many:
        reasons.append(Reason.TOO_MANY_TICKS)
    return Ticks(
        ticks=tuple(ticks),
        chosen=chosen,
        values=tuple(values.get(name, name) for name in chosen),
        score=round(min(_clarity(tick, on_from, off_to) for tick in ticks), 4) if ticks else 0.0,
        reasons=tuple(reasons),
        is_blank=all(tick.state == "off" for tick in ticks),
        rect=kept_rect(whole),
    )


def around(rects: Iterable[Rect]) -> Rect:
    """The smallest rectangle around several."""
    every = list(rects)
    left, top = min(each.x for each in every), min(each.y for each in every)
    right = max(each.x + each.width for each in every)
    bottom = max(each.y + each.height for each in every)
    return Rect(left, top, right - left, bottom - top)


def _state(own: float, doubtful: float, on_from: float, off_to: float) -> State:
    if own >= on_from:
        return "on"
    if own <= off_to:
        # A stroke that only passes by may still be meant for this box.
        return "grey" if doubtful >= on_from else "off"
    return "grey"


def _clarity(tick: Tick, on_from: float, off_to: float) -> float:
    """1 far from the thresholds, .6 at them, below between them; on a scale of ratios, as ink varies by factors."""
    if tick.state == "on":
        return min(1.0, 0.6 + 0.4 * math.log(tick.ink / on_from) / math.log(2.5))
    if tick.state == "off":
        return min(1.0, 0.6 + 0.4 * math.log(off_to / max(tick.ink, 1e-6)) / math.log(4))
    middle = math.sqrt(on_from * off_to)
    spread = math.log(on_from / middle)
    away = abs(math.log(min(max(tick.ink, off_to), on_from) / middle)) / spread
    return 0.5 * away


def _rings(box: Rect, others: list[Rect]) -> tuple[float, float, float, float]:
    """How far the ring reaches to the left, top, right and bottom: at most half of the way to another box."""
    left = top = right = bottom = WIDE_RING
    for other in others:
        beside = other.y < box.y + box.height + RING and box.y < other.y + other.height + RING
        above = other.x < box.x + box.width + RING and box.x < other.x + other.width + RING
        if beside and other.x >= box.x + box.width:
            right = min(right, (other.x - box.x - box.width) / 2)
        elif beside and other.x + other.width <= box.x:
            left = min(left, (box.x - other.x - other.width) / 2)
        if above and other.y >= box.y + box.height:
            bottom = min(bottom, (other.y - box.y - box.height) / 2)
        elif above and other.y + other.height <= box.y:
            top = min(top, (box.y - other.y - other.height) / 2)
    return left, top, right, bottom


def _added(sheet: Sheet, box: Rect, others: list[Rect], offset: tuple[float, float]) -> tuple[float, float]:
    """Added ink of strokes that belong to the box, and of those that only touch its ring."""
    window = Rect(box.x - AROUND, box.y - AROUND, box.width + 2 * AROUND, box.height + 2 * AROUND)
    dark, printed = dark_and_printed(sheet, window, offset)
    if sheet.blank is None:
        printed = _frame(dark.shape, box, window)
    wide = cv2.dilate(printed, np.ones((7, 7), np.uint8))
    added = cv2.bitwise_and(dark, cv2.bitwise_not(wide))
    count, labels, stats, _centres = cv2.connectedComponentsWithStats(added, connectivity=8)
    left, top, right, bottom = _rings(box, others)
    zone = _inside(
        window, Rect(box.x - left, box.y - top, box.width + left + right, box.height + top + bottom)
    )
    inner = _inside(window, box)
    in_zone = np.bincount(labels[zone].ravel(), minlength=count)
    in_box = np.bincount(labels[inner].ravel(), minlength=count)
    middle_x = (AROUND + box.width / 2) * _SCALE
    middle_y = (AROUND + box.height / 2) * _SCALE
    elsewhere = np.zeros(count, np.int64)
    for other in others:
        elsewhere += np.bincount(labels[_inside(window, other)].ravel(), minlength=count)
    own = doubtful = 0
    for label in range(1, count):
        x, y, width, height, area = stats[label]
        if area < SPECK or not in_zone[label]:
            continue
        encloses = x <= middle_x <= x + width and y <= middle_y <= y + height
        # Print cuts strokes to pieces: what lies mostly around the box is its own too.
        mostly = in_zone[label] >= 0.85 * area
        if in_box[label] >= SPECK or encloses or mostly:
            own += int(in_zone[label])
        elif elsewhere[label] < SPECK and not _encloses_any(stats[label], others, window):
            doubtful += int(in_zone[label])
    area = (box.width + 2 * RING) * (box.height + 2 * RING) * _SCALE * _SCALE
    return own / area, doubtful / area


def _encloses_any(around_ink: NDArray[np.int32], boxes: list[Rect], window: Rect) -> bool:
    """Whether ink goes around the middle of one of the boxes, as a circle does."""
    x, y, width, height, _area = around_ink
    for box in boxes:
        across = (box.x + box.width / 2 - window.x) * _SCALE
        down = (box.y + box.height / 2 - window.y) * _SCALE
        if x <= across <= x + width and y <= down <= y + height:
            return True
    return False


def _inside(window: Rect, rect: Rect) -> tuple[slice, slice]:
    x0, y0 = round((rect.x - window.x) * _SCALE), round((rect.y - window.y) * _SCALE)
    x1, y1 = x0 + round(rect.width * _SCALE), y0 + round(rect.height * _SCALE)
    return slice(max(0, y0), max(0, y1)), slice(max(0, x0), max(0, x1))


def _frame(shape: tuple[int, ...], box: Rect, window: Rect) -> Grey:
    """The printed frame of a box where there is no empty form to compare with."""
    frame = np.zeros(shape[:2], np.uint8)
    rows, columns = _inside(window, box)
    corner, far = (columns.start, rows.start), (columns.stop, rows.stop)
    cv2.rectangle(frame, corner, far, 255, round(0.5 * _SCALE))
    return frame


def dark_and_printed(sheet: Sheet, rect: Rect, offset: tuple[float, float]) -> tuple[Grey, Grey]:
    """What is dark in a place of the scan (mm, moved by the offset), and what is printed there on the empty form."""
    there = Rect(rect.x + offset[0], rect.y + offset[1], rect.width, rect.height)
    dark = np.asarray(cv2.compare(cut(sheet.flat, there), INK_BELOW, cv2.CMP_LT), np.uint8)
    if sheet.blank is None:
        return dark, np.zeros_like(dark)
    return dark, np.asarray(cv2.compare(cut(sheet.blank.image, rect), PRINT_BELOW, cv2.CMP_LT), np.uint8)


def cut(image: Grey, rect: Rect, *, fill: int = 255) -> Grey:
    """A place of a 300 dpi image by mm; parts outside of the image are filled. Equal sizes give equal shapes."""
    width, height = round(rect.width * _SCALE), round(rect.height * _SCALE)
    x, y = round(rect.x * _SCALE), round(rect.y * _SCALE)
    found = image[max(0, y) : max(0, y + height), max(0, x) : max(0, x + width)]
    if found.shape == (height, width):
        return found
    whole = np.full((height, width), fill, np.uint8)
    top, left = max(0, -y), max(0, -x)
    whole[top : top + found.shape[0], left : left + found.shape[1]] = found
    return whole

"""個人番号 on pages that may not hold one: found by their check digit, painted over.

Twelve digits with the right check digit are painted over even if they may be something else (one in eleven other
numbers is right by chance): a clerk can look at the paper, a stored 個人番号 cannot be unseen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kencho.foundation.checkdigits import find_my_numbers
from kencho.intake.engine.marks import cut
from kencho.intake.engine.registration import INK_BELOW, KEPT_DPI, MM, READING_DPI, Sheet, reading_rect
from kencho.intake.engine.shapes import Field, Rect

Grey = NDArray[np.uint8]
Box = tuple[int, int, int, int]

PAINT = 0
MARGIN_MM = 1.0
FEWEST, MOST = 10, 17
LOWEST_MM, HIGHEST_MM = 1.4, 9.0
NARROWEST_MM = 0.25
SEARCH_DPI = 150
MOST_RUNS = 6


@dataclass(frozen=True, slots=True)
class DigitRun:
    """A row of shapes that may be twelve digits: its place in pixels of `Sheet.flat`, and its picture at 300 dpi."""

    rect: Rect
    image: Grey


def digit_runs(sheet: Sheet, fields: Sequence[Field]) -> tuple[DigitRun, ...]:
    """Rows of ten to seventeen shapes of the size and spacing of digits, written where no field of the form is."""
    ink = _loose_ink(sheet, fields)
    _count, _labels, stats, _middles = cv2.connectedComponentsWithStats(ink, connectivity=8)
    scale = SEARCH_DPI / MM
    shapes = [
        (int(x), int(y), int(width), int(height))
        for x, y, width, height, area in stats[1:]
        if LOWEST_MM * scale <= height <= HIGHEST_MM * scale
        and NARROWEST_MM * scale <= width <= 1.3 * height
        and area >= 8
    ]
    rows = [row for row in _rows(shapes) if FEWEST <= len(row) <= MOST and _is_even(row)]
    return tuple(_run(sheet, row) for row in rows[:MOST_RUNS])


def mask_numbers(image: Grey, found: Sequence[tuple[str, Rect]]) -> tuple[Grey, int]:
    """The picture with every 個人番号 among the texts painted over, and how many places were painted.

    `found` holds texts with their places in pixels of the picture; the same place may be told by several readers. Of a
    longer text only the part that the number takes is painted, judged by its characters, with room to spare.
    """
    places: list[Rect] = []
    for text, rect in found:
        for span in find_my_numbers(text):
            place = _part_of(rect, span.start, span.end, len(text))
            if not any(_overlap(place, other) for other in places):
                places.append(place)
                continue
            # Another reader's view of the same number may begin elsewhere: its place is painted too.
            places = [_joined(place, other) if _overlap(place, other) else other for other in places]
    if not places:
        return image, 0
    painted = image.copy()
    for place in places:
        rows = slice(max(0, int(place.y)), max(0, int(np.ceil(place.y + place.height))))
        columns = slice(max(0, int(place.x)), max(0, int(np.ceil(place.x + place.width))))
        painted[rows, columns] = PAINT
    return painted, len(places)


def _part_of(rect: Rect, start: int, end: int, length: int) -> Rect:
    """Where some of the characters of a text are, with a margin."""
    spare = 0 if start == 0 and end == length else 2
    first, last = max(0, start - spare) / length, min(length, end + spare) / length
    margin = MARGIN_MM * KEPT_DPI / MM
    return Rect(
        rect.x + rect.width * first - margin,
        rect.y - margin,
        rect.width * (last - first) + 2 * margin,
        rect.height + 2 * margin,
    )


def _overlap(one: Rect, other: Rect) -> bool:
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    least = min(one.width * one.height, other.width * other.height)
    return across > 0 and down > 0 and across * down > 0.4 * least


def _joined(one: Rect, other: Rect) -> Rect:
    left, top = min(one.x, other.x), min(one.y, other.y)
    right = max(one.x + one.width, other.x + other.width)
    bottom = max(one.y + one.height, other.y + other.height)
    return Rect(left, top, right - left, bottom - top)


def _loose_ink(sheet: Sheet, fields: Sequence[Field]) -> Grey:
    """Added ink at 150 dpi outside of the known fields."""
    step = READING_DPI // SEARCH_DPI
    small = np.asarray(cv2.compare(sheet.flat[::step, ::step], INK_BELOW, cv2.CMP_LT), np.uint8)
    if sheet.blank is not None:
        printed = cv2.compare(sheet.blank.image[::step, ::step], 200, cv2.CMP_LT)
        near = cv2.dilate(printed, np.ones((5, 5), np.uint8))
        small = np.asarray(cv2.bitwise_and(small, cv2.bitwise_not(near)), np.uint8)
    scale = SEARCH_DPI / MM
    for field in fields:
        for part in field.parts:
            box = part.rect
            top, bottom = round((box.y - 1) * scale), round((box.y + box.height + 1) * scale)
            left, right = round((box.x - 1) * scale), round((box.x + box.width + 1) * scale)
            small[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = 0
    return small


def _rows(shapes: list[Box]) -> list[list[Box]]:
    """Shapes beside one another at the same height, from left to right."""
    rows: list[list[Box]] = []
    for shape in sorted(shapes):
        x, y, _width, height = shape
        middle = y + height / 2
        for row in rows:
            last_x, last_y, last_width, last_height = row[-1]
            tall = max(height, last_height)
            level = abs(middle - last_y - last_height / 2) < 0.45 * tall
            alike = min(height, last_height) > 0.5 * tall
            if level and alike and 0 <= x - (last_x + last_width) + 2 <= 2.5 * tall:
                row.append(shape)
                break
        else:
            rows.append([shape])
    return rows


def _is_even(row: list[Box]) -> bool:
    """Whether the middles stand in steps of a kind, groups of four apart allowed; words do not."""
    middles = np.array([x + width / 2 for x, _y, width, _height in row])
    steps = np.diff(middles)
    usual = float(np.median(steps))
    heights = np.array([each[3] for each in row])
    return bool(
        np.mean(np.abs(steps - usual) < 0.45 * usual) >= 0.7
        and heights.min() > 0.5 * float(np.median(heights))
    )


def _run(sheet: Sheet, row: list[Box]) -> DigitRun:
    scale = MM / SEARCH_DPI
    left, top = min(each[0] for each in row) * scale, min(each[1] for each in row) * scale
    right = max(each[0] + each[2] for each in row) * scale
    bottom = max(each[1] + each[3] for each in row) * scale
    around = Rect(left - 0.8, top - 0.8, right - left + 1.6, bottom - top + 1.6)
    return DigitRun(reading_rect(Rect(left, top, right - left, bottom - top)), cut(sheet.flat, around).copy())

"""Cutting a field out of a straightened page: lines of writing, strips and cells of digit boxes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kencho.intake.engine.crops._ink import (
    PADDING,
    SCALE,
    Box,
    Writing,
    bounds_of,
    has_stroke,
    padded,
    writing_in,
)
from kencho.intake.engine.crops._lines import levelled, split_lines
from kencho.intake.engine.marks import ERA, around
from kencho.intake.engine.registration import KEPT_DPI, READING_DPI, Sheet, kept_rect
from kencho.intake.engine.shapes import Field, Kind, Part, Rect

__all__ = ["Cell", "Crops", "Group", "Line", "field_crops"]

Grey = NDArray[np.uint8]

APART = 0.8  # mm between cells of different groups
WIDEST_GAP = round(1.1 * SCALE)
CELL_INSET = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """A digit box: its writing without the borders (300 dpi, white paper), and its place in kept pixels."""

    name: str
    image: Grey
    is_blank: bool
    rect: Rect


@dataclass(frozen=True, slots=True)
class Line:
    """One line of writing, grey on white, trimmed to its ink with 8 pixels of paper around; `rect` in kept pixels."""

    image: Grey
    rect: Rect


@dataclass(frozen=True, slots=True)
class Group:
    """Digit boxes that stand together: ``year``, ``month``, ``day`` of a date, ``0``, ``1`` … of other numbers.

    `line` is their writing as one strip with the borders taken out and wide gaps closed; None when blank.
    """

    name: str
    line: Line | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Crops:
    """What a field holds. `lines` run from top to bottom; for digit boxes there is one, of all groups together."""

    key: str
    is_blank: bool
    lines: tuple[Line, ...]
    cells: tuple[Cell, ...]
    groups: tuple[Group, ...]
    rect: Rect
    has_overflow: bool
    ink: float


def field_crops(sheet: Sheet, field: Field) -> Crops:
    """The writing of a field that is not made of tick boxes; the era boxes of a date are left out."""
    parts = tuple(part for part in field.parts if not part.name.startswith(ERA))
    whole = around(part.rect for part in parts)
    offset = sheet.offset(whole)
    if len(parts) == 1 and not parts[0].name:
        return _box(sheet, field, whole, offset)
    return _comb(sheet, field, parts, whole, offset)


def _box(sheet: Sheet, field: Field, box: Rect, offset: tuple[float, float]) -> Crops:
    writing = writing_in(sheet, box, offset)
    blank = writing.is_blank
    several = field.lines > 1 or field.kind in {Kind.TEXTAREA, Kind.ADDRESS}
    lines: tuple[Line, ...] = ()
    if not blank:
        lines = _lines(writing, field.lines) if several else _single(writing)
    return Crops(
        field.key, blank, lines, (), (), kept_rect(box), writing.has_overflow and not blank, writing.share()
    )


def _single(writing: Writing) -> tuple[Line, ...]:
    bounds = writing.bounds
    return () if bounds is None else (Line(padded(writing.image, bounds), _kept(writing, bounds)),)


def _lines(writing: Writing, expected: int) -> tuple[Line, ...]:
    image, ink, _slope = levelled(writing.image, writing.ink)
    found: list[tuple[Grey, Box]] = []
    for top, bottom in split_lines(ink, expected):
        part = np.zeros_like(ink)
        part[top:bottom] = ink[top:bottom]
        bounds = bounds_of(part)
        if bounds is None or not has_stroke(part):
            continue
        height = bounds[3]
        only = np.where(part > 0, image, np.maximum(image, 200)) if height > bottom - top else image
        found.append((np.asarray(only, np.uint8), bounds))
    pitch = writing.inside[3] / max(1, expected)
    if len(found) > 1 and _is_rest(found[-2][1], found[-1][1], writing.inside[2], pitch):
        joined = _with_rest(found[-2], found[-1], pitch)
        places = around((_kept(writing, found[-2][1]), _kept(writing, found[-1][1])))
        return (*_apart(writing, found[:-2]), Line(joined, places))
    return _apart(writing, found)


def _apart(writing: Writing, found: list[tuple[Grey, Box]]) -> tuple[Line, ...]:
    return tuple(Line(padded(image, bounds), _kept(writing, bounds)) for image, bounds in found)


REST = 3.2  # heights of writing: how wide the rest of a line on the next one can be
WIDEST_LINE = 38  # heights: a little less than what a reader takes without squeezing it


def _is_rest(before: Box, last: Box, width: int, pitch: float) -> bool:
    """Whether the last line holds the few characters that found no room on the line before."""
    return (
        last[2] < REST * min(before[3], pitch)
        and before[2] > 0.6 * width
        and before[2] + last[2] < WIDEST_LINE * (before[3] + 2 * PADDING)
        and last[1] > before[1] + 0.5 * pitch
    )


def _with_rest(before: tuple[Grey, Box], last: tuple[Grey, Box], pitch: float) -> Grey:
    """The rest behind its line, at the height where it stands on its own: a lone character is hardly ever read right."""
    (image, (x, y, width, height)), (other, (left, top, across, down)) = before, last
    row = max(1, round((top - y) / pitch))
    shift = round(top - y - row * pitch)
    highest, lowest = min(0, shift), max(height, shift + down)
    gap = max(2, round(0.12 * height))
    joined = np.full((lowest - highest, width + gap + across), 255, np.uint8)
    joined[-highest : height - highest, :width] = image[y : y + height, x : x + width]
    joined[shift - highest : shift - highest + down, width + gap :] = other[
        top : top + down, left : left + across
    ]
    return padded(joined, (0, 0, joined.shape[1], joined.shape[0]))


def _comb(
    sheet: Sheet, field: Field, parts: tuple[Part, ...], whole: Rect, offset: tuple[float, float]
) -> Crops:
    groups: list[Group] = []
    strips: list[tuple[Grey, Grey]] = []
    place: Rect | None = None
    overflow, area, ink = False, 0, 0.0
    for name, together in _grouped(parts):
        writing = writing_in(sheet, around(part.rect for part in together), offset)
        cells = tuple(_cell(writing, part, together[0].rect) for part in together)
        size = writing.inside[2] * writing.inside[3]
        area, ink = area + size, ink + writing.share() * size
        bounds = None if writing.is_blank else writing.bounds
        if bounds is None:
            groups.append(Group(name, None, cells))
            continue
        overflow = overflow or writing.has_overflow
        strip = _closed_up(writing.image, writing.ink, bounds)
        strips.append(strip)
        kept = _kept(writing, bounds)
        place = kept if place is None else around((place, kept))
        groups.append(Group(name, Line(_trimmed(*strip), kept), cells))
    lines = () if place is None else (Line(_trimmed(*_side_by_side(strips)), place),)
    return Crops(
        key=field.key,
        is_blank=place is None,
        lines=lines,
        cells=tuple(cell for group in groups for cell in group.cells),
        groups=tuple(groups),
        rect=kept_rect(whole),
        has_overflow=overflow,
        ink=ink / max(1, area),
    )


def _grouped(parts: tuple[Part, ...]) -> list[tuple[str, list[Part]]]:
    """Cells by what they are called (year0, year1 …) and by where they touch."""
    groups: list[tuple[str, list[Part]]] = []
    for part in parts:
        word = part.name.rstrip("0123456789")
        if groups:
            last_word, last = groups[-1][0].rstrip("0123456789"), groups[-1][1][-1].rect
            touches = abs(part.rect.x - last.x - last.width) < APART and abs(part.rect.y - last.y) < APART
            if word == last_word and touches:
                groups[-1][1].append(part)
                continue
        groups.append((word or str(len(groups)), [part]))
    return groups


def _cell(writing: Writing, part: Part, first: Rect) -> Cell:
    x, y, _width, height = writing.inside
    left = x + round((part.rect.x - first.x) * SCALE)
    right = left + round(part.rect.width * SCALE)
    rows, columns = (
        slice(y + CELL_INSET, y + height - CELL_INSET),
        slice(left + CELL_INSET, right - CELL_INSET),
    )
    ink = writing.ink[rows, columns]
    return Cell(part.name, writing.image[rows, columns].copy(), not has_stroke(ink), kept_rect(part.rect))


def _closed_up(image: Grey, ink: Grey, bounds: tuple[int, int, int, int]) -> tuple[Grey, Grey]:
    """The columns between the first and the last ink, with gaps no wider than between printed digits."""
    x, _y, width, _height = bounds
    image, ink = image[:, x : x + width], ink[:, x : x + width]
    keep = np.ones(width, np.bool_)
    empty = 0
    for column, dark in enumerate(np.count_nonzero(ink, axis=0)):
        empty = 0 if dark else empty + 1
        keep[column] = empty <= WIDEST_GAP
    return image[:, keep], ink[:, keep]


def _side_by_side(strips: list[tuple[Grey, Grey]]) -> tuple[Grey, Grey]:
    tallest = max(image.shape[0] for image, _ink in strips)
    images: list[Grey] = []
    inks: list[Grey] = []
    for image, ink in strips:
        missing = tallest - image.shape[0]
        if images:
            images.append(np.full((tallest, WIDEST_GAP), 255, np.uint8))
            inks.append(np.zeros((tallest, WIDEST_GAP), np.uint8))
        images.append(np.pad(image, ((0, missing), (0, 0)), constant_values=255))
        inks.append(np.pad(ink, ((0, missing), (0, 0))))
    return np.hstack(images), np.hstack(inks)


def _trimmed(image: Grey, ink: Grey) -> Grey:
    bounds = bounds_of(ink)
    return padded(image, bounds or (0, 0, image.shape[1], image.shape[0]))


def _kept(writing: Writing, bounds: tuple[int, int, int, int]) -> Rect:
    x, y, width, height = bounds
    scale = KEPT_DPI / READING_DPI
    return Rect(
        round((writing.x + x) * scale, 1),
        round((writing.y + y) * scale, 1),
        round(width * scale, 1),
        round(height * scale, 1),
    )

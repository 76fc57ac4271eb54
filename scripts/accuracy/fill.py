"""Writing: a person's answers come onto the pages of a form."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from kencho.intake.engine.shapes import TICKED, Field, Kind, Part, Rect
from scripts.accuracy.forms import MM, Form
from scripts.accuracy.hands import FINE, Hand, shrunk
from scripts.accuracy.values import Person, Written, answers, era_of

Picture = npt.NDArray[Any]
TICK_STYLES = ("tick", "tick", "tick", "cross", "fill", "circle", "dot", "around")


@dataclass
class Pen:
    """How somebody writes: with which hand, how large, how dark, where in a box."""

    hand: Hand
    rng: random.Random
    size: float
    ink: float
    tick: str

    @classmethod
    def of(cls, hand: Hand, rng: random.Random) -> "Pen":
        """A pen in a hand; people keep their ways over a whole form."""
        if hand.is_written:
            return cls(hand, rng, rng.uniform(4.2, 6.0), rng.uniform(20, 105), rng.choice(TICK_STYLES))
        return cls(
            hand, rng, rng.uniform(3.5, 4.6), rng.uniform(0, 45), rng.choice(("tick", "cross", "fill", "dot"))
        )


@dataclass(frozen=True)
class Filled:
    """A filled-in form: its pages, and the truth by key of field."""

    form: Form
    pages: tuple[Picture, ...]
    written: dict[str, Written]


def fill(form: Form, pen: Pen, person: Person) -> Filled:
    """Make up answers and write them."""
    found = answers(form.template.fields, person, lambda each: capacity(each, pen))
    return Filled(form, tuple(written_on(form, found, pen)), found)


def written_on(form: Form, written: Mapping[str, Written], pen: Pen) -> list[Picture]:
    """The pages with these answers on them."""
    sheets = [np.zeros(blank.shape, np.float32) for blank in form.blanks]
    for each in form.template.fields:
        mark(sheets[each.page - 1], each, written[each.key], pen)
    # Ink lies over print and never makes it lighter.
    return [
        (blank.astype(np.float32) * (1 - sheet * (1 - pen.ink / 255))).astype(np.uint8)
        for blank, sheet in zip(form.blanks, sheets, strict=True)
    ]


def capacity(field: Field, pen: Pen) -> int:
    """How many full characters a field takes."""
    rect = field.parts[0].rect
    if field.parts[0].name:
        return len(field.parts)
    per_line = int((rect.width - 4) / (_size(field, pen) * 1.08))
    return max(1, per_line) * max(1, min(field.lines, 5))


def _size(field: Field, pen: Pen) -> float:
    """Height of a character in mm: people stay within the line."""
    rect = field.parts[0].rect
    return min(pen.size, rect.height / max(1, field.lines) * 0.72)


def mark(sheet: Picture, field: Field, value: Written, pen: Pen) -> None:
    """Write one answer into its field; ``sheet`` is ink 0–1 at 300 dpi."""
    if value.truth is None:
        return
    if field.kind in TICKED:
        for part in _ticked(field, value.truth):
            tick(sheet, part.rect, pen)
    elif field.kind in {Kind.DATE, Kind.BIRTH_DATE} and field.parts[0].name:
        _write_date(sheet, field, date.fromisoformat(value.truth), pen)
    elif field.parts[0].name:
        _write_cells(sheet, field, value, pen)
    else:
        _write_lines(sheet, field, value.shown, pen)


def _ticked(field: Field, truth: Any) -> list[Part]:
    wanted = truth if isinstance(truth, list) else [truth]
    if field.kind is Kind.CONSENT:
        return list(field.parts)
    values = [value for value, _label in field.options]
    return [part for part in field.parts if values[int(part.name)] in wanted]


def _write_cells(sheet: Picture, field: Field, value: Written, pen: Pen) -> None:
    cells = [part for part in field.parts if part.name]
    text = str(value.truth) if isinstance(value.truth, int) else re.sub(r"[^0-9A-Z.]", "", value.shown)
    text = text[-len(cells) :]
    first = 0
    if field.kind in {Kind.MONEY, Kind.INTEGER, Kind.DECIMAL} and pen.rng.random() < 0.8:
        first = len(cells) - len(text)
    for char, part in zip(text, cells[first:], strict=False):
        cell(sheet, char, part.rect, pen)


def _write_date(sheet: Picture, field: Field, day: date, pen: Pen) -> None:
    parts = {part.name: part.rect for part in field.parts}
    era, year = era_of(day)
    is_western = f"era:{era}" not in parts and not _only_years_of(parts, 2)
    if "era:西暦" in parts and f"era:{era}" in parts:
        is_western = pen.rng.random() < 0.15
    chosen = "era:西暦" if is_western else f"era:{era}"
    if chosen in parts:
        tick(sheet, parts[chosen], pen)
    padded = pen.rng.random() < 0.35
    for name, number in (("year", day.year if is_western else year), ("month", day.month), ("day", day.day)):
        cells = [parts[f"{name}{index}"] for index in range(4) if f"{name}{index}" in parts]
        text = f"{number:02d}" if padded else str(number)
        # A one-figure number stands in the right cell; some write it in the left of two.
        free = len(cells) - len(text)
        first = free if name == "year" or pen.rng.random() < 0.8 else 0
        for char, rect in zip(text, cells[first:], strict=False):
            cell(sheet, char, rect, pen)


def _only_years_of(parts: dict[str, Rect], count: int) -> bool:
    return sum(name.startswith("year") for name in parts) == count


def cell(sheet: Picture, char: str, rect: Rect, pen: Pen) -> None:
    """One character into a cell, about in its middle."""
    rng = pen.rng
    size = min(rect.height * rng.uniform(0.62, 0.82), rect.width * 1.05, pen.size * 1.2)
    ink = _trimmed(pen.hand.line(char, size * MM, rng))
    spread = 0.06 if pen.hand.is_written else 0.015
    x = rect.x + rect.width * (0.5 + rng.gauss(0, spread)) - ink.shape[1] / MM / 2
    y = rect.y + rect.height * (0.5 + rng.gauss(0, spread)) - ink.shape[0] / MM / 2
    put(sheet, ink, x, y)


def _write_lines(sheet: Picture, field: Field, text: str, pen: Pen) -> None:
    rng, rect = pen.rng, field.parts[0].rect
    size = _size(field, pen)
    pitch = rect.height / max(1, field.lines)
    inner = rect.width - rng.uniform(1.5, 4)
    per_line = max(1, int(inner / (size * 1.08)))
    lines = [text] if field.lines <= 1 else _broken(text, per_line, field.lines)
    indent = rng.uniform(0.8, 3)
    for number, line in enumerate(lines):
        ink = pen.hand.line(line, size * MM, rng)
        widest = (rect.width - 1.2) * MM
        if ink.shape[1] > widest:
            # Whoever sees the end of the line coming writes narrower, then smaller.
            narrow = max(0.6, widest / ink.shape[1])
            low = max(0.5, min(1.0, widest / (ink.shape[1] * narrow)))
            height = max(1, round(ink.shape[0] * low))
            ink = cv2.resize(
                ink,
                (max(1, min(round(widest), round(ink.shape[1] * narrow * low))), height),
                interpolation=cv2.INTER_AREA,
            )
        x = rect.x + min(indent, max(0.3, rect.width - ink.shape[1] / MM - 0.3))
        spread = 0.035 if pen.hand.is_written else 0.01
        y = rect.y + pitch * (number + 0.5 + rng.gauss(0, spread)) - ink.shape[0] / MM / 2
        put(sheet, ink, x, y)


def _broken(text: str, per_line: int, lines: int) -> list[str]:
    found: list[str] = []
    weights, row = 0.0, ""
    for char in text:
        weight = 0.6 if char.isascii() else 1
        if weights + weight > per_line and len(found) < lines - 1 and char not in "、。）":
            found.append(row)
            row, weights = "", 0.0
        row += char
        weights += weight
    return [*found, row]


def _trimmed(ink: Picture) -> Picture:
    rows, columns = np.flatnonzero(ink.max(axis=1) > 0.1), np.flatnonzero(ink.max(axis=0) > 0.1)
    if not len(rows):
        return ink
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def put(sheet: Picture, ink: Picture, x: float, y: float) -> None:
    """Lay ink on the sheet; what falls off the sheet is lost."""
    left, top = round(x * MM), round(y * MM)
    start = (max(0, -top), max(0, -left))
    part = sheet[max(0, top) : top + ink.shape[0], max(0, left) : left + ink.shape[1]]
    piece = ink[start[0] : start[0] + part.shape[0], start[1] : start[1] + part.shape[1]]
    np.maximum(part, piece, out=part)


def tick(sheet: Picture, rect: Rect, pen: Pen) -> None:
    """A mark in a box, in the writer's way; some marks leave the box."""
    rng = pen.rng
    style = pen.tick if rng.random() < 0.85 else rng.choice(TICK_STYLES)
    margin = 3.0
    side = round((max(rect.width, rect.height) + 2 * margin) * MM)
    canvas = np.zeros((side * FINE, side * FINE), np.uint8)
    unit = rect.width * MM * FINE
    width = max(2, round(rng.uniform(0.35, 0.7) * MM * FINE))

    def at(x: float, y: float) -> tuple[int, int]:
        jitter = 0.06 if pen.hand.is_written else 0.03
        return (
            round(margin * MM * FINE + (x + rng.gauss(0, jitter)) * unit),
            round(margin * MM * FINE + (y + rng.gauss(0, jitter)) * unit),
        )

    if style == "tick":
        points = [at(0.15, 0.5), at(0.42, 0.85), at(rng.uniform(0.85, 1.25), rng.uniform(-0.25, 0.15))]
        cv2.polylines(canvas, [np.array(points, np.int32)], False, 255, width, cv2.LINE_AA)
    elif style == "cross":
        cv2.line(canvas, at(0.15, 0.15), at(0.85, 0.85), 255, width, cv2.LINE_AA)
        cv2.line(canvas, at(0.85, 0.15), at(0.15, 0.85), 255, width, cv2.LINE_AA)
    elif style == "fill":
        cv2.rectangle(canvas, at(0.12, 0.12), at(0.88, 0.88), 255, -1)
    elif style == "dot":
        cv2.circle(canvas, at(0.5, 0.5), round(unit * rng.uniform(0.16, 0.28)), 255, -1, cv2.LINE_AA)
    else:
        radius = unit * (0.36 if style == "circle" else rng.uniform(0.72, 0.85))
        axes = (round(radius * rng.uniform(0.9, 1.1)), round(radius * rng.uniform(0.9, 1.1)))
        cv2.ellipse(
            canvas,
            at(0.5, 0.5),
            axes,
            rng.uniform(-20, 20),
            rng.uniform(0, 40),
            rng.uniform(350, 390),
            255,
            width,
            cv2.LINE_AA,
        )
    put(sheet, shrunk(canvas), rect.x - margin, rect.y - margin)

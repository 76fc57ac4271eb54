"""Hands and typefaces: each draws characters in its own way, every time a little differently.

A character is drawn as ink between 0 and 1 on a small sheet; ``Hand.line`` sets characters beside one another.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Picture = npt.NDArray[Any]
EM = 109.0
FINE = 2  # strokes are drawn this many times larger and shrunk


class Hand(Protocol):
    """Who writes: a typeface or a person."""

    name: str

    @property
    def is_written(self) -> bool:
        """Whether a person writes, not a machine."""
        ...

    def can(self, text: str) -> bool:
        """Whether every character can be drawn."""
        ...

    def line(self, text: str, size: float, rng: random.Random) -> Picture:
        """The text as ink in one line; ``size`` is the height of a full character in pixels."""
        ...


@dataclass
class Typeface:
    """A font. With ``wobble`` above 0 it stands for a hand: every character is turned, moved and bent a little."""

    name: str
    path: Path
    wobble: float = 0.0
    spacing: float = 0.0
    _known: dict[str, bool] = field(default_factory=dict)

    @property
    def is_written(self) -> bool:
        """Hand-writing fonts are."""
        return self.wobble > 0

    def can(self, text: str) -> bool:
        """Characters that are drawn like one that no font has are missing."""
        for char in text:
            if char not in self._known:
                self._known[char] = char in " 　" or _has(str(self.path), char)
        return all(self._known[char] for char in text)

    def line(self, text: str, size: float, rng: random.Random) -> Picture:
        """See Hand."""
        font = _font(str(self.path), max(8, round(size)))
        if not self.wobble:
            return self._set(text, font, size)
        drawn = []
        for char in text:
            if char in " 　":
                drawn.append(np.zeros((round(size * 1.6), round(size * rng.uniform(0.25, 0.6))), np.float32))
                continue
            width = max(2, round(font.getlength(char)))
            sheet = Image.new("L", (width + round(size * 0.8), round(size * 1.6)))
            ImageDraw.Draw(sheet).text((size * 0.4, size * 0.3), char, 255, font=font)
            bent = bend(np.asarray(sheet, np.float32) / 255, rng, amount=self.wobble, size=size)
            drawn.append(_trim_sides(bent, keep=round(size * (0.04 + self.spacing))))
        return beside(drawn, rng, drift=size * 0.03 * self.wobble)

    def _set(self, text: str, font: ImageFont.FreeTypeFont, size: float) -> Picture:
        gap = self.spacing * size
        width = sum(font.getlength(char) + gap for char in text)
        sheet = Image.new("L", (max(1, round(width + size)), round(size * 1.6)))
        pen, x = ImageDraw.Draw(sheet), size * 0.2
        for char in text:
            pen.text((x, size * 0.2), char, 255, font=font)
            x += font.getlength(char) + gap
        return np.asarray(sheet, np.float32) / 255


@lru_cache(maxsize=128)
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


def _mask(path: str, char: str) -> tuple[tuple[int, int], bytes]:
    mask = _font(path, 32).getmask(char)
    return mask.size, bytes(mask)


@lru_cache(maxsize=64)
def _missing(path: str) -> tuple[tuple[int, int], bytes]:
    return _mask(path, "\U0010fffe")


def _has(path: str, char: str) -> bool:
    size, mask = _mask(path, char)
    return any(mask) and (size, mask) != _missing(path)


@dataclass
class Style:
    """What is one person's own in writing; lengths are shares of a character's height."""

    slant: float
    narrow: float
    pen: float
    wobble: float
    shake: float
    links: float
    uneven: float
    gap: float

    @classmethod
    def of(cls, rng: random.Random, *, hasty: bool) -> "Style":
        """A person's style; the hasty link strokes and bend them more."""
        return cls(
            slant=rng.gauss(0.03, 0.08 if hasty else 0.05),
            narrow=rng.uniform(0.82, 1.05),
            pen=rng.uniform(0.045, 0.078),
            wobble=rng.uniform(0.020, 0.032) if hasty else rng.uniform(0.008, 0.018),
            shake=rng.uniform(0.004, 0.010),
            links=rng.uniform(0.12, 0.35) if hasty else rng.uniform(0.0, 0.06),
            uneven=rng.uniform(0.06, 0.11) if hasty else rng.uniform(0.02, 0.06),
            gap=rng.uniform(0.04, 0.16),
        )


@dataclass
class Strokes:
    """A person who writes stroke by stroke, in the order that is taught (KanjiVG)."""

    name: str
    folder: Path
    style: Style
    real: dict[str, list[list[float]]] = field(default_factory=dict)
    is_written: bool = True

    def can(self, text: str) -> bool:
        """See Hand."""
        return all(char in " 　" or strokes_of(str(self.folder), char) for char in text)

    def line(self, text: str, size: float, rng: random.Random) -> Picture:
        """See Hand. A single digit is a cell: real digits stand there when this hand has them."""
        if self.real and len(text) == 1 and text in self.real:
            return real_digit(rng.choice(self.real[text]), size, rng, pen=self.style.pen)
        drawn = []
        for char in text:
            if char in " 　":
                drawn.append(np.zeros((round(size * 1.6), round(size * rng.uniform(0.2, 0.6))), np.float32))
            elif strokes_of(str(self.folder), char):
                drawn.append(self._char(char, size, rng))
        return beside(drawn, rng, drift=size * self.style.uneven * 0.4)

    def _char(self, char: str, size: float, rng: random.Random) -> Picture:
        style = self.style
        lines = [_wobbled(line, style, rng) for line in strokes_of(str(self.folder), char)]
        if char.isascii():
            lines = _narrow(lines)
        scale = size * (1 + rng.gauss(0, style.uneven)) / EM
        turn, lean = rng.gauss(0, style.uneven * 0.4), style.slant + rng.gauss(0, style.uneven * 0.5)
        matrix = np.array([[np.cos(turn) - lean * np.sin(turn), -np.sin(turn) - lean * np.cos(turn)],
                           [np.sin(turn), np.cos(turn)]])  # fmt: skip
        matrix[0] *= style.narrow * (1 + rng.gauss(0, style.uneven * 0.5))
        points = [(line - EM / 2) @ matrix.T * scale for line in lines]
        every = np.concatenate(points)
        left, right = float(every[:, 0].min()), float(every[:, 0].max())
        side = size * style.gap
        width = (
            right - left + side if char.isascii() else max(size * style.narrow * 0.92, right - left + side)
        )
        origin = np.array([width / 2 - (left + right) / 2 if char.isascii() else width / 2, size * 0.8])
        sheet = np.zeros((round(size * 1.6) * FINE, max(2, round(width)) * FINE), np.uint8)
        pen = size * style.pen * FINE * rng.uniform(0.9, 1.1)
        previous: Picture | None = None
        for line in points:
            placed = (line + origin) * FINE
            if previous is not None and rng.random() < style.links:
                _draw(sheet, np.stack([previous, placed[0]]), pen * 0.6)
            _draw(sheet, placed, pen, rng=rng)
            previous = placed[-1]
        return shrunk(sheet)


def _draw(sheet: Picture, line: Picture, pen: float, *, rng: random.Random | None = None) -> None:
    """A line whose width breathes; an eighth of a pixel counts."""
    fixed = np.round(line * 8).astype(np.int32)
    press = [1.0, 1.0] if rng is None else [rng.uniform(0.85, 1.15), rng.uniform(0.7, 1.1)]
    last = max(1, len(fixed) - 1)
    for at in range(len(fixed) - 1):
        share = at / last
        width = max(1, round(pen * (press[0] * (1 - share) + press[1] * share)))
        cv2.line(
            sheet, tuple(map(int, fixed[at])), tuple(map(int, fixed[at + 1])), 255, width, cv2.LINE_AA, 3
        )


def shrunk(sheet: Picture) -> Picture:
    """The fine drawing at its real size, as ink 0–1."""
    size = (sheet.shape[1] // FINE, sheet.shape[0] // FINE)
    small: Picture = cv2.resize(sheet, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    return small


def _wobbled(line: Picture, style: Style, rng: random.Random) -> Picture:
    """The stroke moved, stretched and shaken."""
    amount = style.wobble * EM
    start = np.array([rng.gauss(0, amount), rng.gauss(0, amount)])
    end = np.array([rng.gauss(0, amount), rng.gauss(0, amount)])
    share = np.linspace(0, 1, len(line))[:, None]
    bow = np.array([rng.gauss(0, amount), rng.gauss(0, amount)]) * np.sin(np.pi * share)
    shake = np.array([[rng.gauss(0, 1), rng.gauss(0, 1)] for _n in line]) * style.shake * EM
    kernel = np.ones(3) / 3
    if len(line) > 3:
        shake = np.stack([np.convolve(shake[:, axis], kernel, "same") for axis in (0, 1)], axis=1)
    moved: Picture = line + start * (1 - share) + end * share + bow + shake
    return moved


def _narrow(lines: list[Picture]) -> list[Picture]:
    """Letters and digits as people write them among Japanese: a little lower than a full square."""
    middle = np.array([EM / 2, EM * 0.56])
    return [(line - middle) * 0.86 + middle for line in lines]


_NUMBER = re.compile(r"[a-zA-Z]|-?\d*\.?\d+(?:e-?\d+)?")
_PATH = re.compile(r' d="([^"]+)"')


def _arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> list[tuple[float, float]]:
    angles = np.radians(np.linspace(start, end, 24))
    return [(x + rx * float(np.cos(a)), y + ry * float(np.sin(a))) for a in angles]


# What KanjiVG lacks.
_OWN: dict[str, list[list[tuple[float, float]]]] = {
    "@": [[*_arc(54, 60, 16, 18, -60, -400), (72, 76), *_arc(54, 58, 38, 40, 30, -290)]],
    "-": [[(34, 58), (76, 57)]],
    "－": [[(24, 58), (86, 57)]],
    "_": [[(22, 98), (88, 98)]],
    ".": [[(52, 90), (55, 93), (54, 95)]],
    "（": [_arc(96, 55, 36, 52, 235, 125)],
    "）": [_arc(14, 55, 36, 52, -55, 55)],
    "(": [_arc(80, 55, 30, 50, 235, 125)],
    ")": [_arc(30, 55, 30, 50, -55, 55)],
    "・": [[(52, 54), (57, 57), (55, 60)]],
    "/": [[(78, 12), (32, 100)]],
    "¥": [[(28, 14), (54, 54)], [(82, 14), (54, 54), (54, 98)], [(32, 60), (78, 60)], [(32, 76), (78, 76)]],
    ",": [[(52, 88), (57, 93), (48, 106)]],
}  # fmt: skip
_SAME = {"￥": "¥", "，": ",", "．": ".", "‐": "-"}


@lru_cache(maxsize=8192)
def strokes_of(folder: str, char: str) -> tuple[Picture, ...]:
    """The strokes of a character as point lists in a square of 109; empty when unknown."""
    char = _SAME.get(char, char)
    if char in _OWN:
        return tuple(_dense(np.array(line, np.float64)) for line in _OWN[char])
    file = Path(folder) / f"{ord(char):05x}.svg"
    if not file.is_file():
        return ()
    return tuple(_points(d) for d in _PATH.findall(file.read_text("utf-8")))


def _dense(line: Picture) -> Picture:
    if len(line) > 12:
        return line
    return np.concatenate([np.linspace(a, b, 8, endpoint=False) for a, b in pairwise(line)] + [line[-1:]])


def _points(d: str) -> Picture:
    """A path of M, m, C, c, S and s commands as points along it."""
    tokens = _NUMBER.findall(d)
    at, command, here, control = 0, "", np.zeros(2), np.zeros(2)
    found = []

    def take() -> Picture:
        nonlocal at
        at += 2
        return np.array([float(tokens[at - 2]), float(tokens[at - 1])])

    while at < len(tokens):
        if tokens[at].isalpha():
            command = tokens[at]
            at += 1
        base = here if command.islower() else np.zeros(2)
        if command in "Mm":
            here = base + take()
            control = here
            found.append(here)
            continue
        first = base + take() if command in "Cc" else 2 * here - control
        second = base + take()
        end = base + take()
        for t in np.linspace(0.125, 1, 8):
            u = 1 - t
            found.append(u**3 * here + 3 * u * u * t * first + 3 * u * t * t * second + t**3 * end)
        control, here = second, end
    return np.array(found)


def real_digit(picture: Sequence[float], size: float, rng: random.Random, *, pen: float) -> Picture:
    """A scanned digit of 28 × 28 as ink of the wanted height."""
    small = np.array(picture, np.float32).reshape(28, 28)
    side = max(12, round(size * 1.3))
    large = cv2.resize(small, (side, side), interpolation=cv2.INTER_CUBIC)
    # The scans are soft after enlarging and thick for a pen: a steep edge at a level of this writer's makes a line.
    sharp = 1 / (1 + np.exp(-18 * (large - rng.uniform(0.35, 0.6) - (0.065 - pen) * 2)))
    sheet = np.zeros((round(size * 1.6), side), np.float32)
    top = max(0, (sheet.shape[0] - side) // 2)
    sheet[top : top + side] = sharp[: sheet.shape[0]]
    return sheet


def bend(ink: Picture, rng: random.Random, *, amount: float, size: float) -> Picture:
    """Turned, slanted, scaled and softly bent."""
    height, width = ink.shape
    turn, lean = rng.gauss(0, 0.04 * amount), rng.gauss(0, 0.05 * amount)
    sx, sy = 1 + rng.gauss(0, 0.05 * amount), 1 + rng.gauss(0, 0.05 * amount)
    centre = (width / 2, height / 2)
    matrix = np.array([[sx * np.cos(turn), lean - np.sin(turn), 0], [np.sin(turn), sy * np.cos(turn), 0]])
    matrix[:, 2] = np.array(centre) - matrix[:, :2] @ np.array(centre)
    matrix[1, 2] += rng.gauss(0, 0.02 * amount * size)
    noise = np.array([[rng.gauss(0, 1) for _x in range(8)] for _y in range(8)], np.float32).reshape(2, 4, 8)
    fields = [cv2.resize(part, (width, height), interpolation=cv2.INTER_CUBIC) for part in noise]
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    inverse = cv2.invertAffineTransform(matrix)
    mx = inverse[0, 0] * xs + inverse[0, 1] * ys + inverse[0, 2] + fields[0] * size * 0.012 * amount
    my = inverse[1, 0] * xs + inverse[1, 1] * ys + inverse[1, 2] + fields[1] * size * 0.012 * amount
    bent: Picture = cv2.remap(ink, mx.astype(np.float32), my.astype(np.float32), cv2.INTER_LINEAR)
    return bent


def _trim_sides(ink: Picture, *, keep: int) -> Picture:
    columns = np.flatnonzero(ink.max(axis=0) > 0.1)
    if not len(columns):
        return ink
    return np.pad(ink[:, columns[0] : columns[-1] + 1], ((0, 0), (keep, keep)))


def beside(drawn: list[Picture], rng: random.Random, *, drift: float) -> Picture:
    """Characters in a row, each a little higher or lower than the last."""
    room = round(drift * 4) + 2
    height = max(one.shape[0] for one in drawn) + 2 * room
    line = np.zeros((height, sum(one.shape[1] for one in drawn) + 2), np.float32)
    x, y = 1, 0.0
    for one in drawn:
        y = max(-room, min(room, 0.6 * y + rng.gauss(0, drift)))
        top = room + round(y) + (height - 2 * room - one.shape[0]) // 2
        top = max(0, min(height - one.shape[0], top))
        part = line[top : top + one.shape[0], x : x + one.shape[1]]
        np.maximum(part, one, out=part)
        x += one.shape[1]
    return line

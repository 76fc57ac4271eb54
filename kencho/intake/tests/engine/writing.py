"""Lines of Japanese drawn for the tests, and the readers, loaded once per process."""

import functools

import numpy as np
import pylopdf_fonts_jp
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from kencho.intake.engine.readers import Readers
from kencho.intake.engine.shapes import Field, Kind, Part, Rect

Grey = NDArray[np.uint8]


@functools.cache
def readers() -> Readers:
    return Readers()


@functools.cache
def typeface(size: int, *, is_serif: bool = False) -> ImageFont.FreeTypeFont:
    path = pylopdf_fonts_jp.serif_path() if is_serif else pylopdf_fonts_jp.sans_path()
    return ImageFont.truetype(str(path), size)


def line(text: str, size: int = 44, *, is_serif: bool = False) -> Grey:
    """One line, black on white, with a little paper around."""
    face = typeface(size, is_serif=is_serif)
    left, top, right, bottom = face.getbbox(text)
    image = Image.new("L", (int(right - left) + 16, int(bottom - top) + 16), 255)
    ImageDraw.Draw(image).text((8 - left, 8 - top), text, font=face, fill=20)
    return np.asarray(image, np.uint8)


def put(image: Grey, text: str, x: int, y: int, size: int = 44) -> None:
    """Writes into a page: the left upper corner at x, y."""
    drawn = line(text, size)
    height, width = drawn.shape
    part = image[y : y + height, x : x + width]
    np.minimum(part, drawn, out=part)


def field(kind: Kind, key: str = "x", *, cells: int = 0, group: str = "", label: str = "") -> Field:
    parts = tuple(Part(str(place), Rect(6.0 * place, 0, 6, 8)) for place in range(cells)) or (
        Part("", Rect(0, 0, 60, 9)),
    )
    return Field(key, label or key, kind, 1, parts, group=group)

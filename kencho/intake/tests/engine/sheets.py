"""A small form drawn for the tests, filled in and scanned: markers, QR code, boxes of every kind."""

import functools

import cv2
import numpy as np
from numpy.typing import NDArray

from kencho.intake.engine.registration import MM, BlankSheet
from kencho.intake.engine.shapes import Field, Kind, Markers, Part, Rect, Template

Grey = NDArray[np.uint8]

DPI = 300
SCALE = DPI / MM
PRINTED = "KENCHO1:240001:sample:0123456789abcdef"
LEGACY = "legacy-1"


def px(mm: float) -> int:
    return round(mm * SCALE)


def comb(x: float, y: float, count: int, name: str = "") -> tuple[Part, ...]:
    return tuple(Part(f"{name}{place}", Rect(x + 6.2 * place, y, 6.2, 8)) for place in range(count))


def ticks(x: float, y: float, count: int, step: float = 24) -> tuple[Part, ...]:
    return tuple(Part(str(place), Rect(x + step * place, y, 4.4, 4.4)) for place in range(count))


def options(count: int) -> tuple[tuple[str, str], ...]:
    return tuple((f"value{place}", f"label{place}") for place in range(count))


FIELDS = (
    Field("name", "name", Kind.NAME, 1, (Part("", Rect(64.7, 60.7, 120, 9)),)),
    Field("telephone", "telephone", Kind.TELEPHONE, 1, comb(66, 73, 10), groups=(10,)),
    Field(
        "postal_code",
        "postal code",
        Kind.POSTAL_CODE,
        1,
        (*comb(66, 86, 3), *(Part(str(3 + n), each.rect) for n, each in enumerate(comb(89.6, 86, 4)))),
        groups=(3, 4),
    ),
    Field(
        "born",
        "born",
        Kind.BIRTH_DATE,
        1,
        (
            Part("era:昭和", Rect(66, 101, 4.4, 4.4)),
            Part("era:平成", Rect(86, 101, 4.4, 4.4)),
            *comb(106, 99, 2, "year"),
            *comb(126, 99, 2, "month"),
            *comb(146, 99, 2, "day"),
        ),
    ),
    Field("kind", "kind", Kind.CHOICE, 1, ticks(66, 114, 3), options=options(3)),
    Field("uses", "uses", Kind.CHOICES, 1, ticks(66, 127, 4), options=options(4)),
    Field("agreed", "agreed", Kind.CONSENT, 1, ticks(66, 140, 1)),
    Field("reason", "reason", Kind.TEXTAREA, 1, (Part("", Rect(66.6, 153, 118, 27)),), lines=3),
)
ROWS = (60, 71.5, 84.5, 97.5, 110.5, 123.5, 136.5, 149.5, 183)
WORDS = (
    "Family name",
    "Telephone",
    "Postal code",
    "Birth date",
    "Kind of use",
    "Purposes",
    "Consent",
    "Reasons",
)


def template(markers: Markers = Markers.ARUCO, pages: int = 1) -> Template:
    name = PRINTED if markers is Markers.ARUCO else LEGACY
    return Template(name, pages, FIELDS, markers)


@functools.cache
def blank(name: str = PRINTED, page: int = 1, *, shift: float = 0.0) -> BlankSheet:
    """The empty form; `shift` moves the lower rows, as another version of the form would have them."""
    image = np.full((3508, 2480), 255, np.uint8)
    if name.startswith("KENCHO"):
        _corners(image)
        _code(image, f"{name}:{page}/1")
    rows = [row + (shift if row > 100 else 0) for row in ROWS]
    cv2.putText(image, f"Application form {page}", (px(70), px(48)), cv2.FONT_HERSHEY_TRIPLEX, 2.4, 0, 4)
    for number, (word, top) in enumerate(zip(WORDS, rows, strict=False)):
        for line in range(2):
            words = f"{word} {number * 7 + line + page}"
            place = (px(23), px(top + 5 + 5 * line))
            cv2.putText(image, words, place, cv2.FONT_HERSHEY_SIMPLEX, 1.1, 0, 2)
    for row in rows:
        cv2.line(image, (px(20), px(row)), (px(190), px(row)), 0, 2)
    for x in (20, 64, 190):
        cv2.line(image, (px(x), px(rows[0])), (px(x), px(rows[-1])), 0, 2)
    for field in FIELDS:
        for part in field.parts:
            box = part.rect
            moved = shift if box.y > 100 else 0
            if box.width < 10:
                corner = (px(box.x), px(box.y + moved))
                cv2.rectangle(image, corner, (px(box.x + box.width), px(box.y + box.height + moved)), 0, 3)
    for line in range(9):
        words = f"{line}. Please write clearly within the boxes {line * 37}."
        cv2.putText(image, words, (px(22), px(200 + 7 * line)), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 0, 2)
    return BlankSheet(image)


def _corners(image: Grey) -> None:
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    side = px(9.3)
    for number, (x, y) in enumerate(((9, 9), (191.7, 9), (191.7, 278.7), (9, 278.7))):
        marker = cv2.aruco.generateImageMarker(dictionary, number, side, borderBits=1)
        image[px(y) : px(y) + side, px(x) : px(x) + side] = marker


def _code(image: Grey, text: str) -> None:
    code = cv2.QRCodeEncoder.create().encode(text)
    side = px(22) // code.shape[0] * code.shape[0]
    large = cv2.resize(code, (side, side), interpolation=cv2.INTER_NEAREST)
    image[px(9) : px(9) + side, px(164) : px(164) + side] = large


def write(image: Grey, text: str, x: float, y: float, *, size: float = 4.2, ink: int = 40) -> None:
    """Writing whose left end and base line are at a place in mm; `size` is the height of a digit in mm."""
    face, thickness = cv2.FONT_HERSHEY_SIMPLEX, 4
    # What is measured is the height of a line, of which a digit takes three quarters.
    (_width, height), _base = cv2.getTextSize("0", face, 1, thickness)
    scale = px(size) / (0.78 * height)
    cv2.putText(image, text, (px(x), px(y)), face, scale, ink, thickness, cv2.LINE_AA)


def write_cells(image: Grey, field: Field, text: str, prefix: str = "") -> None:
    """One character in each cell."""
    parts = [part for part in field.parts if part.name.rstrip("0123456789") == prefix]
    for part, character in zip(parts, text, strict=False):
        if character != " ":
            write(image, character, part.rect.x + 1.4, part.rect.y + 6.4)


def mark(image: Grey, box: Rect, how: str, ink: int = 40) -> None:
    """A tick, cross, dot, fill or circle as people make them."""
    x, y, side = px(box.x), px(box.y), px(box.width)
    middle = (x + side // 2, y + side // 2)
    if how == "tick":
        cv2.polylines(image, [np.array([[x + 8, y + 26], [x + 22, y + 44], [x + 62, y - 14]])], False, ink, 5)
    elif how == "cross":
        cv2.line(image, (x + 6, y + 6), (x + side - 6, y + side - 6), ink, 4)
        cv2.line(image, (x + side - 6, y + 6), (x + 6, y + side - 6), ink, 4)
    elif how == "dot":
        cv2.circle(image, middle, 9, ink, -1)
    elif how == "fill":
        cv2.rectangle(image, (x + 5, y + 5), (x + side - 5, y + side - 5), ink, -1)
    elif how == "circle":
        cv2.circle(image, middle, round(side * 0.72), ink, 4)


def field(key: str) -> Field:
    return next(each for each in FIELDS if each.key == key)


def scanned(
    image: Grey,
    *,
    turn: float = 0.7,
    quarters: int = 0,
    dpi: int = 300,
    noise: float = 4,
    light: float = 0.12,
    perspective: float = 4.0,
    seed: int = 1,
) -> Grey:
    """A sheet as a scanner gives it: turned, a little askew, shaded, noisy, soft."""
    height, width = image.shape
    scale = dpi / DPI
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    turned = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1)
    moved = corners @ turned[:, :2].T + turned[:, 2]
    bent = moved + np.array([[1, -1], [-1, 2], [2, 1], [-2, -1]]) * perspective
    matrix = cv2.getPerspectiveTransform(corners, (bent * scale).astype(np.float32))
    size = (round(width * scale), round(height * scale))
    soft = cv2.GaussianBlur(image, (0, 0), 0.8 / min(1.0, scale))
    scan = cv2.warpPerspective(soft, matrix, size, borderValue=255).astype(np.float32)
    across = np.linspace(0, 1, size[0], dtype=np.float32)[None, :]
    down = np.linspace(0, 1, size[1], dtype=np.float32)[:, None]
    scan = 15 + scan * (0.9 - light * (0.6 * across + 0.4 * down))
    dust = np.random.default_rng(seed)
    grain = dust.normal(0, noise, (500, 500)).astype(np.float32)
    scan += np.tile(grain, (size[1] // 500 + 1, size[0] // 500 + 1))[: size[1], : size[0]]
    for _ in range(40):
        x, y = int(dust.integers(0, size[0] - 3)), int(dust.integers(0, size[1] - 3))
        scan[y : y + 2, x : x + 2] = 60
    return np.ascontiguousarray(np.rot90(np.clip(scan, 0, 255).astype(np.uint8), -quarters))

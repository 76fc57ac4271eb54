"""The score of a reading: the chance that it is right, from what the readers, the rules and the other fields say.

One small logistic model per group of kinds. Its numbers are data (`score.json`), fitted by `scripts/fit_scores.py` on
made-up sheets whose truth is known; a body fits its thresholds anew from its own clerks' corrections.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from kencho.intake.engine import decode
from kencho.intake.engine.cross import Judged
from kencho.intake.engine.decode import Reading, shares
from kencho.intake.engine.normalise import has_lone_sign, has_rare_shape, local_oddity
from kencho.intake.engine.shapes import Kind, Reason

TABLE: Final = Path(__file__).parent / "score.json"

GROUPS: Final[Mapping[Kind, str]] = {
    Kind.NAME: "name",
    Kind.NAME_KANA: "kana",
    Kind.ORGANIZATION: "text",
    Kind.DATE: "date",
    Kind.BIRTH_DATE: "date",
    Kind.POSTAL_CODE: "number",
    Kind.ADDRESS: "address",
    Kind.TELEPHONE: "number",
    Kind.EMAIL: "mail",
    Kind.MONEY: "number",
    Kind.INTEGER: "number",
    Kind.DECIMAL: "number",
    Kind.DIGITS: "number",
    Kind.LEGAL_ENTITY_NUMBER: "number",
    Kind.INDIVIDUAL_NUMBER: "number",
    Kind.TEXT: "text",
    Kind.TEXTAREA: "text",
}

ALWAYS_CHECK: Final = frozenset(
    {
        Kind.NAME,
        Kind.NAME_KANA,
        Kind.ORGANIZATION,
        Kind.EMAIL,
        Kind.TEXT,
        Kind.TEXTAREA,
        Kind.INDIVIDUAL_NUMBER,
    }
)
"""Kinds that a body starts by checking always, until its own corrections show that they may pass."""

FEATURES: Final = (
    "share",
    "v6",
    "v5",
    "least6",
    "least5",
    "told6",
    "told5",
    "cells",
    "told_cells",
    "valid",
    "prior",
    "fit",
    "unfit",
    "known",
    "corrected",
    "length",
    "mass",
)


@lru_cache(maxsize=1)
def _stored() -> dict[str, Any]:
    stored: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return stored


def shipped_thresholds() -> Mapping[Kind, float]:
    """The score from which a reading of each kind passed at 99.5 % or better on made-up sheets."""
    return {Kind(kind): float(value) for kind, value in _stored()["thresholds"].items()}


def features(judged: Judged) -> dict[str, float]:
    """What the score is made from; every feature is larger the better, and about 0 to 1."""
    ranked = shares(judged.readings)
    top, share = ranked[0]
    seen = judged.seen
    size = max(len(top.text), 1)
    cells = seen.cells
    return {
        "share": _logit(share),
        "v6": _bounded(top.logs[0] / size**0.5) if top.logs else -1.0,
        "v5": _bounded(top.logs[1] / size**0.5) if len(top.logs) > 1 else -1.0,
        "least6": _logit(seen.greedy[0].least) if seen.greedy else -1.0,
        "least5": _logit(seen.greedy[1].least) if len(seen.greedy) > 1 else -1.0,
        "told6": float(bool(seen.told) and _same(seen.told[0], top)),
        "told5": float(len(seen.told) > 1 and _same(seen.told[1], top)),
        "cells": _logit(min((cell.probability for cell in cells), default=0.5)),
        "told_cells": _agree_cells(judged, top),
        "valid": float(top.normal.is_valid),
        "prior": max(top.normal.prior, -10.0) / 10 if not judged.marks else 0.0,
        "fit": _fit(judged),
        "unfit": -float(judged.has_failed),
        "known": judged.marks.get("known", 0.0),
        "corrected": -float(judged.is_corrected),
        "length": -math.log(size) / 3,
        "mass": min((lattice.mass for lattice in seen.lattices), default=0.0),
    }


def _same(told: str, top: Reading) -> bool:
    return told.replace("-", "") == top.normal.text.replace("-", "")


def _agree_cells(judged: Judged, top: Reading) -> float:
    cells = judged.seen.cells
    if not cells:
        return 0.0
    return 1.0 if "".join(cell.digit for cell in cells) == top.text else -1.0


def _fit(judged: Judged) -> float:
    value = judged.marks.get("fit")
    if value is None:
        return 0.0
    if judged.seen.field.kind in {Kind.NAME, Kind.NAME_KANA}:
        return max(value, -7.0) / 7 + 1.0
    return value / 2


def _logit(chance: float) -> float:
    """-1 to 1: how far a chance is from doubt."""
    kept = min(max(chance, 1e-4), 1 - 1e-4)
    return math.log(kept / (1 - kept)) / 9.3


def _bounded(log: float) -> float:
    return -min(-log, 12.0) / 12 if log < 0 else 0.0


_COUNTED: Final = frozenset({"number", "date"})
ONE_VOICE: Final = 0.3
RARE_SHAPE: Final = 0.49
DISPUTED: Final = 0.6
"""Digits that the cells deny, and e-mail addresses that some reader sees otherwise."""

SURE_LETTER: Final = 0.6
SURE_CELLS: Final = 0.5
"""As a feature (see `_logit`): every cell is 99 % sure."""

DENIED: Final = 0.05


def of(judged: Judged) -> tuple[float, dict[str, float]]:
    """The score of a field, and the features behind it."""
    found = features(judged)
    return min(score(judged.seen.field.kind, found), most(judged, found)), found


def most(judged: Judged, found: Mapping[str, float]) -> float:
    """The highest score that a reading can have, whatever the model says.

    A number or a date needs two voices of three (the line readers and the cells) that say it, check digits count as
    one; and no cell may deny it. An e-mail address nobody can guess: both readers must see each letter of its own part.
    """
    group = GROUPS.get(judged.seen.field.kind)
    top = decode.shares(judged.readings)[0][0]
    highest = 1.0
    if group in _COUNTED:
        checked = Reason.CROSS_CHECKED in top.normal.reasons or judged.is_crossed
        if found["told6"] + found["told5"] + (found["told_cells"] > 0) + checked < 2:
            highest = ONE_VOICE
        elif not checked and (_is_denied(judged, top) or _is_disputed(found)):
            highest = DISPUTED
    elif group == "mail" and not _is_sure_mail(judged, top):
        highest = DISPUTED
    # A reader that saw a rare shape in a name may be right: a person chooses.
    shapes = [top.normal.text, *(judged.seen.told if judged.seen.field.kind is Kind.NAME else ())]
    if top.normal.value and any(has_rare_shape(each) for each in shapes):
        highest = min(highest, RARE_SHAPE)
    if group in {"text", "address"} and (has_lone_sign(top.normal.text) or top.normal.text.endswith("-")):
        highest = min(highest, RARE_SHAPE)
    return highest


def _is_disputed(found: Mapping[str, float]) -> bool:
    """Whether the line readers differ and the cells, if there are any, do not settle it beyond doubt."""
    if found["told6"] == found["told5"] == 1.0:
        return False
    return not (found["told_cells"] > 0 and found["cells"] >= SURE_CELLS)


def _is_denied(judged: Judged, top: Reading) -> bool:
    """Whether the reader of single cells holds some digit for impossible."""
    cells = judged.seen.cells
    return bool(cells) and (
        len(cells) != len(top.text)
        or any(
            not digit.isdigit() or cell.chances[int(digit)] < DENIED
            for cell, digit in zip(cells, top.text, strict=True)
        )
    )


def _is_sure_mail(judged: Judged, top: Reading) -> bool:
    local = top.normal.text.partition("@")[0]
    if local_oddity(local) <= -1.0:
        return False
    return all(
        decoded.text.partition("@")[0] == local
        and min(decoded.chances[: len(local)], default=0.0) >= SURE_LETTER
        for decoded in judged.seen.greedy
    )


def score(kind: Kind, found: Mapping[str, float]) -> float:
    """The chance (0–1) that the reading is right."""
    model = _stored()["models"].get(GROUPS.get(kind, "text"))
    if model is None:
        return 0.0
    total = model["bias"] + sum(weight * found[name] for name, weight in model["weights"].items())
    return 1 / (1 + math.exp(-max(min(total, 40.0), -40.0)))

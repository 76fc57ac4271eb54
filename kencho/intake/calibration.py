"""How far the reader is trusted: thresholds per kind of field, which fields pass, and what the clerks' findings teach.

A threshold is the score from which a field needs no eye. It is fitted on outcomes: fields below it are all checked,
fields above it by a random sample (the audit), so the two are counted with their own weights. A threshold is only
taken when the lower end of the one-sided 95 % interval (Wilson) of the share that is right reaches the target.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kencho.intake.engine import score
from kencho.intake.engine.shapes import TICKED, FieldReading, Kind, Reason

TARGET = Decimal("0.995")
AUDIT_SHARE = Decimal("0.02")
LEAST_AUDIT = Decimal("0.02")
# One-sided 95 % for decisions; two-sided 95 % for what people are shown.
Z_ONE_SIDED = 1.6449
Z_TWO_SIDED = 1.96
LEAST_SAMPLE = 300
# Fields just above the threshold may be a little worse than the mean of all above it, not more.
EDGE_SLACK = 0.02
ALWAYS_LOOK = frozenset(
    {
        Reason.INVALID,
        Reason.GREY_TICK,
        Reason.TOO_MANY_TICKS,
        Reason.CROSS_CHECK_FAILED,
        Reason.OVERFLOW,
        Reason.NO_TEMPLATE,
    }
)
# Ticks are scored by ink, not by readers; for a kind that is not in the engine's table the gate is narrow.
TICK_THRESHOLD = 0.5
OTHER_THRESHOLD = 0.99


@dataclass(frozen=True)
class Threshold:
    """From which score a kind passes."""

    kind: str
    threshold: float
    always_check: bool
    audit_share: Decimal
    target: Decimal = TARGET
    sample: int = 0
    basis: str = "shipped"


@dataclass(frozen=True)
class Sample:
    """One outcome: the score, whether it was right, and how many fields of its sort it stands for."""

    score: float
    was_right: bool
    weight: float = 1.0


@dataclass(frozen=True)
class Fitted:
    """A threshold that the outcomes bear out: the sample behind it, the share that is right and its lower end."""

    threshold: float
    sample: int
    precision: float
    lower: float


def shipped(kind: str) -> Threshold:
    """The threshold before any experience of one's own."""
    otherwise = TICK_THRESHOLD if Kind(kind) in TICKED else OTHER_THRESHOLD
    return Threshold(
        kind=kind,
        threshold=score.shipped_thresholds().get(Kind(kind), otherwise),
        always_check=Kind(kind) in score.ALWAYS_CHECK,
        audit_share=AUDIT_SHARE,
    )


def passes(reading: FieldReading, threshold: Threshold, *, is_required: bool) -> bool:
    """Whether the field needs no eye. An empty field passes when it may be empty and the reader is sure of it."""
    if not ALWAYS_LOOK.isdisjoint(reading.reasons):
        return False
    if reading.is_blank:
        return not is_required and Reason.LOW_SCORE not in reading.reasons
    if threshold.always_check or reading.value is None:
        return False
    return reading.score >= threshold.threshold


def would_pass(reading_score: float, threshold: Threshold, *, value: object) -> bool:
    """Whether the score alone would let it pass, always-check or not: such checks tell of what passes, too."""
    return value is not None and reading_score >= threshold.threshold


def is_audited(seed: str, share: Decimal) -> bool:
    """Draw the audit sample: as good as random, and the same again for the same field."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8])
    return number < int(max(share, LEAST_AUDIT) * 2**64)


def wilson(right: float, count: float, z: float = Z_TWO_SIDED) -> tuple[float, float]:
    """The interval of a share after Wilson; (0, 1) when nothing was counted."""
    if count <= 0:
        return 0.0, 1.0
    share = right / count
    middle = share + z * z / (2 * count)
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    bottom = 1 + z * z / count
    return max(0.0, (middle - spread) / bottom), min(1.0, (middle + spread) / bottom)


def fit(samples: Sequence[Sample], *, target: float, least_sample: int = LEAST_SAMPLE) -> Fitted | None:
    """The lowest threshold whose lower end reaches the target; None when the outcomes bear out none.

    The share that is right is made to rise with the score first (pool adjacent violators): a lucky run of low scores
    does not open the gate below an unlucky one.
    """
    ordered = sorted(samples, key=lambda each: -each.score)
    monotone = _monotone(ordered)
    best: Fitted | None = None
    strata: dict[float, list[float]] = {}
    for place, one in enumerate(ordered):
        right, count = strata.setdefault(one.weight, [0.0, 0.0])
        strata[one.weight] = [right + one.was_right, count + 1]
        # Fields with the same score stand on the same side.
        if place + 1 < len(ordered) and ordered[place + 1].score == one.score:
            continue
        if place + 1 < least_sample or monotone[place] < target - EDGE_SLACK:
            continue
        share, lower = _joined(strata.items())
        if lower >= target:
            best = Fitted(one.score, place + 1, share, lower)
    return best


def _joined(strata: Iterable[tuple[float, Sequence[float]]]) -> tuple[float, float]:
    """Share and lower end over strata of different weight: each counts for the fields that it stands for."""
    total = share = lower = 0.0
    for weight, (right, count) in strata:
        low, _high = wilson(right, count, Z_ONE_SIDED)
        total += weight * count
        share += weight * right
        lower += weight * count * low
    return share / total, lower / total


def _monotone(ordered: Sequence[Sample]) -> list[float]:
    """The share that is right at each place, falling with the score (highest score first)."""
    blocks: list[list[float]] = []
    for one in ordered:
        blocks.append([one.weight * one.was_right, one.weight, 1])
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] < blocks[-1][0] * blocks[-2][1]:
            right, weight, places = blocks.pop()
            blocks[-1] = [blocks[-1][0] + right, blocks[-1][1] + weight, blocks[-1][2] + places]
    return [right / weight for right, weight, places in blocks for _place in range(int(places))]


Thresholds = Mapping[str, Threshold]

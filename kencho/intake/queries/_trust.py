"""How far the reader is trusted now, and what the clerks' findings say about it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kencho.intake import calibration
from kencho.intake.calibration import Threshold, shipped, wilson
from kencho.intake.engine.shapes import Kind
from kencho.intake.models import Calibration, Outcome
from kencho.organization.models import Body

LEARNED_FROM = timedelta(days=365)


@dataclass(frozen=True)
class Measured:
    """A kind of field as it went in the last year: audited fields, wrong ones, the share that is wrong with its 95 % interval.

    ``passed_share`` is the share of all judged readings that would have passed; shares are None when nothing was counted.
    """

    kind: str
    audited: int
    wrong: int
    leak_rate: float | None
    low: float
    high: float
    passed_share: float | None


def _as_threshold(row: Calibration) -> Threshold:
    return Threshold(
        kind=row.kind,
        threshold=row.threshold,
        always_check=row.always_check,
        audit_share=row.audit_share,
        target=row.target,
        sample=row.sample,
        basis=row.basis,
    )


def thresholds(body: Body, at: datetime) -> dict[str, Threshold]:
    """The thresholds in force at an instant, one for each kind: the body's own, else those that Kencho comes with."""
    found: dict[str, Threshold] = {each.value: shipped(each.value) for each in Kind}
    for row in Calibration.objects.filter(body=body, in_force_from__lte=at).order_by("in_force_from", "id"):
        found[row.kind] = _as_threshold(row)
    return found


def threshold_of(body: Body, kind: str, at: datetime) -> Threshold:
    """The threshold of one kind."""
    return thresholds(body, at)[kind]


def calibrations(body: Body, at: datetime) -> Sequence[Threshold]:
    """The same as a list, in the order of the kinds."""
    found = thresholds(body, at)
    return [found[each.value] for each in Kind]


def measured(body: Body, at: datetime) -> Sequence[Measured]:
    """What the last year's findings say, one for each kind."""
    audited: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    judged: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    rows = Outcome.objects.filter(body=body, at__gt=at - LEARNED_FROM, at__lte=at).values_list(
        "kind", "origin", "would_pass", "was_right"
    )
    for kind, origin, would_pass, was_right in rows.iterator():
        judged[kind][0] += 1
        judged[kind][1] += would_pass
        if origin == Outcome.Origin.AUDIT:
            audited[kind][0] += 1
            audited[kind][1] += not was_right
    return [_measured(each.value, audited[each.value], judged[each.value]) for each in Kind]


def _measured(kind: str, audited: Sequence[int], judged: Sequence[int]) -> Measured:
    count, wrong = audited
    low, high = wilson(wrong, count)
    return Measured(
        kind=kind,
        audited=count,
        wrong=wrong,
        leak_rate=wrong / count if count else None,
        low=low,
        high=high,
        passed_share=judged[1] / judged[0] if judged[0] else None,
    )


def samples(body: Body, kind: str, now: Threshold, at: datetime) -> list[calibration.Sample]:
    """Outcomes of a kind for a fit. An audited field stands for all that passed beside it unseen."""
    weight = 1.0 if now.always_check else 1 / float(max(now.audit_share, calibration.LEAST_AUDIT))
    rows = Outcome.objects.filter(body=body, kind=kind, at__gt=at - LEARNED_FROM, at__lte=at).values_list(
        "score", "was_right", "origin"
    )
    return [
        calibration.Sample(score, was_right, weight if origin == Outcome.Origin.AUDIT else 1.0)
        for score, was_right, origin in rows
    ]

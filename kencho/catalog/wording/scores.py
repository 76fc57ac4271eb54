"""The quality of a version as its page shows it: the parts of the score, and what each lost point asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from kencho.catalog.wording import quality


@dataclass(frozen=True)
class Part:
    """A part of the score with its points."""

    label: str | Promise
    points: float
    most: float


@dataclass(frozen=True)
class Loss:
    """Points that were lost: what is the matter, and what mends it."""

    sentence: str
    remedy: str
    points: float


def parts_of(score: Mapping[str, Any]) -> list[Part]:
    """Parts in the order of the score."""
    return [
        Part(quality.part_label(name), float(each["points"]), float(each["most"]))
        for name, each in (score.get("parts") or {}).items()
    ]


def losses_of(score: Mapping[str, Any]) -> list[Loss]:
    """What costs points, the dearest first."""
    made = [
        Loss(quality.loss_sentence(each), quality.remedy_sentence(each["remedy"]), float(each["points"]))
        for each in score.get("losses") or ()
    ]
    return sorted(made, key=lambda each: -each.points)

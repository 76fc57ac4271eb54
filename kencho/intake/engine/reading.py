"""From a judged field to what is handed on: value, score, reasons, candidates; and the hiding of 個人番号."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from kencho.intake.engine import decode, score
from kencho.intake.engine.cross import Judged
from kencho.intake.engine.normalise import variants_of
from kencho.intake.engine.shapes import Candidate, Field, FieldReading, Kind, Reason, Rect

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kencho.intake.engine.marks import Ticks

_DOUBTFUL: Final = 0.5
_MOST_CANDIDATES: Final = 6
HOLDERS: Final = frozenset({Kind.INDIVIDUAL_NUMBER})
"""A form with a field of these kinds may hold 個人番号."""


def reading_of(
    judged: Judged, crop: Rect, era: Ticks | None = None, *, has_overflow: bool = False
) -> FieldReading:
    """The field as it is handed on: `crop` is its place in the kept image, `era` the ticks of a date in boxes."""
    of, seen = judged.seen.field, judged.seen
    ranked = decode.shares(judged.readings)
    if not ranked:
        return FieldReading(
            of.key, of.kind, "".join(seen.raw[:1]), "", None, 0.0, (Reason.LOW_SCORE,), (), crop
        )
    top, _share = ranked[0]
    value = score.of(judged)[0]
    if era is not None and seen.names:
        value = min(value, era.score)
    if top.normal.value is None:
        value = min(value, 0.05)
    return FieldReading(
        key=of.key,
        kind=of.kind,
        raw=seen.raw[0],
        text=top.normal.text,
        value=top.normal.value,
        score=value,
        reasons=_reasons(judged, value, era, has_overflow=has_overflow),
        candidates=tuple(_candidates(judged, ranked)),
        crop=crop,
    )


def _reasons(judged: Judged, value: float, era: Ticks | None, *, has_overflow: bool) -> tuple[Reason, ...]:
    top = judged.readings[0]
    found = list(top.normal.reasons)
    if not judged.seen.agrees:
        found.append(Reason.READERS_DIFFER)
    if judged.is_corrected:
        found.append(Reason.CORRECTED_BY_DICTIONARY)
    if judged.is_crossed:
        found.append(Reason.CROSS_CHECKED)
    if judged.has_failed:
        found.append(Reason.CROSS_CHECK_FAILED)
    if has_overflow:
        found.append(Reason.OVERFLOW)
    if era is not None:
        found += era.reasons
    if value < _DOUBTFUL:
        found.append(Reason.LOW_SCORE)
    return tuple(dict.fromkeys(found))


def _candidates(judged: Judged, ranked: Sequence[tuple[decode.Reading, float]]) -> list[Candidate]:
    """What a clerk can choose from: the likeliest values, what each reader alone says, other shapes of kanji."""
    found: dict[str, Candidate] = {}
    for reading, share in ranked:
        if share > 1e-6 or len(found) < 2:
            found.setdefault(reading.normal.text, Candidate(reading.normal.text, reading.by, share))
    for name, told in zip(("v6", "v5"), judged.seen.told, strict=False):
        if told:
            found.setdefault(told, Candidate(told, name, 0.0))
    listed = list(found.values())[:_MOST_CANDIDATES]
    if judged.seen.field.kind in {Kind.NAME, Kind.ORGANIZATION} and listed:
        known = {each.text for each in listed}
        listed += [
            Candidate(text, "variant", 0.0) for text in variants_of(listed[0].text) if text not in known
        ]
    return listed


def mask(
    kept: NDArray[Any], numbers: Sequence[tuple[str, Rect]], fields: Sequence[Field]
) -> tuple[NDArray[Any], int]:
    """The kept image without the 個人番号 among the texts read, unless the form may hold one; and how many there were."""
    from kencho.intake.engine import masking

    if any(each.kind in HOLDERS for each in fields):
        return kept, 0
    return masking.mask_numbers(kept, numbers)

"""What do the values of a column look like? Used where the header alone does not decide."""

from collections.abc import Sequence
from typing import Any, Final

from kencho.catalog.standards.validators import problem
from kencho.foundation.prefectures import PREFECTURES

__all__ = ["SPECIFIC", "fit", "text_of"]

MOST_SAMPLES: Final = 60

SPECIFIC: Final = {
    "local_government_code": 0.62,
    "latitude": 0.7,
    "longitude": 0.7,
    "postal_code": 0.7,
    "email": 0.65,
    "legal_entity_number": 0.7,
    "prefecture": 0.66,
    "municipality": 0.55,
    "address": 0.6,
    "phone": 0.55,
    "url": 0.55,
    "time": 0.4,
    "date": 0.45,
    "kana": 0.55,
    "street_address_id": 0.4,
}
"""Contents that are known by their shape → how much a full fit is worth without any word in the header."""

_WRITTEN_OTHERWISE: Final = {"date", "time", "phone", "flag", "postal_code"}
"""Contents that offices write in many ways: not fitting the ISO form says little."""


def text_of(values: Sequence[Any]) -> list[Any]:
    """The first values that are not empty."""
    found = [value for value in values[: 4 * MOST_SAMPLES] if value is not None and str(value).strip()]
    return found[:MOST_SAMPLES]


def fit(content: str, samples: Sequence[Any]) -> float | None:
    """The share of samples that can be of this content; `None` when nothing can be said."""
    if not samples:
        return None
    if content == "municipality":
        return _mean([_is_municipality(str(each)) for each in samples])
    if content == "address":
        return _mean([_is_address(str(each)) for each in samples])
    if content == "kana":
        return _mean(
            [not problem(content, each) and any("ァ" <= c <= "ヺ" for c in str(each)) for each in samples]
        )
    if content in _WRITTEN_OTHERWISE:
        return _mean([_is_loosely(content, str(each)) for each in samples])
    if content in SPECIFIC or content in {"integer", "number"}:
        return _share(content, samples)
    if content in {"text", "local_government_name"}:
        return _mean([not _is_number(str(each)) for each in samples])
    return None


def _mean(found: Sequence[bool]) -> float:
    return sum(found) / len(found)


def _share(content: str, samples: Sequence[Any]) -> float:
    # Five-digit codes that lost their leading zero or check digit are still codes, but not counted here.
    return _mean([not problem(content, each) for each in samples])


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).replace(",", "").lstrip("-").isdigit()


def _is_municipality(text: str) -> bool:
    return 2 <= len(text) <= 12 and text[-1] in "市区町村" and not any(map(str.isdigit, text))


def _is_address(text: str) -> bool:
    has_place = any(text.startswith(name) for name in PREFECTURES) or any(c in text[:8] for c in "市区町村")
    return has_place and len(text) >= 5 and (any(map(str.isdigit, text)) or "番" in text or len(text) >= 8)


def _is_loosely(content: str, text: str) -> bool:
    if not problem(content, text) or problem(content, text) in {"unknown_postal_code", "no_such_day"}:
        return True
    digits = [character for character in text if character.isdigit()]
    if content == "date":
        marks = any(mark in text for mark in "年/.-月") or len(digits) == 8
        return marks and 3 <= len(digits) <= 8 and len(text) <= 16
    if content == "time":
        return 1 <= len(digits) <= 6 and (":" in text or "：" in text or "時" in text) and len(text) <= 10
    if content == "postal_code":
        return text.startswith("〒") and len(digits) == 7
    if content == "phone":
        return digits[:1] in (["0"], ["０"]) and len(digits) in {10, 11} and len(text) <= 20
    return len(text) <= 4

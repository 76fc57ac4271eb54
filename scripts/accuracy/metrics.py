"""Was it read right? Comparison of what was read with what was meant, and the figures made of it."""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kencho.intake.engine.shapes import TICKED, Field, Kind
from scripts.accuracy.values import Written

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－ー─ｰ", "-"))
_PREFECTURE = re.compile(r"^(東京都|北海道|京都府|大阪府|.{2,3}県)")
_NUMBERS = {Kind.TELEPHONE, Kind.POSTAL_CODE, Kind.DIGITS, Kind.LEGAL_ENTITY_NUMBER, Kind.INDIVIDUAL_NUMBER}
ADDRESS_PARTS = ("prefecture", "city", "town", "street", "building")


def plain(text: str) -> str:
    """NFKC, without white space, all dashes as one."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split())


def comparable(kind: Kind, value: Any) -> Any:
    """A value in the form in which two are the same or not; None for nothing."""
    if value is None or value == "" or value == [] or value is False:
        return None
    if kind is Kind.CHOICES or isinstance(value, (list, tuple)):
        return sorted(str(each) for each in value)
    if kind is Kind.CONSENT:
        return True
    if isinstance(value, Mapping):
        value = "".join(str(value.get(part) or "") for part in ADDRESS_PARTS)
    text = plain(str(value))
    if kind in {Kind.MONEY, Kind.INTEGER}:
        digits = re.sub(r"[¥,円]|-$", "", text)
        return int(digits) if re.fullmatch(r"-?\d+", digits) else text
    if kind in _NUMBERS:
        return re.sub(r"[-()〒]", "", text)
    return text or None


def is_same(kind: Kind, written: Written, value: Any) -> bool:
    """Whether the value read is what was meant.

    The prefecture need not be written: readers may add it from the postal code, and it is then left out of account.
    """
    truth, read = comparable(kind, written.truth), comparable(kind, value)
    if kind is Kind.ADDRESS and isinstance(truth, str) and isinstance(read, str) and truth != read:
        return _PREFECTURE.sub("", read) == truth or _PREFECTURE.sub("", truth) == read
    return bool(truth == read)


def distance(a: str, b: str) -> int:
    """Levenshtein."""
    row = list(range(len(b) + 1))
    for i, char in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (char != other))
    return row[-1]


@dataclass(frozen=True)
class Outcome:
    """What became of one field."""

    sheet: str
    writing: str
    hand: str
    dpi: int
    level: int
    real_digits: bool
    key: str
    label: str
    kind: Kind
    truth: Any
    shown: str
    value: Any
    raw: str
    score: float
    reasons: tuple[str, ...]
    candidates: tuple[tuple[str, str, float], ...]
    crop: tuple[float, float, float, float]
    is_exact: bool
    passes: bool
    always_check: bool
    edits: int
    length: int
    refusal: str = ""
    tag: str = ""

    @property
    def is_filled(self) -> bool:
        """Whether something had been written."""
        return self.truth is not None

    @property
    def counts(self) -> bool:
        """An empty field that was read as empty says nothing about reading."""
        return self.is_filled or not self.is_exact

    @property
    def is_tick(self) -> bool:
        """Boxes to tick are counted apart."""
        return self.kind in TICKED


def edits_of(field: Field, written: Written, value: Any) -> tuple[int, int]:
    """Wrong characters and all characters of a written field."""
    if field.kind in TICKED or written.truth is None:
        return 0, 0
    truth, read = (str(comparable(field.kind, each) or "") for each in (written.truth, value))
    if field.kind is Kind.ADDRESS and is_same(field.kind, written, value):
        return 0, len(truth)
    return distance(truth, read), len(truth)


def wilson(good: int, all_: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    if not all_:
        return 0.0, 1.0
    z, share = 1.959964, good / all_
    middle = share + z * z / (2 * all_)
    half = z * math.sqrt(share * (1 - share) / all_ + z * z / (4 * all_ * all_))
    return (middle - half) / (1 + z * z / all_), (middle + half) / (1 + z * z / all_)


@dataclass(frozen=True)
class Figures:
    """The figures of a group of fields; shares are 0–1."""

    fields: int
    exact: int
    edits: int
    characters: int
    passed: int
    passed_right: int
    passed_with_check: int

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> "Figures":
        """Of the fields that count."""
        found = [each for each in outcomes if each.counts]
        passed = [each for each in found if each.passes]
        return cls(
            fields=len(found),
            exact=sum(each.is_exact for each in found),
            edits=sum(each.edits for each in found),
            characters=sum(each.length for each in found),
            passed=len(passed),
            passed_right=sum(each.is_exact for each in passed),
            passed_with_check=sum(not each.always_check for each in passed),
        )

    @property
    def exact_share(self) -> float:
        """Fields read without a mistake."""
        return self.exact / self.fields if self.fields else 0.0

    @property
    def passed_share(self) -> float:
        """Fields that nobody would look at."""
        return self.passed / self.fields if self.fields else 0.0

    @property
    def precision(self) -> float:
        """Right among those."""
        return self.passed_right / self.passed if self.passed else 0.0

    @property
    def error_rate(self) -> float:
        """Wrong characters (CER)."""
        return self.edits / self.characters if self.characters else 0.0

    def line(self, name: str) -> str:
        """One row of the table."""
        low, high = wilson(self.passed_right, self.passed)
        precision = f"{self.precision:7.2%} ({low:.1%}–{high:.1%})" if self.passed else "      –"
        return (
            f"{name:<24}{self.fields:>6}{self.exact_share:>9.1%}{self.error_rate:>8.2%}"
            f"{self.passed_share:>9.1%}{self.passed - self.passed_right:>6}  {precision}"
        )


HEAD = f"{'':<24}{'n':>6}{'exact':>9}{'CER':>8}{'passed':>9}{'wrong':>6}  precision of passed (95 %)"

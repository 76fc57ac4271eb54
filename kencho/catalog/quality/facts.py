"""What the score is made of: plain facts, gathered by whoever has them. Defects are counts; good things are yes or no."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

__all__ = ["RULES", "Facts", "rule_counts"]

RULES: Final = (
    "1-1",
    "1-2",
    "1-3",
    "1-4",
    "1-5",
    "1-6",
    "1-7",
    "1-8",
    "1-9",
    "1-10",
    "1-11",
    "1-12",
    "1-13",
    "2-1",
    "2-2",
)
"""The checks of 総務省「統計表における機械判読可能なデータの表記方法の統一ルール」（令和2年12月18日）."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the score depends on; the defaults are a perfect dataset.

    `cells` is the size of the published table. `rules` are cells of the source file that break a check, by its
    number; `left` are those that still do in the result (changes taken back, open questions). `findings` are the
    validation's, by kind. Days and shares are what they say; a share is from 0 to 1.
    """

    cells: int = 1
    rules: Mapping[str, int] = field(default_factory=dict)
    left: Mapping[str, int] = field(default_factory=dict)
    findings: Mapping[str, int] = field(default_factory=dict)
    source_format: str = "xlsx"

    standard: str = "none_fits"
    """Code of the standard table, `none_fits` when there is none for such data, empty when one fits but none is chosen."""
    standard_share: float = 1.0
    """Share of cells of standard items that are what the item asks for."""
    standard_missing: int = 0
    """Required items without a column."""
    unmapped_columns: int = 0
    """Columns that are taken for a standard item under another name and were not renamed."""

    has_title: bool = True
    has_description: bool = True
    has_keywords: bool = True
    has_theme: bool = True
    has_open_license: bool = True
    has_owner: bool = True
    has_frequency: bool = True
    has_period: bool = True
    has_contact: bool = True
    undescribed_columns: int = 0
    columns_without_unit: int = 0
    columns: int = 1

    days_overdue: int = 0
    """Days past the day on which the next version was due."""
    update_interval: int = 365
    """Days between two versions by the stated frequency; 0 when no new version is expected."""

    dead_links: int = 0
    links: int = 0

    has_key: bool = True
    """Whether a row can be named: a primary key, or an ID column without repetitions."""
    untyped_columns: int = 0
    """Columns kept as text though nearly all their values are numbers or dates."""
    unsafe_names: int = 0
    """Column names that are empty, doubled, longer than 60 characters, or hold line breaks."""
    is_geocoded: bool = True
    """False when there are addresses and no coordinates."""


def rule_counts(changes: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Broken checks by rule, from the fixer's changes as JSON; one change of many cells counts them all."""
    counts: Counter[str] = Counter()
    for change in changes:
        cells = _cells(str(change.get("ref", "")))
        for rule in {change["rule"], *change.get("also", ())}:
            counts[rule] += cells
    return {rule: counts[rule] for rule in RULES if counts[rule]}


def _cells(ref: str) -> int:
    first, _colon, last = ref.partition(":")
    if not last:
        return 1
    (left, top), (right, bottom) = _position(first), _position(last)
    return max(1, (right - left + 1) * (bottom - top + 1))


def _position(ref: str) -> tuple[int, int]:
    letters = ref.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column, int(ref[len(letters) :] or 0)

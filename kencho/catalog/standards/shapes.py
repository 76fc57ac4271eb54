"""Words of the standard tables: a standard, its items, what a column was matched to, what is wrong with a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Item", "Match", "Problem", "Standard", "Suggestion"]


@dataclass(frozen=True, slots=True)
class Item:
    """One item (column) of a standard table. `content` is what its values are: see `validators.CONTENTS`."""

    name: str
    content: str
    required: bool
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standard:
    """One table of 自治体標準オープンデータセット.

    `verified` is false as long as nobody has compared the items with the agency's own file; `version` says so in
    words. `schema` is the same as Table Schema JSON.
    """

    code: str
    title: str
    source: str
    version: str
    verified: bool
    items: tuple[Item, ...]
    schema: Mapping[str, Any]

    def item(self, name: str) -> Item | None:
        """The item of that name."""
        return next((each for each in self.items if each.name == name), None)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the items that every row must fill."""
        return tuple(each.name for each in self.items if each.required)


@dataclass(frozen=True, slots=True)
class Match:
    """What a column is taken for. `item` is empty when nothing fits well enough.

    `confidence` from 0 to 1. `reason`: `name`, `synonym`, `abbreviation`, `content`, or `chosen` (by a person).
    `others` are the next best items.
    """

    column: str
    item: str = ""
    confidence: float = 0.0
    reason: str = ""
    others: tuple[tuple[str, float], ...] = ()

    def to_data(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "column": self.column,
            "item": self.item,
            "confidence": self.confidence,
            "reason": self.reason,
            "others": [list(each) for each in self.others],
        }


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A standard that a table may be meant to follow: `score` from 0 to 1, `matched` columns."""

    code: str
    title: str
    score: float
    matched: int

    def to_data(self) -> dict[str, Any]:
        """As JSON."""
        return {"code": self.code, "title": self.title, "score": self.score, "matched": self.matched}


@dataclass(frozen=True, slots=True)
class Problem:
    """Values of a column that are not what the item asks for. `rows` are the first ones; row 2 follows the header.

    `examples` are values as they stand: what is personal is found by the gate, not here.
    """

    column: str
    item: str
    code: str
    count: int
    rows: tuple[int, ...] = ()
    examples: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)

    def to_data(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "column": self.column,
            "item": self.item,
            "code": self.code,
            "count": self.count,
            "rows": list(self.rows),
            "examples": list(self.examples),
            "params": dict(self.params),
        }

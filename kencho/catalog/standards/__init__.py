"""自治体標準オープンデータセット: its tables as data, mapping of columns to their items, checks of values."""

from kencho.catalog.standards.conform import Conformance, conform
from kencho.catalog.standards.library import UnknownStandard, all_standards, get
from kencho.catalog.standards.mapping import map_columns, missing_required, suggest_standard
from kencho.catalog.standards.shapes import Item, Match, Problem, Standard, Suggestion

__all__ = [
    "Conformance",
    "Item",
    "Match",
    "Problem",
    "Standard",
    "Suggestion",
    "UnknownStandard",
    "all_standards",
    "conform",
    "get",
    "map_columns",
    "missing_required",
    "suggest_standard",
]

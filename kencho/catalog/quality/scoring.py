"""品質の点: from facts to points. Every lost point has a code, and what to do about it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kencho.catalog.quality.facts import RULES, Facts

__all__ = ["PARTS", "REMEDIES", "Loss", "Part", "Score", "score"]

PARTS: Final[Mapping[str, float]] = {
    "source": 40.0,
    "standard": 15.0,
    "metadata": 20.0,
    "freshness": 10.0,
    "links": 5.0,
    "api": 10.0,
}
"""The parts and their most points, 100 together."""

REMEDIES: Final[Mapping[str, str]] = {
    **{f"rule_{rule}": "accept_changes" for rule in RULES},
    **{f"source_{rule}": "mend_source" for rule in RULES},
    "finding": "mend_values",
    "source_format": "use_table_format",
    "standard_not_chosen": "choose_standard",
    "standard_missing": "add_required_items",
    "standard_values": "mend_values",
    "standard_names": "rename_columns",
    "no_title": "fill_title",
    "no_description": "fill_description",
    "no_keywords": "fill_keywords",
    "no_theme": "fill_theme",
    "no_open_license": "choose_license",
    "no_owner": "choose_owner",
    "no_frequency": "choose_frequency",
    "no_period": "fill_period",
    "no_contact": "fill_contact",
    "undescribed_columns": "describe_columns",
    "columns_without_unit": "fill_units",
    "overdue": "publish_new_version",
    "dead_links": "mend_links",
    "no_key": "add_id_column",
    "untyped_columns": "choose_types",
    "unsafe_names": "rename_columns",
    "not_geocoded": "add_coordinates",
}
"""What was lost → the code of what to do."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Points lost for one thing. `params` are facts for the sentence."""

    code: str
    part: str
    points: float
    params: Mapping[str, Any]

    @property
    def remedy(self) -> str:
        """The code of what to do about it."""
        return REMEDIES[self.code]

    def to_data(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "code": self.code,
            "part": self.part,
            "points": round(self.points, 2),
            "remedy": self.remedy,
            "params": dict(self.params),
        }


@dataclass(frozen=True, slots=True)
class Part:
    """Points of one part, of at most so many."""

    points: float
    most: float


@dataclass(frozen=True, slots=True)
class Score:
    """`total` from 0 to 100, its parts, and the losses, the largest first."""

    total: float
    parts: Mapping[str, Part]
    losses: tuple[Loss, ...]

    def to_data(self) -> dict[str, Any]:
        """As JSON; `total` is rounded down, so that 100 means that nothing is lost."""
        return {
            "total": int(self.total + 1e-9),
            "parts": {name: {"points": round(p.points, 2), "most": p.most} for name, p in self.parts.items()},
            "losses": [each.to_data() for each in self.losses],
        }


def score(facts: Facts) -> Score:
    """The score of a dataset's table. A pure function: the same facts, the same points.

    Losses of a part add up to at most its points, each grows with its defect and none depends on another's, so
    mending any one thing never costs a point.
    """
    losses: list[Loss] = []
    parts: dict[str, Part] = {}
    for name, most in PARTS.items():
        found = [each for each in _LOSSES[name](facts) if each.points > 0]
        lost = sum(each.points for each in found)
        parts[name] = Part(max(0.0, most - lost), most)
        losses += found
    total = sum(each.points for each in parts.values())
    return Score(total, parts, tuple(sorted(losses, key=lambda each: (-each.points, each.code))))


def _grows(count: float, whole: float, most: float, *, at_once: float = 0.2) -> float:
    """Points lost for `count` defects among `whole`: a part of them for the first, all when a tenth is defective."""
    if count <= 0:
        return 0.0
    share = min(1.0, count / max(1.0, whole))
    return most * (at_once + (1 - at_once) * min(1.0, share * 10))


def _source(facts: Facts) -> Iterator[Loss]:
    """What stays wrong in the result weighs more than what the fixer had to mend in the source."""
    for rule in RULES:
        left = facts.left.get(rule, 0)
        yield Loss(f"rule_{rule}", "source", _grows(left, facts.cells, 6.0), {"rule": rule, "cells": left})
        broken = facts.rules.get(rule, 0)
        yield Loss(
            f"source_{rule}", "source", _grows(broken, facts.cells, 1.0), {"rule": rule, "cells": broken}
        )
    for kind, count in sorted(facts.findings.items()):
        points = _grows(count, facts.cells, 8.0, at_once=0.1)
        yield Loss("finding", "source", points, {"kind": kind, "cells": count})
    is_table = facts.source_format in {"xlsx", "csv", "tsv", "ods", "geojson", "gpkg", "parquet"}
    yield Loss("source_format", "source", 0.0 if is_table else 1.0, {"format": facts.source_format})


def _standard(facts: Facts) -> Iterator[Loss]:
    if facts.standard == "none_fits":
        return
    # Choosing a standard must never cost points: without one all of the part is lost.
    if not facts.standard:
        yield Loss("standard_not_chosen", "standard", PARTS["standard"], {})
        return
    yield Loss(
        "standard_missing",
        "standard",
        min(6.0, 2.0 * facts.standard_missing),
        {"count": facts.standard_missing},
    )
    yield Loss(
        "standard_values", "standard", 6.0 * (1 - facts.standard_share), {"share": facts.standard_share}
    )
    yield Loss(
        "standard_names",
        "standard",
        min(3.0, 0.5 * facts.unmapped_columns),
        {"count": facts.unmapped_columns},
    )


_METADATA: Final[Mapping[str, tuple[str, float]]] = {
    "has_title": ("no_title", 2.0),
    "has_description": ("no_description", 3.0),
    "has_keywords": ("no_keywords", 2.0),
    "has_theme": ("no_theme", 1.0),
    "has_open_license": ("no_open_license", 3.0),
    "has_owner": ("no_owner", 1.0),
    "has_frequency": ("no_frequency", 2.0),
    "has_period": ("no_period", 1.0),
    "has_contact": ("no_contact", 1.0),
}


def _metadata(facts: Facts) -> Iterator[Loss]:
    for name, (code, points) in _METADATA.items():
        yield Loss(code, "metadata", 0.0 if getattr(facts, name) else points, {})
    columns = max(1, facts.columns)
    for code, count, most in (
        ("undescribed_columns", facts.undescribed_columns, 2.0),
        ("columns_without_unit", facts.columns_without_unit, 2.0),
    ):
        yield Loss(code, "metadata", most * min(1.0, count / columns), {"count": count})


def _freshness(facts: Facts) -> Iterator[Loss]:
    if facts.update_interval > 0 and facts.days_overdue > 0:
        points = PARTS["freshness"] * min(1.0, 0.2 + 0.8 * facts.days_overdue / facts.update_interval)
        yield Loss("overdue", "freshness", points, {"days": facts.days_overdue})


def _links(facts: Facts) -> Iterator[Loss]:
    points = _grows(facts.dead_links, facts.links, PARTS["links"])
    yield Loss("dead_links", "links", points, {"count": facts.dead_links, "links": facts.links})


def _api(facts: Facts) -> Iterator[Loss]:
    columns = max(1, facts.columns)
    yield Loss("no_key", "api", 0.0 if facts.has_key else 3.0, {})
    yield Loss(
        "untyped_columns",
        "api",
        3.0 * min(1.0, facts.untyped_columns / columns),
        {"count": facts.untyped_columns},
    )
    yield Loss(
        "unsafe_names", "api", 2.0 * min(1.0, facts.unsafe_names / columns), {"count": facts.unsafe_names}
    )
    yield Loss("not_geocoded", "api", 0.0 if facts.is_geocoded else 2.0, {})


_LOSSES: Final[Mapping[str, Callable[[Facts], Iterator[Loss]]]] = {
    "source": _source,
    "standard": _standard,
    "metadata": _metadata,
    "freshness": _freshness,
    "links": _links,
    "api": _api,
}

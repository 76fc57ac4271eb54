"""A declared table made fit for the public: coarser values, no small groups, no number that could be worked out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kencho.catalog.gate.generalising import Rule, generalise_rows, k_anonymous
from kencho.catalog.gate.suppression import suppress_one_way

SUPPRESSED = "x"
"""The sign of official statistics for a number that is kept back（秘匿）."""
KEEP = "keep"


@dataclass(frozen=True)
class Plan:
    """How a table is made fit. `columns` are (name, how) in order; see `gate.generalising.generalise` for how.

    `quasi` are columns by which together a person might be found: rows in groups of fewer than `k` are left out.
    `count_column` holds numbers of people or cases: those below `k` are kept back, and with them as many others as it
    takes that none can be worked out from a total known within the groups of `totals_by`.
    """

    columns: Sequence[tuple[str, str]]
    quasi: Sequence[str] = ()
    count_column: str = ""
    totals_by: Sequence[str] = ()
    k: int = 5


@dataclass(frozen=True)
class Shaped:
    """The table to be published, and what it cost."""

    header: Sequence[str]
    rows: Sequence[Sequence[Any]]
    dropped: int
    hidden: int


def shape(plan: Plan, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Shaped:
    """Apply a plan to rows under a header. Raises KeyError when a column of the plan is not there."""
    places = {name: header.index(name) if name in header else _missing(name) for name, _how in plan.columns}
    picked = [{name: row[place] for name, place in places.items()} for row in rows]
    rules = [Rule(name, how) for name, how in plan.columns if how != KEEP]
    coarse: list[dict[str, Any]] = generalise_rows(picked, rules) if rules else picked
    dropped = 0
    if plan.quasi:
        found = k_anonymous(coarse, plan.quasi, plan.k)
        coarse, dropped = list(found.rows), found.dropped
    hidden = _hide(plan, coarse) if plan.count_column else 0
    names = [name for name, _how in plan.columns]
    return Shaped(names, [[row[name] for name in names] for row in coarse], dropped, hidden)


def _missing(name: str) -> int:
    raise KeyError(name)


def _hide(plan: Plan, rows: Sequence[dict[str, Any]]) -> int:
    """Put the sign in place of numbers that must not be seen; returns how many."""
    groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        groups[tuple(row[name] for name in plan.totals_by)].append(number)
    hidden = 0
    for members in groups.values():
        counts = {str(number): _count(rows[number], plan.count_column) for number in members}
        for key, shown in suppress_one_way(counts, plan.k).cells.items():
            if shown is None:
                rows[int(key)][plan.count_column] = SUPPRESSED
                hidden += 1
    return hidden


def _count(row: Mapping[str, Any], column: str) -> int:
    """The number; one that the source kept back already is a small one."""
    value = row[column]
    return 1 if value == SUPPRESSED else int(value)

"""What is remarkable about an indicator's targets before any actual is there: findings that name the cell."""

from collections.abc import Mapping
from decimal import Decimal

from kencho.foundation.fiscal import FiscalYear
from kencho.policy.rules._achievement import Direction
from kencho.policy.rules._errors import Finding, finding
from kencho.policy.rules._values import Cell, Missing, exact

__all__ = ["check_targets"]


def check_targets(
    targets: Mapping[int, Cell], *, baseline: Cell, direction: Direction, final_fy: int
) -> tuple[Finding, ...]:
    """Missing, zero, negative and reversed targets of an indicator by fiscal year, in the order of years.

    A target is reversed when it is worse than the one before it, the first one when worse than the baseline. A blank year
    between is normal; the final year of the plan must have a target. Ranges of a target are not looked at here.
    """
    found: list[Finding] = []
    before = None if isinstance(baseline, Missing) else baseline
    for year in sorted(targets):
        value = targets[year]
        if isinstance(value, Missing):
            continue
        exact(value, _name(year))
        found += _signs(value, direction, _name(year))
        if before is not None and _worse(value, before, direction):
            found.append(
                finding("target_reversed", _name(year), target=f"{value:,}", reference=f"{before:,}")
            )
        before = value
    if isinstance(targets.get(final_fy, Missing.NOT_SET), Missing):
        found.append(finding("final_target_missing", _name(final_fy)))
    return tuple(found)


def _signs(value: Decimal, direction: Direction, cell: str) -> list[Finding]:
    if value < 0:
        return [finding("target_negative", cell)]
    return [finding("target_zero", cell)] if value == 0 and direction is Direction.HIGHER else []


def _worse(value: Decimal, before: Decimal, direction: Direction) -> bool:
    return value > before if direction is Direction.LOWER else value < before


def _name(year: int) -> str:
    return f"{FiscalYear(year).label} 目標値"

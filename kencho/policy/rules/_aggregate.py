"""Rule AGG: what parts of a figure (months of a year, units of an office) may be put together, and how."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from kencho.foundation.fiscal import FiscalYear
from kencho.policy.rules._errors import RuleError
from kencho.policy.rules._values import ExactCell, Missing, exact, missing_of, present, sum_of

__all__ = [
    "Along",
    "MeasureType",
    "PartYear",
    "aggregate",
    "basis_date",
    "may_add",
    "pace",
    "part_year",
    "ratio_from_parts",
    "weighted_mean",
]


class MeasureType(StrEnum):
    """What kind of figure an indicator is."""

    FLOW_SUM = "flow_sum"
    STOCK_POINT = "stock_point"
    DISTINCT = "distinct_in_period"
    RATIO = "ratio"
    CUMULATIVE = "cumulative_since_plan_start"
    MEAN = "mean"
    MAX = "max"


class Along(StrEnum):
    """Along what a figure is cut into parts."""

    MONTHS = "months"
    UNITS = "units"


def may_add(measure: MeasureType, along: Along, *, keys_disjoint: bool = False) -> bool:
    """Whether the parts add up to the whole.

    Distinct counts add up over units only where no key is counted in two of them (`keys_disjoint`).
    """
    if measure is MeasureType.FLOW_SUM:
        return True
    if along is Along.MONTHS:
        return False
    if measure is MeasureType.DISTINCT:
        return keys_disjoint
    return measure in {MeasureType.STOCK_POINT, MeasureType.CUMULATIVE}


def aggregate(
    measure: MeasureType,
    parts: Sequence[ExactCell],
    *,
    along: Along,
    cell: str,
    keys_disjoint: bool = False,
) -> ExactCell:
    """The whole from its parts, in order of time where they are months. A missing part makes it missing.

    A stock and a running total take the last month, a maximum the greatest part. Raises `RuleError`:
    `months_do_not_add`, `units_overlap` (distinct), `ratio_needs_parts` (use `ratio_from_parts`),
    `mean_needs_weights` (use `weighted_mean`).
    """
    if measure is MeasureType.RATIO:
        raise RuleError("ratio_needs_parts", cell)
    if measure is MeasureType.MEAN:
        raise RuleError("mean_needs_weights", cell)
    if may_add(measure, along, keys_disjoint=keys_disjoint):
        return sum_of(parts)
    if measure is MeasureType.DISTINCT:
        raise RuleError("months_do_not_add" if along is Along.MONTHS else "units_overlap", cell)
    if not parts:
        return Missing.NOT_APPLICABLE
    if measure is MeasureType.MAX:
        return missing_of(parts) or max(exact(part, cell) for part in present(parts))
    return parts[-1]


def ratio_from_parts(numerator: ExactCell, denominator: ExactCell, *, cell: str) -> Fraction | Missing:
    """A ratio as a share of 1 from the aggregated numerator and denominator, each of its own measure type.

    Of nothing (denominator 0) there is no ratio: `not_applicable`.
    """
    if (reason := missing_of((numerator, denominator))) is not None:
        return reason
    above, below = (exact(part, cell) for part in present((numerator, denominator)))
    return above / below if below else Missing.NOT_APPLICABLE


def weighted_mean(
    parts: Sequence[ExactCell], weights: Sequence[ExactCell], *, cell: str
) -> Fraction | Missing:
    """The mean of means, each with the number of cases behind it.

    Rule MISS: a missing part is left out together with its weight; a missing weight makes the mean missing.
    Raises `RuleError`: `weights_differ`, `weight_negative`.
    """
    try:
        pairs = [
            (part, weight)
            for part, weight in zip(parts, weights, strict=True)
            if not isinstance(part, Missing)
        ]
    except ValueError:
        raise RuleError("weights_differ", cell, parts=len(parts), weights=len(weights)) from None
    if not pairs:
        return missing_of(parts) or Missing.NOT_APPLICABLE
    total = weighted = Fraction()
    for part, weight in pairs:
        if isinstance(weight, Missing):
            return weight
        count = exact(weight, cell)
        if count < 0:
            raise RuleError("weight_negative", cell)
        total += count
        weighted += count * exact(part, cell)
    return weighted / total if total else Missing.NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class PartYear:
    """A figure of a part of a fiscal year: its value and period, and no achievement, for the year is not over."""

    value: ExactCell
    label: str
    months: int


def part_year(value: ExactCell, *, first_month: int, last_month: int, cell: str) -> PartYear:
    """A figure of the calendar months `first_month` to `last_month` of a fiscal year: 「4月～11月」, 「4月～1月」.

    Raises `RuleError`: `not_a_month`, `months_reversed`, `not_a_part` (April to March is the year itself).
    """
    first, last = _month_of_year(first_month, cell), _month_of_year(last_month, cell)
    if first > last:
        raise RuleError("months_reversed", cell)
    months = last - first + 1
    if months == 12:
        raise RuleError("not_a_part", cell)
    label = f"{first_month}月" if months == 1 else f"{first_month}月～{last_month}月"
    return PartYear(value, label, months)


def pace(target: ExactCell, part: PartYear, measure: MeasureType) -> Fraction | Missing:
    """How much of the year's target the months of the part would bring at an even pace: a reference, no target.

    Only a sum of events has a pace; for other measures it is `not_applicable`.
    """
    if isinstance(target, Missing):
        return target
    if measure is not MeasureType.FLOW_SUM:
        return Missing.NOT_APPLICABLE
    return exact(target, part.label) * part.months / 12


def basis_date(year: FiscalYear, month: int = 3, day: int = 31) -> date:
    """The day at which a stock is counted: 31 March of the fiscal year, unless the definition names another."""
    return date(year.start_year + (month < 4), month, day)


def _month_of_year(month: int, cell: str) -> int:
    """0 for April to 11 for March."""
    if not 1 <= month <= 12:
        raise RuleError("not_a_month", cell, month=month)
    return (month - 4) % 12

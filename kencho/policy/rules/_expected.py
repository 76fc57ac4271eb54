"""Rule EXP: 期待値, a reference series beside the official targets. It never fills an official blank."""

from collections.abc import Mapping
from fractions import Fraction

from kencho.policy.rules._errors import RuleError
from kencho.policy.rules._profiles import ExpectedBy
from kencho.policy.rules._values import Cell, ExactCell, Missing, exact

__all__ = ["expected_at", "expected_series"]


def expected_at(
    *, year: int, targets: Mapping[int, ExactCell], baseline: tuple[int, Cell] | None, by: ExpectedBy
) -> Fraction | Missing:
    """期待値 of a fiscal year, exact. Targets are the official ones by fiscal year, blank ones with their reason.

    `piecewise-linear` runs straight between neighbouring points, the baseline being the first of them;
    `linear-from-baseline` runs straight from the baseline to the last target and passes by those between.
    Before the line: `no_baseline` without a baseline, else `not_applicable`; after it: `not_set`.
    Raises `RuleError` `baseline_not_before` when the baseline is not older than the first target.
    """
    points = {at: exact(value, str(at)) for at, value in targets.items() if not isinstance(value, Missing)}
    if not points:
        return Missing.NOT_SET
    start = None if baseline is None or isinstance(baseline[1], Missing) else baseline[0]
    if baseline is not None and not isinstance(baseline[1], Missing):
        if baseline[0] >= min(points):
            raise RuleError("baseline_not_before", str(baseline[0]), year=baseline[0])
        points[baseline[0]] = exact(baseline[1], str(baseline[0]))
    if by is ExpectedBy.FROM_BASELINE:
        if start is None:
            return Missing.NO_BASELINE
        points = {at: points[at] for at in (start, max(points))}
    if year < min(points):
        return Missing.NO_BASELINE if start is None else Missing.NOT_APPLICABLE
    return _on_line(year, points)


def expected_series(
    *,
    years: range,
    targets: Mapping[int, ExactCell],
    baseline: tuple[int, Cell] | None,
    by: ExpectedBy,
) -> dict[int, Fraction | Missing]:
    """期待値 of each of the fiscal years, in their order."""
    return {year: expected_at(year=year, targets=targets, baseline=baseline, by=by) for year in years}


def _on_line(year: int, points: Mapping[int, Fraction]) -> Fraction | Missing:
    left = max(at for at in points if at <= year)
    right = min((at for at in points if at >= year), default=None)
    if right is None:
        return Missing.NOT_SET
    if left == right:
        return points[year]
    return points[left] + (points[right] - points[left]) * (year - left) / (right - left)

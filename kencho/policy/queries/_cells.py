"""The cells of an indicator on the sheet: baseline, target, actual, achievement, expected value, as printed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from kencho.foundation import clock, wareki
from kencho.foundation.fiscal import FiscalYear
from kencho.policy import rules
from kencho.policy.models import Actual, ActualStatus
from kencho.policy.queries._readings import LiveReading, reading_of
from kencho.policy.queries._series import Series, cell_of
from kencho.policy.rules import Achievement, Missing, Profile, Range, RuleError
from kencho.policy.sheet import Cell, IndicatorRow, IndicatorYear


@dataclass(frozen=True)
class Setting:
    """By what the cells of one sheet are made. ``live`` fills years without a recorded actual by counting."""

    profile: Profile
    at: datetime
    live: bool


@dataclass(frozen=True)
class Figure:
    """The actual of a year, recorded or live; a part of a year has no achievement (rule AGG)."""

    value: rules.Cell
    status: str = ""
    snapshot: int | None = None
    note: str = ""
    is_whole: bool = True


def indicator_row(
    series: Series, years: Sequence[int], setting: Setting, *, rationale_year: int
) -> IndicatorRow:
    """One 目標項目 with its years. The years before the first of the plan hold the baseline."""
    indicator = series.indicator
    definition = series.definition_in(rationale_year)
    target = series.targets.get(rationale_year)
    return IndicatorRow(
        code=indicator.code,
        role=indicator.role,
        name=indicator.name,
        unit=indicator.unit,
        decimals=indicator.decimals,
        direction=indicator.direction,
        measure=indicator.measure,
        years=tuple(year_of(series, year, setting) for year in years),
        explanation=definition.explanation if definition else "",
        rationale=target.rationale if target else "",
        rationale_year=rationale_year if target and target.rationale else None,
        stage=indicator.stage,
        definition_version=definition.version if definition else 1,
    )


def year_of(series: Series, year: int, setting: Setting) -> IndicatorYear:
    """The cells of one year; in the year of the baseline the actual is the 現状値."""
    if year < series.indicator.node.plan.fy_from:
        return IndicatorYear(year, Cell(), _baseline(series, year, setting), Cell(), Cell())
    figure = figure_of(series, year, setting)
    return IndicatorYear(
        year=year,
        target=_target(series, year, setting),
        actual=_actual(series, figure, setting),
        achievement=_achievement(series, year, figure, setting),
        expected=_expected(series, year, setting),
    )


def figure_of(series: Series, year: int, setting: Setting) -> Figure:
    """The actual: what is recorded; where nothing is, and the sheet is live, what is counted now."""
    recorded = series.actuals.get(year)
    if recorded is not None and (recorded.value is not None or not setting.live):
        return _recorded(recorded)
    if not setting.live:
        return Figure(_not_there(series, year, setting.at))
    found = reading_of(series.indicator, series.definition_in(year), year, setting.at)
    if isinstance(found.value, Missing):
        return Figure(cell_of(recorded, _not_there(series, year, setting.at)), note=found.problem)
    return Figure(found.value, ActualStatus.LIVE.value, None, _live_note(found), not found.is_part_year)


def _recorded(row: Actual) -> Figure:
    if row.value is None:
        return Figure(cell_of(row))
    note = ""
    is_whole = True
    if row.status == ActualStatus.PROVISIONAL:
        day = clock.day_of(row.as_of)
        note = _("見込値（%(day)s現在）") % {"day": wareki.format(day)}
        # A figure taken before the year was over counts a part of it.
        is_whole = row.snapshot_id is None or day >= FiscalYear(row.year).end
    elif row.status != ActualStatus.CONFIRMED:
        note = str(row.get_status_display())
    return Figure(cell_of(row), row.status, row.snapshot_id, note, is_whole)


def _live_note(found: LiveReading) -> str:
    return _("速報値（%(period)s）") % {"period": found.period} if found.period else _("速報値")


def _not_there(series: Series, year: int, at: datetime) -> Missing:
    ended = series.indicator.ended_year
    if ended is not None and year > ended:
        return Missing.DISCONTINUED
    return Missing.FUTURE if FiscalYear(year).start > clock.day_of(at) else Missing.NOT_YET_MEASURED


def _shown(series: Series, value: rules.ExactCell, setting: Setting) -> Cell:
    indicator = series.indicator
    text = rules.shown(value, unit=indicator.unit, decimals=indicator.decimals, profile=setting.profile)
    if isinstance(value, Missing):
        return Cell(text=text, missing=value.value)
    return Cell(text=text, value=_decimal(value))


def _decimal(value: rules.Exact) -> Decimal:
    # Exact values stay exact as far as a number of ten decimals can hold them.
    return rules.official(value, 10).normalize() if isinstance(value, Fraction) else value


def _baseline(series: Series, year: int, setting: Setting) -> Cell:
    baseline = series.baseline
    value: rules.Cell = Missing.NO_BASELINE
    if baseline is not None and baseline.year == year:
        value = cell_of(baseline)
    cell = _shown(series, value, setting)
    if isinstance(value, Missing):
        return cell
    return replace(
        cell,
        status=ActualStatus.CONFIRMED.value,
        snapshot=baseline.snapshot_id if baseline else None,
    )


def _target(series: Series, year: int, setting: Setting) -> Cell:
    target = series.target_in(year)
    if not isinstance(target, Range):
        return _shown(series, target, setting)
    low, high = _shown(series, target.low, setting), _shown(series, target.high, setting)
    return Cell(text=f"{low.text}～{high.text}", value=target.low)


def _actual(series: Series, figure: Figure, setting: Setting) -> Cell:
    cell = _shown(series, figure.value, setting)
    return replace(cell, status=figure.status, snapshot=figure.snapshot, note=figure.note)


def achievement_of(series: Series, year: int, figure: Figure, setting: Setting) -> Achievement | None:
    """目標達成状況 of a figure; None when the plan is only watched. A part of a year counts as not yet measured."""
    return rules.achieve(
        actual=figure.value if figure.is_whole else Missing.NOT_YET_MEASURED,
        target=series.target_in(year),
        baseline=series.baseline_cell,
        direction=rules.Direction(series.indicator.direction),
        decimals=series.indicator.decimals,
        profile=setting.profile,
        expected=expected_of(series, year, setting),
        cell=_("%(year)s 実績値") % {"year": FiscalYear(year).label},
    )


def _achievement(series: Series, year: int, figure: Figure, setting: Setting) -> Cell:
    try:
        found = achievement_of(series, year, figure, setting)
    except RuleError as wrong:
        return Cell(missing=Missing.NOT_APPLICABLE.value, note=wrong.message)
    if found is None:
        return Cell(missing=Missing.NOT_APPLICABLE.value)
    if found.state == rules.State.MISSING:
        # Of a year that has not been measured nothing is printed, as in the office's own form.
        reason = figure.value if isinstance(figure.value, Missing) else Missing.NOT_YET_MEASURED
        if isinstance(series.target_in(year), Missing):
            reason = Missing.NOT_SET
        return Cell(text=setting.profile.mark_of(reason), missing=reason.value)
    snapshot = figure.snapshot
    return Cell(text=found.display, value=found.raw, status=str(found.state), snapshot=snapshot)


def expected_of(series: Series, year: int, setting: Setting) -> rules.ExactCell:
    """期待値 (rule EXP), a reference that never fills an official blank."""
    baseline = series.baseline
    point = (baseline.year, series.baseline_cell) if baseline is not None else None
    return rules.expected_at(
        year=year, targets=series.target_cells(), baseline=point, by=setting.profile.expected
    )


def _expected(series: Series, year: int, setting: Setting) -> Cell:
    if rules.Direction(series.indicator.direction) is rules.Direction.RANGE:
        return Cell(missing=Missing.NOT_APPLICABLE.value)
    try:
        value = expected_of(series, year, setting)
    except RuleError as wrong:
        return Cell(missing=Missing.NOT_APPLICABLE.value, note=wrong.message)
    return _shown(series, value, setting)

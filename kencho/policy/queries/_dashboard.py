"""施策の状況 at a glance: each indicator against its target and expected value, by month and by division."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from kencho.foundation import clock
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.indicators import Measure
from kencho.policy import rules
from kencho.policy.models import Indicator, IndicatorDefinition, PolicyNode
from kencho.policy.profiles import profile_of
from kencho.policy.queries._cells import Setting, year_of
from kencho.policy.queries._readings import (
    LiveReading,
    UnitValue,
    months_of,
    reading_of,
    units_of,
)
from kencho.policy.queries._series import Series, series_of
from kencho.policy.rules import Cell, MeasureType, Missing, PartYear
from kencho.policy.sheet import IndicatorYear


@dataclass(frozen=True)
class MonthPoint:
    """One month: its own value, the running total where months add up, and the even pace to the target until then."""

    first: date
    value: Cell
    running: Cell
    pace: rules.ExactCell


@dataclass(frozen=True)
class Panel:
    """One indicator on the dashboard. ``overlap`` is the figure by the closed definition in the year of a change."""

    indicator: Indicator
    definition: IndicatorDefinition | None
    cells: IndicatorYear
    history: tuple[IndicatorYear, ...]
    live: LiveReading
    months: tuple[MonthPoint, ...]
    units: tuple[UnitValue, ...]
    pace: rules.ExactCell
    overlap: LiveReading | None = None

    @property
    def problem(self) -> str:
        """Why it cannot be counted, in words; empty when it can."""
        return self.live.problem


@dataclass(frozen=True)
class Dashboard:
    """A measure in a fiscal year."""

    measure: PolicyNode
    year: int
    years: tuple[int, ...]
    panels: tuple[Panel, ...]


def dashboard_of(measure: PolicyNode, year: int, at: datetime) -> Dashboard:
    """Everything the page shows. Queries grow with indicators and months, never with rows."""
    setting = Setting(profile_of(measure.plan), at, live=True)
    series = series_of(measure, at)
    baselines = {each.baseline.year for each in series if each.baseline is not None}
    years = sorted({*measure.plan.years, *baselines})
    return Dashboard(
        measure=measure,
        year=year,
        years=tuple(years),
        panels=tuple(_panel(each, year, measure.plan.years, setting) for each in series),
    )


def _panel(series: Series, year: int, years: Sequence[int], setting: Setting) -> Panel:
    indicator, definition = series.indicator, series.definition_in(year)
    live = reading_of(indicator, definition, year, setting.at)
    closed = series.overlapping_in(year)
    return Panel(
        indicator=indicator,
        definition=definition,
        cells=year_of(series, year, setting),
        history=tuple(year_of(series, each, setting) for each in years),
        live=live,
        months=month_points(series, year, setting.at),
        units=tuple(units_of(indicator, definition, year, setting.at)),
        pace=pace_of(series, year, setting.at),
        overlap=reading_of(indicator, closed, year, setting.at) if closed else None,
    )


def month_points(series: Series, year: int, at: datetime) -> tuple[MonthPoint, ...]:
    """The months of a year with their running total (only where months add up, rule AGG) and the even pace."""
    found: list[MonthPoint] = []
    adds_up = series.indicator.measure == Measure.FLOW
    running: Cell = Missing.NOT_APPLICABLE
    for number, month in enumerate(
        months_of(series.indicator, series.definition_in(year), year, at), start=1
    ):
        if adds_up:
            running = _added(running, month.value)
        found.append(MonthPoint(month.first, month.value, running, _pace(series, year, number)))
    return tuple(found)


def _added(running: Cell, value: Cell) -> Cell:
    if isinstance(value, Missing):
        return value
    return value if isinstance(running, Missing) else running + value


def pace_of(series: Series, year: int, at: datetime) -> rules.ExactCell:
    """What an even pace to the target would have brought by the end of the running month: a reference."""
    today = clock.day_of(at)
    wanted = FiscalYear(year)
    if today < wanted.start:
        return Missing.FUTURE
    if today >= wanted.end:
        return _pace(series, year, 12)
    return _pace(series, year, (today.month - 4) % 12 + 1)


def _pace(series: Series, year: int, months: int) -> rules.ExactCell:
    target = series.targets.get(year)
    if target is None or target.value is None:
        return Missing.NOT_SET
    part = PartYear(Missing.NOT_APPLICABLE, FiscalYear(year).label, months)
    found: Fraction | Missing = rules.pace(target.value, part, MeasureType(series.indicator.measure))
    return found

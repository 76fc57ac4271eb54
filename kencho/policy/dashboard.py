"""施策 at a glance: the indicators of a sheet with their charts, ready to be drawn by the public page and the desk."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.indicators import Measure
from kencho.foundation.ui import Kind, Status
from kencho.policy import queries
from kencho.policy.charts import (
    Chart,
    MonthPoint,
    UnitPoint,
    YearPoint,
    months_chart,
    units_chart,
    years_chart,
)
from kencho.policy.models import ActualStatus
from kencho.policy.profiles import profile_of
from kencho.policy.queries import Series
from kencho.policy.rules import Missing, shown
from kencho.policy.sheet import Cell, IndicatorRow, IndicatorYear, Sheet

__all__ = ["Glance", "glances", "overlaid", "parts_of", "settled", "status_of"]

_SETTLED = frozenset({ActualStatus.CONFIRMED, ActualStatus.CORRECTED, ActualStatus.RESTATED})
_KINDS = {
    ActualStatus.LIVE: Kind.INFO,
    ActualStatus.PROVISIONAL: Kind.WARNING,
    ActualStatus.CONFIRMED: Kind.SUCCESS,
    ActualStatus.CORRECTED: Kind.WARNING,
    ActualStatus.RESTATED: Kind.WARNING,
}
ADDS_UP = frozenset({Measure.FLOW.value})


@dataclass(frozen=True)
class Glance:
    """One indicator in the chosen year, with the year it is compared with and its charts."""

    row: IndicatorRow
    year: int
    label: str
    now: IndicatorYear
    before: IndicatorYear | None
    before_label: str
    status: Status | None
    years: Chart
    parts: tuple[Chart, ...] = ()
    change: str = ""
    pk: int = 0
    years_shown: tuple[IndicatorYear, ...] = field(default=())

    @property
    def is_measured(self) -> bool:
        """Whether there is a figure to follow."""
        return self.now.actual.value is not None


def settled(status: str) -> bool:
    """Whether a figure moves no more by itself."""
    return status in _SETTLED


def status_of(cell: Cell) -> Status | None:
    """The status of a figure as a tag."""
    if not cell.status or cell.value is None:
        return None
    found = ActualStatus(cell.status)
    return Status(found.label, _KINDS[found])


def glances(sheet: Sheet, year: int, compare: int | None) -> list[Glance]:
    """Every indicator of the sheet in one year, 主指標 first."""
    return [_glance(sheet, row, year, compare) for row in (*sheet.primary, *sheet.secondary)]


def _glance(sheet: Sheet, row: IndicatorRow, year: int, compare: int | None) -> Glance:
    by_year = {each.year: each for each in row.years}
    empty = IndicatorYear(year, Cell(), Cell(), Cell(), Cell())
    now = by_year.get(year, empty)
    before = by_year.get(compare) if compare is not None else None
    return Glance(
        row=row,
        year=year,
        label=FiscalYear(year).label,
        now=now,
        before=before,
        before_label=FiscalYear(compare).label if compare is not None else "",
        status=status_of(now.actual),
        years=years_chart(f"years-{row.code}", row.name, _points(sheet, row)),
        change=_change(row, now, before),
        years_shown=row.years,
    )


def overlaid(published: Sheet, live: Sheet) -> Sheet:
    """What is published, with live figures only where it has none; nothing else of the desk's work shows."""
    found = {
        (row.code, each.year): each.actual
        for row in (*live.primary, *live.secondary)
        for each in row.years
        if each.actual.status == ActualStatus.LIVE and each.actual.value is not None
    }

    def rows(given: tuple[IndicatorRow, ...]) -> tuple[IndicatorRow, ...]:
        return tuple(
            replace(row, years=tuple(_filled(row, each, found) for each in row.years)) for row in given
        )

    return replace(published, primary=rows(published.primary), secondary=rows(published.secondary))


def _filled(row: IndicatorRow, year: IndicatorYear, found: dict[tuple[str, int], Cell]) -> IndicatorYear:
    if year.actual.value is not None or (row.code, year.year) not in found:
        return year
    return replace(year, actual=found[row.code, year.year])


def _points(sheet: Sheet, row: IndicatorRow) -> list[YearPoint]:
    baseline = {year.year for year in sheet.years if year.is_baseline}
    return [
        YearPoint(
            label=FiscalYear(each.year).short_label,
            actual=each.actual.value,
            actual_text=each.actual.text,
            target=each.target.value,
            target_text=each.target.text,
            # Where a person has set a target, the expected value only repeats it.
            expected=None if each.target.value is not None else each.expected.value,
            expected_text=each.expected.text,
            achievement_text=each.achievement.text,
            is_settled=each.year in baseline or settled(each.actual.status),
        )
        for each in row.years
    ]


def _change(row: IndicatorRow, now: IndicatorYear, before: IndicatorYear | None) -> str:
    """「+181 件」; empty when one of the two is missing, for missing is not 0 (rule MISS)."""
    if before is None or now.actual.value is None or before.actual.value is None:
        return ""
    delta = now.actual.value - before.actual.value
    sign = "▲" if delta < 0 else "±" if delta == 0 else "+"
    unit = _("ポイント") if row.unit == "%" else row.unit
    return f"{sign}{abs(delta):,.{row.decimals}f} {unit}"


def parts_of(series: Series, year: int, target: Decimal | None, at: datetime) -> tuple[Chart, ...]:
    """The months of the year against the pace of its target, and the divisions, as the rows give them now."""
    definition = series.definition_in(year)
    indicator = series.indicator
    charts: list[Chart] = []
    months = queries.months_of(indicator, definition, year, at)
    if months:
        title = _("%(name)s：月ごと（%(year)s）") % {
            "name": indicator.name,
            "year": FiscalYear(year).label,
        }
        charts.append(months_chart(f"months-{indicator.code}", title, _months(series, target, months)))
    units = queries.units_of(indicator, definition, year, at)
    # Where each division is kept back, a picture of dashes says nothing.
    if any(not isinstance(each.value, Missing) for each in units):
        title = _("%(name)s：所属ごと（%(year)s）") % {
            "name": indicator.name,
            "year": FiscalYear(year).label,
        }
        charts.append(units_chart(f"units-{indicator.code}", title, _units(series, units)))
    return tuple(charts)


def _months(
    series: Series, target: Decimal | None, months: Sequence[queries.MonthReading]
) -> list[MonthPoint]:
    pace = target / 12 if target is not None else None
    adds_up = series.indicator.measure in ADDS_UP
    total = Decimal(0)
    points = []
    for place, month in enumerate(months, start=1):
        value = None if isinstance(month.value, Missing) else month.value
        total += value or Decimal(0)
        points.append(
            MonthPoint(
                label=str(month.first.month),
                value=value,
                text=_text(series, month.value),
                total=total if adds_up and value is not None else None,
                pace=pace * place if adds_up and pace is not None else None,
            )
        )
    return points


def _units(series: Series, units: Sequence[queries.UnitValue]) -> list[UnitPoint]:
    points = [
        UnitPoint(
            each.name, None if isinstance(each.value, Missing) else each.value, _text(series, each.value)
        )
        for each in units
    ]
    points.sort(key=lambda point: (point.value is None, -(point.value or Decimal(0)), point.label))
    return points


def _text(series: Series, value: Decimal | Missing) -> str:
    indicator = series.indicator
    profile = profile_of(indicator.node.plan)
    return shown(value, unit=indicator.unit, decimals=indicator.decimals, profile=profile)

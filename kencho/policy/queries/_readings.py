"""Live figures: what the bound indicator counts now, by whole year, by month and by division."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kencho.foundation import clock
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.indicators import Asked, IndicatorSpec, Measure, Reading, indicators
from kencho.policy.models import Indicator, IndicatorDefinition
from kencho.policy.rules import Cell, Missing, official, part_year

Words = str | Promise


@dataclass(frozen=True)
class LiveReading:
    """What was counted for an indicator in a year or a part of it.

    ``raw`` is exact, ``value`` the official one (rule VAL) or why there is none. ``problem`` says in words why an
    indicator could not be counted at all; ``period`` names a part of a year (「4月～11月」), empty when it is over.
    """

    definition: IndicatorDefinition | None
    spec: IndicatorSpec | None
    asked: Asked | None
    reading: Reading | None
    raw: Fraction | None
    value: Cell
    problem: str = ""
    period: str = ""

    @property
    def is_part_year(self) -> bool:
        """Whether the year was still running."""
        return bool(self.period)

    @property
    def notes(self) -> tuple[tuple[Words, str], ...]:
        """Figures that are always printed beside it."""
        return self.reading.notes if self.reading else ()

    @property
    def doubts(self) -> tuple[Words, ...]:
        """Why a person must look before it can be confirmed."""
        return self.reading.doubts if self.reading else ()


@dataclass(frozen=True)
class MonthReading:
    """One month; of a distinct count, a stock or a share the months do not add up to the year."""

    first: date
    value: Cell
    reading: Reading | None


@dataclass(frozen=True)
class UnitValue:
    """One division's own figure."""

    code: str
    name: str
    value: Cell
    reading: Reading


def spec_of(code: str) -> IndicatorSpec | None:
    """The declared indicator of this code; None when no app declares it (any more)."""
    try:
        return indicators.get(code)
    except KeyError:
        return None


def unbound_reason(definition: IndicatorDefinition | None) -> str:
    """Why an indicator cannot be counted, in a sentence; empty when it can."""
    if definition is None or not definition.binding_code:
        return _("数える仕組みが結び付けられていません。実績値は手で記録します。")
    spec = spec_of(definition.binding_code)
    if spec is None:
        return _("結び付けた指標「%(code)s」は、この環境では使えません。") % {"code": definition.binding_code}
    known = {parameter.code for parameter in spec.parameters}
    unknown = sorted(code for code in definition.parameters if code not in known)
    if unknown:
        return _("結び付けた指標に、条件「%(parameter)s」はありません。条件を選び直してください。") % {
            "parameter": "、".join(unknown)
        }
    return ""


def asked_of(indicator: Indicator, definition: IndicatorDefinition, year: int, as_of: datetime) -> Asked:
    """What is asked of the app: the whole year, or of a cumulative figure all since the plan began."""
    plan = indicator.node.plan
    asked = Asked.whole(FiscalYear(year), body=plan.body.code, as_of=as_of, parameters=definition.chosen())
    if indicator.measure == Measure.CUMULATIVE:
        return replace(asked, first=FiscalYear(plan.fy_from).start)
    return asked


def exact_value(spec: IndicatorSpec, reading: Reading) -> Fraction | None:
    """The raw value of a reading without rounding; None when not measured or of nothing."""
    if reading.numerator is None:
        return None
    above = Fraction(reading.numerator) * spec.factor
    if reading.denominator is None:
        return above
    return above / Fraction(reading.denominator) if reading.denominator else None


def reading_of(
    indicator: Indicator, definition: IndicatorDefinition | None, year: int, as_of: datetime
) -> LiveReading:
    """The figure of a year as its rows give it, known at ``as_of``. Never raises for an indicator that is not bound."""
    problem = unbound_reason(definition)
    if definition is None or problem:
        return LiveReading(definition, None, None, None, None, Missing.NOT_YET_MEASURED, problem)
    spec = indicators.get(definition.binding_code)
    asked = asked_of(indicator, definition, year, as_of)
    if clock.day_of(as_of) < asked.year.start:
        return LiveReading(definition, spec, asked, None, None, Missing.FUTURE)
    reading = spec.read(asked)
    raw = exact_value(spec, reading)
    value: Cell = official(raw, indicator.decimals) if raw is not None else _absent(reading)
    return LiveReading(definition, spec, asked, reading, raw, value, period=_period(asked))


def _absent(reading: Reading) -> Missing:
    # Counted, but of nothing: a share of no cases is no share, and not 0.
    return Missing.NOT_YET_MEASURED if reading.numerator is None else Missing.NOT_APPLICABLE


def _period(asked: Asked) -> str:
    """「4月～11月」 while the year runs; in its last month, 「4月～3月15日」."""
    today = clock.day_of(asked.as_of)
    if today >= asked.year.end:
        return ""
    if today.month == 3:
        return _("4月～3月%(day)d日") % {"day": today.day}
    cell = asked.year.label
    return part_year(Missing.NOT_APPLICABLE, first_month=4, last_month=today.month, cell=cell).label


def months_of(
    indicator: Indicator, definition: IndicatorDefinition | None, year: int, as_of: datetime
) -> list[MonthReading]:
    """Each month of the year that has begun; one reading a month. Empty when not bound."""
    if definition is None or unbound_reason(definition):
        return []
    spec = indicators.get(definition.binding_code)
    whole = Asked.whole(
        FiscalYear(year), body=indicator.node.plan.body.code, as_of=as_of, parameters=definition.chosen()
    )
    return list(_months(indicator, spec, whole))


def _months(indicator: Indicator, spec: IndicatorSpec, whole: Asked) -> Iterator[MonthReading]:
    today = clock.day_of(whole.as_of)
    for first in whole.year.months():
        if first > today:
            yield MonthReading(first, Missing.FUTURE, None)
            continue
        reading = spec.read(whole.month(first))
        raw = exact_value(spec, reading)
        value: Cell = official(raw, indicator.decimals) if raw is not None else _absent(reading)
        yield MonthReading(first, value, reading)


def units_of(
    indicator: Indicator, definition: IndicatorDefinition | None, year: int, as_of: datetime
) -> list[UnitValue]:
    """Each division's own figure as the app lists them; empty when it cannot tell."""
    if definition is None or unbound_reason(definition):
        return []
    spec = indicators.get(definition.binding_code)
    if spec.by_unit is None:
        return []
    asked = asked_of(indicator, definition, year, as_of)
    return [
        UnitValue(each.code, each.name, _unit_value(indicator, spec, each.reading), each.reading)
        for each in spec.by_unit(asked)
    ]


def _unit_value(indicator: Indicator, spec: IndicatorSpec, reading: Reading) -> Cell:
    raw = exact_value(spec, reading)
    return official(raw, indicator.decimals) if raw is not None else _absent(reading)


def as_decimal(cell: Cell) -> Decimal | None:
    """The number of a cell, or None."""
    return None if isinstance(cell, Missing) else cell

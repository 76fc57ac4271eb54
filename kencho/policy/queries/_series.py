"""Everything recorded about the indicators of a measure, in a constant number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet

from kencho.organization.models import Body
from kencho.policy.models import (
    Actual,
    ActualStatus,
    Baseline,
    Indicator,
    IndicatorDefinition,
    PolicyNode,
    Target,
)
from kencho.policy.rules import Cell, DefinitionVersion, Missing, Range, close_and_add, versions_at

Row = Baseline | Target | Actual


def cell_of(row: Row | None, otherwise: Missing = Missing.NOT_SET) -> Cell:
    """The figure of a row, or why there is none."""
    if row is None:
        return otherwise
    if row.value is None:
        return Missing(row.missing)
    return plain(row.value)


def plain(value: Decimal) -> Decimal:
    """A stored number without the zeros that the column adds: 60, not 60.0000000000."""
    shortened = value.normalize()
    return shortened.quantize(Decimal(1)) if shortened == shortened.to_integral_value() else shortened


@dataclass
class Series:
    """One indicator with all that is recorded of it as known at an instant; the newest row of a year counts."""

    indicator: Indicator
    definitions: list[IndicatorDefinition] = field(default_factory=list)
    baseline: Baseline | None = None
    targets: dict[int, Target] = field(default_factory=dict)
    references: dict[int, Target] = field(default_factory=dict)
    actuals: dict[int, Actual] = field(default_factory=dict)
    revised: dict[int, int] = field(default_factory=dict)

    def definition_in(self, year: int) -> IndicatorDefinition | None:
        """The definition by which a year is counted; before the first version, the first one."""
        return next(
            (each for each in reversed(self.definitions) if each.effective_year <= year),
            self.definitions[0] if self.definitions else None,
        )

    def overlapping_in(self, year: int) -> IndicatorDefinition | None:
        """In the year of a change of the definition: the version before it, by which the year is computed too."""
        chain: tuple[DefinitionVersion, ...] = ()
        for each in self.definitions:
            chain = close_and_add(chain, each.effective_year)
        found = versions_at(chain, year)
        if len(found) < 2:
            return None
        return next(each for each in self.definitions if each.version == found[0].version)

    def target_cells(self) -> dict[int, Cell]:
        """Official targets by year."""
        return {year: cell_of(row) for year, row in self.targets.items()}

    def target_in(self, year: int) -> Cell | Range:
        """The official target of a year; of a range both ends."""
        row = self.targets.get(year)
        if row is not None and row.value is not None and row.upper is not None:
            return Range(plain(row.value), plain(row.upper))
        return cell_of(row)

    def final_target(self) -> tuple[int, Cell] | None:
        """The last official target that is set."""
        years = [year for year, row in self.targets.items() if row.value is not None]
        return (max(years), cell_of(self.targets[max(years)])) if years else None

    @property
    def baseline_cell(self) -> Cell:
        """現状値."""
        return cell_of(self.baseline, Missing.NO_BASELINE)


def indicators_of(node: PolicyNode) -> QuerySet[Indicator]:
    """The indicators of a measure: 主指標 first, then 副指標, each in order."""
    return Indicator.objects.filter(node=node).order_by("role", "order", "pk")


def indicator_of(body: Body, measure_code: str, code: str) -> Indicator | None:
    """One indicator of a measure of the newest plan that has it."""
    return (
        Indicator.objects.filter(node__plan__body=body, node__code=measure_code, code=code)
        .select_related("node__plan__body")
        .order_by("-node__plan__fy_from")
        .first()
    )


def series_of(node: PolicyNode, at: datetime) -> list[Series]:
    """All indicators of a measure with what was recorded by then; five queries."""
    return _loaded(list(indicators_of(node).select_related("node__plan__body")), at)


def series_of_indicator(indicator: Indicator, at: datetime) -> Series:
    """The same for one indicator."""
    return _loaded([indicator], at)[0]


def _loaded(found: list[Indicator], at: datetime) -> list[Series]:
    by_id: Mapping[int, Series] = {each.pk: Series(each) for each in found}
    ids = list(by_id)
    for definition in IndicatorDefinition.objects.filter(indicator__in=ids, recorded_at__lte=at).order_by(
        "version"
    ):
        by_id[definition.indicator_id].definitions.append(definition)
    for baseline in Baseline.objects.filter(indicator__in=ids, recorded_at__lte=at).order_by("pk"):
        by_id[baseline.indicator_id].baseline = baseline
    for target in Target.objects.filter(indicator__in=ids, recorded_at__lte=at).order_by("pk"):
        series = by_id[target.indicator_id]
        years = series.targets if target.kind == Target.Kind.OFFICIAL else series.references
        years[target.year] = target
    for actual in Actual.objects.filter(indicator__in=ids, recorded_at__lte=at).order_by("pk"):
        series = by_id[actual.indicator_id]
        series.actuals[actual.year] = actual
        series.revised[actual.year] = series.revised.get(actual.year, 0) + 1
    return list(by_id.values())


def status_of(actual: Actual | None) -> str:
    """Where the figure of a year stands; live when nothing is recorded yet."""
    return actual.status if actual is not None and actual.value is not None else ActualStatus.LIVE.value


def history_of(indicator: Indicator, year: int) -> QuerySet[Actual]:
    """All that was ever recorded as the actual of a year, the newest first."""
    return (
        Actual.objects.filter(indicator=indicator, year=year)
        .select_related("snapshot", "definition")
        .order_by("-pk")
    )


def targets_set(indicator: Indicator) -> QuerySet[Target]:
    """All targets that were ever set, the newest first."""
    return Target.objects.filter(indicator=indicator).order_by("-pk")

"""The figures of one indicator from a checked file to rows; what stands there already is left alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kencho.foundation.actors import Actor
from kencho.policy import queries, services
from kencho.policy.importing._shapes import IndicatorEntry, YearCells
from kencho.policy.models import Indicator, PolicyNode, Target
from kencho.policy.queries import Series
from kencho.policy.rules import Missing


@dataclass
class Figures:
    """One indicator of the import."""

    changed: Callable[[str], None]
    by: Actor
    at: datetime
    measure: PolicyNode
    entry: IndicatorEntry
    order: int
    series: Series | None
    raised: bool = False

    def write(self) -> bool:
        """Write what differs; whether a target was set anew."""
        indicator = self._indicator()
        self._definition(indicator)
        for cells in self.entry.cells:
            if cells.is_baseline:
                self._baseline(indicator, cells)
            else:
                self._target(indicator, cells)
                self._actual(indicator, cells)
        return self.raised

    def _call(self, verb: Callable[..., Any], cell: str, **what: Any) -> Any:
        self.changed(cell)
        return verb(by=self.by, at=self.at, **what)

    def _indicator(self) -> Indicator:
        entry = self.entry
        facts = services.IndicatorFacts(
            name=entry.name,
            role=entry.role,
            unit=entry.unit,
            measure=entry.measure,
            decimals=entry.decimals,
            direction=entry.direction,
            stage=entry.stage,
            order=self.order,
        )
        if self.series is None:
            made: Indicator = self._call(
                services.create_indicator, entry.place, node=self.measure, code=entry.code, facts=facts
            )
            return made
        held = self.series.indicator
        known = {name: getattr(held, name) for name in facts.__dataclass_fields__}
        if services.IndicatorFacts(**{**known, "ended_year": None}) != facts:
            self._call(services.edit_indicator, entry.place, indicator=held, facts=facts)
        return held

    def _definition(self, indicator: Indicator) -> None:
        entry = self.entry
        given = entry.binding
        binding = services.Binding(given.code, given.parameters) if given else services.Binding()
        held = self.series.definition_in(entry.effective_year) if self.series else None
        said = (entry.explanation, binding.code, binding.plain())
        if held is not None and (held.explanation, held.binding_code, held.parameters) == said:
            return
        self._call(
            services.define,
            f"{entry.place}.definition",
            indicator=indicator,
            effective_year=entry.effective_year,
            explanation=entry.explanation,
            binding=binding,
            reason="ファイルから取り込んだ",
            must_be_bound=False,
        )

    def _baseline(self, indicator: Indicator, cells: YearCells) -> None:
        held = self.series.baseline if self.series else None
        known = None if held is None else (held.year, queries.cell_of(held))
        if known != (cells.year, cells.actual):
            place = f"{cells.place}.value"
            self._call(services.set_baseline, place, indicator=indicator, year=cells.year, value=cells.actual)

    def _target(self, indicator: Indicator, cells: YearCells) -> None:
        held = self.series.targets.get(cells.year) if self.series else None
        about = self.entry.rationale
        rationale = about[1] if about and about[0] == cells.year else ""
        if held is None and isinstance(cells.target, Missing) and not rationale:
            return
        if held is not None and (queries.cell_of(held), held.rationale) == (cells.target, rationale):
            return
        made: Target = self._call(
            services.set_target,
            f"{cells.place}.target",
            indicator=indicator,
            year=cells.year,
            value=cells.target,
            rationale=rationale,
        )
        if held is not None and made.value is not None:
            self.raised = True

    def _actual(self, indicator: Indicator, cells: YearCells) -> None:
        # Of a year to come nothing is recorded: that it has none follows from the calendar.
        if cells.actual in {Missing.FUTURE, Missing.NOT_YET_MEASURED}:
            return
        held = self.series.actuals.get(cells.year) if self.series else None
        if held is not None and held.value is not None and isinstance(cells.actual, Missing):
            # A blank of the source says nothing about what has been counted since.
            return
        status = cells.status or "provisional"
        if held is not None and (queries.cell_of(held), held.status) == (cells.actual, status):
            return
        entry = services.Entry(cells.year, cells.actual, status, self.at, reason="ファイルから取り込んだ")
        self._call(services.record_actual, f"{cells.place}.actual", indicator=indicator, entry=entry)

"""From a checked file to rows, through the services. What stands there already is left alone, so a second import does nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from kencho.foundation.actors import Actor
from kencho.organization.models import Body
from kencho.policy import permissions, queries, services
from kencho.policy.importing._checking import check_sheet
from kencho.policy.importing._errors import Finding, Findings
from kencho.policy.importing._reading import document_of, read_sheet
from kencho.policy.importing._shapes import IndicatorEntry, SheetFile, YearCells
from kencho.policy.models import (
    BudgetLine,
    DesiredState,
    DirectionLine,
    Indicator,
    Issue,
    Plan,
    PolicyNode,
    ProjectLine,
    SheetRevision,
    Target,
)
from kencho.policy.queries import Series
from kencho.policy.rules import Missing, SheetStage, Trigger

__all__ = ["Imported", "check_text", "import_text"]


@dataclass(frozen=True)
class Imported:
    """What an import did: the cells that changed, remarks, and the revision that was made when any did."""

    measure: PolicyNode
    changes: tuple[str, ...]
    warnings: tuple[Finding, ...]
    revision: SheetRevision | None


def check_text(text: str) -> tuple[SheetFile, tuple[Finding, ...]]:
    """The values of a file and remarks about them. Raises UnableToImport with everything that is wrong."""
    findings = Findings()
    document = document_of(text)
    sheet = read_sheet(document, findings)
    findings.raise_any()
    if sheet is not None:
        check_sheet(document, sheet, findings)
    findings.raise_any()
    if sheet is None:
        raise AssertionError("a file without complaints has values")
    return sheet, tuple(findings.warnings)


@transaction.atomic
def import_text(*, body: Body, text: str, by: Actor, at: datetime, reason: str = "") -> Imported:
    """シートを取り込む. Writes only what differs; a change makes a new revision. Raises UnableToImport, `services.UnableTo`."""
    permissions.require(permissions.may_plan(by, body))
    sheet, warnings = check_text(text)
    loading = _Loading(body, sheet, by, at)
    measure = loading.run()
    revision = None
    if loading.changes:
        revision = services.open_revision(
            node=measure,
            sheet_year=sheet.sheet_year,
            trigger=_trigger(measure, sheet.sheet_year, raised=loading.raised),
            reason=reason or "ファイルから取り込んだ",
            by=by,
            at=at,
        )
    return Imported(measure, tuple(loading.changes), warnings, revision)


def _trigger(measure: PolicyNode, sheet_year: int, *, raised: bool) -> str:
    latest = queries.latest_revision(measure, sheet_year)
    if latest is None or latest.stage == SheetStage.DRAFT:
        return Trigger.DRAFTED
    return Trigger.TARGET_RAISED if raised else Trigger.ERRATUM


@dataclass
class _Loading:
    """One import under way."""

    body: Body
    sheet: SheetFile
    by: Actor
    at: datetime
    changes: list[str] = field(default_factory=list)
    raised: bool = False

    def run(self) -> PolicyNode:
        plan = self._plan()
        measure = self._measure(plan)
        programs = self._programs(plan, measure)
        self._desired(measure)
        series = {each.indicator.code: each for each in queries.series_of(measure, self.at)}
        for order, entry in enumerate(self.sheet.indicators):
            _Figures(self, measure, entry, order, series.get(entry.code)).write()
        issues = self._issues(measure, programs)
        directions = self._directions(measure, issues)
        self._projects(measure, programs, directions)
        return measure

    def changed(self, cell: str) -> None:
        self.changes.append(cell)

    def _plan(self) -> Plan:
        entry = self.sheet.plan
        facts = services.PlanFacts(entry.name, entry.fy_from, entry.fy_to, self.sheet.profile, entry.kpi_mode)
        plan = self._known_plan()
        if plan is None:
            self.changed("identity.plan")
            code = entry.code or f"plan-{entry.fy_from}"
            return services.create_plan(body=self.body, code=code, facts=facts, by=self.by, at=self.at)
        held = services.PlanFacts(
            plan.name, plan.fy_from, plan.fy_to, plan.profile, plan.kpi_mode, plan.predecessor
        )
        wanted = services.PlanFacts(
            facts.name, facts.fy_from, facts.fy_to, facts.profile, facts.kpi_mode, plan.predecessor
        )
        if held != wanted:
            self.changed("identity.plan")
            return services.edit_plan(plan=plan, facts=wanted, by=self.by, at=self.at)
        return plan

    def _known_plan(self) -> Plan | None:
        entry = self.sheet.plan
        if entry.code:
            return queries.plan_of(self.body, entry.code)
        return queries.plans_of(self.body).filter(name=entry.name, fy_from=entry.fy_from).first()

    def _measure(self, plan: Plan) -> PolicyNode:
        measure = self._node(
            plan, PolicyNode.Level.MEASURE, self.sheet.code, self.sheet.name, None, "identity"
        )
        year = self.sheet.sheet_year
        lead = queries.lead_of(measure, year)
        if self.sheet.lead and (lead is None or lead.name != self.sheet.lead):
            self.changed("identity.lead_department")
            services.assign_lead(
                node=measure,
                name=self.sheet.lead,
                unit=queries.unit_named(self.body, self.sheet.lead, year),
                from_year=plan.fy_from if lead is None else year,
                by=self.by,
                at=self.at,
            )
        return measure

    def _programs(self, plan: Plan, measure: PolicyNode) -> dict[str, PolicyNode]:
        return {
            code: self._node(plan, PolicyNode.Level.PROGRAM, code, name, measure, f"programs[{index}]")
            for index, (code, name) in enumerate(self.sheet.programs)
        }

    def _node(
        self, plan: Plan, level: str, code: str, name: str, parent: PolicyNode | None, cell: str
    ) -> PolicyNode:
        node = (
            PolicyNode.objects.filter(plan=plan, level=level, code=code).select_related("plan__body").first()
        )
        if node is None:
            self.changed(cell)
            return services.create_node(
                plan=plan,
                level=level,
                code=code,
                facts=services.NodeFacts(name),
                parent=parent,
                by=self.by,
                at=self.at,
            )
        if node.name != name:
            self.changed(cell)
            facts = services.NodeFacts(name, node.fy_from, node.fy_to, node.predecessor)
            services.edit_node(node=node, facts=facts, by=self.by, at=self.at)
        return node

    def _desired(self, measure: PolicyNode) -> None:
        entry = self.sheet.desired
        if entry is None:
            return
        text = "\n\n".join(entry.paragraphs)
        held = DesiredState.objects.filter(node=measure).first()
        if held is None or (held.heading, held.as_of, held.text) != (entry.heading, entry.as_of, text):
            self.changed("desired_state")
            services.set_desired_state(
                node=measure, heading=entry.heading, as_of=entry.as_of, text=text, by=self.by, at=self.at
            )

    def _issues(self, measure: PolicyNode, programs: dict[str, PolicyNode]) -> dict[int, Issue]:
        held = {
            each.number: each
            for each in Issue.objects.filter(node=measure, sheet_year=self.sheet.sheet_year)
            .select_related("node__plan__body")
            .prefetch_related("programs")
        }
        self._remove(held, {each.number for each in self.sheet.issues}, "issues")
        for entry in self.sheet.issues:
            row = held.get(entry.number)
            linked = {program.code for program in row.programs.all()} if row else set()
            if row is None or (row.text, linked) != (entry.text, set(entry.programs)):
                self.changed(entry.place)
                held[entry.number] = services.write_issue(
                    node=measure,
                    sheet_year=self.sheet.sheet_year,
                    number=entry.number,
                    text=entry.text,
                    programs=[programs[code] for code in entry.programs],
                    by=self.by,
                    at=self.at,
                )
        return held

    def _directions(self, measure: PolicyNode, issues: dict[int, Issue]) -> dict[int, DirectionLine]:
        rows = DirectionLine.objects.filter(node=measure, sheet_year=self.sheet.sheet_year)
        held = {each.number: each for each in rows.select_related("node__plan__body", "issue")}
        self._remove(held, {each.number for each in self.sheet.directions}, "directions")
        for entry in self.sheet.directions:
            row = held.get(entry.number)
            linked = row.issue.number if row and row.issue else None
            if row is None or (row.text, linked) != (entry.text, entry.issue):
                self.changed(entry.place)
                held[entry.number] = services.write_direction(
                    node=measure,
                    sheet_year=self.sheet.sheet_year,
                    number=entry.number,
                    text=entry.text,
                    issue=None if entry.issue is None else issues[entry.issue],
                    by=self.by,
                    at=self.at,
                )
        return held

    def _remove(self, held: dict[int, Any], wanted: set[int], part: str) -> None:
        for number in [number for number in held if number not in wanted]:
            self.changed(f"{part}: {number}")
            services.remove_line(line=held.pop(number), by=self.by, at=self.at)

    def _projects(
        self,
        measure: PolicyNode,
        programs: dict[str, PolicyNode],
        directions: dict[int, DirectionLine],
    ) -> None:
        rows = ProjectLine.objects.filter(node=measure, sheet_year=self.sheet.sheet_year)
        held = {each.number: each for each in rows.select_related("node__plan__body", "program", "direction")}
        self._remove(held, {each.number for each in self.sheet.projects}, "projects")
        for entry in self.sheet.projects:
            facts = services.ProjectFacts(
                name=entry.name,
                program=programs[entry.program],
                novelty=entry.novelty,
                direction=None if entry.direction is None else directions[entry.direction],
                overview=entry.overview,
            )
            row = held.get(entry.number)
            if row is None or _facts_of(row) != facts:
                self.changed(entry.place)
                row = services.write_project(
                    node=measure,
                    sheet_year=self.sheet.sheet_year,
                    number=entry.number,
                    facts=facts,
                    by=self.by,
                    at=self.at,
                )
            wanted = {(each.year, each.stage, each.number): each.amount for each in entry.budgets}
            self._budgets(row, wanted, entry.place)

    def _budgets(self, project: ProjectLine, wanted: dict[tuple[int, str, int], int], place: str) -> None:
        held = {(line.year, line.stage, line.number): line for line in project.budgets.all()}
        for key, line in held.items():
            if key not in wanted:
                self.changed(f"{place}.budgets: {key[0]}")
                services.remove_budget(line=line, by=self.by, at=self.at)
        for key, amount in wanted.items():
            found: BudgetLine | None = held.get(key)
            if found is None or found.amount_thousand_yen != amount:
                self.changed(f"{place}.budgets: {key[0]}")
                services.write_budget(
                    project=project,
                    year=key[0],
                    stage=key[1],
                    number=key[2],
                    amount_thousand_yen=amount,
                    by=self.by,
                    at=self.at,
                )


def _facts_of(row: ProjectLine) -> services.ProjectFacts:
    return services.ProjectFacts(row.name, row.program, row.novelty, row.direction, row.overview)


@dataclass
class _Figures:
    """One indicator of the import."""

    loading: _Loading
    measure: PolicyNode
    entry: IndicatorEntry
    order: int
    series: Series | None

    def write(self) -> None:
        indicator = self._indicator()
        self._definition(indicator)
        for cells in self.entry.cells:
            if cells.is_baseline:
                self._baseline(indicator, cells)
            else:
                self._target(indicator, cells)
                self._actual(indicator, cells)

    def _call(self, verb: Callable[..., Any], cell: str, **what: Any) -> Any:
        self.loading.changed(cell)
        return verb(by=self.loading.by, at=self.loading.at, **what)

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
            self.loading.raised = True

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
        entry = services.Entry(
            cells.year, cells.actual, status, self.loading.at, reason="ファイルから取り込んだ"
        )
        self._call(services.record_actual, f"{cells.place}.actual", indicator=indicator, entry=entry)

"""From a checked file to rows, through the services. What stands there already is left alone, so a second import does nothing."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from kencho.foundation.actors import Actor
from kencho.organization.models import Body
from kencho.policy import permissions, queries, services
from kencho.policy.importing._checking import check_sheet
from kencho.policy.importing._errors import Finding, Findings
from kencho.policy.importing._figures import Figures
from kencho.policy.importing._reading import document_of, read_sheet
from kencho.policy.importing._shapes import SheetFile
from kencho.policy.models import (
    BudgetLine,
    DesiredState,
    DirectionLine,
    Issue,
    Plan,
    PolicyNode,
    ProjectLine,
    SheetRevision,
)
from kencho.policy.rules import SheetStage, Trigger

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
            held = series.get(entry.code)
            figures = Figures(self.changed, self.by, self.at, measure, entry, order, held)
            self.raised = figures.write() or self.raised
        issues = self._issues(measure, programs)
        directions = self._directions(measure, issues)
        self._projects(measure, programs, directions)
        return measure

    def changed(self, cell: str) -> None:
        self.changes.append(cell)

    def _plan(self) -> Plan:
        entry = self.sheet.plan
        facts = services.PlanFacts(
            entry.name, entry.fy_from, entry.fy_to, self.sheet.profile, entry.kpi_mode, marking=entry.marking
        )
        plan = self._known_plan()
        if plan is None:
            self.changed("identity.plan")
            code = entry.code or f"plan-{entry.fy_from}"
            return services.create_plan(body=self.body, code=code, facts=facts, by=self.by, at=self.at)
        held = services.PlanFacts(
            plan.name, plan.fy_from, plan.fy_to, plan.profile, plan.kpi_mode, plan.predecessor, plan.marking
        )
        # What a file leaves out stays as it is.
        wanted = replace(facts, predecessor=plan.predecessor, marking=facts.marking or plan.marking)
        if held != wanted:
            self.changed("identity.plan")
            return services.edit_plan(plan=plan, facts=wanted, by=self.by, at=self.at)
        return plan

    def _known_plan(self) -> Plan | None:
        entry = self.sheet.plan
        coded = queries.plan_of(self.body, entry.code) if entry.code else None
        # A file may name the same plan without a code, or by one of its own.
        return coded or queries.plans_of(self.body).filter(name=entry.name, fy_from=entry.fy_from).first()

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

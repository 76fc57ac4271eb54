"""The sheet as StratML Part 2 (ISO 17469-2, schema of 2016-02-16): performance plans and reports as XML.

Measure = Goal; 目標項目, 基本事業 and 取組方向 = Objectives; a budget = an indicator of the stage Input. The direction of
an indicator and the status of a figure have no element of their own and stand in OtherInformation and Description.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from kencho.foundation.fiscal import FiscalYear
from kencho.policy.archive import clean
from kencho.policy.sheet import BudgetCell, Cell, IndicatorRow, IndicatorYear, Numbered, ProjectRow, Sheet

if TYPE_CHECKING:
    from lxml.etree import _Element

STRATML_TYPE: Final = "application/xml"
NAMESPACE: Final = "urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport"

# Without a prefix; the stubs know prefixes only as texts.
_PREFIXES: Final[Any] = {None: NAMESPACE}
_STAGES: Final = {
    "input": "Input",
    "activity": "Output_Processing",
    "output": "Output",
    "outcome": "Outcome",
}
_NO_NAME: Final = re.compile(r"[^0-9A-Za-z_.-]")


def sheet_stratml(sheet: Sheet) -> bytes:
    """The XML file (UTF-8); the same sheet gives the same bytes."""
    from lxml import etree

    root = etree.Element(_tag("PerformancePlanOrReport"), {"Type": _type(sheet)}, nsmap=_PREFIXES)
    _add(root, "Name", f"施策{sheet.code} {sheet.name}")
    _add(root, "Description", sheet.desired_heading)
    _add(root, "OtherInformation", _about(sheet))
    _core(_add(root, "StrategicPlanCore"), sheet)
    _administration(_add(root, "AdministrativeInformation"), sheet)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _add(parent: _Element, name: str, text: str | None = None, **attributes: str) -> _Element:
    from lxml import etree

    made = etree.SubElement(parent, _tag(name), attributes)
    if text is not None:
        made.text = clean(text)
    return made


def _identity(*parts: str) -> str:
    """A name that XML accepts as an ID; codes begin with digits, which an ID may not."""
    return "-".join(_NO_NAME.sub(lambda found: f"_{ord(found.group()):x}", part) for part in parts)


def _type(sheet: Sheet) -> str:
    rows = (*sheet.primary, *sheet.secondary)
    measured = any(
        year.actual.value is not None
        for row in rows
        for year in row.years
        if year.year >= sheet.plan_years[0]
    )
    return "Performance_Report" if measured else "Performance_Plan"


def _about(sheet: Sheet) -> str:
    revision = f"第{sheet.revision}版" if sheet.revision else ""
    parts = [sheet.marking, FiscalYear(sheet.sheet_year).label, sheet.stage, revision]
    grade = f"進展度 {sheet.grade}：{sheet.grade_reason}" if sheet.grade else ""
    comments = [f"外部有識者の意見：{comment}" for comment in sheet.comments]
    return "\n".join(part for part in (" ".join(filter(None, parts)), grade, *comments) if part)


def _core(core: _Element, sheet: Sheet) -> None:
    organization = _add(core, "Organization")
    _add(organization, "Name", sheet.body_name)
    _add(organization, "Identifier", "organization")
    vision = _add(core, "Vision")
    _add(vision, "Description", "\n".join(sheet.desired_state))
    _add(_add(core, "Mission"), "Description", sheet.plan_name)
    goal = _add(core, "Goal")
    _add(goal, "Name", sheet.name)
    _add(goal, "Description", "\n".join(sheet.desired_state))
    _add(goal, "Identifier", _identity("measure", sheet.code))
    _add(goal, "SequenceIndicator", sheet.code)
    if sheet.lead_department:
        stakeholder = _add(goal, "Stakeholder", StakeholderTypeType="Organization")
        _add(stakeholder, "Name", sheet.lead_department)
        role = _add(stakeholder, "Role")
        _add(role, "Name", "主担当部局")
        _add(role, "RoleType", "Performer")
    _add(goal, "OtherInformation", "\n".join(f"{row.mark}{row.text}" for row in sheet.issues))
    _objectives(goal, sheet)


def _objectives(goal: _Element, sheet: Sheet) -> None:
    figures = _objective(goal, "目標項目", "", "indicators", "")
    for row in (*sheet.primary, *sheet.secondary):
        _indicator(figures, row)
    for program in sheet.programs:
        made = _objective(goal, program.name, "", f"program-{program.code}", program.code)
        for project in (one for one in sheet.projects if one.program_code == program.code):
            _budget(made, project)
    for direction in sheet.directions:
        _direction(goal, direction, sheet)


def _objective(goal: _Element, name: str, text: str, code: str, sequence: str) -> _Element:
    made = _add(goal, "Objective")
    _add(made, "Name", name)
    _add(made, "Description", text)
    _add(made, "Identifier", _identity(code))
    _add(made, "SequenceIndicator", sequence)
    return made


def _direction(goal: _Element, row: Numbered, sheet: Sheet) -> None:
    made = _objective(goal, f"取組方向{row.mark}", row.text, f"direction-{row.number}", str(row.number))
    answered = [issue.mark for issue in sheet.issues if row.number in issue.links]
    projects = [one.name for one in sheet.projects if one.direction_number == row.number]
    parts = [
        f"現状と課題：{'、'.join(answered)}" if answered else "",
        f"主な事業：{'、'.join(projects)}" if projects else "",
    ]
    _add(made, "OtherInformation", "\n".join(filter(None, parts)))


def _indicator(objective: _Element, row: IndicatorRow) -> None:
    stage = {"ValueChainStage": _STAGES[row.stage]} if row.stage in _STAGES else {}
    made = _add(objective, "PerformanceIndicator", PerformanceIndicatorType="Quantitative", **stage)
    _add(made, "SequenceIndicator", row.code)
    _add(made, "MeasurementDimension", row.name)
    _add(made, "UnitOfMeasurement", row.unit)
    _add(made, "Identifier", _identity("indicator", row.code))
    for year in row.years:
        _instance(made, year)
    facts = {
        "role": row.role,
        "direction": row.direction,
        "measure": row.measure,
        "decimals": str(row.decimals),
        "definition": str(row.definition_version),
    }
    lines = [f"{name}: {value}" for name, value in facts.items()]
    _add(made, "OtherInformation", "\n".join([*lines, row.explanation, row.rationale]).strip())


def _instance(indicator: _Element, year: IndicatorYear) -> None:
    """Target and actual of one year. The expected value is no target and has no place here."""
    made = _add(indicator, "MeasurementInstance")
    _result(made, "TargetResult", year.year, year.target)
    actual = _result(made, "ActualResult", year.year, year.actual)
    if year.achievement.text:
        descriptor = actual.makeelement(_tag("Descriptor"))
        _add(descriptor, "DescriptorName", "目標達成状況")
        _add(descriptor, "DescriptorValue", year.achievement.text)
        # The schema wants it between the number and the description.
        actual.insert(len(actual) - 1, descriptor)


def _result(instance: _Element, name: str, year: int, cell: Cell) -> _Element:
    made = _add(instance, name)
    period = FiscalYear(year)
    _add(made, "StartDate", period.start.isoformat())
    _add(made, "EndDate", period.last_day.isoformat())
    _add(made, "NumberOfUnits", "" if cell.value is None else _number(cell.value))
    _add(made, "Description", " ".join(filter(None, (cell.status, cell.missing, cell.note))))
    return made


def _number(value: Decimal) -> str:
    return format(value, "f")


def _budget(objective: _Element, project: ProjectRow) -> None:
    made = _add(
        objective, "PerformanceIndicator", PerformanceIndicatorType="Quantitative", ValueChainStage="Input"
    )
    _add(made, "SequenceIndicator", str(project.number))
    _add(made, "MeasurementDimension", project.name)
    _add(made, "UnitOfMeasurement", "千円")
    _add(made, "Identifier", _identity("project", str(project.number)))
    for name, amounts in _by_year(project.budgets):
        instance = _add(made, "MeasurementInstance")
        for budget in amounts:
            _result(
                instance,
                name,
                budget.year,
                Cell(value=Decimal(budget.amount), note=budget.stage),
            )
    _add(made, "OtherInformation", "\n".join(filter(None, (project.novelty, project.overview))))


def _by_year(budgets: Sequence[BudgetCell]) -> list[tuple[str, list[BudgetCell]]]:
    """A settled account is a result, every other stage an intention; each year is an instance of its own."""
    found: list[tuple[str, list[BudgetCell]]] = []
    for year in sorted({budget.year for budget in budgets}):
        for name, settled in (("TargetResult", False), ("ActualResult", True)):
            amounts = [one for one in budgets if one.year == year and (one.stage == "settled") is settled]
            if amounts:
                found.append((name, amounts))
    return found


def _administration(administration: _Element, sheet: Sheet) -> None:
    first, last = (FiscalYear(year) for year in sheet.plan_years)
    _add(
        administration,
        "Identifier",
        _identity("sheet", sheet.code, str(sheet.sheet_year), str(sheet.revision)),
    )
    _add(administration, "StartDate", first.start.isoformat())
    _add(administration, "EndDate", last.last_day.isoformat())
    _add(administration, "PublicationDate", sheet.dated.isoformat() if sheet.dated else "")

"""From the text of a file to its values. Form only; whether they fit each other is checked beside it."""

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import yaml
from yaml import CSafeLoader

from kencho.foundation import yaml_bounds
from kencho.policy.importing._bindings import read_binding
from kencho.policy.importing._cursor import Cursor
from kencho.policy.importing._errors import Finding, Findings, UnableToImport, Wrong
from kencho.policy.importing._shapes import (
    SCHEMA,
    BudgetEntry,
    DesiredEntry,
    DirectionEntry,
    IndicatorEntry,
    IssueEntry,
    PlanEntry,
    ProjectEntry,
    SheetFile,
    Value,
    YearCells,
)
from kencho.policy.models import ActualStatus, BudgetLine, Indicator, Plan, PolicyNode, ProjectLine
from kencho.policy.profiles import DEFAULT
from kencho.policy.rules import Missing, StageKind

T = TypeVar("T")
STORED = tuple(status.value for status in ActualStatus if status != ActualStatus.LIVE)
STAGES = (*(kind.value for kind in StageKind), BudgetLine.Stage.CARRIED_OVER, BudgetLine.Stage.RESERVE)
REASONS = tuple(reason.value for reason in Missing)


class Loader(CSafeLoader):
    """A safe loader of YAML 1.2 words: only true and false are truth values, so that the key ``no`` stays a word."""


BOOL = "tag:yaml.org,2002:bool"
Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if tag != BOOL]
    for first, rules in CSafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver(BOOL, re.compile(r"^(?:true|false)$"), list("tf"))


def document_of(text: str) -> Cursor:
    """The YAML document. Raises UnableToImport naming the line that cannot be read."""
    try:
        yaml_bounds.check(text, Loader)
        loaded: Any = yaml.load(text, Loader=Loader)  # noqa: S506  # a safe loader, above
    except (yaml.YAMLError, ValueError) as wrong:
        # ValueError: a day that does not exist, a number with thousands of digits.
        mark = getattr(wrong, "problem_mark", None)
        line = mark.line + 1 if mark is not None else "?"
        raise UnableToImport([Finding("YAML", "unreadable", (("line", str(line)),))]) from wrong
    return Cursor(loaded)


def read_sheet(document: Cursor, findings: Findings) -> SheetFile | None:
    """The values of the file; None when a part that everything needs is wrong. Complaints go to ``findings``."""
    try:
        _check_schema(document)
        identity = document.get("identity")
        if identity.text_at("level", PolicyNode.Level.MEASURE) != PolicyNode.Level.MEASURE:
            raise identity.get("level").wrong("level")
        plan = _plan(identity.get("plan"))
        code, name = identity.get("code").text(), identity.get("name").text()
        lead = identity.text_at("lead_department")
        sheet_year = identity.get("sheet_fy").integer()
        profile = document.text_at("evaluation_profile", DEFAULT)
    except Wrong as wrong:
        findings.errors.append(wrong.finding)
        return None
    desired: list[DesiredEntry] = []
    with findings.collect():
        desired = [_desired(place) for place in [document.opt("desired_state")] if place]
    return SheetFile(
        code=code,
        name=name,
        lead=lead,
        plan=plan,
        sheet_year=sheet_year,
        profile=profile,
        desired=desired[0] if desired else None,
        programs=_all(document, "programs", _program, findings),
        indicators=_all(document, "indicators", lambda place: _indicator(place, findings), findings),
        issues=_all(document, "issues", _issue, findings),
        directions=_all(document, "directions", _direction, findings),
        projects=_all(document, "projects", _project, findings),
    )


def _check_schema(document: Cursor) -> None:
    schema = document.get("schema")
    if schema.text() != SCHEMA:
        raise schema.wrong("schema", value=schema.value)


def _all(document: Cursor, key: str, read: Callable[[Cursor], T], findings: Findings) -> tuple[T, ...]:
    found: list[T] = []
    places: list[Cursor] = []
    with findings.collect():
        places = document.entries(key)
    for place in places:
        with findings.collect():
            found.append(read(place))
    return tuple(found)


def _plan(place: Cursor) -> PlanEntry:
    first, last = place.get("fy_from").integer(), place.get("fy_to").integer()
    if last < first:
        raise place.get("fy_to").wrong("plan_years")
    mode = place.opt("kpi_mode")
    return PlanEntry(
        code=place.text_at("code"),
        name=place.get("name").text(),
        fy_from=first,
        fy_to=last,
        kpi_mode=mode.word(Plan.KpiMode.values) if mode else Plan.KpiMode.TARGET.value,
        marking=place.text_at("marking"),
    )


def _desired(place: Cursor) -> DesiredEntry:
    return DesiredEntry(
        heading=place.get("heading").text(),
        as_of=place.get("as_of").day(),
        paragraphs=tuple(each.text() for each in place.get("paragraphs").items()),
    )


def _program(place: Cursor) -> tuple[str, str]:
    return place.get("code").text(), place.get("name").text()


def _indicator(place: Cursor, findings: Findings) -> IndicatorEntry:
    definition = place.get("definition")
    stage = place.opt("value_chain_stage")
    rationale = place.opt("target_rationale")
    decimals = place.get("decimals").integer()
    return IndicatorEntry(
        code=place.get("id").text(),
        role=place.get("role").word(Indicator.Role.values),
        name=place.get("name").text(),
        unit=place.get("unit").text(),
        decimals=decimals,
        direction=place.get("direction").word(Indicator.Direction.values),
        measure=place.get("measure_type").word(Indicator.MeasureType.values),
        stage=stage.word(Indicator.Stage.values) if stage else "",
        version=definition.get("version").integer(),
        effective_year=definition.get("effective_fy").integer(),
        explanation=place.text_at("explanation"),
        rationale=(rationale.get("fy").integer(), rationale.get("text").text()) if rationale else None,
        cells=_cells(place.get("cells"), findings),
        binding=read_binding(place.opt("binding"), findings),
        place=place.cell,
    )


def _cells(place: Cursor, findings: Findings) -> tuple[YearCells, ...]:
    found: list[YearCells] = []
    for each in place.items():
        with findings.collect():
            found.append(_year(each))
    return tuple(found)


def _year(place: Cursor) -> YearCells:
    year = place.get("fy").integer()
    kind = place.opt("kind")
    if kind is not None and kind.word(["baseline"]):
        value, status = _value(place, "value", "state")
        return YearCells(year, True, Missing.NOT_APPLICABLE, value, status, place.cell)
    target, _set = _value(place, "target", "target_state")
    actual, status = _value(place, "actual", "actual_state")
    return YearCells(year, False, target, actual, status, place.cell)


def _value(place: Cursor, key: str, state_key: str) -> tuple[Value, str]:
    """A figure with its status, or the reason why there is none; the two must not contradict each other."""
    given, state = place.opt(key), place.opt(state_key)
    if given is None:
        if state is None:
            raise Cursor(None, f"{place.cell}.{state_key}").wrong("neither")
        return Missing(state.word(REASONS)), ""
    number = given.decimal()
    if state is not None and state.value in REASONS:
        raise given.wrong("both")
    words: Iterable[str] = ("set",) if key == "target" else STORED
    return number, state.word(words) if state is not None else ""


def _prose(place: Cursor) -> str:
    """The text as it is printed: the corrected one where the source has a fault."""
    return place.text_at("text_corrected") or place.get("text").text()


def _issue(place: Cursor) -> IssueEntry:
    direction = place.opt("direction_no")
    return IssueEntry(
        number=place.get("no").integer(),
        text=_prose(place),
        direction=direction.integer() if direction else None,
        programs=tuple(each.text() for each in place.entries("programs")),
        place=place.cell,
    )


def _direction(place: Cursor) -> DirectionEntry:
    issue = place.opt("issue_no")
    return DirectionEntry(
        number=place.get("no").integer(),
        text=_prose(place),
        issue=issue.integer() if issue else None,
        projects=tuple(each.integer() for each in place.entries("projects")),
        place=place.cell,
    )


def _project(place: Cursor) -> ProjectEntry:
    direction = place.opt("direction_no")
    overview = place.opt("overview")
    return ProjectEntry(
        number=place.get("no").integer(),
        name=place.get("name").text(),
        novelty=place.get("novelty").word(ProjectLine.Novelty.values),
        program=place.get("program").text(),
        direction=direction.integer() if direction else None,
        budgets=tuple(_budget(each) for each in place.entries("budgets")),
        overview=_prose(overview) if overview else "",
        place=place.cell,
    )


def _budget(place: Cursor) -> BudgetEntry:
    number = place.opt("number")
    return BudgetEntry(
        year=place.get("fy").integer(),
        stage=place.get("stage").word(STAGES),
        number=number.integer() if number else 0,
        amount=place.get("amount").integer(),
    )

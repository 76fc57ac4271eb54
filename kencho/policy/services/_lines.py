"""The lines of a sheet: 現状と課題, 取組方向, 主な事業 and their budgets. Written by their number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kencho.audit import services as audit
from kencho.foundation.actors import Actor
from kencho.policy import permissions
from kencho.policy.models import BudgetLine, DirectionLine, Issue, PolicyNode, ProjectLine
from kencho.policy.services._errors import UnableToEditSheet


@dataclass(frozen=True)
class ProjectFacts:
    """What a project line says."""

    name: str
    program: PolicyNode
    novelty: str = ProjectLine.Novelty.CONTINUING
    direction: DirectionLine | None = None
    overview: str = ""


def _check_measure(node: PolicyNode, by: Actor) -> None:
    permissions.require(permissions.may_edit(by, node))
    if not node.is_measure:
        raise UnableToEditSheet("not_a_measure")


def _check_programs(node: PolicyNode, programs: Sequence[PolicyNode]) -> None:
    for program in programs:
        if program.parent_id != node.pk:
            raise UnableToEditSheet("other_measure", program.code)


def _audit(code_node: PolicyNode, what: str, number: int, by: Actor, at: datetime) -> None:
    audit.record(
        "policy.sheet.write",
        code_node,
        by=by,
        at=at,
        label=str(code_node),
        body=code_node.plan.body.code,
        details={"line": what, "number": number},
    )


@transaction.atomic
def write_issue(
    *,
    node: PolicyNode,
    sheet_year: int,
    number: int,
    text: str,
    by: Actor,
    at: datetime,
    programs: Sequence[PolicyNode] = (),
) -> Issue:
    """現状と課題を書く; a number that is there is written anew. Raises UnableToEditSheet."""
    _check_measure(node, by)
    _check_programs(node, programs)
    if not text.strip():
        raise UnableToEditSheet("empty", "text")
    issue, _created = Issue.objects.update_or_create(
        node=node, sheet_year=sheet_year, number=number, defaults={"text": text.strip()}
    )
    issue.programs.set(programs)
    _audit(node, "issue", number, by, at)
    return issue


@transaction.atomic
def write_direction(
    *,
    node: PolicyNode,
    sheet_year: int,
    number: int,
    text: str,
    by: Actor,
    at: datetime,
    issue: Issue | None = None,
) -> DirectionLine:
    """取組方向を書く, linked to the issue it answers. Raises UnableToEditSheet."""
    _check_measure(node, by)
    if not text.strip():
        raise UnableToEditSheet("empty", "text")
    if issue is not None and (issue.node_id, issue.sheet_year) != (node.pk, sheet_year):
        raise UnableToEditSheet("other_measure", "issue")
    direction, _created = DirectionLine.objects.update_or_create(
        node=node, sheet_year=sheet_year, number=number, defaults={"text": text.strip(), "issue": issue}
    )
    _audit(node, "direction", number, by, at)
    return direction


@transaction.atomic
def write_project(
    *, node: PolicyNode, sheet_year: int, number: int, facts: ProjectFacts, by: Actor, at: datetime
) -> ProjectLine:
    """主な事業を書く. Raises UnableToEditSheet."""
    _check_measure(node, by)
    _check_programs(node, [facts.program])
    if not facts.name.strip():
        raise UnableToEditSheet("empty", "name")
    if facts.direction is not None and (facts.direction.node_id, facts.direction.sheet_year) != (
        node.pk,
        sheet_year,
    ):
        raise UnableToEditSheet("other_measure", "direction")
    project, _created = ProjectLine.objects.update_or_create(
        node=node,
        sheet_year=sheet_year,
        number=number,
        defaults={
            "name": facts.name.strip(),
            "novelty": facts.novelty,
            "program": facts.program,
            "direction": facts.direction,
            "overview": facts.overview.strip(),
        },
    )
    _audit(node, "project", number, by, at)
    return project


@transaction.atomic
def remove_line(*, line: Issue | DirectionLine | ProjectLine, by: Actor, at: datetime) -> None:
    """行を消す. Frozen revisions keep it; links to it are loosened."""
    node, number = line.node, line.number
    permissions.require(permissions.may_edit(by, node))
    line.delete()
    _audit(node, type(line).__name__, number, by, at)


@transaction.atomic
def write_budget(
    *,
    project: ProjectLine,
    year: int,
    stage: str,
    amount_thousand_yen: int,
    by: Actor,
    at: datetime,
    number: int = 0,
    reason: str = "",
) -> BudgetLine:
    """予算額を書く in 千円. Only a supplementary budget has a number and may be negative. Raises UnableToEditSheet."""
    permissions.require(permissions.may_edit(by, project.node))
    is_supplement = stage == BudgetLine.Stage.SUPPLEMENTARY
    if is_supplement != (number > 0):
        raise UnableToEditSheet("empty", "number")
    if amount_thousand_yen < 0 and not is_supplement:
        raise UnableToEditSheet("negative_amount", "amount_thousand_yen")
    line, _created = BudgetLine.objects.update_or_create(
        project=project,
        year=year,
        stage=stage,
        number=number,
        defaults={"amount_thousand_yen": amount_thousand_yen, "reason": reason.strip()},
    )
    _audit(project.node, "budget", project.number, by, at)
    return line


@transaction.atomic
def remove_budget(*, line: BudgetLine, by: Actor, at: datetime) -> None:
    """予算額を消す."""
    project = line.project
    permissions.require(permissions.may_edit(by, project.node))
    line.delete()
    _audit(project.node, "budget", project.number, by, at)

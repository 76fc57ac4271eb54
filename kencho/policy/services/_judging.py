"""進展度: what the rule suggests, what a person decides and why; what outside experts say."""

from datetime import datetime

from django.db import transaction

from kencho.audit import services as audit
from kencho.foundation import events
from kencho.foundation.actors import Actor
from kencho.foundation.fiscal import FiscalYear
from kencho.policy import permissions, profiles, queries, rules
from kencho.policy.events import MeasureJudged
from kencho.policy.models import ExternalComment, Judgement, PolicyNode
from kencho.policy.rules import RuleError
from kencho.policy.services._errors import UnableToJudge


@transaction.atomic
def judge(
    *,
    node: PolicyNode,
    year: int,
    grade: str,
    reason: str,
    by: Actor,
    at: datetime,
    difference_reason: str = "",
) -> Judgement:
    """進展度を判断する. Needs 判断理由; where it differs from the suggestion, also why (rule JDG). Raises UnableToJudge."""
    permissions.require(permissions.may_edit(by, node))
    if not node.is_measure:
        raise UnableToJudge("not_a_measure")
    profile = profiles.profile_of(node.plan)
    setting = queries.Setting(profile, at, live=False)
    suggestion = queries.suggestion_of(queries.series_of(node, at), year, setting)
    try:
        decision = rules.decide(
            suggestion,
            profile,
            grade=grade,
            rationale=reason,
            difference_reason=difference_reason,
            cell=f"{node} {FiscalYear(year).label}",
        )
    except RuleError as wrong:
        raise UnableToJudge.by_rule(wrong) from wrong
    judgement = Judgement.objects.create(
        node=node,
        year=year,
        suggested=(suggestion.grade if suggestion else None) or "",
        decided=decision.grade,
        reason=decision.rationale,
        difference_reason=decision.difference_reason,
        needs_external_review=decision.needs_experts,
        decided_by=by.name,
        decided_at=at,
    )
    _tell(node, judgement, by, at)
    return judgement


def _tell(node: PolicyNode, judgement: Judgement, by: Actor, at: datetime) -> None:
    body = node.plan.body.code
    audit.record(
        "policy.sheet.judge",
        node,
        by=by,
        at=at,
        label=str(node),
        body=body,
        details={"year": judgement.year, "grade": judgement.decided, "suggested": judgement.suggested},
    )
    told = MeasureJudged(
        node_id=node.pk,
        year=judgement.year,
        grade=judgement.decided,
        needs_external_review=judgement.needs_external_review,
        decided_at=at,
    )
    events.publish(told, at=at, body=body)


@transaction.atomic
def add_comment(
    *, node: PolicyNode, year: int, expert: str, text: str, by: Actor, at: datetime, response: str = ""
) -> ExternalComment:
    """外部有識者の所見を記録する. Raises UnableToJudge."""
    permissions.require(permissions.may_edit(by, node))
    if not text.strip() or not expert.strip():
        raise UnableToJudge("empty", "text" if expert.strip() else "name")
    comment = ExternalComment.objects.create(
        node=node,
        year=year,
        expert=expert.strip(),
        text=text.strip(),
        response=response.strip(),
        recorded_at=at,
    )
    body = node.plan.body.code
    audit.record("policy.sheet.comment", node, by=by, at=at, label=str(node), body=body)
    return comment


@transaction.atomic
def answer_comment(*, comment: ExternalComment, response: str, by: Actor, at: datetime) -> ExternalComment:
    """所見への対応を記録する. Raises UnableToJudge."""
    permissions.require(permissions.may_edit(by, comment.node))
    if not response.strip():
        raise UnableToJudge("empty", "text")
    comment.response = response.strip()
    comment.save(update_fields=["response"])
    body = comment.node.plan.body.code
    audit.record("policy.sheet.comment", comment.node, by=by, at=at, label=str(comment.node), body=body)
    return comment

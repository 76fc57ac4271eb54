"""The head of the division decides, or who acts for them; each decision cites the articles it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kencho.audit import services as audit
from kencho.foundation import clock, events
from kencho.foundation.actors import Actor
from kencho.organization.models import StaffMember
from kencho.organization.queries import staff_of_actor
from kencho.workplace import queries
from kencho.workplace.events import TeleworkPlanDecided
from kencho.workplace.models import Capacity, DayState, PlanDecision, PlannedDay, TeleworkPlan, TeleworkRule
from kencho.workplace.queries import Approvers, Right
from kencho.workplace.services._errors import Reason, UnableTo
from kencho.workplace.services._plans import facts_of, lock, rule_for
from kencho.workplace.telework_rules import Rule, blocking, exceptions, judge


class UnableToDecide(UnableTo):
    """Not the head or who acts for them, or the plan has changed since it was shown."""


@dataclass(frozen=True)
class _Case:
    """What is decided: the days that wait and the decider is the right one for."""

    days: list[PlannedDay]
    rule: TeleworkRule
    right: Right
    decider: StaffMember


def _case(plan: TeleworkPlan, digest: str, by: Actor, at: datetime, approvers: Approvers | None) -> _Case:
    decider = staff_of_actor(by)
    if decider is None or decider.body_id != plan.body_id:
        raise UnableToDecide(Reason.NOT_APPROVER)
    lock(plan.staff)
    heads = approvers or queries.approvers_on(decider.body, clock.day_of(at))
    waiting = queries.waiting_days(plan)
    rights = {
        division: heads.right_of(decider.pk, division=division, staff=plan.staff_id)
        for division in {row.division_id for row in waiting}
    }
    mine = [row for row in waiting if rights[row.division_id] is not None]
    if not mine:
        raise UnableToDecide(Reason.CHANGED if not waiting else Reason.NOT_APPROVER)
    if digest != queries.digest_of(mine):
        raise UnableToDecide(Reason.CHANGED)
    rule = rule_for(plan.staff, mine[0].day)
    right = rights[mine[0].division_id]
    if rule is None or right is None:
        raise UnableToDecide(Reason.NO_RULE)
    return _Case(mine, rule, right, decider)


def _articles(plan: TeleworkPlan, rule: Rule, case: _Case) -> list[str]:
    """The article on approval, that on acting for somebody away, and those of the exceptions that are granted."""
    cited = [rule.approval.article]
    if case.right.capacity == Capacity.SUBSTITUTE:
        cited.append(rule.approval.substitute_article)
    asked_at = plan.submitted_at
    # Notice is counted from when it was asked for, not from when the head came to it.
    asked_on = clock.day_of(asked_at) if asked_at else case.days[0].day
    findings = judge(rule, facts_of(plan.staff, case.days, asked_on))
    if blocking(findings):
        raise UnableToDecide(Reason.AGAINST_RULE, findings=blocking(findings))
    cited += [each.exception for each in exceptions(findings)]
    return list(dict.fromkeys(cited))


def _decide(
    plan: TeleworkPlan, case: _Case, *, is_approved: bool, articles: Sequence[str], reason: str, at: datetime
) -> PlanDecision:
    decision = PlanDecision.objects.create(
        plan=plan,
        is_approved=is_approved,
        decided_by=case.decider,
        decided_as=case.right.capacity,
        decided_at=at,
        rule=case.rule,
        articles=list(articles),
        reason=reason.strip(),
    )
    state = DayState.APPROVED if is_approved else DayState.REFUSED
    PlannedDay.objects.filter(pk__in=[row.pk for row in case.days]).update(state=state, decision=decision)
    return decision


def _tell(plan: TeleworkPlan, decision: PlanDecision, at: datetime, body: str) -> None:
    events.publish(
        TeleworkPlanDecided(
            plan_id=plan.pk, decision_id=decision.pk, is_approved=decision.is_approved, decided_at=at
        ),
        at=at,
        body=body,
    )


@transaction.atomic
def approve_plan(
    *,
    plan: TeleworkPlan,
    digest: str,
    by: Actor,
    at: datetime,
    note: str = "",
    approvers: Approvers | None = None,
) -> PlanDecision:
    """計画を承認する: the days that were shown (``digest``). Raises UnableToDecide.

    ``approvers`` may be given when many are decided at one moment.
    """
    case = _case(plan, digest, by, at, approvers)
    articles = _articles(plan, case.rule.rule, case)
    decision = _decide(plan, case, is_approved=True, articles=articles, reason=note, at=at)
    audit.record(
        "workplace.telework_plan.approve",
        plan,
        by=by,
        at=at,
        label=f"{plan.month:%Y-%m}",
        body=case.decider.body.code,
        details=_details(case, decision),
    )
    _tell(plan, decision, at, case.decider.body.code)
    return decision


@transaction.atomic
def refuse_plan(
    *, plan: TeleworkPlan, digest: str, article: str, reason: str, by: Actor, at: datetime
) -> PlanDecision:
    """承認しない: with the article it rests on and a reason. Raises UnableToDecide."""
    case = _case(plan, digest, by, at, None)
    if article not in case.rule.rule.articles:
        raise UnableToDecide(Reason.WRONG_ARTICLE)
    if not reason.strip():
        raise UnableToDecide(Reason.EMPTY_REASON)
    decision = _decide(plan, case, is_approved=False, articles=[article], reason=reason, at=at)
    audit.record(
        "workplace.telework_plan.refuse",
        plan,
        by=by,
        at=at,
        label=f"{plan.month:%Y-%m}",
        body=case.decider.body.code,
        details=_details(case, decision),
    )
    _tell(plan, decision, at, case.decider.body.code)
    return decision


def _details(case: _Case, decision: PlanDecision) -> dict[str, object]:
    return {
        "days": len(case.days),
        "as": case.right.capacity,
        "rule": case.rule.version,
        "articles": decision.articles,
    }


@dataclass(frozen=True)
class BulkOutcome:
    """What was approved, and what was refused with its reason."""

    approved: tuple[PlanDecision, ...]
    refused: tuple[tuple[TeleworkPlan, UnableTo], ...]


def bulk_approve(*, choices: Sequence[tuple[TeleworkPlan, str]], by: Actor, at: datetime) -> BulkOutcome:
    """まとめて承認する: each plan in a transaction of its own, so that one refusal stops none."""
    decider = staff_of_actor(by)
    approvers = queries.approvers_on(decider.body, clock.day_of(at)) if decider else None
    approved: list[PlanDecision] = []
    refused: list[tuple[TeleworkPlan, UnableTo]] = []
    for plan, digest in choices:
        try:
            approved.append(approve_plan(plan=plan, digest=digest, by=by, at=at, approvers=approvers))
        except UnableToDecide as refusal:
            refused.append((plan, refusal))
    return BulkOutcome(tuple(approved), tuple(refused))

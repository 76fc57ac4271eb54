"""Working out, at the time of the request, who has to see a case and who decides it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kencho.approvals import queries
from kencho.approvals.models import (
    DelegationRule,
    Matter,
    Place,
    Route,
    RouteStep,
    SkipReason,
    StepRole,
)
from kencho.approvals.services._errors import Reason, UnableTo
from kencho.organization.models import Assignment, Post, StaffMember, Unit
from kencho.organization.queries import successor_on, valid_on


class UnableToRequestApproval(UnableTo):
    """Title, matter, route or decider is missing, the drafter would decide, or the same thing is already pending."""


@dataclass(frozen=True)
class Planned:
    """A step to be: the seat, who sits there today, and whether it is skipped from the start."""

    order: int
    role: StepRole
    unit: Unit
    post: Post
    holders: frozenset[int]
    rule: DelegationRule | None = None
    skip_reason: str = ""


@dataclass(frozen=True)
class Draft:
    """What the plan depends on."""

    matter: Matter
    amount: int | None
    division: Unit
    drafter: StaffMember
    day: date


def plan(draft: Draft, route: Route | None) -> list[Planned]:
    """The steps in order, the deciding one last; raises UnableToRequestApproval.

    専決 cuts the route: 回議 to posts at or above the deciding one falls away; 合議 stays, save of the deciding post.
    """
    wanted = list(route.steps.all()) if route else []
    decision = _decision(draft, wanted)
    before = [step for step in wanted if step.role != StepRole.DECIDE and not _is_above(step, decision)]
    seated = [planned for step in before if (planned := _seated(draft, step)) is not None]
    # Nobody concurs with a decision of their own: 合議 of the very post that decides is part of the decision.
    heard = [
        step
        for step in seated
        if step.role != StepRole.CONCUR or (step.unit, step.post) != (decision.unit, decision.post)
    ]
    return _with_skips(_in_order([*heard, decision]), draft.drafter)


def _is_above(step: RouteStep, decision: Planned) -> bool:
    if decision.rule is None or step.role != StepRole.CIRCULATE or step.post is None:
        return False
    return step.post.rank <= decision.post.rank


def _decision(draft: Draft, wanted: Sequence[RouteStep]) -> Planned:
    last = max((step.order for step in wanted), default=0) + 1
    rule = queries.rule_for(
        draft.matter, amount=draft.amount, division_code=draft.division.code, day=draft.day
    )
    if rule is not None:
        unit = _unit_upward(rule.post, draft.division, draft.day)
        return _decider(
            draft, Planned(last, StepRole.DECIDE, _need(unit, rule.post), rule.post, frozenset(), rule)
        )
    step = next((step for step in wanted if step.role == StepRole.DECIDE and step.post), None)
    if step is not None and step.post is not None:
        unit = _unit_at(draft, step.place, step.unit_code, step.post)
        return _decider(draft, Planned(last, StepRole.DECIDE, _need(unit, step.post), step.post, frozenset()))
    # What nobody else was given to decide stays with the head of the body (地方自治法第148条).
    head = Post.objects.filter(body=draft.division.body_id, is_head=True).order_by("rank").first()
    if head is None:
        raise UnableToRequestApproval(Reason.NO_DECIDER, draft.matter.name)
    unit = _unit_upward(head, draft.division, draft.day)
    return _decider(draft, Planned(last, StepRole.DECIDE, _need(unit, head), head, frozenset()))


def _need(unit: Unit | None, post: Post) -> Unit:
    if unit is None:
        raise UnableToRequestApproval(Reason.NO_DECIDER, post.name)
    return unit


def _decider(draft: Draft, decision: Planned) -> Planned:
    holders = _holders(decision.unit, decision.post, draft.day)
    if not holders and not (decision.rule and decision.rule.substitutes.exists()):
        raise UnableToRequestApproval(Reason.NO_DECIDER, f"{decision.unit} {decision.post}")
    own = decision.rule is not None and decision.rule.allows_own_draft
    if holders == {draft.drafter.pk} and not own:
        raise UnableToRequestApproval(Reason.OWN_DRAFT)
    return replace(decision, holders=holders)


def _seated(draft: Draft, step: RouteStep) -> Planned | None:
    if step.post is None:
        return None
    unit = _unit_at(draft, step.place, step.unit_code, step.post)
    role = StepRole(step.role)
    holders = _holders(unit, step.post, draft.day) if unit else frozenset()
    if role == StepRole.CONCUR and not holders:
        raise UnableToRequestApproval(Reason.NO_CONCURRER, f"{unit or step.unit_code} {step.post}")
    if unit is None:
        return None
    return Planned(
        step.order, role, unit, step.post, holders, skip_reason="" if holders else SkipReason.VACANT
    )


def _in_order(steps: list[Planned]) -> list[Planned]:
    """Orders without gaps, from 1."""
    ranks = {order: number for number, order in enumerate(sorted({step.order for step in steps}), start=1)}
    return [replace(step, order=ranks[step.order]) for step in sorted(steps, key=lambda step: step.order)]


def _with_skips(steps: list[Planned], drafter: StaffMember) -> list[Planned]:
    """Skip what only the drafter could give, 回議 of somebody who has a later step, and 合議 of the one who decides."""
    later: set[int] = set()
    done: list[Planned] = []
    decider = steps[-1].holders
    for step in reversed(steps):
        reason = step.skip_reason
        if step.role != StepRole.DECIDE and not reason:
            if step.holders == {drafter.pk}:
                reason = SkipReason.DRAFTER
            elif step.holders <= later and (step.role == StepRole.CIRCULATE or step.holders == decider):
                reason = SkipReason.TWICE
        if len(step.holders) == 1 and not reason:
            later |= step.holders
        done.append(replace(step, skip_reason=reason))
    return done[::-1]


def _holders(unit: Unit, post: Post, day: date) -> frozenset[int]:
    held = Assignment.objects.filter(valid_on(day), unit=unit, post=post)
    return frozenset(held.values_list("staff_id", flat=True))


def _upward(unit: Unit) -> Iterator[Unit]:
    node: Unit | None = unit
    while node is not None:
        yield node
        node = node.parent


def _unit_upward(post: Post, division: Unit, day: date) -> Unit | None:
    """The nearest unit, going up from the division, in which the post is held; else the one place in the body.

    For a post vacant today it is the nearest unit in which it was ever held.
    """
    chain = list(_upward(division))
    held = Assignment.objects.filter(post=post)
    today = set(held.filter(valid_on(day)).values_list("unit_id", flat=True).distinct())
    nearest = next((unit for unit in chain if unit.pk in today), None)
    if nearest is not None:
        return nearest
    ever = set(held.filter(unit__in=chain).values_list("unit_id", flat=True))
    nearest = next((unit for unit in chain if unit.pk in ever), None)
    if nearest is not None:
        return nearest
    return Unit.objects.get(pk=today.pop()) if len(today) == 1 else None


def _unit_at(draft: Draft, place: str, code: str, post: Post) -> Unit | None:
    if place == Place.OWN_DIVISION:
        return draft.division
    if place == Place.OWN_DEPARTMENT:
        return next((unit for unit in _upward(draft.division) if unit.level == Unit.Level.DEPARTMENT), None)
    if place == Place.OWN_BODY:
        held = Assignment.objects.filter(valid_on(draft.day), post=post, unit__body=draft.division.body_id)
        first = held.select_related("unit").order_by("unit__code", "unit_id").first()
        return first.unit if first else None
    named = Unit.objects.filter(body=draft.division.body_id, code=code).order_by("-valid_from")
    latest = named.filter(valid_from__lte=draft.day).first()
    return successor_on(latest, draft.day) if latest else None

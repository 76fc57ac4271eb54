"""Keeping the standing rules: kinds of matters, routes and 専決の定め."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from kencho.approvals.models import (
    DelegationRule,
    DelegationSubstitute,
    Matter,
    Place,
    Route,
    RouteStep,
    StepRole,
)
from kencho.approvals.services._errors import Reason, UnableTo
from kencho.audit import services as audit
from kencho.foundation.actors import Actor
from kencho.organization.models import Body, Post


class UnableToSaveRoute(UnableTo):
    """The steps are not a route, or belong to another body."""


class UnableToSetRule(UnableTo):
    """The rule overlaps another, or names posts of another body."""


class UnableToEndRule(UnableTo):
    """It has ended already, or would end before it began."""


@dataclass(frozen=True)
class StepSpec:
    """A step as it is written down; steps of one ``order`` go side by side. Only DECIDE may leave the post to the rules."""

    order: int
    role: StepRole
    place: Place = Place.OWN_DIVISION
    unit_code: str = ""
    post: Post | None = None


@transaction.atomic
def save_matter(*, body: Body, code: str, name: str, by: Actor, at: datetime, name_en: str = "") -> Matter:
    """事案の種類を登録する、または名称を改める。"""
    matter, created = Matter.objects.get_or_create(
        body=body, code=code, defaults={"name": name, "name_en": name_en}
    )
    if not created and (matter.name, matter.name_en) == (name, name_en):
        return matter
    matter.name, matter.name_en = name, name_en
    matter.save(update_fields=["name", "name_en"])
    audit.record("approvals.matter.save", matter, by=by, at=at, label=code, body=body.code)
    return matter


@transaction.atomic
def save_route(
    *,
    matter: Matter,
    code: str,
    name: str,
    steps: Sequence[StepSpec],
    by: Actor,
    at: datetime,
    name_en: str = "",
    is_default: bool = False,
    is_active: bool = True,
) -> Route:
    """回付経路を登録する、または改める。進行中の案件は変わらない。Raises UnableToSaveRoute."""
    _check_steps(matter, steps)
    if is_default and is_active:
        Route.objects.filter(matter=matter, is_default=True).exclude(code=code).update(is_default=False)
    route, _ = Route.objects.update_or_create(
        body=matter.body,
        code=code,
        defaults={
            "matter": matter,
            "name": name,
            "name_en": name_en,
            "is_default": is_default,
            "is_active": is_active,
        },
    )
    route.steps.all().delete()
    RouteStep.objects.bulk_create(
        RouteStep(
            route=route,
            order=step.order,
            role=step.role,
            place=step.place,
            unit_code=step.unit_code,
            post=step.post,
        )
        for step in steps
    )
    audit.record(
        "approvals.route.save",
        route,
        by=by,
        at=at,
        label=code,
        body=matter.body.code,
        details={
            "steps": [[step.order, step.role.value, step.post.code if step.post else ""] for step in steps]
        },
    )
    return route


def _check_steps(matter: Matter, steps: Sequence[StepSpec]) -> None:
    decisions = [step for step in steps if step.role == StepRole.DECIDE]
    last = max((step.order for step in steps), default=0)
    alone = sum(step.order == last for step in steps) == 1
    if len(decisions) != 1 or decisions[0].order != last or not alone:
        raise UnableToSaveRoute(Reason.NO_STEPS)
    for step in steps:
        if step.post is None and step.role != StepRole.DECIDE:
            raise UnableToSaveRoute(Reason.NO_POST)
        if step.post is not None and step.post.body_id != matter.body_id:
            raise UnableToSaveRoute(Reason.OTHER_BODY)
        if step.place == Place.NAMED and not step.unit_code:
            raise UnableToSaveRoute(Reason.NO_STEPS)


@transaction.atomic
def set_rule(
    *,
    matter: Matter,
    post: Post,
    valid_from: date,
    by: Actor,
    at: datetime,
    over_yen: int | None = None,
    up_to_yen: int | None = None,
    division_codes: Sequence[str] = (),
    substitutes: Sequence[Post] = (),
    deferred_review: bool = False,
    allows_own_draft: bool = False,
    basis: str = "",
) -> DelegationRule:
    """専決を定める。金額は円。代決は ``substitutes`` の順による。Raises UnableToSetRule."""
    # The lock makes two rules for one kind of matter come one after another, so that they cannot overlap.
    matter = Matter.objects.select_for_update(of=("self",)).select_related("body").get(pk=matter.pk)
    if any(each.body_id != matter.body_id for each in (post, *substitutes)):
        raise UnableToSetRule(Reason.OTHER_BODY)
    if over_yen is not None and up_to_yen is not None and up_to_yen <= over_yen:
        raise UnableToSetRule(Reason.WRONG_AMOUNTS)
    rule = DelegationRule(
        matter=matter,
        post=post,
        over_yen=over_yen,
        up_to_yen=up_to_yen,
        division_codes=list(division_codes),
        deferred_review=deferred_review,
        allows_own_draft=allows_own_draft,
        basis=basis,
        valid_from=valid_from,
    )
    still_valid = Q(valid_to__isnull=True) | Q(valid_to__gt=valid_from)
    for other in DelegationRule.objects.filter(still_valid, matter=matter):
        if _overlap(rule, other):
            raise UnableToSetRule(Reason.RULE_OVERLAP, str(other))
    rule.save()
    DelegationSubstitute.objects.bulk_create(
        DelegationSubstitute(rule=rule, post=each, order=order)
        for order, each in enumerate(substitutes, start=1)
    )
    audit.record(
        "approvals.rule.set",
        rule,
        by=by,
        at=at,
        label=matter.code,
        body=matter.body.code,
        details={"post": post.code, "over_yen": over_yen, "up_to_yen": up_to_yen},
    )
    return rule


def _overlap(one: DelegationRule, other: DelegationRule) -> bool:
    """Whether some case would be decided by both. A rule for divisions and a general one live side by side."""
    if bool(one.division_codes) != bool(other.division_codes):
        return False
    if one.division_codes and not set(one.division_codes) & set(other.division_codes):
        return False
    below = one.up_to_yen is None or other.over_yen is None or other.over_yen < one.up_to_yen
    above = one.over_yen is None or other.up_to_yen is None or one.over_yen < other.up_to_yen
    return below and above


@transaction.atomic
def end_rule(*, rule: DelegationRule, on: date, by: Actor, at: datetime) -> DelegationRule:
    """専決の定めを終わらせる。``on`` の日から効かない。Raises UnableToEndRule."""
    rule = (
        DelegationRule.objects.select_for_update(of=("self",)).select_related("matter__body").get(pk=rule.pk)
    )
    if rule.valid_to is not None and rule.valid_to <= on:
        raise UnableToEndRule(Reason.ALREADY_ENDED)
    if on < rule.valid_from:
        raise UnableToEndRule(Reason.WRONG_PERIOD)
    rule.valid_to = on
    rule.save(update_fields=["valid_to"])
    audit.record(
        "approvals.rule.end",
        rule,
        by=by,
        at=at,
        label=rule.matter.code,
        body=rule.matter.body.code,
        details={"on": on.isoformat()},
    )
    return rule

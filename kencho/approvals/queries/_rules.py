"""Reading the standing rules of a body."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from kencho.approvals.models import Absence, DelegationRule, Matter, Route
from kencho.organization.models import Body, RoleAssignment, StaffMember, Unit
from kencho.organization.queries import Desk, members_of, valid_on


def matters_of(body: Body) -> QuerySet[Matter]:
    """Kinds of matters of a body."""
    return Matter.objects.filter(body=body)


def routes_of(body: Body) -> QuerySet[Route]:
    """Routes of a body with their steps."""
    return Route.objects.filter(body=body).select_related("matter").prefetch_related("steps__post")


def route_of(body: Body, code: str) -> Route | None:
    """The route of this code, in use or not."""
    return routes_of(body).filter(code=code).first()


def active_route(body: Body, code: str) -> Route | None:
    """The route of this code, if it is in use."""
    return routes_of(body).filter(code=code, is_active=True).first()


def default_route(matter: Matter) -> Route | None:
    """The standard route of a kind of matter."""
    return (
        Route.objects.filter(matter=matter, is_default=True, is_active=True)
        .prefetch_related("steps__post")
        .first()
    )


def rules_of(body: Body, day: date | None = None) -> QuerySet[DelegationRule]:
    """専決の定め of a body, with a day only those in force then."""
    rules = DelegationRule.objects.filter(matter__body=body)
    if day is not None:
        rules = rules.filter(valid_on(day))
    return rules.select_related("matter", "post").prefetch_related("substitute_rows__post")


def unit_names(body: Body, codes: Collection[str], day: date) -> dict[str, str]:
    """Names of units by code as they stand on a day."""
    return dict(Unit.objects.filter(valid_on(day), body=body, code__in=codes).values_list("code", "name"))


def rule_for(matter: Matter, *, amount: int | None, division_code: str, day: date) -> DelegationRule | None:
    """The rule that says who decides; a rule for certain divisions comes before the general one."""
    fitting = [
        rule
        for rule in DelegationRule.objects.filter(valid_on(day), matter=matter).select_related("post")
        if rule.fits(amount=amount, division_code=division_code)
    ]
    return min(fitting, key=lambda rule: (not rule.division_codes, rule.pk), default=None)


def absences_in(body: Body, day: date) -> QuerySet[Absence]:
    """Absences of a body's staff that are in force or still to come, the nearest first."""
    return (
        Absence.objects.filter(staff__body=body, ended_at__isnull=True, last_day__gte=day)
        .select_related("staff", "deputy")
        .order_by("first_day", "id")
    )


def absence_choices(desk: Desk) -> tuple[QuerySet[StaffMember], QuerySet[StaffMember], bool]:
    """For whom one may enter an absence, who may be deputy, and whether they are chosen by number (too many to list)."""
    whole = StaffMember.objects.filter(body=desk.body)
    if desk.has_role(RoleAssignment.Role.ORGANIZATION_ADMIN):
        return whole, whole, True
    around = desk.division.parent or desk.division
    below = members_of(desk.unit, desk.day) if desk.post.is_head else whole.none()
    may_enter = whole.filter(Q(pk=desk.staff.pk) | Q(pk__in=below.values("pk")))
    colleagues = whole.filter(pk__in=members_of(around, desk.day).values("pk"))
    return may_enter, colleagues, False


def absences_seen_by(desk: Desk) -> QuerySet[Absence]:
    """Absences of today and later: my own, those in which I am the deputy, those of people I may enter."""
    seen = absence_choices(desk)[0]
    return absences_in(desk.body, desk.day).filter(
        Q(staff=desk.staff) | Q(deputy=desk.staff) | Q(staff__in=seen.values("pk"))
    )

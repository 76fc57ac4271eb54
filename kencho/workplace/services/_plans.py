"""The month of a staff member: planned, put forward, changed, given up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from kencho.audit import services as audit
from kencho.foundation import clock, events
from kencho.foundation.actors import Actor
from kencho.organization import queries as organization
from kencho.organization.models import StaffMember
from kencho.workplace import permissions, queries
from kencho.workplace.events import TeleworkDaysReleased, TeleworkPlanSubmitted
from kencho.workplace.models import DayState, PlannedDay, TeleworkPlan, TeleworkRule
from kencho.workplace.services._errors import Reason, UnableTo
from kencho.workplace.telework_rules import Day, Facts, Finding, blocking, exceptions, judge

WEEK = timedelta(days=7)


class UnableToPlan(UnableTo):
    """A day lies in another month, is settled already, or the staff member does not serve then."""


class UnableToSubmit(UnableTo):
    """Nothing is planned, or the rule does not allow it."""


class UnableToCancelDay(UnableTo):
    """The day is not planned any more, or was used already."""


@dataclass(frozen=True)
class WantedDay:
    """What a staff member wants for one day."""

    on: date
    kind: str
    place: str
    part: str = "day"


def lock(staff: StaffMember) -> StaffMember:
    """One write about a person at a time: plans and sessions of one person come one after another."""
    return (
        StaffMember.objects.select_for_update(of=("self",), no_key=True)
        .select_related("body")
        .get(pk=staff.pk)
    )


@transaction.atomic
def save_plan(
    *, staff: StaffMember, month: date, days: Sequence[WantedDay], by: Actor, at: datetime
) -> TeleworkPlan:
    """計画を下書きする: exactly these days, beside those that wait or were decided. Raises UnableToPlan."""
    staff = lock(staff)
    if not permissions.may_plan(by, staff):
        raise UnableToPlan(Reason.NOT_ALLOWED)
    month = queries.month_of(month)
    plan, _created = TeleworkPlan.objects.get_or_create(
        staff=staff, month=month, defaults={"body": staff.body}
    )
    settled = set(
        queries.counting_days(staff, month, queries.next_month(month)).values_list("day", flat=True)
    )
    wanted = {each.on: each for each in days}
    if len(wanted) != len(days) or any(queries.month_of(day) != month for day in wanted):
        raise UnableToPlan(Reason.OTHER_MONTH)
    if settled & set(wanted):
        raise UnableToPlan(Reason.SETTLED)
    PlannedDay.objects.filter(plan=plan, state=DayState.DRAFT).delete()
    places = queries.workplaces(staff, month, queries.next_month(month))
    PlannedDay.objects.bulk_create(_row(plan, places, each) for each in wanted.values())
    audit.record(
        "workplace.telework_plan.save",
        plan,
        by=by,
        at=at,
        label=f"{month:%Y-%m}",
        body=staff.body.code,
        details={"days": len(wanted)},
    )
    return plan


def _row(plan: TeleworkPlan, places: queries.Workplaces, wanted: WantedDay) -> PlannedDay:
    division = places.division_on(wanted.on)
    if division is None:
        raise UnableToPlan(Reason.NOT_SERVING, f"（{wanted.on.isoformat()}）")
    return PlannedDay(
        plan=plan,
        staff_id=plan.staff_id,
        division=division,
        day=wanted.on,
        kind=wanted.kind,
        part=wanted.part,
        place=wanted.place,
    )


def rule_for(staff: StaffMember, day: date) -> TeleworkRule | None:
    """The rule for a person on a day."""
    return queries.rule_on(staff.body, day)


def findings_of(plan: TeleworkPlan, rule: TeleworkRule, on: date) -> tuple[Finding, ...]:
    """What the rule says about the drafted days of a plan, were they put forward on a day."""
    new = [row for row in plan.days.all() if row.state == DayState.DRAFT]
    waiting = [row for row in plan.days.all() if row.state == DayState.SUBMITTED]
    return judge(rule.rule, facts_of(plan.staff, new or waiting, on))


def facts_of(staff: StaffMember, new: Sequence[PlannedDay], on: date) -> Facts:
    """What days are judged by: the person's posts and other days around them, the calendar of the body."""
    if not new:
        return Facts((), on, lambda _d: frozenset(), lambda _d: "", lambda _d: True, lambda _a, _b: 0)
    first, last = min(row.day for row in new), max(row.day for row in new)
    # The weeks at both ends, and whole months for the limit of a month.
    first = min(first - timedelta(days=first.weekday()), queries.month_of(first))
    end = max(last + WEEK, queries.next_month(last))
    fresh = {row.pk for row in new}
    settled = [row for row in queries.counting_days(staff, first, end) if row.pk not in fresh]
    days = [
        Day(row.day, row.kind, row.part, row.place, settled=row.pk not in fresh) for row in (*new, *settled)
    ]
    places = queries.workplaces(staff, first, end)
    calendar = organization.calendar_of(staff.body)

    def division(day: date) -> str:
        found = places.division_on(day)
        return found.code if found else ""

    return Facts(days, on, places.posts_on, division, calendar.is_business_day, calendar.count)


@transaction.atomic
def submit_plan(*, plan: TeleworkPlan, reason: str = "", by: Actor, at: datetime) -> TeleworkPlan:
    """計画の承認を求める. Raises UnableToSubmit with what the rule does not allow.

    What the head may allow as an exception goes through with a ``reason``; the rest does not.
    """
    staff = lock(plan.staff)
    if not permissions.may_plan(by, staff):
        raise UnableToSubmit(Reason.NOT_ALLOWED)
    day = clock.day_of(at)
    new = list(PlannedDay.objects.filter(plan=plan, state=DayState.DRAFT).order_by("day"))
    if not new:
        raise UnableToSubmit(Reason.NOTHING)
    rule = rule_for(staff, new[0].day)
    if rule is None:
        raise UnableToSubmit(Reason.NO_RULE)
    findings = judge(rule.rule, facts_of(staff, new, day))
    if blocking(findings):
        raise UnableToSubmit(Reason.AGAINST_RULE, findings=blocking(findings))
    if exceptions(findings) and not reason.strip():
        raise UnableToSubmit(Reason.REASON_NEEDED, findings=exceptions(findings))
    PlannedDay.objects.filter(pk__in=[row.pk for row in new]).update(state=DayState.SUBMITTED)
    plan.reason, plan.submitted_at = reason.strip(), at
    plan.save(update_fields=["reason", "submitted_at"])
    audit.record(
        "workplace.telework_plan.submit",
        plan,
        by=by,
        at=at,
        label=f"{plan.month:%Y-%m}",
        body=staff.body.code,
        details={"days": len(new), "rule": rule.version, "exceptions": [each.code for each in findings]},
    )
    events.publish(TeleworkPlanSubmitted(plan_id=plan.pk, submitted_at=at), at=at, body=staff.body.code)
    return plan


@transaction.atomic
def cancel_day(*, planned: PlannedDay, by: Actor, at: datetime) -> PlannedDay:
    """テレワークの日を取りやめる: before it is used. Raises UnableToCancelDay."""
    staff = lock(planned.staff)
    if not permissions.may_plan(by, staff):
        raise UnableToCancelDay(Reason.NOT_ALLOWED)
    planned = PlannedDay.objects.select_related("plan__body").get(pk=planned.pk)
    if planned.state not in {DayState.SUBMITTED, DayState.APPROVED}:
        raise UnableToCancelDay(Reason.CHANGED)
    if planned.sessions.exclude(state="cancelled").exists():
        raise UnableToCancelDay(Reason.USED)
    planned.state = DayState.CANCELLED
    planned.save(update_fields=["state"])
    audit.record(
        "workplace.telework_plan.cancel_day",
        planned.plan,
        by=by,
        at=at,
        label=f"{planned.day:%Y-%m-%d}",
        body=planned.plan.body.code,
        details={"day": planned.day.isoformat()},
    )
    return planned


@transaction.atomic
def release_after_move(*, staff: StaffMember, on: date, by: Actor, at: datetime) -> int:
    """異動の日から後の、前の所属で立てた計画を下書きに戻す: the new head decides anew. Returns the number of days."""
    staff = lock(staff)
    last = PlannedDay.objects.filter(staff=staff).order_by("-day").values_list("day", flat=True).first()
    if last is None or last < on:
        return 0
    places = queries.workplaces(staff, on, last + timedelta(days=1))
    rows = queries.counting_days(staff, on, last + timedelta(days=1)).select_related("division", "plan__body")
    moved = [
        row
        for row in rows
        if (division := places.division_on(row.day)) is not None
        and organization.successor_on(row.division, row.day).pk != division.pk
        and not row.sessions.exclude(state="cancelled").exists()
    ]
    plans: Mapping[int, TeleworkPlan] = {row.plan_id: row.plan for row in moved}
    for row in moved:
        row.division = places.division_on(row.day) or row.division
        row.state, row.decision = DayState.DRAFT, None
        row.save(update_fields=["division", "state", "decision"])
    for plan in plans.values():
        audit.record("workplace.telework_plan.release", plan, by=by, at=at, body=plan.body.code)
        events.publish(TeleworkDaysReleased(plan_id=plan.pk, released_at=at), at=at, body=plan.body.code)
    return len(moved)

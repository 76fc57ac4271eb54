"""Drives months of made-up telework through the real services, in simulated time: plans, approvals, start, end."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction

from kencho.foundation import clock
from kencho.foundation.business_days import BusinessCalendar
from kencho.organization import queries as organization
from kencho.organization.models import Body, StaffMember, Unit
from kencho.organization.queries import actor_of
from kencho.workplace import queries, services
from kencho.workplace.models import Kind, Place, TeleworkPlan
from kencho.workplace.queries import Approvers

WEIGHTS: Mapping[str, int] = {Kind.HOME: 2, Kind.MOBILE: 5, Kind.SATELLITE: 3}
PLACES: Mapping[str, Place] = {
    Kind.HOME: Place.OWN_HOME,
    Kind.MOBILE: Place.ANYWHERE,
    Kind.SATELLITE: Place.SATELLITE_OFFICE,
}
SUBMITTED_AT, APPROVED_AT, STARTED_AT, ENDED_AT = time(8, 40), time(8, 50), time(9, 0), time(17, 0)


@dataclass(frozen=True)
class Driven:
    """What was driven: numbers of plans, approvals and sessions, and the divisions that used telework."""

    plans: int
    approved: int
    sessions: int
    divisions: frozenset[int]


def run_month(
    *,
    body: Body,
    month: date,
    divisions: Iterable[Unit],
    rng: random.Random,
    people: int = 1,
    days: int = 1,
    kinds: Mapping[str, int] = WEIGHTS,
) -> Driven:
    """A month of telework: in each division ``people`` plan ``days`` each, the head approves, they start and end.

    The body needs a rule that holds in the month and allows the kinds. Whoever has nobody to approve them is left out.
    One transaction for the whole month.
    """
    month = queries.month_of(month)
    open_days = _open_days(body, month)
    if not open_days:
        return Driven(0, 0, 0, frozenset())
    with transaction.atomic():
        # Plans are put forward and decided on the last working day before the month.
        eve = organization.calendar_of(body).add(month, -1)
        approvers = queries.approvers_on(body, eve)
        plans = [
            (plan, division)
            for division in divisions
            for plan in _plans(division, month, open_days, approvers, rng, people, days, kinds)
        ]
        approved = [
            (plan, division)
            for plan, division in plans
            if _approve(plan, division, approvers, _instant(eve, APPROVED_AT))
        ]
        return Driven(
            plans=len(plans),
            approved=len(approved),
            sessions=sum(_use(plan) for plan, _division in approved),
            divisions=frozenset(division.pk for _plan, division in approved),
        )


def _open_days(body: Body, month: date) -> list[date]:
    calendar: BusinessCalendar = organization.calendar_of(body)
    return [day for day in queries.days_of_month(month) if calendar.is_business_day(day)]


def _instant(day: date, at: time) -> datetime:
    return datetime.combine(day, at, clock.JST)


def _plans(
    division: Unit,
    month: date,
    open_days: Sequence[date],
    approvers: Approvers,
    rng: random.Random,
    people: int,
    days: int,
    kinds: Mapping[str, int],
) -> list[TeleworkPlan]:
    eve = approvers.day
    able = [
        staff
        for staff, _title in queries.members_in(division, month, queries.next_month(month))
        if staff.retired_on is None and approvers.people_for(division.pk, staff.pk)
    ]
    chosen = rng.sample(able, min(people, len(able)))
    made = []
    for staff in chosen:
        wanted = [
            services.WantedDay(day, kind, PLACES[kind])
            for day in sorted(rng.sample(open_days, min(days, len(open_days))))
            for kind in rng.choices(list(kinds), weights=list(kinds.values()))
        ]
        plan = _submitted(staff, month, wanted, _instant(eve, SUBMITTED_AT))
        if plan is not None:
            made.append(plan)
    return made


def _submitted(
    staff: StaffMember, month: date, wanted: Sequence[services.WantedDay], at: datetime
) -> TeleworkPlan | None:
    by = actor_of(staff)
    try:
        plan = services.save_plan(staff=staff, month=month, days=wanted, by=by, at=at)
        return services.submit_plan(plan=plan, reason="業務の都合による。", by=by, at=at)
    except (services.UnableToPlan, services.UnableToSubmit):
        return None


def _approve(plan: TeleworkPlan, division: Unit, approvers: Approvers, at: datetime) -> bool:
    people = approvers.people_for(division.pk, plan.staff_id)
    head = StaffMember.objects.select_related("body").get(pk=people[0])
    digest = queries.digest_of(queries.waiting_days(plan))
    try:
        services.approve_plan(plan=plan, digest=digest, by=actor_of(head), at=at, approvers=approvers)
    except services.UnableToDecide:
        return False
    return True


def _use(plan: TeleworkPlan) -> int:
    """Start and end on each approved day."""
    by, number = actor_of(plan.staff), 0
    for day in plan.days.filter(state="approved").order_by("day"):
        try:
            session = services.start_session(staff=plan.staff, by=by, at=_instant(day.day, STARTED_AT))
        except services.UnableToStart:
            continue
        services.end_session(
            session=session, by=by, at=_instant(day.day, ENDED_AT) + timedelta(minutes=day.pk % 20)
        )
        number += 1
    return number

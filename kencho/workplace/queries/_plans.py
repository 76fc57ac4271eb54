"""Plans, days that wait for a decision, and the calendar of a division."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, QuerySet

from kencho.organization import queries as organization
from kencho.organization.models import Assignment, Body, StaffMember, Unit
from kencho.organization.queries import Desk, valid_on
from kencho.workplace.models import (
    COUNTING_STATES,
    DayState,
    PlannedDay,
    SessionState,
    TeleworkPlan,
    TeleworkSession,
)
from kencho.workplace.queries._approvers import Approvers, Right, approvers_of
from kencho.workplace.queries._rules import rule_on

ONE_DAY = timedelta(days=1)


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """The first day of the month after."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def previous_month(month: date) -> date:
    """The first day of the month before."""
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def days_of_month(month: date) -> list[date]:
    """All its days."""
    return [month + timedelta(days=n) for n in range((next_month(month) - month).days)]


def plan_of(staff: StaffMember, month: date) -> TeleworkPlan | None:
    """The plan of a staff member for a month."""
    return (
        TeleworkPlan.objects.filter(staff=staff, month=month)
        .prefetch_related(
            Prefetch("days", PlannedDay.objects.select_related("decision__decided_by").order_by("day", "pk"))
        )
        .first()
    )


def live_days(plan: TeleworkPlan | None) -> dict[date, PlannedDay]:
    """For each day the row that holds: what is planned now, else what was last decided about it."""
    found: dict[date, PlannedDay] = {}
    ended = {DayState.REFUSED.value, DayState.CANCELLED.value}
    for each in plan.days.all() if plan else ():
        kept = found.get(each.day)
        if kept is None or kept.state in ended:
            found[each.day] = each
    return found


def approved_day(staff: StaffMember, day: date) -> PlannedDay | None:
    """The approved day of a staff member, if there is one."""
    return (
        PlannedDay.objects.filter(staff=staff, day=day, state=DayState.APPROVED)
        .select_related("division", "plan", "decision")
        .first()
    )


def coming_days(staff: StaffMember, day: date) -> QuerySet[PlannedDay]:
    """Days ahead that are planned, the next first."""
    return PlannedDay.objects.filter(staff=staff, day__gt=day, state__in=COUNTING_STATES).order_by("day")


def counting_days(staff: StaffMember, first: date, end: date) -> QuerySet[PlannedDay]:
    """Days that use up the limits, [first, end)."""
    return PlannedDay.objects.filter(staff=staff, day__gte=first, day__lt=end, state__in=COUNTING_STATES)


@dataclass(frozen=True)
class Workplaces:
    """Where a staff member works on the days of a period; one query for all of them."""

    held: tuple[Assignment, ...]
    retired_on: date | None

    def on(self, day: date) -> Assignment | None:
        """The main post of a day; None when not serving."""
        if self.retired_on is not None and self.retired_on <= day:
            return None
        found = [each for each in self.held if each.is_valid_on(day)]
        return min(found, key=lambda each: (each.is_concurrent, each.pk), default=None)

    def division_on(self, day: date) -> Unit | None:
        """The division of a day; a section that outlived its division belongs to the one that took over."""
        held = self.on(day)
        return organization.successor_on(organization.division_of(held.unit), day) if held else None

    def posts_on(self, day: date) -> frozenset[str]:
        """Codes of the posts held on a day, 兼務 included."""
        if self.on(day) is None:
            return frozenset()
        return frozenset(each.post.code for each in self.held if each.is_valid_on(day))


def workplaces(staff: StaffMember, first: date, end: date) -> Workplaces:
    """The posts that somebody holds in [first, end)."""
    held = (
        Assignment.objects.filter(staff=staff, valid_from__lt=end)
        .exclude(valid_to__lte=first)
        .select_related("unit__parent__parent", "post")
    )
    return Workplaces(tuple(held), staff.retired_on)


@dataclass(frozen=True)
class Waiting:
    """A plan with days that wait, and the right in which the reader may decide on them."""

    plan: TeleworkPlan
    division: Unit
    days: tuple[PlannedDay, ...]
    right: Right

    @property
    def digest(self) -> str:
        """What was on the screen: the days with what is planned on them."""
        return digest_of(self.days)


def digest_of(days: Iterable[PlannedDay]) -> str:
    """A short sign of the days, so that nobody approves others than those shown."""
    return ".".join(
        f"{day.pk}{day.kind[0]}{day.part[0]}{day.place}" for day in sorted(days, key=lambda d: d.pk)
    )


def approvers_on(body: Body, day: date) -> Approvers:
    """Who decides in a body on a day, by its rule then."""
    rule = rule_on(body, day)
    return approvers_of(body, day, rule.rule.approval.substitutes if rule else ())


def waiting_for(staff: StaffMember, day: date) -> list[Waiting]:
    """Plans on which somebody may decide, the longest waiting first."""
    approvers = approvers_on(staff.body, day)
    units = approvers.units_of(staff.pk)
    if not units:
        return []
    reach = {unit for own in Unit.objects.filter(pk__in=units) for unit in organization.subtree_ids(own, day)}
    if approvers.executive in units:
        rows = PlannedDay.objects.filter(plan__body=staff.body_id)
    else:
        rows = PlannedDay.objects.filter(division__in=reach)
    rows = (
        rows.filter(state=DayState.SUBMITTED)
        .exclude(staff=staff)
        .select_related("plan__staff", "plan__body", "division", "staff")
        .order_by("plan__submitted_at", "plan_id", "day")
    )
    return list(_grouped(rows, approvers, staff))


def _grouped(rows: Iterable[PlannedDay], approvers: Approvers, staff: StaffMember) -> Iterator[Waiting]:
    plans: dict[tuple[int, int], list[PlannedDay]] = defaultdict(list)
    for row in rows:
        plans[row.plan_id, row.division_id].append(row)
    for days in plans.values():
        first = days[0]
        right = approvers.right_of(staff.pk, division=first.division_id, staff=first.staff_id)
        if right is not None:
            yield Waiting(first.plan, first.division, tuple(days), right)


def count_waiting_in(division: Unit, head: StaffMember) -> int:
    """How many plans of a division wait for its head."""
    rows = PlannedDay.objects.filter(division=division, state=DayState.SUBMITTED).exclude(staff=head)
    return rows.order_by().values("plan").distinct().count()


def waiting_days(plan: TeleworkPlan) -> list[PlannedDay]:
    """The days of a plan that wait."""
    return list(
        PlannedDay.objects.filter(plan=plan, state=DayState.SUBMITTED)
        .select_related("division", "staff")
        .order_by("day")
    )


@dataclass(frozen=True)
class Seen:
    """One cell of the calendar: what is planned or was done."""

    kind: str
    part: str
    state: str
    is_done: bool = False


@dataclass(frozen=True)
class Line:
    """The month of one person in the calendar of a division."""

    staff: StaffMember
    title: str
    cells: tuple[tuple[date, Seen | None], ...]


def members_in(division: Unit, first: date, end: date) -> list[tuple[StaffMember, str]]:
    """Who works in a division at any time of [first, end), with their title; highest post first."""
    units = organization.subtree_ids(division, end - timedelta(days=1))
    rows = (
        Assignment.objects.filter(unit__in=units, valid_from__lt=end)
        .exclude(valid_to__lte=first)
        .select_related("staff", "post", "unit")
        .order_by("post__rank", "staff__kana", "staff__number")
    )
    found: dict[int, tuple[StaffMember, str]] = {}
    for row in rows:
        if row.staff.retired_on is None or row.staff.retired_on > first:
            found.setdefault(row.staff_id, (row.staff, row.title))
    return list(found.values())


def calendar_of(desk: Desk, month: date) -> list[Line]:
    """Who of the own division is where in a month: day by person. Four queries at any size."""
    end = next_month(month)
    members = members_in(desk.division, month, end)
    ids = [staff.pk for staff, _title in members]
    here = set(organization.subtree_ids(desk.division, end - timedelta(days=1)))
    seen: dict[tuple[int, date], Seen] = {}
    planned = PlannedDay.objects.filter(
        staff__in=ids, division__in=here, day__gte=month, day__lt=end, state__in=COUNTING_STATES
    )
    for staff, day, kind, part, state in planned.values_list("staff_id", "day", "kind", "part", "state"):
        seen[staff, day] = Seen(kind, part, state)
    done = TeleworkSession.objects.filter(
        staff__in=ids, unit_at_use__in=here, day__gte=month, day__lt=end
    ).exclude(state=SessionState.CANCELLED)
    for staff, day, kind, state in done.values_list("staff_id", "day", "kind", "state"):
        part = seen[staff, day].part if (staff, day) in seen else "day"
        seen[staff, day] = Seen(kind, part, state, is_done=True)
    days = days_of_month(month)
    return [
        Line(staff, title, tuple((day, seen.get((staff.pk, day))) for day in days))
        for staff, title in members
    ]


def plans_of_division(division: Unit, month: date) -> QuerySet[PlannedDay]:
    """All planned days of a division in a month, for its records."""
    units = organization.subtree_ids(division, next_month(month) - timedelta(days=1))
    return (
        PlannedDay.objects.filter(division__in=units, day__gte=month, day__lt=next_month(month))
        .exclude(state=DayState.DRAFT)
        .select_related("staff", "decision__decided_by", "division")
        .order_by("day", "staff__number", "pk")
    )


def staff_holding(division: Unit, posts: Sequence[str], day: date) -> QuerySet[StaffMember]:
    """Staff who hold one of these posts in a division or its sections on a day."""
    return StaffMember.objects.filter(
        valid_on(day, "assignments__"),
        assignments__unit__in=organization.subtree_ids(division, day),
        assignments__post__code__in=list(posts),
    ).distinct()

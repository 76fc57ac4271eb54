"""Who may act on a step on a day: the holders of its post, deputies of those away, and 代決 by the rule."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When

from kencho.approvals.models import (
    Absence,
    ApprovalStep,
    Capacity,
    DelegationSubstitute,
    StepRole,
    StepState,
)
from kencho.foundation.statements import PreparedRows
from kencho.organization.models import Assignment, StaffMember
from kencho.organization.queries import valid_on

NOBODY = Q(pk__in=[])
# Given by name, because the model already declares the type of the attribute.
CAPACITY = "capacity"


@dataclass(frozen=True)
class Seat:
    """A post in a unit."""

    unit_id: int
    post_id: int


def absences_on(day: date) -> QuerySet[Absence]:
    """Absences in force on a day."""
    return Absence.objects.filter(ended_at__isnull=True, first_day__lte=day, last_day__gte=day)


_held_by = PreparedRows(
    lambda start, end, staff: Assignment.objects.filter(valid_on(start), staff=staff).order_by(),
    Assignment,
    ("valid_from", "valid_to", "staff"),
)


def _seats(held: QuerySet[Assignment]) -> list[Seat]:
    return [Seat(unit_id, post_id) for unit_id, post_id in held.values_list("unit_id", "post_id").distinct()]


def seats_of(staff: StaffMember, day: date) -> list[Seat]:
    """All seats that a staff member holds on a day, 兼務 included."""
    return list({Seat(each.unit_id, each.post_id) for each in _held_by.all(day, day, staff.pk)})


def seats_for(step: ApprovalStep, day: date) -> list[Seat]:
    """The seat of a step, and after a reorganisation the same post in the unit that took over. The unit must be loaded."""
    own = Seat(step.unit_id, step.post_id)
    unit = step.unit
    if unit.successor_id is None or unit.valid_to is None or unit.valid_to > day:
        return [own]
    return [own, Seat(unit.successor_id, step.post_id)]


def deputised_seats(staff: StaffMember, day: date) -> list[Seat]:
    """Seats of those away on a day who named this staff member as their deputy."""
    away = absences_on(day).filter(deputy=staff).values("staff")
    return _seats(Assignment.objects.filter(valid_on(day), staff__in=away).order_by())


def places_of(staff: StaffMember, day: date) -> list[int]:
    """Ids of the units in which a staff member sits, or sits for somebody else."""
    return list({seat.unit_id for seat in (*seats_of(staff, day), *deputised_seats(staff, day))})


def _is_unit(unit_id: int, day: date, prefix: str = "") -> Q:
    """A unit, or one that ended and named it as its successor."""
    return Q(**{f"{prefix}unit": unit_id}) | Q(
        **{f"{prefix}unit__successor": unit_id, f"{prefix}unit__valid_to__lte": day}
    )


def on_seats(seats: Iterable[Seat], day: date) -> Q:
    """Steps that belong to one of these seats."""
    found = NOBODY
    for seat in seats:
        found |= Q(post=seat.post_id) & _is_unit(seat.unit_id, day)
    return found


def _present(day: date) -> QuerySet[Assignment]:
    """Assignments of people who are not away."""
    return Assignment.objects.filter(valid_on(day)).exclude(staff__in=absences_on(day).values("staff"))


def _in_unit_of_step(day: date) -> Q:
    return Q(unit=OuterRef("unit")) | Q(
        unit__predecessors=OuterRef("unit"), unit__predecessors__valid_to__lte=day
    )


def _may_substitute(seats: Iterable[Seat], staff: StaffMember, day: date) -> Q:
    """代決: the deciding post has nobody present, and no substitute that comes earlier in the rule is present."""
    nobody_decides = ~Exists(_present(day).filter(_in_unit_of_step(day), post=OuterRef("post")))
    found = NOBODY
    for seat in seats:
        mine = DelegationSubstitute.objects.filter(rule=OuterRef("rule"), post=seat.post_id)
        my_order = DelegationSubstitute.objects.filter(rule=OuterRef(OuterRef("rule")), post=seat.post_id)
        earlier = (
            _present(day)
            .filter(
                _in_unit_of_step(day) | Q(unit=OuterRef("round__request__division")),
                post__substitute_for__rule=OuterRef("rule"),
                post__substitute_for__order__lt=Subquery(my_order.values("order")[:1]),
            )
            # A drafter cannot decide their own draft, so the next in order may.
            .exclude(staff=OuterRef("round__request__drafter"))
            .exclude(staff=staff)
        )
        here = _is_unit(seat.unit_id, day) | Q(round__request__division=seat.unit_id)
        found |= here & Q(Exists(mine)) & Q(nobody_decides) & ~Q(Exists(earlier))
    return Q(role=StepRole.DECIDE, rule__isnull=False) & found


def open_steps(staff: StaffMember, day: date) -> QuerySet[ApprovalStep]:
    """Steps on which this staff member may act today; ``capacity`` tells in which right.

    Nobody acts on their own draft (except to decide where the rule allows it), nor twice in their own right in a round,
    except that whoever holds the deciding post decides, whatever else they were asked before.
    """
    acted = ApprovalStep.objects.filter(round=OuterRef("round"), decided_by=staff)
    not_own_draft = ~Q(round__request__drafter=staff)
    seats = seats_of(staff, day)
    in_place = not_own_draft & ~Q(Exists(acted.exclude(decided_as=Capacity.OWN)))
    own = (
        on_seats(seats, day)
        & (not_own_draft | Q(role=StepRole.DECIDE, rule__allows_own_draft=True))
        & (Q(role=StepRole.DECIDE) | ~Q(Exists(acted.filter(decided_as=Capacity.OWN))))
    )
    deputy = on_seats(deputised_seats(staff, day), day) & in_place
    substitute = _may_substitute(seats, staff, day) & in_place
    capacity = Case(
        When(own, then=Value(Capacity.OWN.value)),
        When(deputy, then=Value(Capacity.DEPUTY.value)),
        default=Value(Capacity.SUBSTITUTE.value),
        output_field=CharField(),
    )
    return ApprovalStep.objects.filter(
        own | deputy | substitute, state=StepState.ACTIVE, round__request__body=staff.body_id
    ).annotate(**{CAPACITY: capacity})


def absent_holder_of(step: ApprovalStep, deputy: StaffMember | None, day: date) -> StaffMember | None:
    """The holder of a step's seat who is away today (with this deputy, if given); None when the seat is vacant."""
    away = absences_on(day)
    if deputy is not None:
        away = away.filter(deputy=deputy)
    here = Q(assignments__unit=step.unit_id) | Q(
        assignments__unit__predecessors=step.unit_id, assignments__unit__predecessors__valid_to__lte=day
    )
    return (
        StaffMember.objects.filter(here, valid_on(day, "assignments__"), assignments__post=step.post_id)
        .filter(pk__in=away.values("staff"))
        .order_by("pk")
        .first()
    )


@cache
def _holding(units: int, posts: int) -> PreparedRows[Assignment]:
    """Who holds one of so many posts in one of so many units; the SQL differs by the numbers only."""

    def rows(day: date, _same_day: date, *keys: int) -> QuerySet[Assignment]:
        return (
            Assignment.objects.filter(valid_on(day), post__in=keys[:posts], unit__in=keys[posts:])
            .select_related("staff")
            .order_by("id")
        )

    return PreparedRows(rows, Assignment, ("valid_from", "valid_to", *["post"] * posts, *["unit"] * units))


def holders_of(steps: Iterable[ApprovalStep], day: date) -> dict[int, list[Assignment]]:
    """For each step (by id) who sits there today; one query for all. Steps must have their unit loaded."""
    steps = list(steps)
    units = {unit_id for step in steps for unit_id in (step.unit_id, step.unit.successor_id) if unit_id}
    posts = {step.post_id for step in steps}
    held: dict[Seat, list[Assignment]] = defaultdict(list)
    for each in _holding(len(units), len(posts)).all(day, day, *sorted(posts), *sorted(units)):
        held[Seat(each.unit_id, each.post_id)].append(each)
    found: dict[int, list[Assignment]] = {}
    for step in steps:
        sitting = held[Seat(step.unit_id, step.post_id)]
        successor = step.unit.successor_id
        if successor is not None and not step.unit.is_valid_on(day):
            sitting = sitting + held[Seat(successor, step.post_id)]
        found[step.pk] = sitting
    return found

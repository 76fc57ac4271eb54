"""Cycles, who is asked, and how many have answered."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from kencho.organization.models import Assignment, Body, StaffMember, Unit
from kencho.organization.queries import successor_on, valid_on
from kencho.surveys.anonymity import TOKEN, Box, CycleKeys, unwrapped
from kencho.surveys.models import BallotBox, Cycle, CycleState, ReportingUnit, Roster


def cycles_of(body: Body) -> QuerySet[Cycle]:
    """All cycles of a body."""
    return Cycle.objects.filter(body=body).select_related("body", "program__body", "questionnaire")


def cycle_of(body: Body, key: uuid.UUID) -> Cycle | None:
    """The cycle of this key."""
    return cycles_of(body).filter(key=key).first()


def cycles_open(body: Body, at: datetime) -> QuerySet[Cycle]:
    """Cycles that take answers now."""
    return cycles_of(body).filter(state=CycleState.OPEN, opens_at__lte=at, closes_at__gt=at)


def cycles_due(at: datetime) -> list[Cycle]:
    """Cycles whose time to open or to close has come, of all bodies."""
    due = Q(state=CycleState.APPROVED, opens_at__lte=at) | Q(state=CycleState.OPEN, closes_at__lte=at)
    return list(Cycle.objects.filter(due).select_related("body", "program__body", "questionnaire"))


def to_destroy(at: datetime) -> list[Cycle]:
    """Published cycles whose raw answers have been kept for their whole time."""
    found = Cycle.objects.filter(state=CycleState.PUBLISHED, destroyed_at__isnull=True).select_related("body")
    return [
        each for each in found if each.closed_at and each.closed_at + timedelta(days=each.days_kept) <= at
    ]


def keys_of(cycle: Cycle) -> CycleKeys:
    """The keys of an open cycle. Raises Damaged when they are gone or belong to another installation."""
    return unwrapped(bytes(cycle.secret), str(cycle.key))


@dataclass(frozen=True)
class Issued:
    """Where a token belongs: the key of its box, and whether it was used."""

    pk: int
    is_spent: bool


def box_of(cycle: Cycle, token: bytes) -> Issued | None:
    """The box for which a token was issued."""
    # All tokens of a cycle are some hundred kilobytes; asking the database for one of them would put it into its log.
    rows = BallotBox.objects.filter(group__cycle=cycle).values_list("pk", "tokens", "spent")
    for pk, tokens, spent in rows.iterator():
        box = Box(tokens=bytes(tokens), spent=bytes(spent))
        if box.holds(token):
            return Issued(pk, box.is_spent(token))
    return None


@dataclass(frozen=True)
class GroupRate:
    """How many of a reporting unit have answered."""

    group: ReportingUnit
    returned: int

    @property
    def percent(self) -> int:
        """回答率, whole per cent, rounded down."""
        return self.returned * 100 // self.group.headcount if self.group.headcount else 0


def group_rates(cycle: Cycle) -> list[GroupRate]:
    """Answers so far by reporting unit, in the order of the organisation; every one of them has at least k members."""
    groups = list(
        ReportingUnit.objects.filter(cycle=cycle).annotate(bytes_spent=Length("box__spent")).order_by("order")
    )
    counts = {group.pk: (group.bytes_spent or 0) // TOKEN for group in groups}
    for group in reversed(groups):
        if group.parent_id is not None:
            counts[group.parent_id] += counts[group.pk]
    return [GroupRate(group, counts[group.pk]) for group in groups]


def division_staff(cycle: Cycle, groups: Iterable[str], day: date) -> QuerySet[StaffMember]:
    """All staff who work in the divisions of these reporting units on a day, whether they have answered or not."""
    rows = Roster.objects.filter(cycle=cycle, group__code__in=list(groups)).select_related("unit__successor")
    units = {successor_on(row.unit, day) for row in rows}
    held = Assignment.objects.filter(valid_on(day), is_concurrent=False)
    # Somebody who belongs to a department directly is not everybody below it.
    inside = held.filter(Q(unit__in=units) | Q(unit__parent__in=units, unit__level=Unit.Level.SECTION))
    return (
        StaffMember.objects.filter(pk__in=inside.values("staff"), body=cycle.body)
        .exclude(retired_on__lte=day)
        .select_related("user", "body")
        .order_by("number")
    )


def has_tag(cycle: Cycle, tag: bytes) -> bool:
    """Whether the ballot of a receipt lies in a box of an open cycle."""
    rows = BallotBox.objects.filter(group__cycle=cycle).values_list("tags", flat=True)
    return any(Box(tokens=b"", tags=bytes(tags)).has_tag(tag) for tags in rows.iterator())

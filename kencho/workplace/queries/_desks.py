"""Satellite offices, free desks, and what else could be booked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from kencho.foundation.clock import JST
from kencho.organization import queries as organization
from kencho.organization.models import Body, StaffMember
from kencho.workplace.models import DeskBooking, Part, SatelliteDesk, SatelliteOffice

NOON = 12
LOOK_AHEAD = 14


def offices_for(body: Body) -> QuerySet[SatelliteOffice]:
    """Offices that the staff of a body may use: its own, and the shared ones of others."""
    return (
        SatelliteOffice.objects.filter(Q(body=body) | Q(is_shared=True), is_active=True)
        .select_related("body")
        .order_by("body__code", "code")
    )


def own_offices(body: Body) -> QuerySet[SatelliteOffice]:
    """Offices that a body looks after, closed ones too."""
    desks = Prefetch("desks", SatelliteDesk.objects.order_by("code"))
    return SatelliteOffice.objects.filter(body=body).prefetch_related(desks).order_by("code")


def hours_of(office: SatelliteOffice, day: date, part: str = Part.DAY) -> tuple[datetime, datetime]:
    """[from, until) of a part of the day in an office, in Asia/Tokyo."""
    opens = datetime.combine(day, office.opens, JST)
    closes = datetime.combine(day, office.closes, JST)
    noon = min(max(datetime(day.year, day.month, day.day, NOON, tzinfo=JST), opens), closes)
    if part == Part.MORNING:
        return opens, noon
    return (noon, closes) if part == Part.AFTERNOON else (opens, closes)


def standing() -> QuerySet[DeskBooking]:
    """Bookings that were not cancelled."""
    return DeskBooking.objects.filter(cancelled_at__isnull=True)


def clashes(desk: SatelliteDesk, starts_at: datetime, ends_at: datetime) -> QuerySet[DeskBooking]:
    """Bookings of a desk that share time with [starts_at, ends_at)."""
    return standing().filter(desk=desk, starts_at__lt=ends_at, ends_at__gt=starts_at).order_by("starts_at")


def clashes_of_person(staff: StaffMember, starts_at: datetime, ends_at: datetime) -> QuerySet[DeskBooking]:
    """Bookings of a person that share time with [starts_at, ends_at)."""
    return standing().filter(staff=staff, starts_at__lt=ends_at, ends_at__gt=starts_at)


def free_desks(
    offices: QuerySet[SatelliteOffice], starts_at: datetime, ends_at: datetime
) -> QuerySet[SatelliteDesk]:
    """Desks of these offices that nobody has in [starts_at, ends_at)."""
    taken = standing().filter(desk=OuterRef("pk"), starts_at__lt=ends_at, ends_at__gt=starts_at)
    return (
        SatelliteDesk.objects.filter(~Q(Exists(taken)), office__in=offices, is_active=True)
        .select_related("office__body")
        .order_by("office__code", "code")
    )


@dataclass(frozen=True)
class Alternative:
    """A desk that is free instead, [starts_at, ends_at)."""

    desk: SatelliteDesk
    starts_at: datetime
    ends_at: datetime


def alternatives(
    body: Body, desk: SatelliteDesk, starts_at: datetime, ends_at: datetime, *, number: int = 3
) -> list[Alternative]:
    """What is free instead: first other desks at the same time (same office before others), then the same desk later."""
    found: list[Alternative] = []
    for each in _proposals(body, desk, starts_at, ends_at):
        found.append(each)
        if len(found) == number:
            break
    return found


def _proposals(
    body: Body, desk: SatelliteDesk, starts_at: datetime, ends_at: datetime
) -> Iterator[Alternative]:
    free = list(free_desks(offices_for(body), starts_at, ends_at).exclude(pk=desk.pk))
    for other in sorted(free, key=lambda each: each.office_id != desk.office_id):
        yield Alternative(other, starts_at, ends_at)
    calendar, first = organization.calendar_of(body), starts_at.astimezone(JST).date()
    for days in range(1, LOOK_AHEAD + 1):
        later = timedelta(days=days)
        if not calendar.is_business_day(first + later):
            continue
        if not clashes(desk, starts_at + later, ends_at + later).exists():
            yield Alternative(desk, starts_at + later, ends_at + later)


@dataclass(frozen=True)
class DeskDay:
    """A desk on a day: which parts are free, and the reader's own booking."""

    desk: SatelliteDesk
    free: tuple[Part, ...]
    mine: DeskBooking | None


@dataclass(frozen=True)
class OfficeDay:
    """An office on a day with all its desks."""

    office: SatelliteOffice
    desks: tuple[DeskDay, ...]

    @property
    def free_count(self) -> int:
        """Desks of which at least a part of the day is free."""
        return sum(bool(each.free) for each in self.desks)


def office_days(staff: StaffMember, day: date) -> list[OfficeDay]:
    """All offices that a person may use, as booked on a day. Three queries at any size."""
    offices = list(
        offices_for(staff.body).prefetch_related(
            Prefetch("desks", SatelliteDesk.objects.filter(is_active=True).order_by("code"))
        )
    )
    starts = datetime(day.year, day.month, day.day, tzinfo=JST)
    booked: dict[int, list[DeskBooking]] = {}
    for row in standing().filter(
        desk__office__in=offices, starts_at__lt=starts + timedelta(days=1), ends_at__gt=starts
    ):
        booked.setdefault(row.desk_id, []).append(row)
    return [
        OfficeDay(
            office,
            tuple(
                _desk_day(office, desk, day, booked.get(desk.pk, []), staff) for desk in office.desks.all()
            ),
        )
        for office in offices
    ]


def _desk_day(
    office: SatelliteOffice, desk: SatelliteDesk, day: date, booked: list[DeskBooking], staff: StaffMember
) -> DeskDay:
    free = []
    for part in Part:
        begins, ends = hours_of(office, day, part)
        if begins < ends and not any(row.starts_at < ends and row.ends_at > begins for row in booked):
            free.append(part)
    mine = next((row for row in booked if row.staff_id == staff.pk), None)
    return DeskDay(desk, tuple(free), mine)


def bookings_of(staff: StaffMember, moment: datetime) -> QuerySet[DeskBooking]:
    """Bookings of a person that are not over, the next first."""
    return (
        standing()
        .filter(staff=staff, ends_at__gt=moment)
        .select_related("desk__office__body", "staff__body")
        .order_by("starts_at", "pk")
    )

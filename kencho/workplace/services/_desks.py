"""Satellite offices and their desks. One desk is never given to two: the loser hears why, and what is free instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from kencho.audit import services as audit
from kencho.foundation import clock, events
from kencho.foundation.actors import Actor
from kencho.organization.models import Body, StaffMember
from kencho.workplace import exclusions, permissions, queries
from kencho.workplace.events import DeskBooked, DeskReleased
from kencho.workplace.models import DeskBooking, SatelliteDesk, SatelliteOffice
from kencho.workplace.queries import Alternative
from kencho.workplace.services._errors import Reason, UnableTo


class UnableToBook(UnableTo):
    """Taken, closed, past, or of a body that does not share it; ``alternatives`` are free instead."""

    def __init__(self, reason: Reason, detail: str = "", alternatives: Sequence[Alternative] = ()) -> None:
        super().__init__(reason, detail)
        self.alternatives = tuple(alternatives)


class UnableToCancelBooking(UnableTo):
    """Not one's own, cancelled before, or over."""


class UnableToSaveOffice(UnableTo):
    """Of another body, or the code is taken."""


@dataclass(frozen=True)
class OfficeText:
    """What an office says about itself."""

    name: str
    address: str = ""
    note: str = ""
    is_shared: bool = False
    is_active: bool = True
    opens: time = time(8, 30)
    closes: time = time(17, 15)


@transaction.atomic
def save_office(*, body: Body, code: str, text: OfficeText, by: Actor, at: datetime) -> SatelliteOffice:
    """サテライトオフィスを登録する, or change it. Raises UnableToSaveOffice, PermissionDenied."""
    if not (by.is_system or by.body == body.code):
        raise UnableToSaveOffice(Reason.OTHER_BODY)
    if not permissions.may_save_offices(by):
        raise PermissionDenied
    if text.closes <= text.opens:
        raise UnableToSaveOffice(Reason.BACKWARD)
    office, _created = SatelliteOffice.objects.update_or_create(body=body, code=code, defaults=vars(text))
    audit.record("workplace.satellite_office.save", office, by=by, at=at, label=office.name, body=body.code)
    return office


@transaction.atomic
def save_desk(
    *,
    office: SatelliteOffice,
    code: str,
    equipment: str = "",
    is_active: bool = True,
    by: Actor,
    at: datetime,
) -> SatelliteDesk:
    """席を登録する, or change it. Raises UnableToSaveOffice, PermissionDenied."""
    if not (by.is_system or by.body == office.body.code):
        raise UnableToSaveOffice(Reason.OTHER_BODY)
    if not permissions.may_save_offices(by):
        raise PermissionDenied
    desk, _created = SatelliteDesk.objects.update_or_create(
        office=office, code=code, defaults={"equipment": equipment, "is_active": is_active}
    )
    audit.record(
        "workplace.satellite_desk.save", desk, by=by, at=at, label=str(desk)[:60], body=office.body.code
    )
    return desk


def book_desk(
    *,
    desk: SatelliteDesk,
    staff: StaffMember,
    starts_at: datetime,
    ends_at: datetime,
    by: Actor,
    at: datetime,
) -> DeskBooking:
    """席を予約する, [starts_at, ends_at). Raises UnableToBook with what is free instead.

    On PostgreSQL the constraint of the database is the truth and the lock of the desk only makes for a friendly
    answer; on SQLite the transaction has the writer's turn from its beginning (see ``exclusions``).
    """
    try:
        with transaction.atomic():
            return _book(desk, staff, starts_at, ends_at, by, at)
    except IntegrityError as error:
        broken = next((name for name in exclusions.CONSTRAINTS if name in str(error)), None)
        if broken is None:
            raise
        reason = Reason.DESK_TAKEN if broken == "desk_booking_desk_free" else Reason.PERSON_TAKEN
        raise _refused(reason, desk, staff, starts_at, ends_at) from error


def _book(
    desk: SatelliteDesk,
    staff: StaffMember,
    starts_at: datetime,
    ends_at: datetime,
    by: Actor,
    at: datetime,
) -> DeskBooking:
    desk = (
        SatelliteDesk.objects.select_for_update(of=("self",), no_key=True)
        .select_related("office__body")
        .get(pk=desk.pk)
    )
    _check_booking(desk, staff, starts_at, ends_at, by, at)
    if queries.clashes(desk, starts_at, ends_at).exists():
        raise _refused(Reason.DESK_TAKEN, desk, staff, starts_at, ends_at)
    if queries.clashes_of_person(staff, starts_at, ends_at).exists():
        raise UnableToBook(Reason.PERSON_TAKEN)
    booking = DeskBooking.objects.create(
        desk=desk, staff=staff, starts_at=starts_at, ends_at=ends_at, booked_at=at
    )
    audit.record(
        "workplace.desk_booking.book",
        booking,
        by=by,
        at=at,
        label=f"{desk.office.name} {desk.code}",
        body=staff.body.code,
        details={"starts_at": starts_at, "ends_at": ends_at},
    )
    events.publish(DeskBooked(booking_id=booking.pk, booked_at=at), at=at, body=staff.body.code)
    return booking


def _check_booking(
    desk: SatelliteDesk,
    staff: StaffMember,
    starts_at: datetime,
    ends_at: datetime,
    by: Actor,
    at: datetime,
) -> None:
    office = desk.office
    if not permissions.may_plan(by, staff) or not permissions.may_use_office(staff, office):
        raise UnableToBook(Reason.NOT_ALLOWED)
    if not desk.is_active:
        raise UnableToBook(Reason.CLOSED)
    if ends_at <= starts_at:
        raise UnableToBook(Reason.BACKWARD)
    if ends_at <= at:
        raise UnableToBook(Reason.PAST)
    opens, closes = queries.hours_of(office, clock.day_of(starts_at))
    if starts_at < opens or ends_at > closes:
        raise UnableToBook(Reason.CLOSED, f"（{office.opens:%H:%M}–{office.closes:%H:%M}）")


def _refused(
    reason: Reason, desk: SatelliteDesk, staff: StaffMember, starts_at: datetime, ends_at: datetime
) -> UnableToBook:
    """Why, without saying by whom: who sits where is nobody else's business."""
    taken = queries.clashes(desk, starts_at, ends_at).first() if reason == Reason.DESK_TAKEN else None
    when = (
        f"（{taken.starts_at.astimezone(clock.JST):%H:%M}–{taken.ends_at.astimezone(clock.JST):%H:%M}）"
        if taken
        else ""
    )
    return UnableToBook(reason, when, queries.alternatives(staff.body, desk, starts_at, ends_at))


@transaction.atomic
def cancel_booking(*, booking: DeskBooking, by: Actor, at: datetime) -> DeskBooking:
    """予約を取り消す: the desk is free at once. Raises UnableToCancelBooking."""
    booking = (
        DeskBooking.objects.select_for_update(of=("self",), no_key=True)
        .select_related("staff__body", "desk__office")
        .get(pk=booking.pk)
    )
    if not permissions.may_cancel_booking(by, booking):
        raise UnableToCancelBooking(Reason.NOT_ALLOWED)
    if booking.cancelled_at is not None or booking.ends_at <= at:
        raise UnableToCancelBooking(Reason.ENDED)
    booking.cancelled_at = at
    booking.save(update_fields=["cancelled_at"])
    body = booking.staff.body.code
    audit.record(
        "workplace.desk_booking.cancel",
        booking,
        by=by,
        at=at,
        label=f"{booking.desk.office.name} {booking.desk.code}",
        body=body,
    )
    events.publish(DeskReleased(booking_id=booking.pk, released_at=at), at=at, body=body)
    return booking

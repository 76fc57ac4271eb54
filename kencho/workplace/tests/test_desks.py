"""Desks are never given twice, whoever asks at the same moment."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from kencho.organization.models import RoleAssignment, StaffMember
from kencho.organization.testing import Cast, actor, make_cast, make_staff
from kencho.workplace import queries, services
from kencho.workplace.models import DeskBooking, SatelliteDesk, SatelliteOffice
from kencho.workplace.services import OfficeText, Reason
from kencho.workplace.testing import instant

DAY = date(2026, 6, 1)
AT = instant(DAY, 7)


def make_office(cast: Cast, *, desks: int = 2, is_shared: bool = False) -> SatelliteOffice:
    """津庁舎 with desks A1, A2, …"""
    by = replace(actor(cast.org_admin), roles=frozenset({RoleAssignment.Role.ORGANIZATION_ADMIN.value}))
    text = OfficeText("津庁舎サテライト", is_shared=is_shared)
    office = services.save_office(body=cast.body, code="tsu", text=text, by=by, at=AT)
    for n in range(desks):
        services.save_desk(office=office, code=f"A{n + 1}", by=by, at=AT)
    return office


def book(
    desk: SatelliteDesk, staff: StaffMember, first: int, until: int, day: date = DAY, at: datetime = AT
) -> DeskBooking:
    """From hour to hour."""
    return services.book_desk(
        desk=desk,
        staff=staff,
        starts_at=instant(day, first),
        ends_at=instant(day, until),
        by=actor(staff),
        at=at,
    )


def desk_of(office: SatelliteOffice, code: str = "A1") -> SatelliteDesk:
    """A desk by its name."""
    return SatelliteDesk.objects.get(office=office, code=code)


def test_the_loser_hears_why_and_gets_three_others(cast: Cast) -> None:
    office = make_office(cast)
    book(desk_of(office), cast.clerk, 9, 12)
    with pytest.raises(services.UnableToBook) as error:
        book(desk_of(office), cast.chief, 11, 15)
    assert error.value.reason == Reason.DESK_TAKEN
    assert "09:00–12:00" in error.value.message
    assert cast.clerk.name not in error.value.message
    found = [(each.desk.code, each.starts_at.date()) for each in error.value.alternatives]
    assert found == [("A2", DAY), ("A1", DAY + timedelta(days=1)), ("A1", DAY + timedelta(days=2))]
    for each in error.value.alternatives:
        assert not queries.clashes(each.desk, each.starts_at, each.ends_at).exists()


def test_alternatives_keep_to_open_days(cast: Cast) -> None:
    office = make_office(cast, desks=1)
    friday = date(2026, 6, 5)
    book(desk_of(office), cast.clerk, 9, 12, friday)
    with pytest.raises(services.UnableToBook) as error:
        book(desk_of(office), cast.chief, 9, 12, friday)
    assert [each.starts_at.date().weekday() for each in error.value.alternatives] == [0, 1, 2]


def test_ranges_are_half_open_and_a_cancelled_desk_is_free(cast: Cast) -> None:
    desk = desk_of(make_office(cast))
    morning = book(desk, cast.clerk, 9, 12)
    book(desk, cast.chief, 12, 15)
    services.cancel_booking(booking=morning, by=actor(cast.clerk), at=AT)
    book(desk, cast.head, 9, 12)


@pytest.mark.parametrize(
    ("hours", "reason"),
    [
        ((8, 10), Reason.CLOSED),
        ((16, 18), Reason.CLOSED),
        ((12, 12), Reason.BACKWARD),
        ((12, 9), Reason.BACKWARD),
    ],
)
def test_times_that_are_none(cast: Cast, hours: tuple[int, int], reason: Reason) -> None:
    with pytest.raises(services.UnableToBook) as error:
        book(desk_of(make_office(cast)), cast.clerk, *hours)
    assert error.value.reason == reason


def test_nobody_sits_at_two_desks_or_in_the_past(cast: Cast) -> None:
    office = make_office(cast)
    book(desk_of(office, "A1"), cast.clerk, 9, 12)
    with pytest.raises(services.UnableToBook) as error:
        book(desk_of(office, "A2"), cast.clerk, 11, 14)
    assert error.value.reason == Reason.PERSON_TAKEN
    with pytest.raises(services.UnableToBook) as error:
        book(desk_of(office, "A2"), cast.clerk, 14, 16, at=instant(DAY, 17))
    assert error.value.reason == Reason.PAST


def test_other_bodies_use_only_what_is_shared(cast: Cast) -> None:
    desk = desk_of(make_office(cast))
    with pytest.raises(services.UnableToBook) as error:
        book(desk, cast.other_body_clerk, 9, 12)
    assert error.value.reason == Reason.NOT_ALLOWED
    assert not queries.office_days(cast.other_body_clerk, DAY)
    make_office(cast, is_shared=True)
    book(desk, cast.other_body_clerk, 9, 12)
    assert queries.office_days(cast.other_body_clerk, DAY)[0].free_count == 2


def test_only_the_own_booking_is_cancelled_and_once(cast: Cast) -> None:
    booking = book(desk_of(make_office(cast)), cast.clerk, 9, 12)
    for who, reason in (
        (cast.chief, Reason.NOT_ALLOWED),
        (cast.clerk, None),
        (cast.clerk, Reason.ENDED),
    ):
        if reason is None:
            services.cancel_booking(booking=booking, by=actor(who), at=AT)
            continue
        with pytest.raises(services.UnableToCancelBooking) as error:
            services.cancel_booking(booking=booking, by=actor(who), at=AT)
        assert error.value.reason == reason


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the constraint is PostgreSQL's")
def test_the_database_itself_refuses_an_overlap(cast: Cast) -> None:
    office = make_office(cast)
    book(desk_of(office), cast.clerk, 9, 12)

    def insert(desk: str, staff: StaffMember, first: int) -> None:
        with transaction.atomic():
            DeskBooking.objects.create(
                desk=desk_of(office, desk),
                staff=staff,
                starts_at=instant(DAY, first),
                ends_at=instant(DAY, first + 2),
                booked_at=AT,
            )

    with pytest.raises(IntegrityError, match="desk_booking_desk_free"):
        insert("A1", cast.chief, 11)
    with pytest.raises(IntegrityError, match="desk_booking_staff_free"):
        insert("A2", cast.clerk, 11)
    insert("A1", cast.chief, 12)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_no_overlap() -> None:
    cast = make_cast()
    office = make_office(cast, desks=3)
    desks = list(office.desks.all())
    people = [make_staff(cast.division, f"P{n:03}", f"席 {n}子", with_user=False) for n in range(8)]
    start = Barrier(len(people))

    def hurry(number: int) -> list[str]:
        rng, outcomes = random.Random(number), []
        start.wait()
        try:
            for _ in range(12):
                first = rng.randrange(9, 16)
                try:
                    book(rng.choice(desks), people[number], first, first + rng.randint(1, 17 - first))
                except services.UnableToBook as refusal:
                    outcomes.append(refusal.reason.value)
                else:
                    outcomes.append("booked")
        finally:
            connection.close()
        return outcomes

    with ThreadPoolExecutor(len(people)) as pool:
        outcomes = [each for found in pool.map(hurry, range(len(people))) for each in found]
    rows = list(DeskBooking.objects.filter(cancelled_at__isnull=True))
    assert len(rows) == outcomes.count("booked") > 0
    assert {"desk_taken", "person_taken"} & set(outcomes)
    overlaps = [
        (a, b)
        for a in rows
        for b in rows
        if a.pk < b.pk
        and (a.desk_id == b.desk_id or a.staff_id == b.staff_id)
        and a.starts_at < b.ends_at
        and b.starts_at < a.ends_at
    ]
    assert overlaps == []


def test_hours_of_an_office_that_closes_before_noon(cast: Cast) -> None:
    office = make_office(cast)
    office.opens, office.closes = time(8, 30), time(11, 0)
    assert queries.hours_of(office, DAY, "morning") == (instant(DAY, 8, 30), instant(DAY, 11))
    first, last = queries.hours_of(office, DAY, "afternoon")
    assert first == last


def test_only_who_looks_after_the_organisation_saves_offices(db: None) -> None:
    cast = make_cast()
    office = make_office(cast)
    by = actor(cast.clerk)
    with pytest.raises(PermissionDenied):
        services.save_office(body=cast.body, code="ise", text=OfficeText("伊勢"), by=by, at=AT)
    with pytest.raises(PermissionDenied):
        services.save_desk(office=office, code="B1", by=by, at=AT)
    assert not SatelliteOffice.objects.filter(code="ise").exists()

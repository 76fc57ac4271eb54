"""Staff: hired, reassigned, retired; roles; closed days; the desk."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries

from kencho.accounts.models import User
from kencho.audit.models import Entry
from kencho.foundation import clock
from kencho.foundation.actors import system
from kencho.organization import queries, services
from kencho.organization.models import Assignment, ClosedDay, RoleAssignment, StaffMember
from kencho.organization.services import (
    NewUnit,
    UnableToAssign,
    UnableToGrantRole,
    UnableToHire,
    UnableToOpenAccount,
    UnableToRetire,
    UnableToRevokeRole,
    UnableToSetClosedDay,
)
from kencho.organization.testing import FIRST_DAY, Cast, desk, make_cast

BY = system("test")
LATER = date(2026, 10, 1)
NEXT_YEAR = date(2027, 4, 1)
Role = RoleAssignment.Role


def hire(cast: Cast, number: str = "S0100", on: date = FIRST_DAY) -> StaffMember:
    return services.hire(
        body=cast.body,
        number=number,
        name="新人 太郎",
        unit=cast.division,
        post=cast.posts["CLERK"],
        on=on,
        email=f"{number.lower()}@mie.example.jp",
        by=BY,
        at=clock.now(),
    )


def test_hire_enters_the_main_post(cast: Cast) -> None:
    staff = hire(cast)
    assert staff in queries.members_of(cast.division, FIRST_DAY)
    assert Entry.objects.get(action="organization.staff_member.hire").details["post"] == "CLERK"


def test_a_staff_number_is_taken_once(cast: Cast) -> None:
    with pytest.raises(UnableToHire):
        hire(cast, "S0001")


def test_nobody_is_assigned_across_bodies(cast: Cast) -> None:
    with pytest.raises(UnableToAssign):
        services.reassign(
            staff=cast.clerk,
            unit=cast.foreign_division,
            post=cast.posts["CLERK"],
            on=LATER,
            by=BY,
            at=clock.now(),
        )


def test_nobody_is_assigned_to_a_unit_that_is_not_there_yet(cast: Cast) -> None:
    with pytest.raises(UnableToAssign):
        hire(cast, on=FIRST_DAY - timedelta(days=1))


def test_reassign_ends_one_post_and_begins_the_next(cast: Cast) -> None:
    services.reassign(
        staff=cast.clerk,
        unit=cast.other_division,
        post=cast.posts["SENIOR_CLERK"],
        on=LATER,
        by=BY,
        at=clock.now(),
    )
    assert [(a.unit, a.valid_from, a.valid_to) for a in queries.history_of(cast.clerk)] == [
        (cast.other_division, LATER, None),
        (cast.division, FIRST_DAY, LATER),
    ]
    assert desk(cast.clerk, LATER).division == cast.other_division
    assert desk(cast.clerk, LATER - timedelta(days=1)).division == cast.division


def test_reassigning_on_the_same_day_corrects(cast: Cast) -> None:
    for unit in (cast.other_division, cast.division):
        services.reassign(
            staff=cast.clerk, unit=unit, post=cast.posts["CLERK"], on=LATER, by=BY, at=clock.now()
        )
    assert [a.unit for a in queries.history_of(cast.clerk)] == [cast.division, cast.division]


def test_a_change_before_one_that_is_entered_is_refused(cast: Cast) -> None:
    services.reassign(
        staff=cast.clerk,
        unit=cast.other_division,
        post=cast.posts["CLERK"],
        on=NEXT_YEAR,
        by=BY,
        at=clock.now(),
    )
    with pytest.raises(UnableToAssign):
        services.reassign(
            staff=cast.clerk, unit=cast.department, post=cast.posts["CLERK"], on=LATER, by=BY, at=clock.now()
        )


def test_a_post_in_an_ending_unit_goes_on_in_its_successor(cast: Cast) -> None:
    renamed = services.rename_unit(unit=cast.division, name="新しい課", on=NEXT_YEAR, by=BY, at=clock.now())
    cast.division.refresh_from_db()
    staff = hire(cast, on=LATER)
    assert [(a.unit, a.valid_from, a.valid_to) for a in queries.history_of(staff)] == [
        (renamed, NEXT_YEAR, None),
        (cast.division, LATER, NEXT_YEAR),
    ]


def test_concurrent_post_beside_the_main_one(cast: Cast) -> None:
    extra = services.assign_concurrent(
        staff=cast.chief,
        unit=cast.other_division,
        post=cast.posts["DIVISION_DIRECTOR"],
        on=LATER,
        by=BY,
        at=clock.now(),
    )
    user = cast.chief.user
    assert user is not None
    assert desk(cast.chief, LATER).division == cast.division
    chosen = queries.desk_of(user, LATER, assignment_id=extra.pk)
    assert chosen is not None
    assert chosen.division == cast.other_division
    assert cast.chief in queries.holders(cast.other_division, ["DIVISION_DIRECTOR"], LATER)
    with pytest.raises(UnableToAssign):
        services.assign_concurrent(
            staff=cast.chief,
            unit=cast.other_division,
            post=cast.posts["DIVISION_DIRECTOR"],
            on=NEXT_YEAR,
            by=BY,
            at=clock.now(),
        )
    services.end_concurrent(assignment=extra, on=NEXT_YEAR, by=BY, at=clock.now())
    assert cast.chief not in queries.holders(cast.other_division, ["DIVISION_DIRECTOR"], NEXT_YEAR)


def test_a_concurrent_post_that_never_began_is_removed(cast: Cast) -> None:
    extra = services.assign_concurrent(
        staff=cast.chief,
        unit=cast.other_division,
        post=cast.posts["CLERK"],
        on=NEXT_YEAR,
        by=BY,
        at=clock.now(),
    )
    services.end_concurrent(assignment=extra, on=LATER, by=BY, at=clock.now())
    assert queries.history_of(cast.chief).count() == 1


def test_the_main_post_does_not_end_as_a_concurrent_one(cast: Cast) -> None:
    main = queries.assignments_on(cast.chief, FIRST_DAY).get()
    with pytest.raises(UnableToAssign):
        services.end_concurrent(assignment=main, on=LATER, by=BY, at=clock.now())


def test_retirement_ends_posts_roles_and_the_desk(cast: Cast) -> None:
    services.retire(staff=cast.org_admin, on=LATER, by=BY, at=clock.now())
    user = cast.org_admin.user
    assert user is not None
    assert queries.desk_of(user, LATER) is None
    assert queries.desk_of(user, LATER - timedelta(days=1)) is not None
    assert not cast.org_admin.roles.filter(valid_to__isnull=True).exists()
    with pytest.raises(UnableToRetire):
        services.retire(staff=cast.org_admin, on=NEXT_YEAR, by=BY, at=clock.now())
    with pytest.raises(UnableToAssign):
        services.reassign(
            staff=cast.org_admin,
            unit=cast.division,
            post=cast.posts["CLERK"],
            on=NEXT_YEAR,
            by=BY,
            at=clock.now(),
        )
    with pytest.raises(UnableToGrantRole):
        services.grant_role(staff=cast.org_admin, role=Role.AUDITOR, on=LATER, by=BY, at=clock.now())


def test_a_new_name_reaches_the_account(cast: Cast) -> None:
    services.correct_staff(
        staff=cast.clerk, name="担当 改", kana="", email=cast.clerk.email, by=BY, at=clock.now()
    )
    user = cast.clerk.user
    assert user is not None
    user.refresh_from_db()
    assert user.name == "担当 改"
    assert "担当" not in str(Entry.objects.get(action="organization.staff_member.correct").details)


def test_open_account_once(cast: Cast) -> None:
    staff = hire(cast)
    user = services.open_account(staff=staff, by=BY, at=clock.now())
    assert (user.kind, user.has_usable_password()) == (User.Kind.STAFF, False)
    with pytest.raises(UnableToOpenAccount):
        services.open_account(staff=staff, by=BY, at=clock.now())


def test_open_account_needs_an_address_of_its_own(cast: Cast) -> None:
    staff = hire(cast)
    for email in ("", "resident@example.jp"):
        staff.email = email
        with pytest.raises(UnableToOpenAccount):
            services.open_account(staff=staff, by=BY, at=clock.now())


def test_roles_hold_for_their_period(cast: Cast) -> None:
    services.grant_role(staff=cast.clerk, role=Role.AUDITOR, on=LATER, until=NEXT_YEAR, by=BY, at=clock.now())
    assert not desk(cast.clerk, FIRST_DAY).has_role(Role.AUDITOR)
    assert desk(cast.clerk, LATER).has_role(Role.AUDITOR, Role.PLANNER)
    assert not desk(cast.clerk, NEXT_YEAR).has_role(Role.AUDITOR)
    with pytest.raises(UnableToGrantRole):
        services.grant_role(staff=cast.clerk, role=Role.AUDITOR, on=FIRST_DAY, by=BY, at=clock.now())
    with pytest.raises(UnableToGrantRole):
        services.grant_role(staff=cast.clerk, role="king", on=FIRST_DAY, by=BY, at=clock.now())


def test_the_last_administrator_stays(cast: Cast) -> None:
    grant = cast.org_admin.roles.get()
    with pytest.raises(UnableToRevokeRole):
        services.revoke_role(grant=grant, on=LATER, by=BY, at=clock.now())
    services.grant_role(staff=cast.head, role=Role.ORGANIZATION_ADMIN, on=FIRST_DAY, by=BY, at=clock.now())
    services.revoke_role(grant=grant, on=LATER, by=BY, at=clock.now())
    assert not desk(cast.org_admin, LATER).roles
    assert Entry.objects.filter(action="organization.role_assignment.revoke").count() == 1


def test_a_role_that_never_began_is_removed(cast: Cast) -> None:
    grant = services.grant_role(staff=cast.clerk, role=Role.AUDITOR, on=NEXT_YEAR, by=BY, at=clock.now())
    services.revoke_role(grant=grant, on=LATER, by=BY, at=clock.now())
    assert not RoleAssignment.objects.filter(role=Role.AUDITOR).exists()


def test_closed_days_reach_the_calendar(cast: Cast) -> None:
    entry = services.set_closed_day(
        body=cast.body, day=date(2026, 4, 18), name="県民の日", by=BY, at=clock.now()
    )
    with pytest.raises(UnableToSetClosedDay):
        services.set_closed_day(body=cast.body, day=entry.day, name="二重", by=BY, at=clock.now())
    assert entry.day in queries.calendar_of(cast.body).extra_closed
    assert entry.day not in queries.calendar_of(cast.other_body).extra_closed
    services.remove_closed_day(entry=entry, by=BY, at=clock.now())
    assert not ClosedDay.objects.exists()


def test_desk_costs_a_constant_number_of_queries(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    user = cast.clerk.user
    assert user is not None
    with django_assert_max_num_queries(3):
        queries.desk_of(user, FIRST_DAY)


def test_staff_search(cast: Cast) -> None:
    assert set(queries.staff_of(cast.body, cast.day, words="担当 s00")) == {cast.clerk}
    assert not queries.staff_of(cast.body, cast.day, words="津")
    services.retire(staff=cast.clerk, on=LATER, by=BY, at=clock.now())
    assert cast.clerk not in queries.staff_of(cast.body, LATER)
    assert cast.clerk in queries.staff_of(cast.body, LATER, retired=True)


class Careers(TestCase):
    """Whatever series of changes is entered, main posts follow each other without gap or overlap."""

    @settings(max_examples=25, deadline=None)
    @given(st.data())
    def test_main_posts_touch(self, data: st.DataObject) -> None:
        cast = make_cast()
        units = [cast.division, cast.other_division, cast.department]
        staff, day, refused = hire(cast), FIRST_DAY, 0
        for _ in range(data.draw(st.integers(1, 6))):
            day += timedelta(days=data.draw(st.integers(-30, 200)))
            unit = data.draw(st.sampled_from(units))
            try:
                if data.draw(st.booleans()):
                    services.reassign(
                        staff=staff, unit=unit, post=cast.posts["CLERK"], on=day, by=BY, at=clock.now()
                    )
                else:
                    services.assign_concurrent(
                        staff=staff,
                        unit=unit,
                        post=cast.posts["SECTION_CHIEF"],
                        on=day,
                        by=BY,
                        at=clock.now(),
                    )
            except UnableToAssign:
                refused += 1
        if data.draw(st.booleans()):
            services.retire(staff=staff, on=day + timedelta(days=200), by=BY, at=clock.now())
        posts = list(Assignment.objects.filter(staff=staff, is_concurrent=False).order_by("valid_from"))
        assert posts[0].valid_from == FIRST_DAY
        for earlier, later in pairwise(posts):
            assert earlier.valid_to == later.valid_from
        assert posts[-1].valid_to == staff.retired_on


def test_successor_chain_over_years(cast: Cast) -> None:
    unit, day = cast.division, FIRST_DAY
    for year in range(2027, 2032):
        day = date(year, 4, 1)
        unit = services.reorganise(
            body=cast.body,
            ending=[unit],
            beginning=[NewUnit(f"Y{year}", f"{year}課", parent=cast.department)],
            successors={unit.code: f"Y{year}"},
            on=day,
            by=BY,
            at=clock.now(),
        )[0]
    cast.division.refresh_from_db()
    assert queries.successor_on(cast.division, day).code == "Y2031"
    assert queries.successor_on(cast.division, date(2029, 7, 1)).code == "Y2029"
    assert len(queries.subtree_ids(unit, day)) == 6

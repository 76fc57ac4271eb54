"""One person in several posts of a route: asked once, shown as such, and the round can always be finished."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kencho.approvals import queries, services
from kencho.approvals.models import (
    ApprovalRequest,
    ApprovalStep,
    Place,
    RequestState,
    SkipReason,
    StepRole,
    StepState,
)
from kencho.approvals.tests.people import AT, DAY, DOCUMENT, Office, approve, may_act
from kencho.foundation import clock
from kencho.organization.models import Assignment, StaffMember
from kencho.organization.testing import actor

POSTS = ("SENIOR_CLERK", "SECTION_CHIEF", "DIVISION_DEPUTY", "DIVISION_DIRECTOR")
PEOPLE = ("clerk", "second_clerk", "deputy_chief", "chief", "concurring_chief")
PLACES = ((Place.OWN_DIVISION, ""), (Place.NAMED, "03004"), (Place.NAMED, "03009"))
SEAT = st.tuples(st.sampled_from(PLACES), st.sampled_from(POSTS))
STEPS = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from([StepRole.CIRCULATE, StepRole.CONCUR]), SEAT),
    max_size=5,
    unique_by=lambda step: (step[0], step[2]),
)
# Who sits where: any person in any post of either division, in several at once.
CAST = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.sampled_from(["03009", "03004"]), st.sampled_from(POSTS)),
    max_size=10,
    unique=True,
)


def _person(office: Office, name: str) -> StaffMember:
    found: StaffMember = getattr(office, name, None) or getattr(office.cast, name)
    return found


def _seat(office: Office, who: StaffMember, unit: str, post: str) -> None:
    place = office.cast.division if unit == "03009" else office.cast.other_division
    Assignment.objects.get_or_create(
        staff=who,
        unit=place,
        post=office.cast.posts[post],
        defaults={"valid_from": DAY, "is_concurrent": True},
    )


def _route(office: Office, steps: list[services.StepSpec]) -> None:
    services.save_route(
        matter=office.permit,
        code="random",
        name="任意",
        by=actor(office.head),
        at=AT,
        steps=[*steps, services.StepSpec(9, StepRole.DECIDE)],
    )


def _put_forward(office: Office, drafter: StaffMember) -> ApprovalRequest:
    return services.request_approval(
        matter="permit",
        title="任意",
        document=DOCUMENT,
        subject=services.Subject("a.b", "1"),
        route="random",
        division=office.cast.division,
        by=actor(drafter),
        at=AT,
    )


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS, cast=CAST, drafter=st.sampled_from(PEOPLE), data=st.data())
def test_whoever_sits_where_the_round_can_be_finished(
    office: Office,
    steps: list[tuple[int, StepRole, tuple[tuple[Place, str], str]]],
    cast: list[tuple[str, str, str]],
    drafter: str,
    data: st.DataObject,
) -> None:
    with transaction.atomic():
        for name, unit, post in cast:
            _seat(office, _person(office, name), unit, post)
        _route(
            office,
            [
                services.StepSpec(order, role, place, code, office.cast.posts[post])
                for order, role, ((place, code), post) in steps
            ],
        )
        try:
            request = _put_forward(office, _person(office, drafter))
        except services.UnableToRequestApproval:
            # Nobody to decide, nobody to concur, or nobody but the drafter: said at once, not found out later.
            transaction.set_rollback(True)
            return
        for _turn in range(len(steps) + 1):
            request.refresh_from_db()
            if not request.is_pending:
                break
            able = [name for name in (*PEOPLE, "org_admin") if may_act(request, _person(office, name))]
            assert able, [str(step) for step in ApprovalStep.objects.filter(round__request=request)]
            approve(request, _person(office, data.draw(st.sampled_from(able))))
        request.refresh_from_db()
        assert request.state == RequestState.APPROVED
        transaction.set_rollback(True)


def test_two_concurrences_of_one_person_are_one(office: Office) -> None:
    posts = office.cast.posts
    _seat(office, office.concurring_chief, "03004", "DIVISION_DEPUTY")
    _route(
        office,
        [
            services.StepSpec(1, StepRole.CONCUR, Place.NAMED, "03004", posts["DIVISION_DIRECTOR"]),
            services.StepSpec(1, StepRole.CONCUR, Place.NAMED, "03004", posts["DIVISION_DEPUTY"]),
        ],
    )
    request = _put_forward(office, office.clerk)
    approve(request, office.concurring_chief)
    steps = {step.post.code: step for step in queries.round_of(request).steps.select_related("post")}
    skipped = [step for step in steps.values() if step.state == StepState.SKIPPED]
    assert [step.skip_reason for step in skipped] == [SkipReason.SAME]
    assert "同一人のため省略" in skipped[0].get_skip_reason_display()
    approve(request, office.chief)
    request.refresh_from_db()
    assert request.state == RequestState.APPROVED


def test_the_decider_decides_and_is_not_asked_to_concur_before(office: Office) -> None:
    posts = office.cast.posts
    # The deciding chief heads the division that the route wants to hear as well.
    Assignment.objects.filter(staff=office.concurring_chief).delete()
    _seat(office, office.chief, "03004", "DIVISION_DIRECTOR")
    _route(office, [services.StepSpec(1, StepRole.CONCUR, Place.NAMED, "03004", posts["DIVISION_DIRECTOR"])])
    request = _put_forward(office, office.clerk)
    first, last = queries.round_of(request).steps.all()
    assert (first.state, first.skip_reason) == (StepState.SKIPPED, SkipReason.TWICE)
    assert (last.role, last.state) == (StepRole.DECIDE, StepState.ACTIVE)
    approve(request, office.chief)
    request.refresh_from_db()
    assert request.state == RequestState.APPROVED


def test_the_drafter_is_not_asked_to_concur(office: Office) -> None:
    posts = office.cast.posts
    _route(office, [services.StepSpec(1, StepRole.CONCUR, Place.NAMED, "03004", posts["DIVISION_DIRECTOR"])])
    request = _put_forward(office, office.concurring_chief)
    first = queries.round_of(request).steps.first()
    assert first is not None
    assert (first.state, first.skip_reason) == (StepState.SKIPPED, SkipReason.DRAFTER)


def test_an_approval_taken_back_asks_again_who_was_passed_over(office: Office) -> None:
    posts = office.cast.posts
    _seat(office, office.concurring_chief, "03004", "DIVISION_DEPUTY")
    _seat(office, office.second_clerk, "03004", "DIVISION_DIRECTOR")
    _route(
        office,
        [
            services.StepSpec(1, StepRole.CONCUR, Place.NAMED, "03004", posts["DIVISION_DIRECTOR"]),
            services.StepSpec(2, StepRole.CONCUR, Place.NAMED, "03004", posts["DIVISION_DEPUTY"]),
        ],
    )
    request = _put_forward(office, office.clerk)
    approve(request, office.concurring_chief)
    assert may_act(request, office.chief) == "own"
    services.take_back(request=request, by=actor(office.concurring_chief), at=AT + timedelta(minutes=1))
    approve(request, office.second_clerk)
    assert not may_act(request, office.chief)
    assert may_act(request, office.concurring_chief, clock.day_of(AT)) == "own"
    approve(request, office.concurring_chief)
    approve(request, office.chief)
    request.refresh_from_db()
    assert request.state == RequestState.APPROVED


@pytest.mark.parametrize("both", [False, True])
def test_who_decides_may_have_been_asked_before(office: Office, both: bool) -> None:
    posts = office.cast.posts
    _seat(office, office.chief, "03009", "DIVISION_DEPUTY")
    if both:
        _seat(office, office.second_clerk, "03009", "DIVISION_DIRECTOR")
    _route(office, [services.StepSpec(1, StepRole.CIRCULATE, post=posts["DIVISION_DEPUTY"])])
    request = _put_forward(office, office.clerk)
    approve(request, office.chief)
    approve(request, office.chief)
    request.refresh_from_db()
    assert request.state == RequestState.APPROVED

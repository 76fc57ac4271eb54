"""起案, 引戻し, 再提出, 廃案, and how the steps are worked out."""

from datetime import date

import pytest

from kencho.approvals import queries, services
from kencho.approvals.document import Document
from kencho.approvals.models import (
    ApprovalRequest,
    Capacity,
    Place,
    RequestState,
    SkipReason,
    StepRole,
    StepState,
)
from kencho.approvals.services import Reason
from kencho.approvals.tests.people import AT, DAY, DOCUMENT, Office, approve, away, draft, may_act
from kencho.foundation import actors
from kencho.organization.models import Assignment, Unit
from kencho.organization.testing import actor, make_staff, make_unit


def route(request: ApprovalRequest) -> list[tuple[int, str, str]]:
    return [
        (step.order, step.role, step.post.code)
        for step in queries.round_of(request).steps.select_related("post")
    ]


@pytest.mark.parametrize(
    ("amount", "decider"),
    [
        (1, "DIVISION_DIRECTOR"),
        (1_000_000, "DIVISION_DIRECTOR"),
        (1_000_001, "DEPARTMENT_DIRECTOR"),
        (None, "HEAD"),
    ],
)
def test_who_decides_follows_from_the_amount(office: Office, amount: int | None, decider: str) -> None:
    request = draft(office, matter="grant", amount=amount)
    assert route(request)[-1][1:] == (StepRole.DECIDE, decider)


def test_a_delegated_decision_cuts_the_circulation_above_it_but_not_concurrence(office: Office) -> None:
    assert route(draft(office, matter="grant", amount=5_000)) == [
        (1, StepRole.CIRCULATE, "DIVISION_DEPUTY"),
        (2, StepRole.CONCUR, "DIVISION_DIRECTOR"),
        (3, StepRole.DECIDE, "DIVISION_DIRECTOR"),
    ]


def test_a_rule_for_one_division_comes_before_the_general_one(office: Office) -> None:
    services.set_rule(
        matter=office.permit,
        post=office.cast.posts["DEPARTMENT_DIRECTOR"],
        division_codes=["03009"],
        valid_from=DAY,
        by=actor(office.cast.org_admin),
        at=AT,
    )
    assert route(draft(office))[-1] == (2, StepRole.DECIDE, "DEPARTMENT_DIRECTOR")


def test_a_rule_counts_only_in_its_period(office: Office) -> None:
    rule = queries.rules_of(office.cast.body).get(matter=office.permit)
    services.end_rule(rule=rule, on=DAY, by=actor(office.cast.org_admin), at=AT)
    assert route(draft(office))[-1] == (2, StepRole.DECIDE, "HEAD")


def test_a_route_may_name_its_own_decider_where_no_rule_speaks(office: Office) -> None:
    bill = services.save_matter(
        body=office.cast.body, code="bill", name="条例案", by=actor(office.head), at=AT
    )
    services.save_route(
        matter=bill,
        code="bill",
        name="部長決裁",
        is_default=True,
        by=actor(office.head),
        at=AT,
        steps=[
            services.StepSpec(
                1, StepRole.DECIDE, Place.OWN_DEPARTMENT, post=office.cast.posts["DEPARTMENT_DIRECTOR"]
            )
        ],
    )
    assert route(draft(office, matter="bill")) == [(1, StepRole.DECIDE, "DEPARTMENT_DIRECTOR")]


def test_circulation_to_nobody_or_to_the_drafter_is_skipped(office: Office) -> None:
    Assignment.objects.filter(staff=office.deputy_chief).delete()
    vacant = queries.round_of(draft(office)).steps.first()
    assert vacant is not None
    assert (vacant.state, vacant.skip_reason) == (StepState.SKIPPED, SkipReason.VACANT)
    drafter = make_staff(office.cast.division, "S0100", "補佐 新", post="DIVISION_DEPUTY")
    own = queries.round_of(draft(office, subject="2", drafter=drafter)).steps.first()
    assert own is not None
    assert (own.state, own.skip_reason) == (StepState.SKIPPED, SkipReason.DRAFTER)


def test_somebody_who_decides_anyway_is_not_asked_before(office: Office) -> None:
    Assignment.objects.create(
        staff=office.head,
        unit=office.cast.division,
        post=office.cast.posts["DIVISION_DEPUTY"],
        is_concurrent=True,
        valid_from=DAY,
    )
    Assignment.objects.filter(staff=office.deputy_chief).delete()
    request = draft(office, matter="grant", amount=5_000_000)
    first = queries.round_of(request).steps.first()
    assert first is not None
    assert first.skip_reason == SkipReason.TWICE


def test_concurrence_of_nobody_is_refused(office: Office) -> None:
    Assignment.objects.filter(staff=office.concurring_chief).delete()
    with pytest.raises(services.UnableToRequestApproval) as refusal:
        draft(office, matter="grant", amount=1)
    assert refusal.value.reason == Reason.NO_CONCURRER


def test_nobody_decides_their_own_draft(office: Office) -> None:
    with pytest.raises(services.UnableToRequestApproval) as refusal:
        draft(office, drafter=office.chief)
    assert refusal.value.reason == Reason.OWN_DRAFT


def test_unless_the_rule_allows_it(office: Office) -> None:
    trip = services.save_matter(body=office.cast.body, code="trip", name="出張", by=actor(office.head), at=AT)
    services.set_rule(
        matter=trip,
        post=office.cast.posts["DIVISION_DIRECTOR"],
        allows_own_draft=True,
        valid_from=DAY,
        by=actor(office.head),
        at=AT,
    )
    request = draft(office, matter="trip", drafter=office.chief)
    assert approve(request, office.chief).state == RequestState.APPROVED


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"title": " "}, Reason.EMPTY_TITLE),
        ({"matter": "unknown"}, Reason.NO_MATTER),
    ],
)
def test_what_is_missing_is_refused(office: Office, change: dict[str, str], reason: Reason) -> None:
    with pytest.raises(services.UnableToRequestApproval) as refusal:
        draft(office, **change)  # type: ignore[arg-type]  # one text argument of several
    assert refusal.value.reason == reason


def test_an_unknown_route_is_refused(office: Office) -> None:
    with pytest.raises(services.UnableToRequestApproval) as refusal:
        services.request_approval(
            matter="permit",
            title="許可",
            document=DOCUMENT,
            subject=services.Subject("a.b", "1"),
            route="nowhere",
            division=office.cast.division,
            by=actor(office.clerk),
            at=AT,
        )
    assert refusal.value.reason == Reason.NO_ROUTE


def test_the_drafter_belongs_to_the_body_of_the_division(office: Office) -> None:
    with pytest.raises(services.UnableToRequestApproval) as refusal:
        draft(office, drafter=office.cast.other_body_clerk)
    assert refusal.value.reason == Reason.OTHER_BODY


def test_the_same_thing_is_pending_once(office: Office) -> None:
    draft(office)
    with pytest.raises(services.UnableToRequestApproval) as refusal:
        draft(office)
    assert refusal.value.reason == Reason.ALREADY_PENDING


def test_a_returned_case_comes_back_as_a_new_round_and_the_old_one_stays(office: Office) -> None:
    request = draft(office)
    services.send_back(request=request, reason="図面が違う", by=actor(office.deputy_chief), at=AT)
    again = services.resubmit(
        request=request,
        by=actor(office.clerk),
        at=AT,
        note="図面を差し替えました",
        revision=services.Revision("旅館業の許可（図面差替え）", Document()),
    )
    assert (again.state, again.round_number, again.closed_at) == (RequestState.PENDING, 2, None)
    old, new = again.rounds.all()
    assert [step.state for step in old.steps.all()] == [StepState.RETURNED, StepState.CANCELLED]
    assert [step.state for step in new.steps.all()] == [StepState.ACTIVE, StepState.WAITING]
    assert old.digest != new.digest
    with pytest.raises(services.UnableToApprove) as refusal:
        services.approve(request=request, digest=old.digest, by=actor(office.deputy_chief), at=AT)
    assert refusal.value.reason == Reason.CHANGED
    approve(request, office.deputy_chief)
    assert approve(request, office.chief).state == RequestState.APPROVED


def test_without_a_revision_everything_stays_the_same(office: Office) -> None:
    request = draft(office, matter="grant", amount=70)
    services.pull_back(request=request, by=actor(office.clerk), at=AT)
    services.resubmit(request=request, by=actor(office.clerk), at=AT)
    old, new = request.rounds.all()
    assert (old.digest, old.document, old.amount) == (new.digest, new.document, new.amount)


def test_the_drafter_pulls_back_until_it_is_decided(office: Office) -> None:
    request = draft(office)
    approve(request, office.deputy_chief)
    with pytest.raises(services.UnableToPullBack) as not_mine:
        services.pull_back(request=request, by=actor(office.second_clerk), at=AT)
    assert not_mine.value.reason == Reason.NOT_DRAFTER
    assert services.pull_back(request=request, by=actor(office.clerk), at=AT).state == RequestState.WITHDRAWN
    services.resubmit(request=request, by=actor(office.clerk), at=AT)
    approve(request, office.deputy_chief)
    approve(request, office.chief)
    with pytest.raises(services.UnableToPullBack) as late:
        services.pull_back(request=request, by=actor(office.clerk), at=AT)
    assert late.value.reason == Reason.NOT_PENDING


def test_a_case_is_discarded_by_its_drafter_or_with_its_subject(office: Office) -> None:
    mine, fallen = draft(office, subject="1"), draft(office, subject="2")
    with pytest.raises(services.UnableToDiscard):
        services.discard(request=mine, reason="不要", by=actor(office.chief), at=AT)
    with pytest.raises(services.UnableToDiscard) as empty:
        services.discard(request=mine, reason="", by=actor(office.clerk), at=AT)
    assert empty.value.reason == Reason.EMPTY_REASON
    for request, by in ((mine, actor(office.clerk)), (fallen, actors.system("applications"))):
        assert (
            services.discard(request=request, reason="申請の取下げ", by=by, at=AT).state
            == RequestState.DISCARDED
        )
        with pytest.raises(services.UnableToResubmit):
            services.resubmit(request=request, by=actor(office.clerk), at=AT)


class TestReassignment:
    """人事異動 and reorganisation: steps belong to posts, drafts to divisions."""

    def test_the_new_holder_of_the_post_acts(self, office: Office) -> None:
        request = draft(office)
        approve(request, office.deputy_chief)
        Assignment.objects.filter(staff=office.chief).update(valid_to=date(2026, 5, 1))
        new_chief = make_staff(
            office.cast.division, "S0200", "新課長", post="DIVISION_DIRECTOR", day=date(2026, 5, 1)
        )
        assert may_act(request, office.chief, date(2026, 4, 30)) == Capacity.OWN
        assert may_act(request, office.chief, date(2026, 5, 1)) == ""
        assert may_act(request, new_chief, date(2026, 5, 1)) == Capacity.OWN

    def test_the_successor_of_a_unit_takes_over(self, office: Office) -> None:
        request = draft(office)
        day = date(2026, 7, 1)
        after = make_unit(office.cast.body, "03099", "DX課", parent=office.cast.department, valid_from=day)
        Unit.objects.filter(pk=office.cast.division.pk).update(valid_to=day, successor=after)
        Assignment.objects.filter(unit=office.cast.division).update(valid_to=day)
        taker = make_staff(after, "S0201", "補佐 継", post="DIVISION_DEPUTY", day=day)
        assert may_act(request, taker, day) == Capacity.OWN
        assert may_act(request, office.deputy_chief, day) == ""

    def test_a_colleague_takes_over_the_draft_of_someone_who_left(self, office: Office) -> None:
        request = draft(office)
        services.send_back(request=request, reason="直す", by=actor(office.deputy_chief), at=AT)
        with pytest.raises(services.UnableToResubmit):
            services.resubmit(request=request, by=actor(office.second_clerk), at=AT)
        Assignment.objects.filter(staff=office.clerk).delete()
        again = services.resubmit(request=request, by=actor(office.second_clerk), at=AT)
        assert again.drafter == office.second_clerk


def test_while_the_decider_is_away_the_case_still_gets_its_step(office: Office) -> None:
    away(office.chief)
    request = draft(office)
    assert route(request)[-1] == (2, StepRole.DECIDE, "DIVISION_DIRECTOR")

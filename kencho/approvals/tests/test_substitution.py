"""不在, 代理, 代決, 後閲."""

from datetime import date, timedelta

import pytest

from kencho.approvals import queries, services
from kencho.approvals.models import Absence, ApprovalStep, Capacity, RequestState
from kencho.approvals.services import Reason
from kencho.approvals.tests.people import AT, DAY, Office, approve, away, draft, may_act
from kencho.organization.models import Assignment
from kencho.organization.testing import actor, make_staff


def test_the_deputy_acts_for_those_away_and_it_is_recorded(office: Office) -> None:
    request = draft(office)
    assert may_act(request, office.second_clerk) == ""
    away(office.deputy_chief, office.second_clerk)
    assert may_act(request, office.second_clerk) == Capacity.DEPUTY
    approve(request, office.second_clerk)
    step = queries.round_of(request).steps.first()
    assert step is not None
    assert (step.decided_by, step.decided_as, step.decided_for) == (
        office.second_clerk,
        Capacity.DEPUTY,
        office.deputy_chief,
    )


def test_those_away_may_still_act_by_phone(office: Office) -> None:
    away(office.deputy_chief, office.second_clerk)
    assert may_act(draft(office), office.deputy_chief) == Capacity.OWN


def test_the_deputy_acts_only_on_the_days_of_the_absence(office: Office) -> None:
    away(office.deputy_chief, office.second_clerk, last_day=DAY + timedelta(days=2))
    request = draft(office)
    assert may_act(request, office.second_clerk, DAY + timedelta(days=2)) == Capacity.DEPUTY
    assert may_act(request, office.second_clerk, DAY + timedelta(days=3)) == ""
    services.end_absence(absence=Absence.objects.get(), by=actor(office.deputy_chief), at=AT)
    assert may_act(request, office.second_clerk) == ""


def test_the_drafter_is_no_deputy_for_their_own_draft(office: Office) -> None:
    away(office.deputy_chief, office.clerk)
    away(office.chief, office.clerk)
    request = draft(office)
    assert may_act(request, office.clerk) == ""


def test_the_first_present_substitute_decides(office: Office) -> None:
    section_chief = make_staff(office.cast.division, "S0300", "班長 一", post="SECTION_CHIEF")
    request = draft(office)
    approve(request, office.deputy_chief)
    assert may_act(request, office.deputy_chief) == ""
    away(office.chief)
    assert may_act(request, office.deputy_chief) == Capacity.SUBSTITUTE
    assert may_act(request, section_chief) == ""
    away(office.deputy_chief)
    assert may_act(request, section_chief) == Capacity.SUBSTITUTE


def test_a_substitute_who_drafted_is_passed_over(office: Office) -> None:
    section_chief = make_staff(office.cast.division, "S0300", "班長 一", post="SECTION_CHIEF")
    away(office.chief)
    request = draft(office, drafter=office.deputy_chief)
    assert may_act(request, office.deputy_chief) == ""
    assert may_act(request, section_chief) == Capacity.SUBSTITUTE


def test_a_vacant_post_is_decided_by_the_substitute(office: Office) -> None:
    request = draft(office)
    approve(request, office.deputy_chief)
    Assignment.objects.filter(staff=office.chief).delete()
    assert may_act(request, office.deputy_chief) == Capacity.SUBSTITUTE
    approve(request, office.deputy_chief)
    step = ApprovalStep.objects.get(decided_as=Capacity.SUBSTITUTE)
    assert step.decided_for is None


def test_a_substitute_decides_but_does_not_circulate_for_others(office: Office) -> None:
    section_chief = make_staff(office.cast.division, "S0300", "班長 一", post="SECTION_CHIEF")
    away(office.deputy_chief)
    assert may_act(draft(office), section_chief) == ""


def test_substitutes_of_other_divisions_stay_out(office: Office) -> None:
    stranger = make_staff(office.cast.other_division, "S0301", "補佐 他", post="DIVISION_DEPUTY")
    request = draft(office)
    approve(request, office.deputy_chief)
    away(office.chief)
    assert may_act(request, stranger) == ""


class TestDeferredReview:
    """後閲."""

    def decided_in_absence(self, office: Office) -> int:
        request = draft(office)
        approve(request, office.deputy_chief)
        away(office.chief)
        assert approve(request, office.deputy_chief).state == RequestState.APPROVED
        return request.pk

    def test_the_absent_decider_looks_at_it_later(self, office: Office) -> None:
        pk = self.decided_in_absence(office)
        owed = queries.reviews_owed(office.chief, DAY).get()
        assert owed.round.request_id == pk
        services.review(request=owed.round.request, by=actor(office.chief), at=AT)
        assert not queries.reviews_owed(office.chief, DAY).exists()
        with pytest.raises(services.UnableToReview) as refusal:
            services.review(request=owed.round.request, by=actor(office.chief), at=AT)
        assert refusal.value.reason == Reason.NOTHING_TO_REVIEW

    def test_the_substitute_cannot_do_it(self, office: Office) -> None:
        self.decided_in_absence(office)
        request = ApprovalStep.objects.get(decided_as=Capacity.SUBSTITUTE).round.request
        with pytest.raises(services.UnableToReview):
            services.review(request=request, by=actor(office.deputy_chief), at=AT)

    def test_it_is_asked_only_where_the_rule_says_so(self, office: Office) -> None:
        request = draft(office, matter="grant", amount=1)
        approve(request, office.deputy_chief)
        approve(request, office.concurring_chief)
        away(office.chief)
        approve(request, office.deputy_chief)
        assert not queries.reviews_owed(office.chief, DAY).exists()


class TestRegisteringAbsence:
    """What is refused."""

    @pytest.mark.parametrize(
        ("first", "last", "reason"),
        [
            (DAY, DAY - timedelta(days=1), Reason.WRONG_PERIOD),
            (DAY - timedelta(days=3), DAY - timedelta(days=1), Reason.PAST),
        ],
    )
    def test_periods(self, office: Office, first: date, last: date, reason: Reason) -> None:
        with pytest.raises(services.UnableToRegisterAbsence) as refusal:
            services.register_absence(
                staff=office.chief, first_day=first, last_day=last, by=actor(office.chief), at=AT
            )
        assert refusal.value.reason == reason

    def test_overlaps(self, office: Office) -> None:
        away(office.chief)
        with pytest.raises(services.UnableToRegisterAbsence) as refusal:
            away(office.chief)
        assert refusal.value.reason == Reason.OVERLAP

    @pytest.mark.parametrize("who", ["chief", "other_body_clerk"])
    def test_deputies(self, office: Office, who: str) -> None:
        with pytest.raises(services.UnableToRegisterAbsence) as refusal:
            away(office.chief, getattr(office.cast, who))
        assert refusal.value.reason == Reason.WRONG_DEPUTY

    def test_an_absence_ends_once(self, office: Office) -> None:
        away(office.chief)
        absence = Absence.objects.get()
        services.end_absence(absence=absence, by=actor(office.chief), at=AT)
        with pytest.raises(services.UnableToEndAbsence):
            services.end_absence(absence=absence, by=actor(office.chief), at=AT)

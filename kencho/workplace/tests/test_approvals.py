"""Who decides: whoever holds the head post of the division at the moment, their deputy, or a substitute by the rule."""

from datetime import date, timedelta

import pytest

from kencho.approvals import services as approvals
from kencho.foundation import queue
from kencho.notifications.models import Message
from kencho.organization import services as organization
from kencho.organization.models import StaffMember, Unit
from kencho.organization.testing import Cast, actor, make_staff, make_unit
from kencho.workplace import queries, services
from kencho.workplace.models import Capacity, DayState, PlanDecision, TeleworkPlan
from kencho.workplace.services import Reason
from kencho.workplace.testing import SYSTEM, approved, instant, make_rule, planned

MONDAY = date(2026, 6, 1)
AT = instant(MONDAY, 8)


@pytest.fixture(autouse=True)
def _rule(cast: Cast) -> None:
    make_rule(cast.body)


def digest(plan: TeleworkPlan) -> str:
    return queries.digest_of(queries.waiting_days(plan))


def decide(plan: TeleworkPlan, who: StaffMember) -> PlanDecision:
    return services.approve_plan(plan=plan, digest=digest(plan), by=actor(who), at=AT)


def deciders(cast: Cast, plan: TeleworkPlan, day: date = MONDAY) -> set[str]:
    """Who has the plan before them."""
    people = StaffMember.objects.select_related("body")
    return {each.name for each in people if any(w.plan == plan for w in queries.waiting_for(each, day))}


def away(staff: StaffMember, deputy: StaffMember | None = None) -> None:
    approvals.register_absence(
        staff=staff, deputy=deputy, first_day=MONDAY, last_day=MONDAY, by=actor(staff), at=AT
    )


def test_the_head_of_the_division_and_nobody_else(cast: Cast) -> None:
    plan = planned(cast.clerk, [(MONDAY, "home")], at=AT)
    assert deciders(cast, plan) == {cast.chief.name}
    for who in (cast.clerk, cast.head, cast.governor, cast.other_division_clerk, cast.other_body_clerk):
        with pytest.raises(services.UnableToDecide) as error:
            decide(plan, who)
        assert error.value.reason == Reason.NOT_APPROVER
    decision = decide(plan, cast.chief)
    assert (decision.decided_as, decision.articles) == (Capacity.OWN, ["第8条第1項"])
    with pytest.raises(services.UnableToDecide) as error:
        decide(plan, cast.chief)
    assert error.value.reason == Reason.CHANGED


def test_the_heads_own_plan_goes_up(cast: Cast) -> None:
    plan = planned(cast.chief, [(MONDAY, "home")], at=AT)
    assert deciders(cast, plan) == {cast.head.name}
    decide(plan, cast.head)
    of_the_top = planned(cast.head, [(MONDAY, "home")], at=AT)
    assert deciders(cast, of_the_top) == {cast.governor.name}


def test_a_division_without_head_goes_up(cast: Cast) -> None:
    plan = planned(cast.other_division_clerk, [(MONDAY, "home")], at=AT)
    assert deciders(cast, plan) == {cast.head.name}


def test_a_town_without_departments(cast: Cast) -> None:
    make_rule(cast.other_body)
    make_staff(
        make_unit(cast.other_body, "000", "市長", level=Unit.Level.EXECUTIVE), "T0100", "市長 一", post="HEAD"
    )
    plan = planned(cast.other_body_clerk, [(MONDAY, "home")], at=AT)
    assert deciders(cast, plan) == {"市長 一"}


def test_a_deputy_decides_while_the_head_is_away(cast: Cast) -> None:
    deputy = make_staff(cast.other_division, "S0300", "代理 三百")
    plan = planned(cast.clerk, [(MONDAY, "home")], at=AT)
    away(cast.chief, deputy)
    assert deciders(cast, plan) == {cast.chief.name, deputy.name}
    assert decide(plan, deputy).decided_as == Capacity.DEPUTY
    assert deciders(cast, plan, MONDAY + timedelta(days=1)) == set()


def test_substitutes_in_the_order_of_the_rule(cast: Cast) -> None:
    second = make_staff(cast.division, "S0401", "班長 四", post="SECTION_CHIEF")
    plan = planned(cast.clerk, [(MONDAY, "home")], at=AT)
    assert deciders(cast, plan) == {cast.chief.name}
    away(cast.chief)
    assert deciders(cast, plan) == {cast.chief.name, second.name}
    first = make_staff(cast.division, "S0400", "補佐 四", post="DIVISION_DEPUTY")
    assert deciders(cast, plan) == {cast.chief.name, first.name}
    away(first)
    decision = decide(plan, second)
    assert (decision.decided_as, decision.articles) == (Capacity.SUBSTITUTE, ["第8条第1項", "第8条第2項"])


def test_nobody_approves_for_themselves_as_substitute_or_deputy(cast: Cast) -> None:
    deputy = make_staff(cast.division, "S0400", "補佐 四", post="DIVISION_DEPUTY")
    away(cast.chief, deputy)
    plan = planned(deputy, [(MONDAY, "home")], at=AT)
    assert deciders(cast, plan) == {cast.chief.name}
    with pytest.raises(services.UnableToDecide) as error:
        decide(plan, deputy)
    assert error.value.reason == Reason.NOT_APPROVER


def test_whoever_holds_the_post_at_the_moment(cast: Cast) -> None:
    plan = planned(cast.clerk, [(MONDAY, "home")], at=AT)
    by, before = actor(cast.org_admin), instant(MONDAY - timedelta(days=1))
    organization.reassign(
        staff=cast.chief,
        unit=cast.other_division,
        post=cast.posts["DIVISION_DIRECTOR"],
        on=MONDAY,
        by=by,
        at=before,
    )
    successor = make_staff(cast.division, "S0500", "新任 五百", post="DIVISION_DIRECTOR", day=MONDAY)
    assert deciders(cast, plan) == {successor.name}


def test_after_a_merger_the_head_of_the_new_division(cast: Cast) -> None:
    tuesday = MONDAY + timedelta(days=1)
    plan = planned(cast.clerk, [(tuesday, "home")], at=AT)
    organization.close_unit(
        unit=Unit.objects.get(pk=cast.division.pk),
        successor=cast.other_division,
        on=tuesday,
        by=actor(cast.org_admin),
        at=AT,
    )
    assert deciders(cast, plan, tuesday) == {cast.chief.name}


def test_only_what_was_shown_is_approved(cast: Cast) -> None:
    plan = planned(cast.clerk, [(MONDAY, "home")], at=AT)
    seen = digest(plan)
    services.cancel_day(planned=plan.days.get(), by=actor(cast.clerk), at=AT)
    planned(cast.clerk, [(MONDAY, "mobile")], at=AT)
    with pytest.raises(services.UnableToDecide) as error:
        services.approve_plan(plan=plan, digest=seen, by=actor(cast.chief), at=AT)
    assert error.value.reason == Reason.CHANGED


def test_refusal_needs_an_article_of_the_rule_and_a_reason(cast: Cast) -> None:
    plan = planned(cast.clerk, [(MONDAY, "home")], at=AT)
    for article, reason, expected in (
        ("第99条", "繁忙期のため。", Reason.WRONG_ARTICLE),
        ("第3条第1項", " ", Reason.EMPTY_REASON),
    ):
        with pytest.raises(services.UnableToDecide) as error:
            services.refuse_plan(
                plan=plan, digest=digest(plan), article=article, reason=reason, by=actor(cast.chief), at=AT
            )
        assert error.value.reason == expected
    decision = services.refuse_plan(
        plan=plan,
        digest=digest(plan),
        article="第3条第1項",
        reason="窓口の当番の日のため。",
        by=actor(cast.chief),
        at=AT,
    )
    assert decision.articles == ["第3条第1項"]
    assert plan.days.get().state == DayState.REFUSED
    # A refused day may be planned anew.
    planned(cast.clerk, [(MONDAY, "mobile")], at=AT)


class TestExceptions:
    """Over the cap only with a reason, and the decision cites the article of the exception."""

    def days(self) -> list[tuple[date, str]]:
        return [(MONDAY + timedelta(days=n), "home") for n in range(4)]

    def test_over_the_cap(self, cast: Cast) -> None:
        with pytest.raises(services.UnableToSubmit) as error:
            planned(cast.clerk, self.days(), at=AT)
        assert error.value.reason == Reason.REASON_NEEDED
        assert "第6条第1項" in error.value.message
        decision = approved(cast.clerk, cast.chief, self.days(), at=AT, reason="介護のため。")
        assert decision.articles == ["第8条第1項", "第6条第2項"]

    def test_over_a_cap_without_exception(self, cast: Cast) -> None:
        make_rule(cast.body, limits={"exception_article": ""})
        with pytest.raises(services.UnableToSubmit) as error:
            planned(cast.clerk, self.days(), at=AT, reason="介護のため。")
        assert error.value.reason == Reason.AGAINST_RULE

    def test_a_week_over_two_months_counts_as_one(self, cast: Cast) -> None:
        # Monday 29 June to Friday 3 July
        planned(cast.clerk, [(date(2026, 6, 29), "home"), (date(2026, 6, 30), "home")], at=AT)
        with pytest.raises(services.UnableToSubmit):
            planned(cast.clerk, [(date(2026, 7, 1), "home"), (date(2026, 7, 2), "home")], at=AT)


def test_bulk_approval_leaves_out_what_cannot_be(cast: Cast) -> None:
    other = make_staff(cast.division, "S0600", "担当 六百")
    first = planned(cast.clerk, [(MONDAY, "home")], at=AT)
    second = planned(other, [(MONDAY, "home")], at=AT)
    outcome = services.bulk_approve(
        choices=[(first, digest(first)), (second, "stale")], by=actor(cast.chief), at=AT
    )
    assert [each.plan for each in outcome.approved] == [first]
    assert [(plan, each.reason) for plan, each in outcome.refused] == [(second, Reason.CHANGED)]


def test_saving_keeps_what_waits(cast: Cast) -> None:
    plan = planned(cast.clerk, [(MONDAY, "home")], at=AT)
    tuesday = MONDAY + timedelta(days=1)
    with pytest.raises(services.UnableToPlan) as error:
        services.save_plan(
            staff=cast.clerk,
            month=MONDAY,
            days=[services.WantedDay(MONDAY, "mobile", "anywhere")],
            by=actor(cast.clerk),
            at=AT,
        )
    assert error.value.reason == Reason.SETTLED
    services.save_plan(
        staff=cast.clerk,
        month=MONDAY,
        days=[services.WantedDay(tuesday, "mobile", "anywhere")],
        by=actor(cast.clerk),
        at=AT,
    )
    states = plan.days.order_by("day").values_list("state", flat=True)
    assert list(states) == ["submitted", "draft"]
    with pytest.raises(services.UnableToPlan) as error:
        services.save_plan(
            staff=cast.clerk,
            month=MONDAY,
            days=[services.WantedDay(date(2026, 7, 1), "home", "own_home")],
            by=actor(cast.clerk),
            at=AT,
        )
    assert error.value.reason == Reason.OTHER_MONTH


def test_without_a_rule_nothing_is_asked_for(cast: Cast) -> None:
    with pytest.raises(services.UnableToSubmit) as error:
        planned(cast.other_body_clerk, [(MONDAY, "home")], at=AT)
    assert error.value.reason == Reason.NO_RULE


def test_people_are_told(cast: Cast) -> None:
    plan = planned(cast.clerk, [(MONDAY, "home")], at=AT)
    queue.drain(strict=True)
    assert "承認をお願いします" in Message.objects.get(user=cast.chief.user).subject
    decide(plan, cast.chief)
    queue.drain(strict=True)
    told = Message.objects.get(user=cast.clerk.user)
    assert "承認されました" in told.subject
    assert "第8条第1項" in told.text


def test_a_move_gives_the_plan_back(cast: Cast) -> None:
    approved(cast.clerk, cast.chief, [(MONDAY + timedelta(days=2), "home")], at=AT)
    organization.reassign(
        staff=cast.clerk,
        unit=cast.other_division,
        post=cast.posts["CLERK"],
        on=MONDAY + timedelta(days=1),
        by=SYSTEM,
        at=AT,
    )
    queue.drain(strict=True)
    assert cast.clerk.telework_days.get().state == DayState.DRAFT

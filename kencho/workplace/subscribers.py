"""Reactions: the head hears of plans, the staff member of decisions and forgotten reports; moves release plans."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from kencho.foundation import actors, clock
from kencho.foundation.events import subscriber
from kencho.notifications import services as notifications
from kencho.organization.events import StaffReassigned
from kencho.organization.models import Body, StaffMember
from kencho.workplace import queries, services
from kencho.workplace.events import TeleworkEndForgotten, TeleworkPlanDecided, TeleworkPlanSubmitted
from kencho.workplace.models import PlanDecision, SessionState, TeleworkPlan, TeleworkSession

SENDER = actors.system("workplace")


def _tell(
    template: str, people: Iterable[StaffMember], body: Body, url: str, at: datetime, **words: str
) -> None:
    notifications.send(
        template=f"workplace/messages/{template}",
        recipients=[notifications.Recipient.staff(each) for each in people],
        context=words,
        body=body,
        url=url,
        by=SENDER,
        at=at,
    )


@subscriber(TeleworkPlanSubmitted)
def ask_heads(event: TeleworkPlanSubmitted) -> None:
    """The heads of the divisions in question, and who acts for them."""
    plan = TeleworkPlan.objects.select_related("staff", "body").filter(pk=event.plan_id).first()
    if plan is None:
        return
    approvers = queries.approvers_on(plan.body, clock.day_of(event.submitted_at))
    people = {
        who
        for division in {row.division_id for row in queries.waiting_days(plan)}
        for who in approvers.people_for(division, plan.staff_id)
    }
    _tell(
        "submitted",
        StaffMember.objects.filter(pk__in=people).select_related("user"),
        plan.body,
        reverse("workplace:telework_approvals"),
        event.submitted_at,
        month=f"{plan.month.year}年{plan.month.month}月",
    )


@subscriber(TeleworkPlanDecided)
def tell_decision(event: TeleworkPlanDecided) -> None:
    """The staff member hears how it was decided."""
    decision = (
        PlanDecision.objects.select_related("plan__staff__user", "plan__body")
        .filter(pk=event.decision_id)
        .first()
    )
    if decision is None:
        return
    plan = decision.plan
    _tell(
        "approved" if decision.is_approved else "refused",
        [plan.staff],
        plan.body,
        f"{reverse('workplace:telework_plan')}?month={plan.month:%Y-%m}",
        event.decided_at,
        month=f"{plan.month.year}年{plan.month.month}月",
        articles="、".join(decision.articles),
    )


@subscriber(TeleworkEndForgotten)
def remind_of_end(event: TeleworkEndForgotten) -> None:
    """The staff member is asked when it ended."""
    session = (
        TeleworkSession.objects.select_related("staff__user", "body")
        .filter(pk=event.session_id, state=SessionState.RUNNING)
        .first()
    )
    if session is not None:
        _tell(
            "forgotten",
            [session.staff],
            session.body,
            reverse("workplace:telework_home"),
            event.noticed_at,
            day=f"{session.day.month}月{session.day.day}日",
        )


@subscriber(StaffReassigned)
def release_plans(event: StaffReassigned) -> None:
    """Whoever moves asks the new head anew."""
    staff = StaffMember.objects.select_related("body").get(pk=event.staff_id)
    services.release_after_move(staff=staff, on=event.on, by=SENDER, at=clock.now())

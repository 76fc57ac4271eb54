"""Reactions to this app's own facts: the people whose turn it is, and the drafter, get a message."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from kencho.approvals import queries
from kencho.approvals.events import ApprovalGranted, ApprovalReturned, ApprovalStepActivated
from kencho.approvals.models import ApprovalRequest, ApprovalStep, StepState
from kencho.foundation import actors, clock
from kencho.foundation.events import subscriber
from kencho.notifications import services as notifications
from kencho.organization.models import StaffMember

SENDER = actors.system("approvals")


def _tell(
    template: str, request: ApprovalRequest, people: Iterable[StaffMember], at: datetime, **more: str
) -> None:
    notifications.send(
        template=f"approvals/messages/{template}",
        recipients=[notifications.Recipient.staff(each) for each in people],
        context={
            "title": request.title,
            "division": request.division.name,
            "matter": request.matter.name,
            **more,
        },
        body=request.body,
        url=reverse("approvals:approval_show", args=[request.pk]),
        by=SENDER,
        at=at,
    )


def _request(pk: int) -> ApprovalRequest:
    return ApprovalRequest.objects.select_related("body", "division", "matter", "drafter__user").get(pk=pk)


@subscriber(ApprovalStepActivated)
def ask_approvers(event: ApprovalStepActivated) -> None:
    """The holders of the post whose turn it is, and the deputies of those away."""
    step = ApprovalStep.objects.select_related("unit", "post").filter(pk=event.step_id).first()
    if step is None or step.state != StepState.ACTIVE:
        # Somebody was faster than the message.
        return
    day = clock.day_of(event.activated_at)
    holders = [each.staff_id for each in queries.holders_of([step], day)[step.pk]]
    deputies = queries.absences_on(day).filter(staff__in=holders, deputy__isnull=False).values("deputy")
    request = _request(event.approval_id)
    people = StaffMember.objects.filter(pk__in=holders) | StaffMember.objects.filter(pk__in=deputies)
    _tell(
        "turn",
        request,
        people.exclude(pk=request.drafter_id).select_related("user"),
        event.activated_at,
        role=str(step.get_role_display()),
    )


@subscriber(ApprovalGranted)
def tell_drafter_granted(event: ApprovalGranted) -> None:
    """The drafter hears that it is decided."""
    request = _request(event.approval_id)
    _tell("granted", request, [request.drafter], event.decided_at)


@subscriber(ApprovalReturned)
def tell_drafter_returned(event: ApprovalReturned) -> None:
    """The drafter hears that it came back; the reason stands on the page, not in the mail."""
    request = _request(event.approval_id)
    _tell("returned", request, [request.drafter], event.returned_at)

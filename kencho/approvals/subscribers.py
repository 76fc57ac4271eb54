"""Reactions to this app's own facts: the people whose turn it is, and the drafter, get a message."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from kencho.approvals import queries
from kencho.approvals.events import ApprovalGranted, ApprovalReturned, ApprovalStepActivated
from kencho.approvals.models import Absence, ApprovalRequest, ApprovalStep, StepState
from kencho.foundation import actors, clock
from kencho.foundation.events import subscriber
from kencho.foundation.prepared import Prepared
from kencho.foundation.statements import PreparedRows
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


_requests = Prepared(
    lambda pk: ApprovalRequest.objects.select_related("body", "division", "matter", "drafter__user").filter(
        pk=pk
    ),
    ApprovalRequest,
    ("id",),
)
_away = PreparedRows(
    lambda first, last: queries.absences_on(first).filter(deputy__isnull=False).order_by(),
    Absence,
    ("first_day", "last_day"),
)
_steps = Prepared(
    lambda pk: ApprovalStep.objects.select_related("unit", "post").filter(pk=pk).order_by(),
    ApprovalStep,
    ("id",),
)


def _request(pk: int) -> ApprovalRequest:
    found = _requests.one(pk)
    if found is None:
        raise ApprovalRequest.DoesNotExist
    return found


@subscriber(ApprovalStepActivated)
def ask_approvers(event: ApprovalStepActivated) -> None:
    """The holders of the post whose turn it is, and the deputies of those away."""
    step = _steps.one(event.step_id)
    if step is None or step.state != StepState.ACTIVE:
        # Somebody was faster than the message.
        return
    day = clock.day_of(event.activated_at)
    holders = [each.staff_id for each in queries.holders_of([step], day)[step.pk]]
    deputies = {
        each.deputy_id
        for each in _away.all(day, day)
        if each.staff_id in holders and each.deputy_id is not None
    }
    request = _request(event.approval_id)
    people = {*holders, *deputies} - {request.drafter_id}
    _tell(
        "turn",
        request,
        StaffMember.objects.filter(pk__in=people).select_related("user").order_by("pk") if people else [],
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

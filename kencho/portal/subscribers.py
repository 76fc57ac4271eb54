"""What the portal does with the facts of all apps: other systems are told (numbers and states only), and the watchers of the log."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from kencho.applications.events import (
    AmendmentRequested,
    ApplicationAccepted,
    ApplicationAmended,
    ApplicationCompleted,
    ApplicationDecided,
    ApplicationRefused,
    ApplicationSubmitted,
    ApplicationTransferred,
    ApplicationWithdrawn,
    NoticeIssued,
)
from kencho.applications.models import Application
from kencho.approvals.events import ApprovalGranted, ApprovalRequested, ApprovalReturned
from kencho.approvals.models import ApprovalRequest
from kencho.audit.events import TamperingFound
from kencho.foundation import actors, clock
from kencho.foundation.events import Event, subscriber
from kencho.foundation.prepared import Prepared
from kencho.notifications import services as notifications
from kencho.notifications.services import Recipient
from kencho.notifications.webhooks import services as webhooks
from kencho.notifications.webhooks.models import WebhookEndpoint, WebhookEvent
from kencho.organization.models import Body
from kencho.portal import queries

WORKER = actors.system("worker")

# fact → name in the API, and the step of the application's life that tells when it happened
_OF_APPLICATIONS: dict[type[Event], tuple[WebhookEvent, str]] = {
    ApplicationSubmitted: (WebhookEvent.APPLICATION_SUBMITTED, "submit"),
    ApplicationAccepted: (WebhookEvent.APPLICATION_ACCEPTED, "accept"),
    AmendmentRequested: (WebhookEvent.AMENDMENT_REQUESTED, "request_amendment"),
    ApplicationAmended: (WebhookEvent.APPLICATION_AMENDED, "amend"),
    ApplicationTransferred: (WebhookEvent.APPLICATION_TRANSFERRED, "transfer"),
    ApplicationWithdrawn: (WebhookEvent.APPLICATION_WITHDRAWN, "withdraw"),
    ApplicationRefused: (WebhookEvent.APPLICATION_REFUSED, "refuse"),
    ApplicationCompleted: (WebhookEvent.APPLICATION_COMPLETED, "complete"),
    ApplicationDecided: (WebhookEvent.APPLICATION_DECIDED, "decide"),
    NoticeIssued: (WebhookEvent.NOTICE_ISSUED, "issue"),
}
_OF_APPROVALS: dict[type[Event], WebhookEvent] = {
    ApprovalRequested: WebhookEvent.APPROVAL_REQUESTED,
    ApprovalGranted: WebhookEvent.APPROVAL_GRANTED,
    ApprovalReturned: WebhookEvent.APPROVAL_RETURNED,
}


_listening = Prepared(lambda: WebhookEndpoint.objects.filter(is_active=True), WebhookEndpoint, ())


def _tell_of_application(event: Any) -> None:
    name, verb = _OF_APPLICATIONS[type(event)]
    application = Application.objects.select_related("body", "procedure", "division").get(
        pk=event.application_id
    )
    # The fact is told as it stood then, although more may have happened before the queue came to it.
    step = application.changes.filter(verb=verb).last()
    now = clock.now()
    data = {
        "application_id": application.pk,
        "number": application.number,
        "procedure": application.procedure.code,
        "division": application.division.code,
        "status": step.status if step else application.status,
    }
    webhooks.tell(
        body_code=application.body.code, event=name, data=data, happened_at=step.at if step else now, at=now
    )


def _tell_of_approval(event: Any) -> None:
    request = ApprovalRequest.objects.select_related("body", "matter").get(pk=event.approval_id)
    now = clock.now()
    moments = [getattr(event, name, None) for name in ("requested_at", "decided_at", "returned_at")]
    data = {
        "approval_id": request.pk,
        "matter": request.matter.code,
        "subject_type": request.subject_type,
        "subject_id": request.subject_id,
    }
    webhooks.tell(
        body_code=request.body.code,
        event=_OF_APPROVALS[type(event)],
        data=data,
        happened_at=next((moment for moment in moments if moment), now),
        at=now,
    )


def _declare(event_type: type[Event], tell: Callable[[Any], None]) -> None:
    def told(event: Event) -> None:
        # Most offices have no other system that listens: then there is nothing to look up.
        if _listening.one() is not None:
            tell(event)

    # The queue knows a reaction by its name, so each needs its own.
    told.__name__ = f"webhook_{event_type.__name__}"
    subscriber(event_type)(told)


for _event in _OF_APPLICATIONS:
    _declare(_event, _tell_of_application)
for _event in _OF_APPROVALS:
    _declare(_event, _tell_of_approval)


@subscriber(TamperingFound)
def warn_of_tampering(event: TamperingFound) -> None:
    """改ざんの知らせ: the log is one for all bodies, so the watchers of every body are told."""
    now = clock.now()
    for body in Body.objects.order_by("code"):
        notifications.send(
            template="portal/mail/tampering",
            recipients=[Recipient.staff(each) for each in queries.watchers_of(body, clock.day_of(now))],
            body=body,
            url=reverse("portal:audit_log"),
            context={"findings": event.findings, "first": event.first},
            by=WORKER,
            at=now,
        )

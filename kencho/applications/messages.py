"""What applicants and staff are told, and when. Mail holds no answers, only where to read them."""

from datetime import datetime

from django.urls import reverse

from kencho.applications import documents
from kencho.applications.models import Application
from kencho.foundation import actors
from kencho.notifications import services as notifications
from kencho.notifications.services import Recipient

WORKER = actors.system("worker")


def tell_applicant(application: Application, what: str, *, at: datetime, **more: object) -> None:
    """Send the applicant the message ``templates/applications/mail/<what>.txt``; nothing without an address."""
    recipient = Recipient(user=application.user, email=application.applicant_email)
    if recipient.user is not None and not recipient.email:
        recipient = Recipient(user=application.user, email=application.user.email if application.user else "")
    if recipient.user is None and not recipient.email:
        return
    notifications.send(
        template=f"applications/mail/{what}",
        recipients=[recipient],
        body=application.body,
        url=reverse("applications:application_status", args=[application.number]),
        context={
            "application": application,
            "procedure": application.procedure,
            "number": application.number,
            "arrived_at": documents.printed_instant(application.arrived_at),
            **more,
        },
        by=WORKER,
        at=at,
    )


def tell_division(application: Application, what: str, *, at: datetime) -> None:
    """Tell the member of staff in charge; without one nobody, since the desk shows it to the whole division."""
    if application.assignee is None:
        return
    notifications.send(
        template=f"applications/mail/staff_{what}",
        recipients=[Recipient.staff(application.assignee)],
        body=application.body,
        url=reverse("applications:case", args=[application.pk]),
        context={"application": application, "number": application.number},
        by=WORKER,
        at=at,
    )

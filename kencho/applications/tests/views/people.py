"""What tests of the desk's pages start from: an application under examination, and its cast signed in."""

import uuid
from datetime import datetime, timedelta
from typing import Protocol

from django.test import Client
from django.urls import reverse

from kencho.applications import queries, services
from kencho.applications.models import Application
from kencho.applications.testing import AT
from kencho.organization.models import StaffMember
from kencho.organization.testing import actor, desk, sign_in

NOW = AT + timedelta(hours=1)


def client_of(staff: StaffMember) -> Client:
    """A browser in which this member of staff is signed in."""
    return sign_in(Client(), staff)


def url(name: str, application: Application | None = None, **more: object) -> str:
    """Address of a page of the desk."""
    return reverse(f"applications:{name}", kwargs={"pk": application.pk, **more} if application else None)


class Answer(Protocol):
    """What the test client gives back."""

    @property
    def content(self) -> bytes: ...


def text_of(response: Answer) -> str:
    """The page as text."""
    return response.content.decode()


def fresh(application: Application) -> Application:
    """The application as it stands now."""
    return Application.objects.select_related("division", "body", "assignee").get(pk=application.pk)


def under_review(application: Application, clerk: StaffMember, at: datetime = AT) -> Application:
    """Accepted and under review."""
    by = desk(clerk, AT.date()).actor
    services.accept(application=application, by=by, at=at)
    services.review(application=application, by=by, at=at)
    return fresh(application)


def copies(application: Application, count: int, **changes: object) -> list[Application]:
    """More applications like this one, without going through submission."""
    made = []
    for n in range(count):
        row = Application.objects.get(pk=application.pk)
        row.pk = None
        row.number = f"X{application.pk}-{n:05d}-{uuid.uuid4().hex[:6]}"
        row.idempotency_key = uuid.uuid4().hex
        row.arrived_at = application.arrived_at - timedelta(minutes=n + 1)
        for name, value in changes.items():
            setattr(row, name, value)
        made.append(row)
    return Application.objects.bulk_create(made)


def asked_item(application: Application) -> str:
    """An item that was answered."""
    return next(
        i.id for i in queries.compiled_of(application).definition.items() if i.id in application.answers
    )


__all__ = [
    "AT",
    "NOW",
    "actor",
    "asked_item",
    "client_of",
    "copies",
    "desk",
    "fresh",
    "text_of",
    "under_review",
    "url",
]

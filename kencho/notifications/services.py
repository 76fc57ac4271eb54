"""Writing messages; the worker sends the mail after the commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from kencho.accounts.models import User
from kencho.foundation import queue
from kencho.foundation.actors import Actor
from kencho.foundation.prepared import insert
from kencho.notifications.models import Message
from kencho.notifications.queries import to_erase
from kencho.organization.models import Body, StaffMember


@dataclass(frozen=True)
class Recipient:
    """Whom a message is for: an account, an e-mail address, or both."""

    user: User | None = None
    email: str = ""

    @classmethod
    def staff(cls, member: StaffMember) -> "Recipient":
        """A staff member: the desk's messages, and the office mail when there is one."""
        return cls(user=member.user, email=member.email or (member.user.email if member.user else ""))


@transaction.atomic
def send(
    *,
    template: str,
    recipients: Sequence[Recipient],
    context: Mapping[str, object],
    body: Body,
    url: str,
    by: Actor,
    at: datetime,
) -> list[Message]:
    """知らせる: render ``<template>.txt`` (first line is the subject) for each recipient and store it.

    Mail goes out from the queue after the commit; without an address only the portal shows the message.
    """
    sent = []
    for recipient in recipients:
        language = (recipient.user.language if recipient.user else "") or settings.LANGUAGE_CODE
        with translation.override(language):
            text = render_to_string(
                f"{template}.txt",
                {**context, "body": body, "url": settings.PUBLIC_URL + url, "recipient": recipient},
            )
        subject, _newline, rest = text.strip().partition("\n")
        message = Message(
            body=body,
            user=recipient.user,
            email=recipient.email,
            template=template,
            subject=subject.strip()[:200],
            text=rest.strip(),
            url=url,
            created_at=at,
            mail_state=Message.MailState.WAITING if recipient.email else Message.MailState.NONE,
        )
        insert(message)
        if recipient.email:
            queue.enqueue("notifications.send_mail", {"message_id": message.pk}, at=at, body=body.code)
        sent.append(message)
    return sent


def read(*, message: Message, at: datetime) -> None:
    """Note that the recipient has opened a message."""
    Message.objects.filter(pk=message.pk, read_at__isnull=True).update(read_at=at)


def read_all(*, user: User, at: datetime) -> int:
    """Note that the recipient has seen all of them; returns how many were new."""
    return Message.objects.filter(user=user, read_at__isnull=True).update(read_at=at)


def erase_old(*, at: datetime) -> int:
    """Erase messages past their use; returns how many."""
    count, _per_model = to_erase(at).delete()
    return count


def erase_about(*, body: Body, urls: Sequence[str]) -> int:
    """Erase the messages of a body that lead to these pages; returns how many."""
    count, _per_model = Message.objects.filter(body=body, url__in=list(urls)).delete()
    return count

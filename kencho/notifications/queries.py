"""Reading messages."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from kencho.accounts.models import User
from kencho.notifications.models import Message

KEPT_DAYS = 400


def inbox(user: User) -> QuerySet[Message]:
    """Messages of an account, newest first."""
    return Message.objects.filter(user=user).select_related("body").order_by("-created_at", "-id")


def unread_count(user: User) -> int:
    """Unread messages, counted up to 100."""
    return len(Message.objects.filter(user=user, read_at__isnull=True).values_list("pk")[:100])


def to_erase(at: datetime) -> QuerySet[Message]:
    """Messages older than they are of use: they hold names of procedures and addresses of people."""
    return Message.objects.filter(created_at__lt=at - timedelta(days=KEPT_DAYS))


def undelivered(body_code: str) -> QuerySet[Message]:
    """Mail that has not left: still waiting, or given up."""
    return Message.objects.filter(
        body__code=body_code, mail_state__in=[Message.MailState.WAITING, Message.MailState.FAILED]
    ).order_by("-created_at", "-id")

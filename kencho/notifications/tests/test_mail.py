"""Mail: one connection for many letters, a fresh one when the server hung up, none about a simulated past."""

import smtplib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from kencho.foundation import actors, clock, queue
from kencho.foundation.models import Task, TaskState
from kencho.notifications import post, services
from kencho.notifications.models import Message
from kencho.notifications.services import Recipient
from kencho.organization.testing import Cast

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, 9, 0, tzinfo=clock.JST)


class Server(BaseEmailBackend):
    """A mail server of these tests."""

    opened = 0
    closed = 0
    letters: list[str]
    moods: list[Exception | None]

    def open(self) -> bool:
        """A new connection."""
        Server.opened += 1
        return True

    def close(self) -> None:
        """The connection ends."""
        Server.closed += 1

    def send_messages(self, email_messages: Any) -> int:
        """Take a letter, or do what the mood says."""
        mood = Server.moods.pop(0) if Server.moods else None
        if mood is not None:
            raise mood
        Server.letters += [str(mail.to[0]) for mail in email_messages]
        return len(email_messages)


@pytest.fixture(autouse=True)
def server(settings: Any) -> Iterator[type[Server]]:
    """A server that has not been called yet."""
    settings.EMAIL_BACKEND = f"{Server.__module__}.Server"
    post.close()
    Server.opened = Server.closed = 0
    Server.letters, Server.moods = [], []
    yield Server
    post.close()


def _messages(cast: Cast, *addresses: str) -> list[Message]:
    return services.send(
        template="approvals/messages/granted",
        recipients=[Recipient(email=each) for each in addresses],
        context={"title": "件名", "division": "", "matter": ""},
        body=cast.body,
        url="/",
        by=actors.system("worker"),
        at=AT,
    )


def test_many_letters_share_one_connection_that_ends_when_nothing_is_left(
    cast: Cast, server: type[Server]
) -> None:
    _messages(cast, "a@example.jp", "b@example.jp", "c@example.jp")
    with clock.simulated(AT):
        queue.drain(strict=True)
    assert server.letters == ["a@example.jp", "b@example.jp", "c@example.jp"]
    assert (server.opened, server.closed) == (1, 1)
    assert set(Message.objects.values_list("mail_state", "sent_at")) == {("sent", AT)}


def test_a_letter_that_is_refused_is_tried_again_and_holds_up_no_other(
    cast: Cast, server: type[Server]
) -> None:
    server.moods = [None, smtplib.SMTPRecipientsRefused({}), None]
    _messages(cast, "a@example.jp", "b@example.jp", "c@example.jp")
    with clock.simulated(AT):
        queue.drain()
    assert server.letters == ["a@example.jp", "c@example.jp"]
    assert list(Message.objects.order_by("id").values_list("mail_state", flat=True)) == [
        "sent",
        "waiting",
        "sent",
    ]
    with clock.simulated(AT + timedelta(minutes=1)):
        queue.drain(strict=True)
    assert server.letters[-1] == "b@example.jp"
    assert not Task.objects.exclude(state=TaskState.DONE).exists()


def test_a_connection_that_rested_too_long_is_opened_anew(server: type[Server]) -> None:
    server.moods = [None, smtplib.SMTPServerDisconnected("bye"), None]
    post.send(EmailMessage(to=["a@example.jp"]))
    post.send(EmailMessage(to=["b@example.jp"]))
    assert server.letters == ["a@example.jp", "b@example.jp"]
    assert server.opened == 2


def test_a_server_that_is_away_is_an_error(server: type[Server]) -> None:
    server.moods = [smtplib.SMTPServerDisconnected("bye")]
    with pytest.raises(smtplib.SMTPServerDisconnected):
        post.send(EmailMessage(to=["a@example.jp"]))
    assert server.opened == server.closed == 1


def test_nothing_leaves_from_a_simulated_past(cast: Cast, server: type[Server]) -> None:
    _messages(cast, "a@example.jp")
    with clock.simulated(AT), post.held():
        queue.drain(strict=True)
    assert server.opened == 0
    assert Message.objects.get().mail_state == Message.MailState.SENT

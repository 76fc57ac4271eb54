"""Damage to the audit log reaches those who may read it, and stands at the top of their page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from kencho.audit import guards, services
from kencho.audit.models import Entry
from kencho.audit.tests.people import AT, sealed_log
from kencho.foundation import queue
from kencho.foundation.actors import system
from kencho.notifications.models import Message
from kencho.organization.models import RoleAssignment, StaffMember
from kencho.organization.testing import Cast, grant, make_staff

LATER = AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(LATER, tick=False):
        yield


def _night() -> None:
    services.verify_and_tell(by=system("audit"), at=LATER)
    queue.drain(strict=True)


def _tamper() -> None:
    with guards.lifted(connection), connection.cursor() as cursor:
        first = Entry.objects.order_by("pk")[0].pk
        cursor.execute("UPDATE audit_entry SET action = 'x' WHERE id = %s", [first])


def test_those_who_watch_are_told_of_every_body(
    cast: Cast, client_of: Callable[[StaffMember], Client]
) -> None:
    auditor = make_staff(cast.division, "S0099", "監査 十郎", roles=("auditor",))
    admin = make_staff(cast.division, "S0098", "管理 百子", roles=("system_admin",))
    gone = make_staff(cast.division, "S0097", "前任 千代", roles=("auditor",))
    RoleAssignment.objects.filter(staff=gone).update(
        valid_from=LATER.date() - timedelta(days=9), valid_to=LATER.date()
    )
    grant(cast.other_body_clerk, "auditor")
    sealed_log(6, 3)
    _tamper()
    _night()
    told = Message.objects.filter(template="portal/mail/tampering")
    assert {each.user_id for each in told} == {
        auditor.user_id,
        admin.user_id,
        cast.other_body_clerk.user_id,
    }
    assert all("書き換え" in each.subject for each in told)
    assert all(each.url == reverse("portal:audit_log") for each in told)
    assert len(mail.outbox) == 3
    page = client_of(auditor).get(reverse("portal:audit_log")).content.decode()
    assert "記録の書き換えが見つかりました" in page
    assert page.index("記録の書き換えが見つかりました") < page.index("<table")


def test_a_clean_night_says_nothing(cast: Cast) -> None:
    make_staff(cast.division, "S0099", "監査 十郎", roles=("auditor",))
    sealed_log(6, 3)
    _night()
    assert not Message.objects.exists()

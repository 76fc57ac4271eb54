"""The audit log's pages, seen by the fixed cast. They are mounted here as the portal mounts them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kencho.audit import services
from kencho.audit.models import Entry, Head
from kencho.audit.tests.people import AT, Thing, write, write_many
from kencho.foundation.actors import Actor, ActorKind
from kencho.organization.models import StaffMember
from kencho.organization.testing import Cast, actor, grant, make_staff

ClientOf = Callable[[StaffMember], Client]
LOG = reverse("portal:audit_log")


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def auditor(cast: Cast) -> StaffMember:
    return make_staff(cast.division, "S0099", "監査 十郎", roles=("auditor",))


def test_only_auditors_and_administrators_open_it(
    cast: Cast, auditor: StaffMember, client_of: ClientOf
) -> None:
    admin = make_staff(cast.division, "S0098", "管理 百子", roles=("system_admin",))
    entry = write(1)
    for url in (LOG, reverse("portal:audit_entry", args=[entry.pk])):
        assert client_of(auditor).get(url).status_code == 200
        assert client_of(admin).get(url).status_code == 200
        for who in cast.staff().values():
            assert client_of(who).get(url).status_code == 403
        assert Client().get(url).status_code == 302


def test_entries_of_other_bodies_do_not_exist(cast: Cast, auditor: StaffMember, client_of: ClientOf) -> None:
    grant(cast.other_body_clerk, "auditor")
    entry = write(7)
    answer = client_of(cast.other_body_clerk).get(LOG, {"subject": "令8-7"})
    assert "条件に合う記録はありません" in answer.content.decode()
    assert (
        client_of(cast.other_body_clerk).get(reverse("portal:audit_entry", args=[entry.pk])).status_code
        == 404
    )
    assert "令8-7" in client_of(auditor).get(LOG).content.decode()


def test_lines_are_sentences(cast: Cast, auditor: StaffMember, client_of: ClientOf) -> None:
    write(1)
    services.record(
        "applications.application.withdraw",
        Thing(pk=2),
        by=Actor(ActorKind.GUEST, "new", ""),
        at=AT,
        body=cast.body.code,
    )
    text = client_of(auditor).get(LOG).content.decode()
    for shown in (
        "申請が出された",
        "担当 一郎（S0001）",
        "令8-1",
        "封印待ち",
        "申請が取り下げられた",
        "サインインしていない人",
        "#2",
    ):
        assert shown in text
    list(services.seal_all(at=AT))
    assert "封印待ち" not in client_of(auditor).get(LOG).content.decode()


@pytest.mark.parametrize(
    ("conditions", "shown"),
    [
        ({"subject": "令8-2"}, {"令8-2"}),
        ({"subject": "2", "subject_type": "audit.head"}, set()),
        ({"actor": "S0001"}, {"令8-1", "令8-2", "令8-3"}),
        ({"actor": "240001:S0001"}, {"令8-1", "令8-2", "令8-3"}),
        ({"actor": "S0002"}, {"別の人"}),
        ({"action": "applications.application.accept"}, {"別の人"}),
        ({"since": "2026-04-01", "until": "2026-04-01"}, {"令8-1", "令8-2", "令8-3", "別の人"}),
        ({"until": "2026-03-31"}, {"昔"}),
        ({"since": "2026-04-02"}, set()),
        ({}, {"令8-1", "令8-2", "令8-3", "別の人"}),
        ({"since": "x"}, {"令8-1", "令8-2", "令8-3", "別の人"}),
        ({"page": "x"}, {"令8-1", "令8-2", "令8-3", "別の人"}),
    ],
)
def test_conditions_narrow(
    cast: Cast, auditor: StaffMember, client_of: ClientOf, conditions: dict[str, str], shown: set[str]
) -> None:
    write_many(3)
    act = "applications.application.accept"
    services.record(act, Thing(pk=9), by=actor(cast.chief), at=AT, label="別の人")
    services.record(act, Thing(pk=9), by=actor(cast.head), at=AT - timedelta(days=40), label="昔")
    answer = client_of(auditor).get(LOG, conditions)
    assert {line.subject for line in answer.context["lines"]} == shown


def test_pages_go_on_and_cost_a_constant_number_of_queries(auditor: StaffMember, client_of: ClientOf) -> None:
    write_many(120)
    client = client_of(auditor)
    with CaptureQueriesContext(
        connection,
    ) as first:
        answer = client.get(LOG)
    assert len(answer.context["lines"]) == 50
    with CaptureQueriesContext(connection) as second:
        answer = client.get(LOG + answer.context["pager"].next_url)
    assert [line.subject for line in answer.context["lines"]] == [f"令8-{n}" for n in range(70, 20, -1)]
    assert len(first) == len(second) <= 20


def test_the_export_has_every_line_and_leaves_a_trace(auditor: StaffMember, client_of: ClientOf) -> None:
    write_many(3)
    services.record("applications.application.accept", Thing(pk=9), by=actor(auditor), at=AT, label="=1+1")
    answer = client_of(auditor).post(
        reverse("portal:audit_export"), {"since": "2026-04-01", "until": "2026-04-01"}
    )
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a streaming answer
    lines = text.splitlines()
    # Its own trace is the newest line.
    assert len(lines) == 1 + 4 + 1
    assert "監査記録を書き出した" in lines[1]
    assert "'=1+1" in text
    assert "担当 一郎（S0001）" in text
    trace = Entry.objects.get(action="audit.log.export")
    assert trace.details == {"conditions": ["since", "until"]}
    assert trace.body == "240001"


def test_the_export_is_for_the_same_people(cast: Cast, client_of: ClientOf) -> None:
    assert client_of(cast.clerk).post(reverse("portal:audit_export")).status_code == 403


def test_damage_found_at_night_is_shown(auditor: StaffMember, client_of: ClientOf) -> None:
    by = Actor(ActorKind.SYSTEM, "audit", "Kencho")
    services.verify_and_tell(by=by, at=AT)
    assert "書き換えはありません" in client_of(auditor).get(LOG).content.decode()
    services.record("audit.log.verify", Head(pk=1), by=by, at=AT, details={"entries": 5, "findings": 2})
    assert "記録の書き換えが見つかりました" in client_of(auditor).get(LOG).content.decode()

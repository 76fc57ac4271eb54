"""Papers: the same form as online, entered by the division in charge, arrived on the day of the stamp."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from kencho.accounts.models import User
from kencho.applications import services
from kencho.applications.models import Application, ApplicationDraft, Channel
from kencho.applications.samples import sample_answers
from kencho.applications.testing import AT, publish
from kencho.audit.models import Entry
from kencho.foundation import clock, queue
from kencho.notifications.models import Message
from kencho.organization.models import StaffMember
from kencho.organization.testing import Cast, desk
from kencho.procedures import queries as procedures
from kencho.procedures.models import ProcedureVersion

ClientOf = Callable[[StaffMember | User], Client]
DAY = clock.day_of(AT)
REQUESTER = {
    "requester_kind": "person",
    "requester_name.family": "三重",
    "requester_name.given": "太郎",
    "requester_name.family_kana": "ミエ",
    "requester_name.given_kana": "タロウ",
    "address.postal_code": "5140006",
    "address.prefecture": "三重県",
    "address.city": "津市",
    "address.street": "広明町13番地",
    "telephone": "059-224-2070",
    "email": "",
    "by_agent": "no",
    "_action": "next",
}
RECORD = {
    "records.0.record_title": "令和7年度の旅費の支出",
    "records.0.record_period_known": "no",
    "_action": "next",
}
METHOD = {"disclosure_method": ["copy"], "copy_form": "online", "cost_consent": "yes", "_action": "next"}


@pytest.fixture
def version(cast: Cast) -> ProcedureVersion:
    return publish(cast, routes=False)


def begun(cast: Cast, version: ProcedureVersion, *, at: datetime = AT, **answers: Any) -> ApplicationDraft:
    """An entry of the clerk with valid answers; ``None`` takes an answer away."""
    found = procedures.in_force(cast.body, version.procedure.code, at)
    assert found is not None
    who = desk(cast.clerk, DAY)
    draft = services.begin_entry(
        procedure=found, channel=Channel.COUNTER, staff=cast.clerk, by=who.actor, at=at
    )
    made = sample_answers(
        found.compiled, random.Random(3), body=cast.body, owner=str(draft.pk), by=who.actor, at=at, on=DAY
    )
    kept = {key: value for key, value in {**made, **answers}.items() if value is not None}
    return services.save_draft(draft=draft, answers=kept, page="", at=at)


def test_a_clerk_goes_through_the_pages_of_the_residents_without_an_email_address(
    cast: Cast, version: ProcedureVersion, client_of: ClientOf
) -> None:
    with clock.simulated(AT):
        client = client_of(cast.clerk)
        page = client.get(reverse("applications:enter"))
        assert version.procedure.title in page.content.decode()
        answer = client.post(
            reverse("applications:enter"),
            {"procedure": version.procedure.code, "channel": Channel.POST},
        )
        for posted in (REQUESTER, RECORD, METHOD):
            assert answer.status_code == 302
            answer = client.post(answer["Location"], posted)
        draft = ApplicationDraft.objects.get(entered_by=cast.clerk)
        assert answer["Location"] == reverse("applications:paper_confirm", args=[draft.pk])
        assert "三重 太郎" in client.get(answer["Location"]).content.decode()
        answer = client.post(answer["Location"], {"arrived_on": "2026-05-29"})
    application = Application.objects.get()
    assert answer["Location"] == reverse("applications:paper_done", args=[application.number])
    assert (application.channel, application.applicant_email) == (Channel.POST, "")
    assert clock.day_of(application.arrived_at) == date(2026, 5, 29)
    entry = Entry.objects.get(action="applications.application.submit")
    assert (entry.actor_kind, entry.at, entry.details["channel"]) == ("staff", AT, "post")
    done = client.get(answer["Location"]).content.decode()
    assert application.number in done
    assert services.secret_for(application.idempotency_key) in done
    receipt = client.get(reverse("applications:paper_receipt", args=[application.number]))
    assert receipt.content.startswith(b"%PDF")


def test_pressing_twice_registers_once(cast: Cast, version: ProcedureVersion, client_of: ClientOf) -> None:
    draft = begun(cast, version)
    client, url = client_of(cast.clerk), reverse("applications:paper_confirm", args=[draft.pk])
    with clock.simulated(AT):
        first = client.post(url, {"arrived_on": DAY.isoformat()})
        second = client.post(url, {"arrived_on": DAY.isoformat()})
    assert first["Location"] == second["Location"]
    assert Application.objects.count() == 1


def test_the_processing_period_runs_from_the_day_of_the_stamp(cast: Cast, version: ProcedureVersion) -> None:
    by = desk(cast.clerk, DAY).actor
    today = services.submit_entry(draft=begun(cast, version), by=by, at=AT).application
    earlier = services.submit_entry(
        draft=begun(cast, version), arrived_on=DAY - timedelta(days=4), by=by, at=AT
    ).application
    assert today.due_on == date(2026, 6, 16)
    assert earlier.due_on == date(2026, 6, 12)
    assert today.arrived_at == AT


def test_a_stamp_of_last_fiscal_year_counts_there(cast: Cast, version: ProcedureVersion) -> None:
    """Found and entered in June, stamped on 31 March: year, number and figures belong to the old year."""
    receipt = services.submit_entry(
        draft=begun(cast, version),
        arrived_on=date(2026, 3, 31),
        by=desk(cast.clerk, DAY).actor,
        at=AT,
    )
    assert receipt.application.fiscal_year == 2025
    assert receipt.application.number.startswith("24000-07-")


def test_a_day_to_come_is_refused(cast: Cast, version: ProcedureVersion, client_of: ClientOf) -> None:
    draft = begun(cast, version)
    with pytest.raises(services.EntryRefused):
        services.submit_entry(
            draft=draft, arrived_on=DAY + timedelta(days=1), by=desk(cast.clerk, DAY).actor, at=AT
        )
    with clock.simulated(AT):
        answer = client_of(cast.clerk).post(
            reverse("applications:paper_confirm", args=[draft.pk]), {"arrived_on": "2026-06-02"}
        )
    assert answer.status_code == 422
    assert not Application.objects.exists()


def test_answers_online_need_the_email_that_papers_may_leave_out(
    cast: Cast, version: ProcedureVersion
) -> None:
    draft = begun(cast, version, email=None)
    with pytest.raises(services.UnableToSubmit) as refused:
        services.submit(
            version=version, body=cast.body, answers=draft.answers, key="x", by=desk(cast.clerk).actor, at=AT
        )
    assert [each.item_id for each in refused.value.errors] == ["email"]
    receipt = services.submit_entry(draft=draft, by=desk(cast.clerk, DAY).actor, at=AT)
    with clock.simulated(AT):
        queue.drain(strict=True)
    assert not Message.objects.exists()
    assert receipt.application.applicant_name


def test_other_things_stay_required_on_paper(cast: Cast, version: ProcedureVersion) -> None:
    with pytest.raises(services.UnableToSubmit):
        services.submit_entry(
            draft=begun(cast, version, telephone=None), by=desk(cast.clerk, DAY).actor, at=AT
        )


def test_only_the_division_in_charge_enters(cast: Cast, version: ProcedureVersion) -> None:
    found = procedures.in_force(cast.body, version.procedure.code, AT)
    assert found is not None
    for staff in (cast.other_division_clerk, cast.other_body_clerk, cast.head):
        with pytest.raises(PermissionDenied):
            services.begin_entry(
                procedure=found, channel=Channel.COUNTER, staff=staff, by=desk(staff, DAY).actor, at=AT
            )
    with pytest.raises(services.EntryRefused):
        services.begin_entry(
            procedure=found, channel=Channel.ONLINE, staff=cast.clerk, by=desk(cast.clerk, DAY).actor, at=AT
        )


def test_entries_belong_to_who_began_them(cast: Cast, version: ProcedureVersion, client_of: ClientOf) -> None:
    draft = begun(cast, version)
    with clock.simulated(AT):
        for staff in (cast.chief, cast.other_division_clerk, cast.other_body_clerk):
            client = client_of(staff)
            assert client.get(reverse("applications:paper_confirm", args=[draft.pk])).status_code == 404
            assert client.post(reverse("applications:paper_resume", args=[draft.pk])).status_code == 404
        resident = client_of(cast.resident)
        assert resident.get(reverse("applications:enter")).status_code == 403
        client = client_of(cast.clerk)
        answer = client.post(reverse("applications:paper_resume", args=[draft.pk]))
        assert client.get(answer["Location"]).status_code == 200
        assert client.post(reverse("applications:paper_discard", args=[draft.pk])).status_code == 302
    assert not ApplicationDraft.objects.exists()


def test_an_entered_draft_cannot_be_sent_as_if_online(
    cast: Cast, version: ProcedureVersion, client_of: ClientOf
) -> None:
    draft = begun(cast, version)
    client = client_of(cast.clerk)
    with clock.simulated(AT):
        client.post(reverse("applications:paper_resume", args=[draft.pk]))
        answer = client.post(reverse("applications:draft_confirm", args=[draft.pk]))
    assert answer["Location"] == reverse("applications:paper_confirm", args=[draft.pk])
    assert not Application.objects.exists()


def test_the_slip_of_a_paper_is_for_its_division(
    cast: Cast, version: ProcedureVersion, client_of: ClientOf
) -> None:
    number = services.submit_entry(
        draft=begun(cast, version), by=desk(cast.clerk, DAY).actor, at=AT
    ).application.number
    with clock.simulated(AT):
        for name in ("paper_done", "paper_receipt"):
            url = reverse(f"applications:{name}", args=[number])
            assert client_of(cast.chief).get(url).status_code == 200
            assert client_of(cast.other_division_clerk).get(url).status_code == 404

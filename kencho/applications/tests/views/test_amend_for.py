"""補正 that came on paper, typed in by staff through the same pages."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kencho.applications import queries, services
from kencho.applications.models import Application, StatusChange
from kencho.applications.samples import sample_pdf
from kencho.applications.tests.views.people import AT, client_of, desk, fresh, text_of, under_review, url
from kencho.audit.models import Entry
from kencho.organization.testing import Cast
from kencho.procedures.definition import Compiled


def ask(application: Application, cast: Cast) -> str:
    """Ask for the amendment of a written answer; gives the item."""
    under_review(application, cast.clerk)
    item = next(
        each.id
        for page in queries.compiled_of(application).pages
        for each in page.items
        if each.type in {"text", "textarea", "telephone"} and each.id in application.answers
    )
    services.request_amendment(
        application=application,
        items=[services.AskedItem(item, "もう一度お書きください。")],
        due_on=date(2026, 6, 20),
        message="",
        by=desk(cast.clerk, AT.date()).actor,
        at=AT + timedelta(minutes=10),
    )
    return item


def posted(plan: Compiled, page: str, application: Application) -> dict[str, list[str]]:
    """What a browser sends back for a page as it stands."""
    sent: dict[str, list[str]] = {}
    view = plan.page_view(page, application.answers)
    rows = [row for item in view.items for row in item.rows]
    for item in [*view.items, *(each for row in rows for each in row.items)]:
        if item.rows_name:
            sent[item.rows_name] = [str(len(item.rows))]
        for control in item.inputs:
            chosen = [option.value for option in control.options if option.checked]
            sent[control.name] = chosen if control.options else [control.value]
    return sent


def fill(client: Client, application: Application, changes: dict[str, str]) -> str:
    """Go through all pages from the first on, with some answers changed; gives the last address."""
    plan = queries.compiled_of(application)
    for page in plan.visible_pages(application.answers):
        data: dict[str, object] = {**posted(plan, page.id, application), "_action": "next"}
        data |= {name: value for name, value in changes.items() if name in data}
        answer = client.post(url("amend_page", application, page=page.id), data)
        assert answer.status_code == 302, text_of(answer)
    return str(answer["Location"])


def test_staff_type_the_amendment_in(cast: Cast, application: Application) -> None:
    item = ask(application, cast)
    client = client_of(cast.clerk)
    begun = client.post(url("amend_for", application))
    page = client.get(begun["Location"])
    assert "もう一度お書きください。" in text_of(page)
    # Where one comes to first is the page on which something was asked for.
    assert item in {each.id for each in page.context["page"].items}

    assert fill(client, application, {item: "0598-00-1234"}) == url("amend_confirm", application)
    confirmation = text_of(client.get(url("amend_confirm", application)))
    assert "0598-00-1234" in confirmation
    assert "/drafts/" not in confirmation
    assert client.post(url("amend_confirm", application))["Location"] == url("case", application)

    after = fresh(application)
    assert (after.status, after.answers[item]) == ("in_review", "0598-00-1234")
    assert not after.amendment_drafts.exists()
    change = StatusChange.objects.filter(application=application, verb="amend").get()
    assert (change.by_name, change.by_staff) == (cast.clerk.name, True)
    entry = Entry.objects.filter(action="applications.application.amend").get()
    assert entry.actor_kind == "staff"


def test_a_mistake_keeps_what_was_typed(cast: Cast, application: Application) -> None:
    ask(application, cast)
    client = client_of(cast.clerk)
    begun = client.post(url("amend_for", application))
    answer = client.post(begun["Location"], {"_action": "next"})
    assert answer.status_code == 422
    assert fresh(application).status == "awaiting_amendment"


def test_scans_are_received_in_the_name_of_staff(cast: Cast, application: Application) -> None:
    ask(application, cast)
    client = client_of(cast.clerk)
    client.post(url("amend_for", application))
    plan = queries.compiled_of(application)
    place = next(
        (
            (page.id, item.id)
            for page in plan.visible_pages(application.answers)
            for item in page.items
            if item.type == "attachment"
        ),
        None,
    )
    if place is None:
        pytest.fail("the sample has an attachment")
    page, item = place
    file = SimpleUploadedFile("追加.pdf", sample_pdf())
    client.post(url("amend_page", application, page=page), {"_action": "next", item: file})
    kept = application.amendment_drafts.get().answers[item]
    assert "追加.pdf" in {each["name"] for each in kept} or "ファイルの数" in str(kept)


def test_only_while_an_amendment_is_awaited(cast: Cast, application: Application) -> None:
    under_review(application, cast.clerk)
    assert client_of(cast.clerk).post(url("amend_for", application)).status_code == 403


def test_one_drafts_are_not_anothers(cast: Cast, application: Application) -> None:
    ask(application, cast)
    begun = client_of(cast.clerk).post(url("amend_for", application))
    assert client_of(cast.chief).get(begun["Location"]).status_code == 404
    for stranger in (cast.other_division_clerk, cast.other_body_clerk):
        assert client_of(stranger).get(begun["Location"]).status_code == 404
        assert client_of(stranger).get(url("amend_confirm", application)).status_code == 404


def test_taken_back_meanwhile(cast: Cast, application: Application) -> None:
    item = ask(application, cast)
    client = client_of(cast.clerk)
    client.post(url("amend_for", application))
    fill(client, application, {item: "0598-00-1234"})
    services.withdraw(
        application=application,
        reason="",
        by=desk(cast.clerk, AT.date()).actor,
        at=AT + timedelta(minutes=30),
    )
    answer = client.post(url("amend_confirm", application), follow=True)
    assert answer.status_code in {200, 403}
    assert fresh(application).status == "withdrawn"

"""Who may open which page of the desk, seen by the fixed cast."""

import pytest
from django.test import Client

from kencho.applications.models import Application, ApplicationDocument
from kencho.applications.tests.views.people import client_of, under_review, url
from kencho.organization.testing import Cast, grant

PAGES = (
    "case",
    "request_amendment",
    "draft_decision",
    "transfer",
    "refuse",
    "withdraw_for",
    "slip",
    "receipt",
)
POSTS = (
    "accept",
    "review",
    "assign",
    "remark",
    "checklist",
    "request_amendment",
    "amend_for",
    "draft_decision",
    "notice_preview",
    "submit_for_approval",
    "complete",
    "transfer",
    "refuse",
    "withdraw_for",
)


@pytest.mark.parametrize("who", ["clerk", "chief"])
def test_the_division_in_charge_opens_every_page(cast: Cast, application: Application, who: str) -> None:
    under_review(application, cast.clerk)
    client = client_of(getattr(cast, who))
    answers = {page: client.get(url(page, application)).status_code for page in PAGES}
    assert answers == dict.fromkeys(PAGES, 200)


@pytest.mark.parametrize("who", ["other_division_clerk", "other_body_clerk", "governor"])
def test_others_get_the_answer_for_what_is_not_there(cast: Cast, application: Application, who: str) -> None:
    under_review(application, cast.clerk)
    client = client_of(getattr(cast, who))
    answers = {page: client.get(url(page, application)).status_code for page in PAGES}
    assert answers == dict.fromkeys(PAGES, 404)


@pytest.mark.parametrize("who", ["other_division_clerk", "other_body_clerk"])
def test_others_can_do_nothing(cast: Cast, application: Application, who: str) -> None:
    before = Application.objects.values().get(pk=application.pk)
    client, words = client_of(getattr(cast, who)), {"text": "x", "grounds": "x", "reason": "x"}
    answers = {verb: client.post(url(verb, application), words).status_code for verb in POSTS}
    assert answers == dict.fromkeys(POSTS, 404)
    assert Application.objects.values().get(pk=application.pk) == before


@pytest.mark.parametrize(
    "verb", ["accept", "review", "assign", "checklist", "complete", "submit_for_approval"]
)
def test_a_link_alone_changes_nothing(cast: Cast, application: Application, verb: str) -> None:
    assert client_of(cast.clerk).get(url(verb, application)).status_code == 405


def test_residents_are_turned_away_and_strangers_sign_in(
    cast: Cast, application: Application, client: Client
) -> None:
    addresses = [url("inbox"), *(url(page, application) for page in PAGES)]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 302, address
        assert "/accounts/login/" in answer["Location"]
    client.force_login(cast.resident)
    assert {client.get(address).status_code for address in addresses} == {403}


def test_an_auditor_reads_but_does_nothing(cast: Cast, application: Application) -> None:
    grant(cast.other_division_clerk, "auditor")
    auditor = client_of(cast.other_division_clerk)
    page = auditor.get(url("case", application))
    assert page.status_code == 200
    assert 'class="action-bar"' not in page.content.decode()
    assert auditor.post(url("accept", application)).status_code == 403
    assert auditor.get(url("refuse", application)).status_code == 403


def test_documents_are_behind_the_same_door(cast: Cast, application: Application) -> None:
    found = ApplicationDocument.objects.filter(application=application).first()
    if found is None:
        pytest.fail("the sample has a document")
    address = url("document", application, document=found.pk)
    assert client_of(cast.clerk).get(address).status_code == 200
    for stranger in (cast.other_division_clerk, cast.other_body_clerk):
        assert client_of(stranger).get(address).status_code == 404

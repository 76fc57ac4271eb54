"""The contract of the fast lane: the same requests through it and past it come to the same rows and answers."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.urls import reverse

from kencho.applications import queries
from kencho.applications.fast_lane import FastLane
from kencho.applications.held import DRAFTS_KEY
from kencho.applications.models import Application, ApplicationDraft, ReceptionCounter, StatusChange
from kencho.applications.tests.fast_lane.browsers import (
    Browser,
    ask,
    both_ways,
    django,
    filled,
    refuse,
    rows,
    shown,
)
from kencho.audit.models import Entry
from kencho.foundation.sessions import SessionStore
from kencho.organization.testing import Cast
from kencho.procedures.models import ProcedureVersion

USUAL: dict[str, dict[str, str]] = {
    "bare": {},
    "Japanese": {"HTTP_ACCEPT_LANGUAGE": "ja,en-US;q=0.7"},
    "English": {"HTTP_ACCEPT_LANGUAGE": "en-GB,en;q=0.9"},
    "with its origin": {"HTTP_ORIGIN": "http://localhost"},
    "on another port": {"HTTP_HOST": "127.0.0.1:8000", "HTTP_ORIGIN": "http://127.0.0.1:8000"},
    "with a charset": {"CONTENT_TYPE": "application/x-www-form-urlencoded; charset=UTF-8"},
}


@pytest.mark.parametrize("headers", USUAL.values(), ids=USUAL)
def test_what_is_usual_comes_to_the_same_without_django(
    version: ProcedureVersion, headers: dict[str, str]
) -> None:
    outcomes = []
    for application in (django(), FastLane(refuse)):
        browser = replace(filled(version), headers=headers)
        answer = ask(application, browser.environ())
        assert answer.status == "302 Found"
        assert Application.objects.filter(idempotency_key=browser.draft).count() == 1
        assert not ApplicationDraft.objects.filter(pk=browser.draft).exists()
        outcomes.append((shown(answer, browser), answer.content, rows(browser)))
    assert outcomes[0] == outcomes[1]


def test_over_https_the_same(version: ProcedureVersion, settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_HSTS_SECONDS = 3600
    settings.SESSION_COOKIE_SECURE = True
    headers = {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_REFERER": "https://localhost/drafts/"}
    outcomes = []
    for application in (WSGIHandler(), FastLane(refuse)):
        browser = replace(filled(version), headers=headers)
        answer = ask(application, browser.environ())
        outcomes.append((shown(answer, browser), rows(browser)))
    assert outcomes[0] == outcomes[1]
    names = dict(outcomes[1][0][1])
    assert "max-age=3600" in names["Strict-Transport-Security"]
    assert "Secure" in names["Set-Cookie"]


def test_a_browser_that_holds_more_keeps_it(version: ProcedureVersion) -> None:
    session = {DRAFTS_KEY: [], "application_numbers": ["24000-08-999999-1"], "other": {"a": [1]}}

    def make() -> Browser:
        browser = filled(version)
        store = SessionStore(browser.session)
        for name, value in {**session, DRAFTS_KEY: ["another", browser.draft]}.items():
            store[name] = value
        store.save()
        return browser

    ordinary, lane = both_ways(make)
    assert ordinary == lane
    assert "24000-08-999999-1" in lane[1]["session"]
    assert "<code>" in lane[1]["session"]


def test_another_body_or_division_gets_nothing_of_it(cast: Cast, version: ProcedureVersion) -> None:
    browser = filled(version)
    ask(FastLane(refuse), browser.environ())
    made = Application.objects.get(idempotency_key=browser.draft)
    assert (made.body_id, made.division_id) == (cast.body.pk, cast.division.pk)
    assert made.number.startswith(cast.body.code[:5])
    assert set(Entry.objects.filter(subject_label=made.number).values_list("body", flat=True)) == {
        cast.body.code
    }
    assert not ReceptionCounter.objects.filter(body=cast.other_body).exists()


def test_the_code_that_is_shown_opens_the_application(version: ProcedureVersion) -> None:
    browser = filled(version)
    ask(FastLane(refuse), browser.environ())
    made = Application.objects.get(idempotency_key=browser.draft)
    kept = SessionStore(browser.session)
    assert queries.knows_secret(made, kept["new_secret"]["secret"])
    page = ask(
        django(),
        replace(
            browser, path=reverse("applications:application_status", args=[made.number]), method="GET"
        ).environ(),
    )
    assert page.status == "200 OK"
    assert kept["new_secret"]["secret"] in page.content.decode()


def test_sending_twice_is_one_application(version: ProcedureVersion) -> None:
    browser = filled(version)
    first = ask(FastLane(refuse), browser.environ())
    second = ask(FastLane(django()), browser.environ())
    assert dict(first.headers)["Location"] == dict(second.headers)["Location"]
    assert Application.objects.count() == StatusChange.objects.count() == 1


@pytest.mark.parametrize("language", ["ja", "en"])
def test_who_comes_later_from_the_same_place_gets_the_same(version: ProcedureVersion, language: str) -> None:
    headers = {"HTTP_ORIGIN": "http://localhost", "HTTP_ACCEPT_LANGUAGE": language}
    lane = FastLane(refuse)
    ask(lane, replace(filled(version), headers=headers).environ())
    outcomes = []
    for application in (django(), lane, lane):
        browser = replace(filled(version), headers=headers)
        answer = ask(application, browser.environ())
        assert answer.status == "302 Found"
        outcomes.append((shown(answer, browser), rows(browser)))
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert dict(outcomes[1][0][1])["Content-Language"] == language

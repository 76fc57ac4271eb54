"""The contract of the fast lane: the same requests through it and past it come to the same rows and the same answer."""

import io
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode
from wsgiref.types import WSGIApplication

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.crypto import get_random_string
from pytest_django import DjangoAssertNumQueries

from kencho.applications import queries, services
from kencho.applications.fast_lane import FastLane, _lane
from kencho.applications.held import DRAFTS_KEY
from kencho.applications.models import Application, ApplicationDraft, Channel, ReceptionCounter, StatusChange
from kencho.applications.samples import sample_answers
from kencho.applications.testing import AT, GUEST, apply, publish
from kencho.applications.views._access import draft_token
from kencho.audit import services as audit
from kencho.audit.models import Entry
from kencho.foundation.models import Task
from kencho.foundation.sessions import SessionStore
from kencho.organization.models import Unit
from kencho.organization.testing import Cast
from kencho.procedures import queries as procedures
from kencho.procedures.models import ProcedureVersion

NOW = AT + timedelta(hours=2)
DAY = AT.date()


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _in_one_transaction(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The test's own transaction stays open across requests, as Django's test client sees to it."""
    monkeypatch.setattr(_lane, "close_old_connections", lambda: None)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def version(cast: Cast) -> ProcedureVersion:
    return publish(cast, routes=False)


@cache
def django() -> WSGIHandler:
    return WSGIHandler()


@dataclass(frozen=True)
class Browser:
    """A browser with a filled-in draft, and what it will send."""

    draft: str
    session: str
    secret: str
    form: dict[str, str]
    headers: dict[str, str] = field(default_factory=dict)
    path: str = ""
    method: str = "POST"
    length: int | None = None

    def environ(self) -> dict[str, Any]:
        content = urlencode(self.form).encode()
        cookies = {settings.CSRF_COOKIE_NAME: self.secret, settings.SESSION_COOKIE_NAME: self.session}
        return {
            "REQUEST_METHOD": self.method,
            "PATH_INFO": self.path or f"/drafts/{self.draft}/confirm/",
            "SCRIPT_NAME": "",
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(content) if self.length is None else self.length),
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in cookies.items() if value),
            "wsgi.input": io.BytesIO(content),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
            **self.headers,
        }


@dataclass(frozen=True)
class Answer:
    status: str
    headers: list[tuple[str, str]]
    content: bytes


def ask(application: WSGIApplication, environ: dict[str, Any]) -> Answer:
    seen: list[tuple[str, list[tuple[str, str]]]] = []

    def start(
        status: str, headers: list[tuple[str, str]], _info: object = None, /
    ) -> Callable[[bytes], object]:
        seen.append((status, headers))
        return bytes

    parts = application(environ, start)
    content = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    ((status, headers),) = seen
    return Answer(status, headers, content)


def answers_of(version: ProcedureVersion, seed: int = 1, owner: str = "x") -> dict[str, Any]:
    plan = procedures.compiled_of(version)
    return sample_answers(
        plan, random.Random(seed), body=version.procedure.body, owner=owner, by=GUEST, at=AT, on=DAY
    )


def plain_answers(version: ProcedureVersion) -> dict[str, Any]:
    """Without files."""
    plan = procedures.compiled_of(version)
    for seed in range(200):
        found = plan.sample(random.Random(seed), on=DAY)
        if not queries.uploads_in(plan, found):
            return found
    raise AssertionError("always with files")


def filled(
    version: ProcedureVersion, answers: dict[str, Any] | None = None, *, session: Any = None, **more: Any
) -> Browser:
    draft = ApplicationDraft.objects.create(
        body=version.procedure.body,
        version=version,
        answers=plain_answers(version) if answers is None else answers,
        created_at=AT,
        updated_at=AT,
        **{"expires_at": AT + timedelta(days=30), **more},
    )
    store = SessionStore()
    for name, value in {DRAFTS_KEY: [str(draft.pk)], **(session or {})}.items():
        store[name] = value
    store.create()
    store.save()
    request = HttpRequest()
    secret = request.META["CSRF_COOKIE"] = get_random_string(32)
    form = {"csrfmiddlewaretoken": get_token(request), "_draft": draft_token(draft)}
    return Browser(str(draft.pk), store.session_key or "", secret, form)


def refuse(_environ: object, _start: object) -> list[bytes]:
    raise AssertionError("left the fast lane")


def without(text: str, browser: Browser) -> str:
    """What differs from request to request, replaced by its name."""
    made = Application.objects.filter(idempotency_key=browser.draft).first()
    names = {
        browser.draft: "<draft>",
        browser.session: "<session>",
        browser.form.get("_draft", ""): "<token>",
        services.secret_for(browser.draft): "<code>",
        **({made.number: "<number>"} if made else {}),
    }
    for value, name in names.items():
        if value:
            text = text.replace(value, name)
    text = re.sub(r"(csrfmiddlewaretoken\" value=\")\w+", r"\1<csrf>", text)
    text = re.sub(r"csrftoken=\w+", "csrftoken=<csrf>", text)
    if made and made.documents.exists():
        # The ids of the files stand in the answers.
        text = text.replace(made.answers_digest, "<digest>")
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>", text)
    # A new session's key is random, as is the signature of a token made anew.
    text = re.sub(rf"{settings.SESSION_COOKIE_NAME}=\w+;", f"{settings.SESSION_COOKIE_NAME}=<session>;", text)
    return re.sub(r"name=\"_draft\" value=\"[^\"]+", 'name="_draft" value="<token>', text)


def shown(answer: Answer, browser: Browser) -> tuple[str, list[tuple[str, str]], str]:
    headers = [(name, without(value, browser)) for name, value in answer.headers if name != "Content-Length"]
    return answer.status, headers, without(answer.content.decode(), browser)


def rows(browser: Browser) -> dict[str, Any]:
    """All that is stored for a browser's draft, keys and random values left out."""
    made = Application.objects.filter(idempotency_key=browser.draft).values().first()
    pk = made["id"] if made else 0
    entries = list(Entry.objects.filter(subject_type="applications.application", subject_id=str(pk)))
    assert all(audit.code_of(entry) == entry.mac for entry in entries)
    session = Session.objects.filter(session_key=browser.session).first()
    found = {
        "application": {**made, "id": 0, "secret_digest": bool(made["secret_digest"])} if made else None,
        "changes": list(
            StatusChange.objects.filter(application_id=pk).values(
                "verb", "status", "at", "by_name", "by_staff", "note"
            )
        ),
        "audit": [
            (e.at, e.body, e.actor_kind, e.actor_id, e.action, e.subject_label, e.details, e.key.version)
            for e in entries
        ],
        "outbox": list(
            Task.objects.filter(payload={"application_id": pk}).values(
                "kind", "name", "state", "body", "owner", "run_at", "created_at", "attempts", "once_key"
            )
        ),
        "draft": ApplicationDraft.objects.filter(pk=browser.draft).exists(),
        "session": session and (session.get_decoded(), session.expire_date),
    }
    return {name: without(repr(value), browser) for name, value in found.items()}


def both_ways(make: Callable[[], Browser]) -> tuple[Any, Any]:
    """What one browser gets from Django and another, equal one from the lane with Django behind it."""
    outcomes = []
    for application in (django(), FastLane(django())):
        browser = make()
        answer = ask(application, browser.environ())
        outcomes.append((shown(answer, browser), rows(browser)))
    return outcomes[0], outcomes[1]


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


def _signed_in(version: ProcedureVersion, cast: Cast) -> Browser:
    user = cast.resident
    session = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    return filled(version, session=session)


def _amending(version: ProcedureVersion, _cast: Cast) -> Browser:
    made = Application.objects.filter(status="awaiting_amendment").first() or apply(version, seed=7)
    Application.objects.filter(pk=made.pk).update(status="awaiting_amendment")
    return filled(version, dict(made.answers), amends=made)


def _sent_before(version: ProcedureVersion, _cast: Cast) -> Browser:
    browser = filled(version)
    assert ask(django(), browser.environ()).status == "302 Found"
    return browser


def _with_files(version: ProcedureVersion, _cast: Cast) -> Browser:
    plan = procedures.compiled_of(version)
    seed = next(n for n in range(200) if plan.sample(random.Random(n), on=DAY).get("by_agent"))
    browser = filled(version, {})
    answers = answers_of(version, seed, browser.draft)
    ApplicationDraft.objects.filter(pk=browser.draft).update(answers=answers)
    return browser


def _of_an_ended_division(version: ProcedureVersion, cast: Cast) -> Browser:
    Unit.objects.filter(pk=cast.division.pk).update(valid_to=date(2026, 5, 1), successor=cast.other_division)
    return filled(version)


def _form(browser: Browser, **changes: str) -> Browser:
    return replace(browser, form={**browser.form, **changes})


def _closed(version: ProcedureVersion, cast: Cast) -> Browser:
    period = {"from": "2026-01-01", "to": "2026-02-01"}
    code = "personal-information-disclosure"
    other = ProcedureVersion.objects.filter(procedure__code=code).first()
    return filled(other or publish(cast, code, routes=False, receiving_period=period), {})


UNUSUAL: dict[str, tuple[int, Callable[[ProcedureVersion, Cast], Browser]]] = {
    "forged token": (403, lambda v, _c: _form(filled(v), csrfmiddlewaretoken="a" * 64)),
    "no token": (403, lambda v, _c: replace(filled(v), form={})),
    "no cookie of the form": (403, lambda v, _c: replace(filled(v), secret="")),
    "another origin": (
        403,
        lambda v, _c: replace(filled(v), headers={"HTTP_ORIGIN": "https://evil.example"}),
    ),
    "another host": (400, lambda v, _c: replace(filled(v), headers={"HTTP_HOST": "evil.example"})),
    "another method": (405, lambda v, _c: replace(filled(v), method="HEAD")),
    "looking only": (200, lambda v, _c: replace(filled(v), method="GET")),
    "no such draft": (
        404,
        lambda v, _c: replace(filled(v), path=f"/drafts/{'0' * 8}-0000-0000-0000-{'0' * 12}/confirm/"),
    ),
    "somebody else's draft": (
        404,
        lambda v, _c: replace(filled(v), path=f"/drafts/{filled(v).draft}/confirm/"),
    ),
    "no session": (302, lambda v, _c: replace(filled(v), session="")),
    "an ended session": (302, lambda v, _c: replace(filled(v), session="0" * 32)),
    "neither session nor token": (404, lambda v, _c: _form(replace(filled(v), session=""), _draft="")),
    "an expired draft": (404, lambda v, _c: filled(v, expires_at=NOW - timedelta(seconds=1))),
    "wrong answers": (422, lambda v, _c: filled(v, {"telephone": "12"})),
    "no answers": (422, lambda v, _c: filled(v, {})),
    "closed reception": (302, _closed),
    "files": (302, _with_files),
    "signed in": (302, _signed_in),
    "draft of an account": (302, lambda v, c: filled(v, user=c.resident)),
    "amendment": (302, _amending),
    "paper": (302, lambda v, c: filled(v, entered_by=c.clerk, channel=Channel.COUNTER)),
    "sent before": (302, _sent_before),
    "an ended division": (302, _of_an_ended_division),
    "a long form": (302, lambda v, _c: _form(filled(v), more="x" * 5000)),
    "too long a form": (
        400,
        lambda v, _c: _form(filled(v), more="x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)),
    ),
    "too many fields": (
        400,
        lambda v, _c: replace(
            _form(filled(v)), form={f"a{n}": "" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
        ),
    ),
    "fields not of our page": (302, lambda v, _c: _form(filled(v), other="1")),
    "a form in parts": (
        302,
        lambda v, _c: replace(
            filled(v), headers={"CONTENT_TYPE": "multipart/form-data; boundary=x", "HTTP_X_CSRFTOKEN": ""}
        ),
    ),
}


@pytest.mark.parametrize(("status", "make"), UNUSUAL.values(), ids=UNUSUAL)
def test_what_is_unusual_is_left_to_the_ordinary_way(
    cast: Cast,
    version: ProcedureVersion,
    status: int,
    make: Callable[[ProcedureVersion, Cast], Browser],
    caplog: pytest.LogCaptureFixture,
) -> None:
    browser = make(version, cast)
    if status == 302:
        status = int(ask(django(), make(version, cast).environ()).status[:3])
    before = rows(browser)
    with pytest.raises(AssertionError, match="left the fast lane"):
        ask(FastLane(refuse), browser.environ())
    assert rows(browser) == before
    ordinary, lane = both_ways(lambda: make(version, cast))
    assert ordinary == lane
    assert lane[0][0].startswith(str(status))
    assert "the fast lane failed" not in caplog.text


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


def test_few_questions_are_asked_of_the_database(
    version: ProcedureVersion, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ask(FastLane(refuse), filled(version).environ())
    environ = filled(version).environ()
    with django_assert_max_num_queries(12):
        ask(FastLane(refuse), environ)


def test_a_session_that_ends_meanwhile_ends_nothing_else(
    version: ProcedureVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, real = filled(version), services.store

    def store(arrival: services.Arrival) -> None:
        Session.objects.filter(session_key=browser.session).delete()
        real(arrival)

    monkeypatch.setattr(services, "store", store)
    answer = ask(FastLane(django()), browser.environ())
    assert answer.status == "302 Found"
    assert Application.objects.filter(idempotency_key=browser.draft).count() == 1


def test_the_way_round_the_middleware_is_known(settings: Any) -> None:
    """Whoever adds a middleware decides what it means for the lane; until then everything goes the ordinary way."""
    assert _lane.is_open()
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.middleware.gzip.GZipMiddleware"]
    assert not _lane.is_open()


@pytest.mark.parametrize("name", _lane.UNUSUAL_SETTINGS)
def test_unusual_settings_close_it(settings: Any, name: str) -> None:
    setattr(settings, name, True)
    assert not _lane.is_open()

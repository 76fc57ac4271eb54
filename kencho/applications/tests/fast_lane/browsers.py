"""Browsers with a filled-in draft, the two ways of their requests, and what comes of them."""

import io
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode
from wsgiref.types import WSGIApplication

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.crypto import get_random_string

from kencho.applications import queries, services
from kencho.applications.fast_lane import FastLane
from kencho.applications.held import DRAFTS_KEY
from kencho.applications.models import Application, ApplicationDraft, StatusChange
from kencho.applications.samples import sample_answers
from kencho.applications.testing import AT, GUEST
from kencho.applications.views._access import draft_token
from kencho.audit import services as audit
from kencho.audit.models import Entry
from kencho.foundation.models import Task
from kencho.foundation.sessions import SessionStore
from kencho.procedures import queries as procedures
from kencho.procedures.models import ProcedureVersion

NOW = AT + timedelta(hours=2)
DAY = AT.date()


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

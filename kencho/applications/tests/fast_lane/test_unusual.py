"""What is out of the ordinary leaves the fast lane untouched, and the ordinary way answers it."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from kencho.applications.fast_lane import FastLane
from kencho.applications.models import Application, ApplicationDraft, Channel
from kencho.applications.testing import apply, publish
from kencho.applications.tests.fast_lane.browsers import (
    DAY,
    NOW,
    Browser,
    answers_of,
    ask,
    both_ways,
    django,
    filled,
    refuse,
    rows,
    shown,
)
from kencho.organization.models import Unit
from kencho.organization.testing import Cast
from kencho.procedures import queries as procedures
from kencho.procedures.models import ProcedureVersion


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


ORIGIN = {"HTTP_ORIGIN": "http://localhost"}


def _token_of_secret(browser: Browser) -> Browser:
    return _form(browser, csrfmiddlewaretoken=browser.secret * 2)


# Well-formed, and yet not the token of this browser.
FORGED: dict[str, tuple[int, Callable[[ProcedureVersion, Cast], Browser]]] = {
    "another browser's token": (
        403,
        lambda v, _c: _form(filled(v), csrfmiddlewaretoken=filled(v).form["csrfmiddlewaretoken"]),
    ),
    "another browser's secret": (403, lambda v, _c: replace(filled(v), secret=filled(v).secret)),
    "the secret of its own cookie, written twice": (
        403,
        lambda v, _c: _token_of_secret(filled(v)),
    ),
}


@pytest.mark.parametrize("make", [one[1] for one in {**UNUSUAL, **FORGED}.values()], ids=[*UNUSUAL, *FORGED])
def test_a_lane_that_knows_the_origin_lets_nothing_more_pass(
    cast: Cast, version: ProcedureVersion, make: Callable[[ProcedureVersion, Cast], Browser]
) -> None:
    def from_origin() -> Browser:
        made = make(version, cast)
        return replace(made, headers={**ORIGIN, **made.headers})

    lane = FastLane(django())
    ordinary = from_origin()
    answer = ask(django(), ordinary.environ())
    expected = shown(answer, ordinary), rows(ordinary)
    for _turn in range(2):
        warm = replace(filled(version), headers=ORIGIN)
        assert ask(lane, warm.environ()).status == "302 Found"
        browser = from_origin()
        answer = ask(lane, browser.environ())
        assert (shown(answer, browser), rows(browser)) == expected


@pytest.mark.parametrize("make", [one[1] for one in FORGED.values()], ids=FORGED)
def test_a_wrong_token_is_refused(
    cast: Cast, version: ProcedureVersion, make: Callable[[ProcedureVersion, Cast], Browser]
) -> None:
    lane = FastLane(django())
    for _turn in range(2):
        assert ask(lane, replace(filled(version), headers=ORIGIN).environ()).status == "302 Found"
        browser = replace(make(version, cast), headers=ORIGIN)
        assert ask(lane, browser.environ()).status == "403 Forbidden"
        assert not Application.objects.filter(idempotency_key=browser.draft).exists()

"""The way of a request through the fast lane, and where it leaves it for the ordinary way.

It leaves at the first thing that is not as usual, with the request untouched: nothing has been stored then, and the
ordinary way finds out by itself what to say. What is stored here is prepared and written by the same services.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY as USER_KEY
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, close_old_connections
from django.utils import timezone, translation

from kencho.applications import lookups, services
from kencho.applications.fast_lane import _asking
from kencho.applications.fast_lane._answer import Answers, Headers
from kencho.applications.fast_lane._asking import Asked, Reader
from kencho.applications.held import DRAFTS_KEY, with_application
from kencho.applications.services import Arrival
from kencho.foundation import clock, sessions
from kencho.foundation.actors import Actor, ActorKind
from kencho.foundation.sessions import Kept, SessionEnded
from kencho.procedures import queries as procedures
from kencho.procedures.definition import Compiled
from kencho.procedures.models import ProcedureVersion

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)
GUEST = Actor(ActorKind.GUEST, "new", "")
# What the ordinary way does around its views. The lane does the same for its one route, or learns the outcome
# (``_answer``); whoever changes this list must see to the lane as well, and until then it stays closed.
MIDDLEWARE = (
    "kencho.foundation.middleware.FaultPages",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kencho.foundation.middleware.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kencho.organization.middleware.CurrentStaff",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)
UNUSUAL_SETTINGS = (
    "CSRF_USE_SESSIONS",
    "DEBUG",
    "DISALLOWED_USER_AGENTS",
    "FORCE_SCRIPT_NAME",
    "PREPEND_WWW",
    "SECURE_SSL_REDIRECT",
    "SESSION_EXPIRE_AT_BROWSER_CLOSE",
)
# What the ordinary way has words for: wrong answers, closed reception, a draft that was sent already, a full disk.
EXPECTED = (
    DatabaseError,
    SessionEnded,
    SuspiciousOperation,
    services.ReceptionClosed,
    services.UnableToSubmit,
)


def is_open() -> bool:
    """Whether this installation is as the lane knows it."""
    return tuple(settings.MIDDLEWARE) == MIDDLEWARE and not any(
        getattr(settings, name) for name in UNUSUAL_SETTINGS
    )


class FastLane:
    """A WSGI application in front of Django's."""

    def __init__(self, django: "WSGIApplication") -> None:
        self._django = django
        self._answers = Answers()
        self._reader = Reader()
        self._kept_for = timedelta(seconds=settings.SESSION_COOKIE_AGE)
        self._is_open = is_open()
        if not self._is_open:
            log.info("the fast lane is closed: settings are not as it knows them")

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a final POST, or let Django do it."""
        draft_id = _asking.draft_named(environ) if self._is_open else ""
        if not draft_id:
            return self._django(environ, start_response)
        content = _asking.body_of(environ)
        headers = None if content is None else self._headers(environ, draft_id, content)
        if headers is None:
            return self._django(environ, start_response)
        start_response("302 Found", headers)
        return [b""]

    def _headers(self, environ: "WSGIEnvironment", draft_id: str, content: bytes) -> Headers | None:
        close_old_connections()
        try:
            asked = self._reader.read(environ, draft_id, content)
            if asked is None:
                return None
            translation.activate(asked.language)
            arrival = _arrival(asked, self._kept_for)
            if arrival is None:
                return None
            services.store(arrival)
            return self._answers.headers(environ, asked, arrival.number)
        except EXPECTED:
            return None
        except Exception:
            # The ordinary way can do without the lane; that something is wrong here must still be seen.
            log.exception("the fast lane failed")
            return None


def _arrival(asked: Asked, kept_for: timedelta) -> Arrival | None:
    """The application as it is to be stored, if a guest with this session may send this draft as it is."""
    at, now = clock.now(), timezone.now()
    found = lookups.waiting(asked.draft_id, asked.session_key, now=now, at=at, day=clock.day_of(at))
    if found is None:
        return None
    key, session = str(asked.draft_id), sessions.unpacked(found.session)
    if not _is_of_guest_with(session, key):
        return None
    arrival = services.prepare(
        _plan(found.place.version_id, found.digest),
        found.place,
        answers=found.answers,
        key=key,
        by=GUEST,
        at=at,
        email=found.email,
        draft_id=asked.draft_id,
    )
    ends = now + kept_for

    def kept(number: str) -> Kept:
        data = with_application(session, number, arrival.secret)
        return Kept(asked.session_key, sessions.packed(data), ends)

    arrival.session = kept
    return None if arrival.uploads else arrival


def _is_of_guest_with(session: dict[str, Any], key: str) -> bool:
    """Whether nobody is signed in, the session ends when sessions do, and it holds the draft."""
    return USER_KEY not in session and "_session_expiry" not in session and key in session.get(DRAFTS_KEY, ())


@lru_cache(maxsize=256)
def _plan(version_id: int, digest: str) -> Compiled:
    return procedures.compiled_of(ProcedureVersion(pk=version_id, digest=digest))

"""The answer: a redirect with exactly the headers that the middleware of this installation gives it.

They are not written down here but learned: once for each language and scheme, a sample goes through the middleware.
"""

import re
import time
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import http_date
from django.utils.module_loading import import_string

from kencho.applications.fast_lane._asking import Asked
from kencho.foundation.sessions import SessionStore

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

Headers = list[tuple[str, str]]
NUMBER = "NUMBER"
KEY = "0" * 32
_EXPIRES = re.compile("expires=[^;]*")
_OWN = {"Location", "Set-Cookie"}
# These stand around the others and say nothing to a redirect; one of them would look for static files first.
_SILENT = {"kencho.foundation.middleware.FaultPages", "whitenoise.middleware.WhiteNoiseMiddleware"}


class _Sample(SessionStore):
    """A session that was changed, and is nowhere stored."""

    def __init__(self) -> None:
        super().__init__(KEY)
        self._session_cache: dict[str, Any] = {"changed": True}
        self.accessed = self.modified = True

    def save(self, must_create: bool = False) -> None:
        """Do nothing."""


def _view(request: HttpRequest) -> HttpResponseBase:
    request.session = _Sample()
    return HttpResponseRedirect(reverse("applications:application_status", args=[NUMBER]))


class _Form:
    """A learned answer: its headers, and which of them say something of their own each time."""

    def __init__(self, headers: Headers) -> None:
        self._headers = headers
        self._places = [place for place, (name, _value) in enumerate(headers) if name in _OWN]

    def filled(self, number: str, session_key: str, ends: str) -> Headers:
        """The headers for one application and one browser."""
        made = self._headers.copy()
        for place in self._places:
            name, value = made[place]
            if name == "Location":
                made[place] = (name, value.replace(NUMBER, number))
            else:
                made[place] = (name, _EXPIRES.sub(f"expires={ends}", value.replace(KEY, session_key)))
        return made


class Answers:
    """What was learned so far, by language and scheme."""

    def __init__(self) -> None:
        self._learned: dict[tuple[str, bool], _Form] = {}
        self._kept_for: int = settings.SESSION_COOKIE_AGE

    def headers(self, environ: "WSGIEnvironment", asked: Asked, number: str) -> Headers:
        """For the redirect to the status page of an application; the browser keeps its session."""
        kind = (asked.language, asked.is_secure)
        form = self._learned.get(kind)
        if form is None:
            form = self._learned[kind] = _Form(_learn(environ, asked))
        return form.filled(number, asked.session_key, _date(int(time.time() + self._kept_for)))


# Many answers are given in one second.
_date = lru_cache(maxsize=4)(http_date)


def _learn(environ: "WSGIEnvironment", asked: Asked) -> Headers:
    respond: Callable[[HttpRequest], HttpResponseBase] = _view
    for name in reversed(settings.MIDDLEWARE):
        if name not in _SILENT:
            respond = import_string(name)(respond)
    answer = respond(WSGIRequest({**environ, "HTTP_COOKIE": "", "HTTP_ACCEPT_LANGUAGE": asked.language}))
    cookies = [("Set-Cookie", each.output(header="")) for each in answer.cookies.values()]
    return [*answer.items(), *cookies]

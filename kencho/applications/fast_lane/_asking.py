"""Reading a request as far as the fast lane understands it: whatever is out of the ordinary is not for it."""

import io
import re
from dataclasses import dataclass
from hmac import compare_digest
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponseBase
from django.http.cookie import parse_cookie
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import translation
from django.utils.functional import cached_property

from kencho.applications.fast_lane._token import unmasked

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# The form holds two values; longer ones are not from our page.
MAX_BODY = 4096
# So many different origins and languages are remembered; a server has one or two of the former.
MAX_KNOWN = 256
FIELDS = frozenset({"csrfmiddlewaretoken", "_draft"})
FORM = frozenset({"application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-8"})
# All of a request that decides its host, scheme, origin and language, besides cookies and the proxy's own header.
_PLACE = (
    "wsgi.url_scheme",
    "SERVER_NAME",
    "SERVER_PORT",
    "HTTP_HOST",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_ORIGIN",
    "HTTP_ACCEPT_LANGUAGE",
)
_PATH = re.compile(r"/drafts/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/confirm/")
_SESSION_KEY = re.compile("[0-9A-Za-z]{32}")
_SECRET = re.compile("[0-9A-Za-z]{32}")
_OUR_FORM = re.compile(rb"csrfmiddlewaretoken=([0-9A-Za-z]{64})(?:&_draft=[0-9A-Za-z_.:%-]*)?")


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asks to send a draft: by CSRF check and host it is a browser that was given our form."""

    draft_id: UUID
    session_key: str
    language: str
    is_secure: bool


class _Request(WSGIRequest):
    """Asked for its host twice: for itself, and by the CSRF check."""

    @cached_property
    def _host(self) -> str:
        return super().get_host()

    def get_host(self) -> str:
        """As Django's; raises DisallowedHost."""
        return self._host


class Csrf(CsrfViewMiddleware):
    """Django's own check, silent: what it refuses is checked, refused and logged once more on the ordinary way."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponseBase:  # Django's signature
        return _REFUSED


def _nobody(_request: HttpRequest) -> HttpResponseBase:
    return _REFUSED


_REFUSED = HttpResponseBase(status=403)


def draft_named(environ: "WSGIEnvironment") -> str:
    """The id in the address of a confirmation that is sent; "" for every other request."""
    if environ["REQUEST_METHOD"] != "POST":
        return ""
    found = _PATH.fullmatch(environ["PATH_INFO"])
    return "" if found is None else found[1]


def body_of(environ: "WSGIEnvironment") -> bytes | None:
    """The whole form, which Django can read once more; None when there is none, or a long or unusual one."""
    length = environ.get("CONTENT_LENGTH", "")
    if environ.get("CONTENT_TYPE", "").lower() not in FORM or environ.get("SCRIPT_NAME"):
        return None
    if not (length.isascii() and length.isdigit()) or int(length) > MAX_BODY:
        return None
    content: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(content)
    return content


class Reader:
    """Reads what is asked, with Django's own checks.

    What those said about a host, an origin and a language is remembered: it is the same for the next browser that
    comes from there. Its token is checked each time. Only requests that name their origin are remembered, for of
    the others Django looks at the address of the page they come from.
    """

    def __init__(self) -> None:
        self._csrf = Csrf(_nobody)
        header = settings.SECURE_PROXY_SSL_HEADER
        self._place = (*_PLACE, header[0]) if header else _PLACE
        self._session_cookie = settings.SESSION_COOKIE_NAME
        self._csrf_cookie = settings.CSRF_COOKIE_NAME
        self._language_cookie = settings.LANGUAGE_COOKIE_NAME
        self._known: dict[tuple[str | None, ...], tuple[str, bool]] = {}

    def read(self, environ: "WSGIEnvironment", draft_id: str, content: bytes) -> Asked | None:
        """What is asked; None for Django to answer. Raises SuspiciousOperation for what Django refuses."""
        text = environ.get("HTTP_COOKIE", "")
        if not text.isascii():
            return None
        cookies = parse_cookie(text)
        session_key = cookies.get(self._session_cookie, "")
        if not _SESSION_KEY.fullmatch(session_key):
            return None
        place = (cookies.get(self._language_cookie), *map(environ.get, self._place))
        found = self._known.get(place)
        if found is None or not _is_ours(content, cookies.get(self._csrf_cookie, "")):
            found = self._checked(environ, content)
            if found is None:
                return None
            if environ.get("HTTP_ORIGIN"):
                self._remember(place, found)
        return Asked(UUID(draft_id), session_key, *found)

    def _checked(self, environ: "WSGIEnvironment", content: bytes) -> tuple[str, bool] | None:
        """Language and scheme of a request that Django's checks let pass."""
        # A copy: Django writes into it, and the ordinary way may still have to read the original.
        request = _Request({**environ, "wsgi.input": io.BytesIO(content)})
        request.get_host()
        self._csrf.process_request(request)
        refused = self._csrf.process_view(request, _nobody, (), {})
        if refused is not None or request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
            return None
        if not request.POST.keys() <= FIELDS:
            return None
        return translation.get_language_from_request(request), request.is_secure()

    def _remember(self, place: tuple[str | None, ...], found: tuple[str, bool]) -> None:
        if len(self._known) >= MAX_KNOWN:
            self._known.clear()
        self._known[place] = found


def _is_ours(content: bytes, secret: str) -> bool:
    """Whether this is our form as browsers send it, with the token that belongs to the secret of the cookie."""
    form = _OUR_FORM.fullmatch(content)
    return (
        form is not None
        and _SECRET.fullmatch(secret) is not None
        and compare_digest(unmasked(form[1]), secret)
    )

"""Reading a request as far as the fast lane understands it: whatever is out of the ordinary is not for it."""

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import translation
from django.utils.functional import cached_property

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# The form holds two values; longer ones are not from our page.
MAX_BODY = 4096
FIELDS = frozenset({"csrfmiddlewaretoken", "_draft"})
FORM = frozenset({"application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-8"})
_PATH = re.compile(r"/drafts/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/confirm/")
_SESSION_KEY = re.compile("[0-9A-Za-z]{32}")


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
_csrf = Csrf(_nobody)


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


def read(environ: "WSGIEnvironment", draft_id: str, content: bytes) -> Asked | None:
    """What is asked; None for Django to answer. Raises SuspiciousOperation for what Django refuses."""
    # A copy: Django writes into it, and the ordinary way may still have to read the original.
    request = _Request({**environ, "wsgi.input": io.BytesIO(content)})
    request.get_host()
    session_key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if not _SESSION_KEY.fullmatch(session_key):
        return None
    _csrf.process_request(request)
    refused = _csrf.process_view(request, _nobody, (), {})
    if refused is not None or request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
        return None
    if not request.POST.keys() <= FIELDS:
        return None
    language = translation.get_language_from_request(request)
    return Asked(UUID(draft_id), session_key, language, request.is_secure())

"""Headers that every answer carries, and clear pages for a full disk or a locked database."""

import errno
import logging
from collections.abc import Callable

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string

log = logging.getLogger(__name__)
Respond = Callable[[HttpRequest], HttpResponseBase]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "manifest-src 'self'; object-src 'none'"
)
API_PREFIX = "/api/"


class SecurityHeaders:
    """Content-Security-Policy without any inline script or style, and no powers that pages do not need."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add the headers unless a view set its own."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
        )
        return response


class FaultPages:
    """Turn storage faults into a page (or problem details) that says that nothing acknowledged is lost."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Answer 503 for a locked or unreachable database and 507 for a full disk."""
        status = _fault_status(exception)
        if status is None or settings.DEBUG:
            return None
        log.error("storage fault status=%s type=%s", status, type(exception).__name__)
        if request.path.startswith(API_PREFIX):
            return problem(
                status, "storage", "保存できませんでした。しばらくしてからもう一度送ってください。"
            )
        response = HttpResponse(render_to_string("errors/storage.html"), status=status)
        response["Retry-After"] = "30"
        return response


def _fault_status(exception: Exception) -> int | None:
    if isinstance(exception, OperationalError):
        full = "full" in str(exception).lower() or "space" in str(exception).lower()
        return 507 if full else 503
    if isinstance(exception, OSError) and exception.errno in {errno.ENOSPC, errno.EDQUOT}:
        return 507
    return None


def problem(status: int, code: str, detail: str, **more: object) -> HttpResponse:
    """An answer of the API in the form of RFC 9457 problem details."""
    body = {"type": f"urn:kencho:problem:{code}", "title": code, "status": status, "detail": detail, **more}
    return JsonResponse(
        body,
        status=status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )

"""The address at which CKAN's clients ask."""

import json
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kencho.catalog.ckan import ACTIONS, CkanError, Invalid, NotFound
from kencho.foundation.access import public
from kencho.foundation.api import MAX_JSON_BYTES, Limit, open_to_all

READS = Limit("opendata", token=600, address=240)


class _TooMany(CkanError):
    type = "Too Many Requests"
    status = 429


def _asked(request: HttpRequest) -> dict[str, Any]:
    """Parameters of the address, and those of the body as JSON or as a form. Raises Invalid."""
    asked: dict[str, Any] = dict(request.GET.items())
    if request.method != "POST":
        return asked
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_JSON_BYTES:
        raise Invalid("body", "Too large")
    if request.content_type == "application/x-www-form-urlencoded" and not request.body.lstrip().startswith(
        b"{"
    ):
        return {**asked, **dict(request.POST.items())}
    try:
        sent = json.loads(request.body.decode() or "{}")
    except (ValueError, RecursionError, RequestDataTooBig):
        raise Invalid("body", "JSON Error: the body is not JSON in UTF-8") from None
    if not isinstance(sent, dict):
        raise Invalid("body", "Request data JSON decoded to something that is not an object")
    return {**asked, **sent}


@open_to_all
@public("open data for clients of CKAN")
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def ckan_action(request: HttpRequest, action: str) -> HttpResponse:
    """One action of CKAN's API, version 3. Only reading: nothing is changed by a POST either."""
    answer: dict[str, Any] = {"help": request.build_absolute_uri(request.path)}
    headers = {"Cache-Control": "public, max-age=60"}
    status = 200
    try:
        if action not in ACTIONS:
            raise NotFound(f"Action name not known: {action[:60]}")
        if not READS.allow_request(request):
            headers = {"Retry-After": str(int(READS.wait()))}
            raise _TooMany("Too many requests")
        answer |= {"success": True, "result": ACTIONS[action](request, _asked(request))}
    except CkanError as error:
        status = error.status
        answer |= {"success": False, "error": error.shown()}
        headers = {"Cache-Control": "no-store", **headers} if status == 429 else {"Cache-Control": "no-store"}
    return JsonResponse(answer, status=status, headers=headers, json_dumps_params={"ensure_ascii": False})

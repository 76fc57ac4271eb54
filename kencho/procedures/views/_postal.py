"""Postal codes for forms whose browser runs scripts; without one the button in the form does the same."""

from django.http import HttpRequest, JsonResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from kencho.foundation.access import public
from kencho.procedures.definition import look_up

KEPT_SECONDS = 86_400


@public("postal codes are published by Japan Post")
@require_safe
def postal_codes(request: HttpRequest) -> JsonResponse:
    """The place of ``postal_code`` (seven digits) as ``results``; empty when there is none."""
    found = look_up(request.GET.get("postal_code", ""))
    results = (
        [] if found is None else [{"prefecture": found.prefecture, "city": found.city, "town": found.town}]
    )
    response = JsonResponse({"results": results})
    patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
    return response

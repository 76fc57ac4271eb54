"""What the shared page frame shows: the body, the navigation, where one is."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from kencho.foundation import registry


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of every page; the navigation is worked out only where a template asks for it."""
    return {
        "navigation": SimpleLazyObject(lambda: _navigation(request)),
        "desk": getattr(request, "desk", None),
    }


def _navigation(request: HttpRequest) -> list[registry.NavigationItem]:
    if not getattr(request, "desk", None):
        return []
    items = [item for item in registry.navigation if item.visible(request)]
    return sorted(items, key=lambda item: (item.section, item.order))

"""Deny by default: every address says who may open it."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from kencho.foundation.access import Access

# Other people's views, each with the reason why it may stand without our mark.
FOREIGN = {
    "allauth.": "sign-in pages guard themselves",
    "django.views.i18n": "chooses the language",
    "django.contrib.staticfiles.": "static files",
    "django.views.generic": "the gallery of components, in debug mode only",
    "ninja.": "the API's documents; each operation is checked in its own test",
}


def all_patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address with its pattern."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from all_patterns(entry, prefix + str(entry.pattern))
        else:
            yield prefix + str(entry.pattern), entry


def _is_foreign(view: Any) -> bool:
    module = getattr(view, "view_class", view).__module__
    return any(module.startswith(name) for name in FOREIGN)


def test_every_address_names_its_permission_or_is_public() -> None:
    unmarked = [
        path
        for path, pattern in all_patterns()
        if not isinstance(getattr(pattern.callback, "access", None), Access)
        and not _is_foreign(pattern.callback)
    ]
    assert unmarked == []


def test_public_pages_state_a_reason() -> None:
    silent = [
        path
        for path, pattern in all_patterns()
        if (access := getattr(pattern.callback, "access", None)) and not access.permission.strip()
    ]
    assert silent == []


def test_staff_pages_lie_under_desk() -> None:
    outside = [
        path
        for path, pattern in all_patterns()
        if (access := getattr(pattern.callback, "access", None))
        and access.kind == "staff"
        and not path.startswith(("desk/", "my/"))
    ]
    assert outside == []

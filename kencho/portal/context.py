"""What the shared page frame shows: the body, the navigation, where one is."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from kencho.accounts.models import User
from kencho.foundation import registry
from kencho.foundation.ui import NavItem
from kencho.notifications.queries import unread_count


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of every page; the navigation is worked out only where a template asks for it."""
    return {
        "navigation": SimpleLazyObject(lambda: _navigation(request)),
        "desk": getattr(request, "desk", None),
        # Pages that staff and residents share take the frame of whoever looks.
        "frame": "staff_page.html" if getattr(request, "desk", None) else "page.html",
        "unread_count": SimpleLazyObject(lambda: _unread(request)),
        "account_links": SimpleLazyObject(lambda: _account_links(request)),
        "public_navigation": SimpleLazyObject(lambda: _public_links(request)),
    }


def _navigation(request: HttpRequest) -> list[registry.NavigationItem]:
    if not getattr(request, "desk", None):
        return []
    items = sorted(
        (item for item in registry.navigation if item.visible(request)), key=lambda item: item.order
    )
    # Sections stand in the order of their first line, and each stands together.
    places = {str(section): n for n, section in enumerate(dict.fromkeys(str(item.section) for item in items))}
    return sorted(items, key=lambda item: places[str(item.section)])


def _unread(request: HttpRequest) -> int:
    return unread_count(request.user) if isinstance(request.user, User) else 0


def _account_links(request: HttpRequest) -> list[NavItem]:
    """The menu of whoever is signed in."""
    if getattr(request, "desk", None):
        return [
            NavItem(_("今日の仕事"), reverse("portal:desk_home")),
            NavItem(_("アカウント"), reverse("accounts:account")),
        ]
    return [
        NavItem(_("わたしの申請"), reverse("applications:my_applications")),
        NavItem(_("お知らせ"), reverse("notifications:inbox"), count=_unread(request)),
        NavItem(_("アカウント"), reverse("accounts:account")),
    ]


def _public_links(request: HttpRequest) -> list[NavItem]:
    """The few places that the public looks for."""
    lines = [
        (_("手続をさがす"), reverse("portal:home")),
        (_("申請の状況を確認する"), reverse("applications:application_find")),
        (_("通知書を確かめる"), reverse("records:verify")),
    ]
    return [NavItem(label, url, current=request.path == url) for label, url in lines]

"""Where one is and where one can go."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest
from django.urls import reverse

from kencho.foundation.registry import NavigationItem
from kencho.foundation.ui._parts import Text


@dataclass(frozen=True)
class Crumb:
    """One step of the breadcrumb; the last one, the page itself, has no address."""

    label: Text
    url: str = ""


@dataclass(frozen=True)
class NavItem:
    """One link of a navigation; ``icon`` is a symbol of static/icons.svg, ``count`` what waits behind it."""

    label: Text
    url: str
    icon: str = ""
    count: int | None = None
    current: bool = False


@dataclass(frozen=True)
class NavGroup:
    """Links under one heading; the heading may be empty."""

    label: Text
    items: tuple[NavItem, ...]


@dataclass(frozen=True)
class Tab:
    """A tab is an ordinary link, so that it can be opened anew, bookmarked and used without JavaScript."""

    label: Text
    url: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True)
class Pager:
    """Keyset paging: no page numbers, because rows move while one reads. An empty address means there is no such page."""

    previous_url: str = ""
    next_url: str = ""
    shown: int = 0
    total: int | None = None


def grouped(items: Iterable[NavigationItem], request: HttpRequest) -> list[NavGroup]:
    """The declared navigation as groups of links; the longest address that begins the path is the current one."""
    path = request.path
    addressed = [(item, reverse(item.url_name)) for item in items]
    current = max((url for _, url in addressed if path.startswith(url)), key=len, default="")
    return [
        NavGroup(
            section,
            tuple(
                NavItem(
                    item.label,
                    url,
                    icon=getattr(item, "icon", ""),
                    count=item.count(request) if item.count else None,
                    current=url == current,
                )
                for item, url in members
            ),
        )
        for section, members in groupby(addressed, key=lambda pair: pair[0].section)
    ]

"""Marks on views: each URL either names its permission or is public for a stated reason. A test lists them all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


@dataclass(frozen=True)
class Access:
    """Who may open a page: ``public``, ``signed_in`` (any account), ``staff`` or ``secret`` (holder of a link or code)."""

    kind: str
    permission: str


def mark(view: View, access: Access) -> View:
    """Attach the mark that the architecture test reads."""
    view.access = access  # type: ignore[attr-defined]  # functions accept attributes; Django itself marks views so
    return view


def public(reason: str) -> Callable[[View], View]:
    """Open to everybody; the reason is kept beside it."""

    def decorate(view: View) -> View:
        return mark(view, Access("public", reason))

    return decorate

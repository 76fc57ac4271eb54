"""Lists by page: the keyset page of ``?page=`` and the links to its neighbours."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from kencho.foundation import keyset
from kencho.foundation.ui import Pager

M = TypeVar("M", bound=Model)
PAGE_SIZE = 50


@dataclass(frozen=True)
class Page(Generic[M]):
    """The rows of one page and the links to its neighbours."""

    rows: list[M]
    pager: Pager


def page_of(rows: QuerySet[M], request: HttpRequest, *order: str) -> Page[M]:
    """The page asked for, in this order; a token that cannot be read gives the first page."""
    found = keyset.page(rows, order=order, after=request.GET.get("page"), size=PAGE_SIZE)
    pager = Pager(
        previous_url=_link(request, found.previous_token),
        next_url=_link(request, found.next_token),
        shown=len(found.rows),
    )
    return Page(found.rows, pager)


def _link(request: HttpRequest, token: str | None) -> str:
    if token is None:
        return ""
    query = request.GET.copy()
    query["page"] = token
    return f"?{query.urlencode()}"

"""Keyset paging of a list ordered by a moment and the id: pages do not shift while cases come and go."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from kencho.foundation.ui import Pager

M = TypeVar("M", bound=Model)
PAGE_SIZE = 50


@dataclass(frozen=True)
class Page(Generic[M]):
    """The rows of one page and the links to its neighbours."""

    rows: list[M]
    pager: Pager


def page_of(rows: QuerySet[M], request: HttpRequest, *, key: str, descending: bool, size: int = PAGE_SIZE) -> Page[M]:
    """The page that ``?after=`` or ``?before=`` asks for; a cursor that cannot be read gives the first page."""
    after, before = _read(request.GET.get("after", "")), _read(request.GET.get("before", ""))
    backwards = before is not None and after is None
    cursor = before if backwards else after
    larger = descending == backwards
    if cursor is not None:
        rows = rows.filter(_beyond(key, cursor, larger=larger))
    if backwards:
        rows = rows.reverse()
    found = list(rows[: size + 1])
    more = len(found) > size
    found = found[:size][::-1] if backwards else found[:size]
    has_next = backwards or more
    has_previous = more if backwards else cursor is not None
    pager = Pager(
        previous_url=_link(request, "before", _cursor(found[0], key)) if found and has_previous else "",
        next_url=_link(request, "after", _cursor(found[-1], key)) if found and has_next else "",
        shown=len(found),
    )
    return Page(found, pager)


def _beyond(key: str, cursor: tuple[datetime, int], *, larger: bool) -> Q:
    sign = "gt" if larger else "lt"
    at, pk = cursor
    return Q(**{f"{key}__{sign}": at}) | Q(**{key: at, f"pk__{sign}": pk})


def _cursor(row: Model, key: str) -> str:
    return f"{getattr(row, key).isoformat()}_{row.pk}"


def _read(text: str) -> tuple[datetime, int] | None:
    moment, _, pk = text.rpartition("_")
    try:
        at = datetime.fromisoformat(moment)
        return (at, int(pk)) if at.tzinfo else None
    except ValueError:
        return None


def _link(request: HttpRequest, name: str, cursor: str) -> str:
    query = request.GET.copy()
    for old in ("after", "before"):
        query.pop(old, None)
    query[name] = cursor
    return f"?{query.urlencode()}"

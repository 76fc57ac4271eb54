"""Search over the open data of all bodies, and the list of one body."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kencho.catalog import queries
from kencho.catalog.queries import Wanted
from kencho.catalog.views.public._common import crumbs
from kencho.catalog.wording.facets import LABELS, FacetValue, facet_values
from kencho.foundation.access import public
from kencho.foundation.ui import Pager
from kencho.organization.models import Body

PAGE_SIZE = 20
MOST_VALUES = 12
ORDERS = ("relevance", "newest", "title")
FIELDS = ("theme", "format", "license", "frequency")


@dataclass(frozen=True)
class Choice:
    """A value of a facet as a link that adds it, or takes it away again when it is set."""

    value: FacetValue
    url: str
    is_set: bool


@dataclass(frozen=True)
class Group:
    """A facet with its choices."""

    name: str
    label: str | Promise
    choices: list[Choice]


def wanted_of(given: QueryDict, body: Body | None) -> Wanted:
    """What the address asks for; a stranger's value finds nothing and breaks nothing."""
    order = given.get("sort", "")
    return Wanted(
        words=given.get("q", "").replace("\0", "")[:200].strip(),
        body=body.slug if body else _plain(given, "body"),
        keyword=_plain(given, "keyword"),
        order=order if order in ORDERS else "relevance",
        **{name: _plain(given, name) for name in FIELDS},
    )


def _plain(given: QueryDict, name: str) -> str:
    return given.get(name, "").replace("\0", "")[:100].strip()


def _link(given: QueryDict, **changes: str) -> str:
    query = given.copy()
    query.pop("page", None)
    for name, value in changes.items():
        if value:
            query[name] = value
        else:
            query.pop(name, None)
    return f"?{query.urlencode()}"


def _groups(given: QueryDict, found: queries.Found, *, with_body: bool) -> list[Group]:
    groups = []
    for name, values in found.facets.items():
        if name == "body" and not with_body:
            continue
        now = given.get(name, "")
        shown = facet_values(name, values[:MOST_VALUES])
        choices = [
            Choice(each, _link(given, **{name: "" if each.value == now else each.value}), each.value == now)
            for each in shown
        ]
        # One value that all have does not narrow anything.
        if len(choices) > 1 or any(each.is_set for each in choices):
            groups.append(Group(name, LABELS[name], choices))
    return groups


def _page_number(given: QueryDict) -> int:
    text = given.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 and int(text) > 0 else 1


def _pager(given: QueryDict, number: int, total: int, shown: int) -> Pager:
    def at(wanted: int) -> str:
        query = given.copy()
        query["page"] = str(wanted)
        return f"?{query.urlencode()}"

    return Pager(
        previous_url=at(number - 1) if number > 1 else "",
        next_url=at(number + 1) if number * PAGE_SIZE < total else "",
        shown=shown,
        total=total,
    )


def _context(request: HttpRequest, body: Body | None) -> dict[str, Any]:
    given = request.GET
    wanted = wanted_of(given, body)
    number = _page_number(given)
    found = queries.search(wanted, first=(number - 1) * PAGE_SIZE, most=PAGE_SIZE)
    datasets = queries.datasets_in_order(found.ids)
    words = {"relevance": _("言葉に近い順"), "newest": _("新しい順"), "title": _("名前順")}
    return {
        "body": body,
        "wanted": wanted,
        "total": found.total,
        "datasets": datasets,
        "groups": _groups(given, found, with_body=body is None),
        "orders": [(code, label, _link(given, sort=code)) for code, label in words.items()],
        "pager": _pager(given, number, found.total, len(datasets)),
        "hidden": [(name, given[name]) for name in (*FIELDS, "body", "keyword", "sort") if given.get(name)],
        "is_narrowed": any(given.get(name) for name in (*FIELDS, "body", "keyword", "q")),
        "hints": _hints(wanted) if not found.total else [],
    }


def _hints(wanted: Wanted) -> list[str]:
    """What to try when nothing was found."""
    hints = []
    if len(wanted.folded) > 1:
        hints.append(_("言葉を減らしてみてください。空白で区切った言葉は、全部を含むものだけが出ます。"))
    if wanted.folded:
        hints.append(_("別の言い方や、短い言葉でさがしてみてください。"))
    if any((wanted.theme, wanted.license, wanted.frequency, wanted.format, wanted.keyword)):
        hints.append(_("絞り込みを外してみてください。"))
    return [*hints, _("ほしいデータがないときは、団体に公開を求められます。")]


@public("search over open data")
@require_safe
def opendata_search(request: HttpRequest) -> HttpResponse:
    """オープンデータをさがす: all bodies in one search."""
    bodies = Body.objects.filter(pk__in=queries.published().order_by().values("body"))
    return render(
        request,
        "catalog/public/opendata_search.html",
        {**_context(request, None), "bodies": bodies, "breadcrumbs": crumbs(None)},
    )


@public("open data of a body")
@require_safe
def body_search(request: HttpRequest, body: str) -> HttpResponse:
    """団体のオープンデータ."""
    office = get_object_or_404(Body, slug=body)
    return render(
        request,
        "catalog/public/opendata_search.html",
        {**_context(request, office), "breadcrumbs": crumbs(office)},
    )

"""A table to look at: filter, search, sort and turn pages with plain links and one form, without any script."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kencho.catalog import asking
from kencho.catalog.models import UsageDay
from kencho.catalog.tables import schema as table_schema
from kencho.catalog.tables.rows import Page, Query, pairs_of
from kencho.catalog.views.public._common import (
    asked_or_404,
    count,
    kept_of,
    page_context,
    place_of,
    told,
    with_query,
)
from kencho.foundation.access import public
from kencho.foundation.ui import Cell, Column, Pager, Row, Table

PAGE_ROWS = 50
MOST_INPUTS = 24
"""Columns that have inputs of their own in the filter; the search box and the API reach all."""
NUMBERS = {"integer", "number", "year"}
MOMENTS = {"date", "datetime"}
MOST_LETTERS = 300


@dataclass(frozen=True)
class Input:
    """One field of the filter; `choices` makes it a list to choose from."""

    id: str
    name: str
    label: str
    value: str
    kind: str = "text"
    choices: Sequence[str] = field(default_factory=tuple)


def text_of(value: Any) -> str:
    """A cell as people read it; nothing for an empty one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    if isinstance(value, float):
        return f"{value:.10g}"
    text = str(value)
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"


def inputs_of(asked: asking.Asked, given: dict[str, str]) -> list[Input]:
    """The fields of the filter, two for what has an order."""
    made: list[Input] = []
    for place, column in enumerate(asked.schema.columns[:MOST_INPUTS]):
        for way, label, kind, choices in _ways(column):
            name = f"{column.name}__{way}"
            made.append(Input(f"filter-{place}-{way}", name, label, given.get(name, ""), kind, choices))
    return made


def _ways(column: table_schema.Column) -> list[tuple[str, str, str, Sequence[str]]]:
    title = column.title or column.name
    if column.type in NUMBERS | MOMENTS:
        kind = "date" if column.type in MOMENTS else "text"
        return [
            ("gte", _("%(name)s（以上）") % {"name": title}, kind, ()),
            ("lte", _("%(name)s（以下）") % {"name": title}, kind, ()),
        ]
    if column.type == "boolean":
        return [("eq", title, "choice", ("true", "false"))]
    if column.enum:
        return [("eq", title, "choice", [str(each) for each in column.enum])]
    return [("contains", _("%(name)s（含む）") % {"name": title}, "text", ())]


def table_of(asked: asking.Asked, page: Page, sort_links: dict[str, tuple[str, str]] | None = None) -> Table:
    """Rows for the page; `sort_links` maps a column to its link and its present order."""
    types = {each.name: each.type for each in asked.schema.columns}
    titles = {each.name: each.title or each.name for each in asked.schema.columns}
    links = sort_links or {}
    columns = [
        Column(
            titles.get(name, name),
            number=types.get(name) in NUMBERS - {"year"},
            sort_url=links.get(name, ("", ""))[0],
            sorted=links.get(name, ("", ""))[1],
        )
        for name in page.columns
    ]
    rows = [Row([Cell(text_of(value)) for value in row]) for row in page.rows]
    return Table(_("%(title)sの行") % {"title": asked.dataset.title}, columns, rows, hide_caption=True)


def _sort_links(
    url: str, query: Query, asked: asking.Asked, kept: dict[str, str]
) -> dict[str, tuple[str, str]]:
    now = dict(query.sort)
    others = [
        (name, value)
        for name, value in pairs_of(query)
        if name not in {"_sort", "_after", "_offset", "_limit"}
    ]
    made = {}
    for column in asked.schema.columns:
        name = column.name
        order = {None: "", False: "ascending", True: "descending"}[now.get(name)]
        wanted = f"-{name}" if now.get(name) is False else name
        # A comma parts columns in the address; a name that holds one cannot be sorted by.
        link = "" if "," in name else with_query(url, [*kept.items(), *others, ("_sort", wanted)])
        made[name] = (link, order)
    return made


def _pager(url: str, query: Query, page: Page, kept: dict[str, str]) -> Pager:
    others = [(name, value) for name, value in pairs_of(query) if name not in {"_offset", "_after", "_limit"}]

    def at(offset: int) -> str:
        place = [("_offset", str(offset))] if offset else []
        return with_query(url, [*kept.items(), *others, *place])

    behind = query.offset + len(page.rows)
    return Pager(
        previous_url=at(max(0, query.offset - PAGE_ROWS)) if query.offset else "",
        next_url=at(behind) if behind < page.total else "",
        shown=len(page.rows),
        total=page.total,
    )


@public("rows of a published table")
@require_safe
@told
def table_show(request: HttpRequest, body: str, code: str, table: str) -> HttpResponse:
    """表: the rows, as far as one asks for them."""
    asked = asked_or_404(request, body, code, table)
    count(asked.dataset, UsageDay.Kind.PAGE)
    given = {
        name: str(value)
        for name, value in request.GET.items()
        if name not in {"_limit", "_after", "_columns"}
    }
    query = asking.query_of(asked, [*given.items(), ("_limit", str(PAGE_ROWS))], blanks=True)
    page = asking.rows(asked, query)
    url, kept = reverse("catalog:table_show", args=place_of(asked)), kept_of(request)
    inputs = inputs_of(asked, given)
    shown = {each.name for each in inputs} | {"_search", "_offset", *kept}
    return render(
        request,
        "catalog/public/table_show.html",
        {
            **page_context(request, asked, "table_show", _("表")),
            "table": table_of(asked, page, _sort_links(url, query, asked, kept)),
            "page": page,
            "pager": _pager(url, query, page, kept),
            "inputs": inputs,
            "words": given.get("_search", ""),
            # Conditions that the form has no field for stay as they are.
            "hidden": [(name, value) for name, value in given.items() if name not in shown and value],
            "active_count": len(query.filters),
            "clear_url": with_query(url, kept),
            "map_query": request.GET.urlencode(),
        },
    )

"""What a table was before: its versions, and the rows in which two of them differ."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kencho.catalog import asking, comparing, queries
from kencho.catalog.models import ResourceVersion, UsageDay
from kencho.catalog.views.public._common import asked_or_404, count, page_context, place_of, told, with_query
from kencho.foundation import clock, queue
from kencho.foundation.access import public
from kencho.foundation.ui import Cell, Column, Progress, Row, Table

MOST_VERSIONS = 200
MOST_ROWS = 200


@public("versions of a published table")
@require_safe
@told
def table_versions(request: HttpRequest, body: str, code: str, table: str) -> HttpResponse:
    """版: everything that was ever on show, with what became of it."""
    asked = asked_or_404(request, body, code, table)
    count(asked.dataset, UsageDay.Kind.PAGE)
    versions = list(queries.versions_of(asked.resource)[:MOST_VERSIONS])
    readable = [each for each in versions if each.state != ResourceVersion.State.WITHDRAWN]
    return render(
        request,
        "catalog/public/table_versions.html",
        {
            **page_context(request, asked, "table_versions", _("版")),
            "versions": versions,
            "readable": readable,
            "table_url": reverse("catalog:table_show", args=place_of(asked)),
            "dataset_url": reverse("catalog:dataset_show", args=place_of(asked)[:2]),
            "diff_url": reverse("catalog:table_diff", args=place_of(asked)),
        },
    )


def _pair(request: HttpRequest, asked: asking.Asked) -> tuple[ResourceVersion, ResourceVersion]:
    """The two versions of the address, else the newest and the one before it."""
    numbers = [request.GET.get(name, "") for name in ("before", "after")]
    if any(numbers):
        found = [_numbered(asked, each) for each in numbers]
    else:
        readable = queries.versions_of(asked.resource).exclude(state=ResourceVersion.State.WITHDRAWN)
        found = list(readable[:2])[::-1]
    if len(found) < 2:
        raise Http404
    for each in found:
        each.resource = asked.resource
    return found[0], found[1]


def _numbered(asked: asking.Asked, text: str) -> ResourceVersion:
    is_number = text.isascii() and text.isdigit() and len(text) < 10
    version = queries.version_numbered(asked.resource, int(text)) if is_number else None
    if version is None:
        raise Http404
    return version


@public("rows in which two versions of a table differ")
@require_safe
@told
def table_diff(request: HttpRequest, body: str, code: str, table: str) -> HttpResponse:
    """版の違い."""
    asked = asked_or_404(request, body, code, table)
    before, after = _pair(request, asked)
    kept = comparing.kept(before, after)
    context = {
        **page_context(request, asked, "table_versions", _("版の違い")),
        "before": before,
        "after": after,
    }
    if not kept.is_made and not comparing.is_small(before, after):
        if kept.refusal is not None:
            raise kept.refusal
        if kept.is_first_asked():
            queue.enqueue(
                "catalog.compare_versions",
                {"before_id": before.pk, "after_id": after.pk},
                at=clock.now(),
                body=asked.dataset.body.code,
            )
        done, total = kept.progress or (0, 3)
        context["progress"] = Progress(
            _("版の違い"),
            done,
            total,
            message=_("二つの版を比べています。少ししてから、最新の状態を見てください。"),
            refresh_url=request.get_full_path(),
        )
        return render(request, "catalog/public/table_diff.html", context)
    diff = comparing.compare(before, after)
    context |= {
        "diff": diff,
        "tables": _tables(diff),
        "listed": min(MOST_ROWS, len(diff["items"])),
        "unchanged": diff["after"] - diff["added"] - diff["changed"],
        "back": with_query(reverse("catalog:table_versions", args=place_of(asked)), {}),
    }
    return render(request, "catalog/public/table_diff.html", context)


def _tables(diff: dict[str, Any]) -> list[Table]:
    """One table for each kind of difference."""
    titles = {"changed": _("変わった行"), "added": _("増えた行"), "removed": _("なくなった行")}
    made = []
    for kind, title in titles.items():
        items = [each for each in diff["items"] if each["kind"] == kind][:MOST_ROWS]
        if items:
            made.append(
                _changed(title, items, diff["key"]) if kind == "changed" else _whole(title, items, kind)
            )
    return made


def _changed(title: str, items: list[dict[str, Any]], key: list[str]) -> Table:
    columns = [*(Column(name) for name in key), Column(_("列")), Column(_("前")), Column(_("後"))]
    rows = [
        Row(
            [
                *(Cell(each["key"][name]) for name in key),
                Cell(name),
                Cell(_shown(each["before"][name])),
                Cell(_shown(each["after"][name])),
            ]
        )
        for each in items
        for name in each["after"]
    ]
    return Table(title, columns, rows, hide_caption=True)


def _whole(title: str, items: list[dict[str, Any]], kind: str) -> Table:
    side = "after" if kind == "added" else "before"
    names = list(items[0][side])
    rows = [Row([Cell(each[side][name]) for name in names]) for each in items]
    return Table(title, [Column(name) for name in names], rows, hide_caption=True)


def _shown(value: str | None) -> str:
    return _("（空欄）") if value is None else value

"""The page of a dataset: what it is, what is in it, how good it is, how to get it, what it was before."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kencho.catalog import asking, exports, linked, queries
from kencho.catalog.models import Dataset, Resource, ResourceVersion, UsageDay
from kencho.catalog.tables.refusals import Refused
from kencho.catalog.tables.rows import Query
from kencho.catalog.views.public._common import (
    asked_or_404,
    count,
    crumbs,
    dataset_or_404,
    kept_of,
    place_of,
    told,
    with_query,
)
from kencho.catalog.views.public._pictures import first_label
from kencho.catalog.views.public._table import table_of
from kencho.catalog.wording import asking as wording
from kencho.catalog.wording.licenses import LICENSE_URLS, citation_of, terms_of
from kencho.catalog.wording.scores import losses_of, parts_of
from kencho.foundation import clock
from kencho.foundation.access import public
from kencho.foundation.ui import Cell, Column, Crumb, Row, Tab, Table

PREVIEW_ROWS = 8
MOST_VERSIONS = 10
COUNTED = "SELECT count(*) FROM data"


@dataclass(frozen=True)
class Download:
    """A file of the version on the page."""

    form: exports.Form
    url: str
    replaced: int
    """Characters that CP932 does not know; 0 also while the file was never made."""

    replaced_url: str


def downloads_of(request: HttpRequest, asked: asking.Asked) -> list[Download]:
    """All forms of a version."""
    kept = kept_of(request)
    made = []
    for form in exports.forms_of(asked.version):
        place = [*place_of(asked), form.file_name]
        report = exports.kept(asked.version, form).report if form.code == "csv_cp932" else {}
        made.append(
            Download(
                form,
                with_query(reverse("catalog:table_file", args=place), kept),
                int(report.get("replaced_count", 0)),
                with_query(reverse("catalog:table_file_replaced", args=place), kept),
            )
        )
    return made


def _preview(asked: asking.Asked) -> dict[str, Any]:
    """The first rows; the page stands also when the tables do not answer just now."""
    try:
        page = asking.rows(asked, Query(limit=PREVIEW_ROWS))
    except Refused as refused:
        return {"preview": None, "preview_problem": wording.sentence(refused)}
    return {"preview": table_of(asked, page), "total": page.total}


def dictionary_of(version: ResourceVersion) -> Table:
    """データ項目の定義."""
    columns = [Column(_("項目")), Column(_("型")), Column(_("単位")), Column(_("説明")), Column(_("決まり"))]
    rows = [
        Row(
            [
                Cell(each["name"]),
                Cell(str(_type(each.get("type", "string")))),
                Cell(each.get("unit", "")),
                Cell(
                    each.get("description")
                    or (each.get("title", "") if each.get("title") != each["name"] else "")
                ),
                Cell(_rules(each.get("constraints") or {})),
            ]
        )
        for each in version.schema.get("fields", ())
    ]
    return Table(_("データ項目の表"), columns, rows, hide_caption=True)


def _type(kind: str) -> str:
    words = {
        "string": _("文字"),
        "integer": _("整数"),
        "number": _("数"),
        "boolean": _("はい・いいえ"),
        "date": _("日付"),
        "datetime": _("日時"),
        "year": _("年"),
    }
    return words.get(kind, kind)


def _rules(rules: dict[str, Any]) -> str:
    said = []
    if rules.get("required"):
        said.append(_("必ずある"))
    if rules.get("unique"):
        said.append(_("重ならない"))
    if rules.get("minimum") is not None:
        said.append(_("%(value)s以上") % {"value": rules["minimum"]})
    if rules.get("maximum") is not None:
        said.append(_("%(value)s以下") % {"value": rules["maximum"]})
    if rules.get("enum"):
        said.append(_("値：%(values)s") % {"values": "・".join(str(each) for each in rules["enum"][:20])})
    return "、".join(said)


def _resource_tabs(dataset: Dataset, resources: list[Resource], current: Resource | None) -> list[Tab]:
    if len(resources) < 2:
        return []
    url = reverse("catalog:dataset_show", args=[dataset.body.slug, dataset.code])
    return [
        Tab(each.title or each.code, with_query(url, {"table": each.code}), current=each == current)
        for each in resources
    ]


def _chosen(request: HttpRequest, resources: list[Resource]) -> Resource | None:
    wanted = request.GET.get("table", "")
    return next((each for each in resources if each.code == wanted), resources[0] if resources else None)


@public("page of a dataset")
@require_safe
@told
def dataset_show(request: HttpRequest, body: str, code: str) -> HttpResponse:
    """データセット."""
    dataset = dataset_or_404(body, code)
    count(dataset, UsageDay.Kind.PAGE)
    context = {
        "body": dataset.body,
        "dataset": dataset,
        "license_url": LICENSE_URLS.get(dataset.license, ""),
        "terms": terms_of(dataset),
        "breadcrumbs": crumbs(dataset.body, Crumb(dataset.title)),
    }
    if dataset.state == Dataset.State.WITHDRAWN:
        return render(request, "catalog/public/dataset_withdrawn.html", context, status=410)
    today = clock.day_of(clock.now())
    resources = queries.resources_of(dataset)
    resource = _chosen(request, resources)
    url = request.build_absolute_uri(reverse("catalog:dataset_show", args=[body, code]))
    context |= {
        "resources": resources,
        "resource": resource,
        "resource_tabs": _resource_tabs(dataset, resources, resource),
        "is_stale": dataset.next_due_on is not None and dataset.next_due_on < today,
        "usage": [(_usage_word(each.kind), each) for each in queries.usage_of(dataset, today)],
        "feedback": queries.shown_feedback(dataset),
        "showcases": dataset.showcases.filter(is_shown=True),
        "json_ld": linked.as_script(linked.schema_org(request, dataset, resources)),
        "citation": citation_of(dataset, None, url, today),
    }
    if resource is not None and resource.live is not None:
        context |= _live(request, dataset, resource, url)
    return render(request, "catalog/public/dataset_show.html", context)


def _usage_word(kind: str) -> str:
    return str(dict(UsageDay.Kind.choices)[kind])


def _live(request: HttpRequest, dataset: Dataset, resource: Resource, url: str) -> dict[str, Any]:
    asked = asked_or_404(request, dataset.body.slug, dataset.code, resource.code)
    today = clock.day_of(clock.now())
    api = request.build_absolute_uri(
        f"/api/v1/opendata/{dataset.body.slug}/datasets/{dataset.code}/tables/{resource.code}"
    )
    return {
        "asked": asked,
        "version": asked.version,
        "is_live": asked.is_live,
        "kept": kept_of(request),
        "kept_query": with_query("", kept_of(request)),
        "has_map": exports.coordinates_of(asked.version) is not None,
        "dictionary": dictionary_of(asked.version),
        "downloads": downloads_of(request, asked),
        "versions": queries.versions_of(resource)[:MOST_VERSIONS],
        "score_parts": parts_of(asked.version.quality),
        "losses": losses_of(asked.version.quality),
        "citation": citation_of(dataset, asked.version.number, url, today),
        "examples": _examples(api, asked),
        "api": api,
        **_preview(asked),
    }


def _examples(api: str, asked: asking.Asked) -> list[tuple[str, str]]:
    columns = asked.schema.columns
    first = first_label(asked).name
    number = next((each.name for each in columns if each.type in {"integer", "number"}), "")
    made = [
        (_("はじめの10行"), f"{api}/rows?_limit=10"),
        (_("「%(name)s」の値ごとの行の数") % {"name": first}, f"{api}/facets?_column={first}"),
    ]
    if number:
        made.append((_("「%(name)s」の大きい順") % {"name": number}, f"{api}/rows?_sort=-{number}"))
    made.append((_("SQLで数える"), f"{api}/sql?{urlencode({'q': COUNTED})}"))
    return made

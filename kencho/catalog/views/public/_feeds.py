"""The catalogue for machines: DCAT by pages, one dataset, and data.json."""

import json
from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from kencho.catalog import described, feeds, queries
from kencho.catalog.models import Dataset
from kencho.catalog.views.public._common import dataset_or_404
from kencho.foundation.access import public
from kencho.foundation.api import open_to_all
from kencho.organization.models import Body

DATA_JSON = "https://project-open-data.cio.gov/v1.1/schema"
# While the client reads, rows are taken in portions of this many.
PORTION = 200
CACHE = "public, max-age=300"


def _form(ending: str) -> feeds.Form:
    form = feeds.FORMS.get(ending)
    if form is None:
        raise Http404
    return form


def _number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise Http404
    return int(text)


@open_to_all
@public("catalogue of open data as DCAT")
@require_safe
def feed_catalog(request: HttpRequest, ending: str) -> HttpResponseBase:
    """DCAT 3 / DCAT-AP 3, page by page (Hydra)."""
    form = _form(ending)
    if not Body.objects.exists():
        raise Http404
    catalog = described.catalog_facts(request, ending, _number(request))
    if catalog is None:
        raise Http404
    answer = HttpResponse(
        form.write(feeds.facts_of_catalog(catalog)),
        content_type=f"{form.media_type}; charset=utf-8",
        headers={"Cache-Control": CACHE},
    )
    if catalog.page and catalog.page.next:
        # RFC 8288, for those who do not read Hydra.
        answer["Link"] = f'<{catalog.page.next}>; rel="next"'
    return answer


@open_to_all
@public("a dataset as DCAT")
@require_safe
def feed_dataset(request: HttpRequest, body: str, code: str, ending: str) -> HttpResponseBase:
    """One dataset."""
    form = _form(ending)
    dataset = dataset_or_404(body, code)
    row = described.with_tables(queries.published(dataset.body)).filter(pk=dataset.pk).first()
    if row is None:
        raise Http404
    return HttpResponse(
        form.write(feeds.facts_of(described.dataset_facts(request, row))),
        content_type=f"{form.media_type}; charset=utf-8",
        headers={"Cache-Control": CACHE},
    )


@open_to_all
@public("catalogue of open data as data.json")
@require_safe
def data_json(request: HttpRequest) -> HttpResponseBase:
    """The whole catalogue in the form of Project Open Data 1.1, sent as it is read."""
    return StreamingHttpResponse(
        _data_json(request), content_type="application/json; charset=utf-8", headers={"Cache-Control": CACHE}
    )


def _data_json(request: HttpRequest) -> Iterator[str]:
    head = {
        "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
        "@id": request.build_absolute_uri(reverse("catalog:data_json")),
        "@type": "dcat:Catalog",
        "conformsTo": DATA_JSON,
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "dataset": ['
    comma = ""
    last = 0
    while True:
        rows = list(described.with_tables(queries.published().order_by("id")).filter(pk__gt=last)[:PORTION])
        for row in rows:
            yield comma + json.dumps(_entry(request, row), ensure_ascii=False)
            comma = ",\n"
        if len(rows) < PORTION:
            break
        last = rows[-1].pk
    yield "]}"


def _entry(request: HttpRequest, row: Dataset) -> dict[str, Any]:
    facts = described.dataset_facts(request, row)
    made: dict[str, Any] = {
        "@type": "dcat:Dataset",
        "identifier": facts.identifier,
        "title": facts.title,
        "description": facts.description or facts.title,
        "keyword": list(facts.keywords) or [facts.theme_label],
        "theme": [facts.theme_label],
        "modified": (row.modified_at or row.created_at).isoformat(),
        "publisher": {"@type": "org:Organization", "name": facts.publisher.name},
        "contactPoint": {"@type": "vcard:Contact", "fn": facts.contact_name, "hasURL": facts.contact_url},
        "accessLevel": "public",
        "language": ["ja"],
        "landingPage": facts.page,
        "distribution": [
            {
                "@type": "dcat:Distribution",
                "title": each.title,
                "accessURL": each.access_url,
                **({"downloadURL": each.download_url} if each.download_url else {}),
                **({"mediaType": each.media_type} if each.media_type else {}),
                **({"format": each.format} if each.format else {}),
            }
            for each in facts.files
        ],
    }
    license_url = next((each.license_url for each in facts.files if each.license_url), "")
    if license_url:
        made["license"] = license_url
    if facts.issued:
        made["issued"] = facts.issued.isoformat()
    return made

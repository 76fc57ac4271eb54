"""A dataset in the words of schema.org, for search engines that know data (https://schema.org/Dataset)."""

import json
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from kencho.catalog import exports
from kencho.catalog.models import Dataset, Resource
from kencho.catalog.wording.licenses import LICENSE_URLS

CONTEXT = "https://schema.org/"
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def schema_org(request: HttpRequest, dataset: Dataset, resources: list[Resource]) -> dict[str, Any]:
    """The dataset with its files as JSON-LD."""
    url = request.build_absolute_uri(reverse("catalog:dataset_show", args=[dataset.body.slug, dataset.code]))
    made: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "Dataset",
        "@id": url,
        "url": url,
        "name": dataset.title,
        "description": dataset.description or dataset.title,
        "identifier": f"{dataset.body.code}/{dataset.code}",
        "inLanguage": "ja",
        "isAccessibleForFree": True,
        "keywords": list(dataset.keywords),
        "creator": {"@type": "GovernmentOrganization", "name": dataset.body.name},
        "distribution": [each for row in resources for each in _files(request, dataset, row)],
        "variableMeasured": [
            each["name"] for row in resources if row.live for each in row.live.schema.get("fields", ())
        ],
    }
    if dataset.license in LICENSE_URLS:
        made["license"] = LICENSE_URLS[dataset.license]
    for name, moment in (("datePublished", dataset.published_at), ("dateModified", dataset.modified_at)):
        if moment is not None:
            made[name] = moment.isoformat()
    if dataset.covers_from or dataset.covers_to:
        made["temporalCoverage"] = f"{dataset.covers_from or '..'}/{dataset.covers_to or '..'}"
    return made


def _files(request: HttpRequest, dataset: Dataset, row: Resource) -> list[dict[str, Any]]:
    if row.live is None:
        return (
            [{"@type": "DataDownload", "contentUrl": row.link, "encodingFormat": row.format}]
            if row.link
            else []
        )
    return [
        {
            "@type": "DataDownload",
            "name": form.label,
            "encodingFormat": form.media_type,
            "contentUrl": request.build_absolute_uri(
                reverse(
                    "catalog:table_file", args=[dataset.body.slug, dataset.code, row.code, form.file_name]
                )
            ),
        }
        for form in exports.forms_of(row.live)
    ]


def as_script(data: dict[str, Any]) -> SafeString:
    """JSON that may stand inside a script element: nothing in it can end the element or begin another."""
    text = json.dumps(data, ensure_ascii=False)
    return SafeString(text.translate(_ESCAPES))

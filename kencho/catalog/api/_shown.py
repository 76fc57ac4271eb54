"""Rows of the catalogue as the API shows them."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from kencho.catalog import exports, queries
from kencho.catalog.models import Dataset, Resource, ResourceVersion
from kencho.organization.models import Body


def body_out(body: Body) -> dict[str, Any]:
    """The publisher."""
    return {"slug": body.slug, "code": body.code, "name": body.name}


def dataset_line(request: HttpRequest, row: Dataset) -> dict[str, Any]:
    """What a list shows."""
    return {
        "body": body_out(row.body),
        "code": row.code,
        "title": row.title,
        "description": row.description,
        "theme": {"code": row.theme, "label": str(row.get_theme_display())},
        "license": {"code": row.license, "label": str(row.get_license_display())},
        "frequency": {"code": row.frequency, "label": str(row.get_frequency_display())},
        "keywords": list(row.keywords),
        "published_at": row.published_at,
        "modified_at": row.modified_at,
        "score": row.score,
        "url": request.build_absolute_uri(reverse("catalog:dataset_show", args=[row.body.slug, row.code])),
    }


def dataset_out(request: HttpRequest, row: Dataset) -> dict[str, Any]:
    """Everything the public may know of a dataset."""
    is_withdrawn = row.state == Dataset.State.WITHDRAWN
    return {
        **dataset_line(request, row),
        "division": row.division.name if row.division else "",
        "covers_from": row.covers_from,
        "covers_to": row.covers_to,
        "next_due_on": row.next_due_on,
        "standard": row.standard,
        "is_withdrawn": is_withdrawn,
        "withdrawn_reason": row.withdrawn_reason,
        "source_url": row.external_url,
        "tables": []
        if is_withdrawn
        else [table_out(request, row, each) for each in queries.resources_of(row)],
    }


def table_out(request: HttpRequest, dataset: Dataset, row: Resource) -> dict[str, Any]:
    """A table with its files."""
    live = row.live
    return {
        "code": row.code,
        "title": row.title,
        "description": row.description,
        "rows": live.rows if live else None,
        "version": live.number if live else None,
        "published_at": live.published_at if live else None,
        "sha256": live.data.digest if live else "",
        "fields": list(live.schema.get("fields", ())) if live else [],
        "files": files_out(request, dataset, row, live) if live else [],
        "link": row.link,
        "format": row.format,
    }


def files_out(
    request: HttpRequest, dataset: Dataset, row: Resource, live: ResourceVersion
) -> list[dict[str, Any]]:
    """The files of the live version."""
    return [
        {
            "form": form.code,
            "label": form.label,
            "media_type": form.media_type,
            "url": request.build_absolute_uri(
                reverse(
                    "catalog:table_file", args=[dataset.body.slug, dataset.code, row.code, form.file_name]
                )
            ),
        }
        for form in exports.forms_of(live)
    ]


def version_out(row: ResourceVersion) -> dict[str, Any]:
    """A version of the history; of a withdrawn one only that it was there and why it went."""
    return {
        "number": row.number,
        "state": row.state,
        "rows": row.rows,
        "sha256": row.data.digest,
        "bytes": row.data.size,
        "published_at": row.published_at,
        "superseded_at": row.superseded_at,
        "note": row.note,
        "withdrawn_reason": row.withdrawn_reason,
        "score": row.quality.get("total"),
    }

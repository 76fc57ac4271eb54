"""Packages, resources, organisations and groups as CKAN shows them."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from kencho.catalog import described, exports, queries
from kencho.catalog.ckan._ids import id_of, name_of, number_of, parts_of
from kencho.catalog.models import Dataset, License, Resource, Theme
from kencho.catalog.wording.licenses import LICENSE_URLS
from kencho.organization.models import Body


def find_package(text: str) -> Dataset | None:
    """By id or by name; only what is published."""
    rows = described.with_tables(queries.published())
    found = number_of("package", text)
    if found:
        return rows.filter(pk=found[0]).first()
    slug, code = parts_of(text)
    return rows.filter(body__slug=slug[:60], code=code[:100]).first() if code else None


def package(request: HttpRequest, row: Dataset) -> dict[str, Any]:
    """A dataset of `described.with_tables`."""
    resources = [each for table in described.shown_tables(row) for each in resources_of(request, row, table)]
    url = request.build_absolute_uri(reverse("catalog:dataset_show", args=[row.body.slug, row.code]))
    return {
        "id": id_of("package", row.pk),
        "name": name_of(row),
        "title": row.title,
        "notes": row.description,
        "url": url,
        "type": "dataset",
        "state": "active",
        "private": False,
        "isopen": row.license != License.OTHER,
        "license_id": row.license,
        "license_title": str(row.get_license_display()),
        "license_url": LICENSE_URLS.get(row.license, ""),
        "metadata_created": _moment(row.published_at),
        "metadata_modified": _moment(row.modified_at),
        "version": resources[0]["version"] if resources else "",
        "author": row.body.name,
        "author_email": "",
        "maintainer": row.division.name if row.division else row.body.name,
        "maintainer_email": "",
        "owner_org": id_of("organization", row.body_id),
        "organization": organization(row.body),
        "groups": [group(row.theme)],
        "tags": [tag(each) for each in row.keywords],
        "num_tags": len(row.keywords),
        "num_resources": len(resources),
        "resources": resources,
        "extras": [
            {"key": "frequency", "value": row.frequency},
            {"key": "local_government_code", "value": row.body.code},
            *([{"key": "quality_score", "value": str(row.score)}] if row.score is not None else []),
        ],
        "relationships_as_object": [],
        "relationships_as_subject": [],
    }


def _moment(moment: Any) -> str | None:
    """CKAN writes moments in UTC without saying so."""
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") if moment else None


def resources_of(request: HttpRequest, dataset: Dataset, table: Resource) -> list[dict[str, Any]]:
    """Each form of file of a table; a link elsewhere is one."""
    if table.live is None:
        link = {
            "url": table.link,
            "format": table.format,
            "mimetype": None,
            "version": "",
            "hash": "",
            "size": None,
        }
        return [_resource(dataset, table, 0, table.title or dataset.title, link, is_active=False)]
    made = []
    for place, form in enumerate(exports.forms_of(table.live)):
        url = request.build_absolute_uri(
            reverse("catalog:table_file", args=[dataset.body.slug, dataset.code, table.code, form.file_name])
        )
        is_parquet = form.code == "parquet"
        facts = {
            "url": url,
            "format": form.short,
            "mimetype": form.media_type,
            "version": str(table.live.number),
            "hash": table.live.data.digest if is_parquet else "",
            "size": table.live.data.size if is_parquet else None,
        }
        name = f"{table.title or dataset.title} {form.label}"
        made.append(_resource(dataset, table, place, name, facts, is_active=place == 0))
    return made


def _resource(
    dataset: Dataset, table: Resource, form: int, name: str, facts: dict[str, Any], *, is_active: bool
) -> dict[str, Any]:
    moment = table.live.published_at if table.live else dataset.modified_at
    return {
        "id": id_of("resource", table.pk, form),
        "package_id": id_of("package", dataset.pk),
        "name": name,
        "description": table.description,
        "position": form,
        "state": "active",
        "resource_type": None,
        "url_type": "datastore" if is_active else None,
        "datastore_active": is_active,
        "created": _moment(dataset.published_at),
        "last_modified": _moment(moment),
        "metadata_modified": _moment(moment),
        **facts,
    }


def organization(body: Body) -> dict[str, Any]:
    """A body."""
    return {
        "id": id_of("organization", body.pk),
        "name": body.slug,
        "title": body.name,
        "description": "",
        "type": "organization",
        "is_organization": True,
        "state": "active",
        "approval_status": "approved",
        "image_url": "",
        "created": None,
    }


def group(theme: str) -> dict[str, Any]:
    """A theme."""
    label = str(dict(Theme.choices).get(theme, theme))
    return {
        "id": theme.lower(),
        "name": theme.lower(),
        "title": label,
        "display_name": label,
        "description": "",
        "image_display_url": "",
    }


def tag(word: str) -> dict[str, Any]:
    """A keyword."""
    return {"id": word, "name": word, "display_name": word, "state": "active", "vocabulary_id": None}

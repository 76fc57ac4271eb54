"""The actions, by their names."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.http import HttpRequest

from kencho.catalog import described, queries
from kencho.catalog.ckan import _asked, _packages
from kencho.catalog.ckan._asked import Asked
from kencho.catalog.ckan._datastore import (
    datastore_info,
    datastore_search,
    datastore_search_sql,
    find_table,
)
from kencho.catalog.ckan._errors import NotFound
from kencho.catalog.ckan._ids import name_of, organization_named
from kencho.catalog.models import Dataset, License, Theme
from kencho.catalog.wording.facets import facet_values
from kencho.catalog.wording.licenses import LICENSE_URLS
from kencho.organization.models import Body

Action = Callable[[HttpRequest, Asked], Any]
VERSION: Final = "2.11.0"
"""Of CKAN's API that is spoken here; clients decide by it what they may ask."""
MOST_NAMES: Final = 50_000
_FACETS: Final = {
    "organization": "body",
    "groups": "theme",
    "license_id": "license",
    "res_format": "format",
}


def package_search(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Search with facets."""
    search = _asked.search_of(asked)
    rows = _asked.whole(asked, "rows", 10, _asked.MOST_ROWS)
    start = _asked.whole(asked, "start", 0, 1 << 40)
    found = queries.Found() if search.has_unknown else queries.search(search.wanted, first=start, most=rows)
    wanted = _asked.names(asked, "facet.field")
    shown = queries.datasets_in_order(found.ids)
    filled = {
        each.pk: each for each in described.with_tables(Dataset.objects.filter(pk__in=[e.pk for e in shown]))
    }
    for each in shown:
        each.tables = filled[each.pk].tables  # type: ignore[attr-defined]  # the prefetched tables of the same row
    facets = {name: _facet(name, found) for name in wanted if name in _FACETS}
    if "tags" in wanted:
        facets["tags"] = _tags(() if search.has_unknown else queries.search(search.wanted).ids)
    return {
        "count": found.total,
        "sort": _asked.text(asked, "sort", "score desc, metadata_modified desc"),
        "results": [_packages.package(request, each) for each in shown],
        "facets": {name: {each["name"]: each["count"] for each in items} for name, items in facets.items()},
        "search_facets": {name: {"title": name, "items": items} for name, items in facets.items()},
    }


def _facet(name: str, found: queries.Found) -> list[dict[str, Any]]:
    values = facet_values(_FACETS[name], found.facets.get(_FACETS[name], []))
    is_group = name == "groups"
    return [
        {
            "name": each.value.lower() if is_group else each.value,
            "display_name": str(each.label),
            "count": each.count,
        }
        for each in values
    ]


def _tags(ids: Iterable[int]) -> list[dict[str, Any]]:
    words = Counter(word for _pk, keywords in _keywords(ids) for word in keywords)
    return [{"name": word, "display_name": word, "count": n} for word, n in words.most_common(50)]


def _keywords(ids: Iterable[int]) -> list[tuple[int, list[str]]]:
    wanted = set(ids)
    rows = Dataset.objects.filter(state=Dataset.State.PUBLISHED).values_list("pk", "keywords")
    return [(pk, words) for pk, words in rows if pk in wanted]


def package_show(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """One dataset."""
    row = _packages.find_package(_asked.text(asked, "id") or _asked.text(asked, "name_or_id"))
    if row is None:
        raise NotFound("Not found")
    return _packages.package(request, row)


def package_list(request: HttpRequest, asked: Asked) -> list[str]:
    """Names of all datasets, in order."""
    limit = _asked.whole(asked, "limit", MOST_NAMES, MOST_NAMES)
    offset = _asked.whole(asked, "offset", 0, 1 << 40)
    rows = queries.published().order_by("body__slug", "code").only("code", "body__slug", "body__name")
    return [
        name_of(each) for each in rows.select_related(None).select_related("body")[offset : offset + limit]
    ]


def _bodies() -> dict[int, int]:
    """How many datasets each body has on show."""
    rows = Dataset.objects.filter(state=Dataset.State.PUBLISHED).values_list("body_id", flat=True)
    return dict(Counter(rows))


def organization_list(request: HttpRequest, asked: Asked) -> list[Any]:
    """Bodies that publish."""
    counts = _bodies()
    rows = Body.objects.filter(pk__in=counts).order_by("slug")
    if not _is_true(asked, "all_fields"):
        return [each.slug for each in rows]
    return [{**_packages.organization(each), "package_count": counts[each.pk]} for each in rows]


def organization_show(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """One body."""
    body = organization_named(_asked.text(asked, "id"))
    if body is None:
        raise NotFound("Not found")
    return {
        **_packages.organization(body),
        "package_count": _bodies().get(body.pk, 0),
        "users": [],
        "extras": [{"key": "local_government_code", "value": body.code}],
    }


def group_list(request: HttpRequest, asked: Asked) -> list[Any]:
    """Themes."""
    counts = Counter(Dataset.objects.filter(state=Dataset.State.PUBLISHED).values_list("theme", flat=True))
    if not _is_true(asked, "all_fields"):
        return [each.lower() for each in Theme.values]
    return [{**_packages.group(each), "package_count": counts.get(each, 0)} for each in Theme.values]


def tag_list(request: HttpRequest, asked: Asked) -> list[str]:
    """Keywords in use."""
    words = _asked.text(asked, "query").lower()
    rows = Dataset.objects.filter(state=Dataset.State.PUBLISHED).values_list("keywords", flat=True)
    return sorted({word for keywords in rows for word in keywords if words in word.lower()})


def license_list(request: HttpRequest, asked: Asked) -> list[dict[str, Any]]:
    """Terms of use."""
    return [
        {
            "id": code,
            "title": str(label),
            "url": LICENSE_URLS.get(code, ""),
            "status": "active",
            "family": "",
            "maintainer": "",
            "is_generic": False,
            "domain_data": True,
            "domain_content": True,
            "domain_software": False,
            "od_conformance": "not reviewed" if code == License.OTHER else "approved",
            "osd_conformance": "not reviewed",
        }
        for code, label in License.choices
    ]


def resource_show(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """One file of a table."""
    table, form = find_table(_asked.text(asked, "id"))
    found = _packages.resources_of(request, table.dataset, table) if table.live or table.link else []
    if form >= len(found):
        raise NotFound("Not found")
    return found[form]


def status_show(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Which API is spoken."""
    return {
        "ckan_version": VERSION,
        "site_url": request.build_absolute_uri("/").rstrip("/"),
        "site_title": "Kencho",
        "site_description": "",
        "locale_default": "ja",
        "error_emails_to": None,
        "extensions": ["datastore"],
    }


def site_read(request: HttpRequest, asked: Asked) -> bool:
    """Everybody may read."""
    return True


def _is_true(asked: Asked, name: str) -> bool:
    return str(asked.get(name, "")).lower() in {"true", "1", "yes"}


ACTIONS: Final[Mapping[str, Action]] = {
    action.__name__: action
    for action in (
        package_search,
        package_show,
        package_list,
        organization_list,
        organization_show,
        group_list,
        tag_list,
        license_list,
        resource_show,
        datastore_search,
        datastore_search_sql,
        datastore_info,
        status_show,
        site_read,
    )
}

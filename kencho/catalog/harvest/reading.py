"""The readers: one generator of records for each kind of source."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from kencho.catalog.harvest import dcat, listing
from kencho.catalog.harvest.fetching import Fetcher, UnableToFetch
from kencho.catalog.harvest.shapes import BadRecord, Link, Record, made, text, web_address

PAGE = 500
MOST_RECORDS = 50_000
Found = Iterator[Record | BadRecord]


def read(kind: str, url: str, fetcher: Fetcher) -> Found:
    """All records of a source, lazily. Raises UnableToFetch when it cannot be read on."""
    reader = READERS[kind]
    for number, record in enumerate(reader(url, fetcher)):
        if number >= MOST_RECORDS:
            raise UnableToFetch("too_many")
        yield record


def _json(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as wrong:
        raise UnableToFetch("not_json") from wrong


def _ckan(url: str, fetcher: Fetcher) -> Found:
    """CKAN's action API, by pages of `package_search`."""
    base, start = url.rstrip("/"), 0
    if "/api/" not in base:
        base += "/api/3/action"
    while True:
        query = urlencode({"rows": PAGE, "start": start, "sort": "id asc"})
        answer = _json(fetcher.get(f"{base}/package_search?{query}", accept="application/json").content)
        result = answer.get("result") if isinstance(answer, dict) else None
        if not isinstance(result, dict) or not isinstance(result.get("results"), list):
            raise UnableToFetch("not_ckan")
        for package in result["results"]:
            yield _package(package, base)
        start += len(result["results"])
        if not result["results"] or start >= int(result.get("count") or 0):
            return


def _package(package: object, base: str) -> Record | BadRecord:
    if not isinstance(package, dict):
        return BadRecord("", "not_an_object")
    site = base.split("/api/", maxsplit=1)[0]
    name = text(package.get("name"), 200)
    return made(
        package.get("id"),
        package.get("title") or name,
        description=package.get("notes"),
        url=f"{site}/dataset/{name}" if name else package.get("url"),
        keywords=package.get("tags"),
        license=package.get("license_id") or package.get("license_title"),
        frequency=_extra(package, "frequency") or package.get("frequency"),
        modified=package.get("metadata_modified"),
        links=tuple(_links(package.get("resources"))),
    )


def _extra(package: Mapping[str, Any], key: str) -> object:
    extras = package.get("extras")
    pairs = extras if isinstance(extras, list) else []
    return next(
        (each.get("value") for each in pairs if isinstance(each, dict) and each.get("key") == key), ""
    )


def _links(resources: object) -> Iterator[Link]:
    for each in resources if isinstance(resources, list) else []:
        if isinstance(each, dict):
            url = web_address(each.get("url"))
            yield Link(text(each.get("name"), 200) or url, url, text(each.get("format"), 20).upper())


def _data_json(url: str, fetcher: Fetcher) -> Found:
    """Project Open Data Metadata Schema v1.1 (data.json)."""
    answer = _json(fetcher.get(url, accept="application/json").content)
    datasets = answer.get("dataset") if isinstance(answer, dict) else answer
    if not isinstance(datasets, list):
        raise UnableToFetch("not_data_json")
    for each in datasets:
        if not isinstance(each, dict):
            yield BadRecord("", "not_an_object")
            continue
        files = each.get("distribution")
        yield made(
            each.get("identifier"),
            each.get("title"),
            description=each.get("description"),
            url=each.get("landingPage"),
            keywords=each.get("keyword"),
            license=each.get("license"),
            frequency=each.get("accrualPeriodicity"),
            theme=each.get("theme"),
            modified=each.get("modified"),
            links=tuple(
                _distribution(one)
                for one in (files if isinstance(files, list) else [])
                if isinstance(one, dict)
            ),
        )


def _distribution(one: Mapping[str, Any]) -> Link:
    url = web_address(one.get("downloadURL") or one.get("accessURL"))
    kind = text(one.get("format") or one.get("mediaType"), 60).rsplit("/", 1)[-1]
    return Link(text(one.get("title"), 200) or url, url, kind[:20].upper())


READERS: Mapping[str, Callable[[str, Fetcher], Found]] = {
    "ckan": _ckan,
    "dcat": dcat.read,
    "data_json": _data_json,
    "list": listing.read,
}

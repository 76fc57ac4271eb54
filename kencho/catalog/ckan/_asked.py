"""Parameters as CKAN's clients send them: JSON, or texts that hold JSON."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kencho.catalog.ckan._errors import Invalid
from kencho.catalog.models import Theme
from kencho.catalog.queries import Wanted

Asked = Mapping[str, Any]
MOST_ROWS: Final = 1000
_TERM: Final = re.compile(r'([+-]?)([a-z_]+):(?:"([^"]*)"|\(([^)]*)\)|(\S+))')
# What a query of Solr may hold and our search does not need.
_SIGNS: Final = re.compile(r"[+\"()*:?~^\\]|\bAND\b|\bOR\b")


def text(asked: Asked, name: str, default: str = "") -> str:
    """A text. Raises Invalid."""
    value = asked.get(name, default)
    if value is None:
        return default
    if not isinstance(value, str | int | float):
        raise Invalid(name, "Must be a string")
    made = str(value)
    if "\0" in made or len(made) > 20_000:
        raise Invalid(name, "Invalid characters or too long")
    return made


def whole(asked: Asked, name: str, default: int, most: int) -> int:
    """A whole number not below 0, cut at `most` as CKAN does. Raises Invalid."""
    value = asked.get(name, default)
    if value is None or value == "":
        return default
    try:
        made = int(str(value))
    except ValueError:
        raise Invalid(name, "Invalid integer") from None
    if made < 0 or made >= 1 << 53:
        raise Invalid(name, "Must be a natural number")
    return min(made, most)


def structure(asked: Asked, name: str) -> Any:
    """JSON, or a text that holds JSON; None when absent. Raises Invalid."""
    value = asked.get(name)
    if not isinstance(value, str) or not value.strip():
        return value or None
    if value.strip()[0] not in "[{":
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise Invalid(name, "Invalid JSON") from None


def names(asked: Asked, name: str) -> list[str]:
    """A list, or a text parted by commas. Raises Invalid."""
    value = structure(asked, name)
    if value is None:
        return []
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(each, str) for each in parts):
        raise Invalid(name, "Must be a list of strings")
    return [each.strip() for each in parts if each.strip()]


@dataclass(frozen=True)
class Search:
    """A search of packages, understood."""

    wanted: Wanted
    has_unknown: bool
    """A condition on something that we do not have: then nothing is found, rather than everything."""


_FIELDS: Final = {
    "organization": "body",
    "owner_org": "body",
    "groups": "theme",
    "license_id": "license",
    "res_format": "format",
    "tags": "keyword",
}
_WORDS: Final = {"title", "notes", "text", "name"}
_HARMLESS: Final = {"state", "type", "dataset_type", "capacity", "private", "site_id"}


def search_of(asked: Asked) -> Search:
    """``q``, ``fq``, ``fq_list`` and ``sort``: the part of Solr's language that catalogues are asked in. Raises Invalid."""
    from kencho.catalog.ckan._ids import organization_named

    more = structure(asked, "fq_list") or []
    terms = " ".join([text(asked, "q"), text(asked, "fq"), *(more if isinstance(more, list) else [])])
    found: dict[str, str] = {}
    words: list[str] = []
    has_unknown = False
    for sign, name, quoted, grouped, bare in _TERM.findall(terms):
        value = (quoted or grouped or bare).strip()
        if sign == "-" or value in {"*", "[* TO *]"} or name in _HARMLESS:
            continue
        if name in _FIELDS:
            found[_FIELDS[name]] = value
        elif name in _WORDS:
            words.append(value)
        else:
            has_unknown = True
    words.append(_TERM.sub(" ", terms.replace("*:*", " ")))
    if found.get("theme"):
        found["theme"] = found["theme"].upper()
        has_unknown = has_unknown or found["theme"] not in Theme.values
    if found.get("body"):
        body = organization_named(found["body"])
        has_unknown = has_unknown or body is None
        found["body"] = body.slug if body else ""
    return Search(Wanted(words=_SIGNS.sub(" ", " ".join(words)), order=_order(asked), **found), has_unknown)


def _order(asked: Asked) -> str:
    first = text(asked, "sort").split(",")[0].split()
    if not first:
        return "relevance"
    known = {"score": "relevance", "metadata_modified": "newest", "metadata_created": "newest"}
    known |= {"name": "title", "title_string": "title", "title": "title"}
    if first[0] not in known:
        raise Invalid("sort", f'Unknown field "{first[0][:40]}"')
    return known[first[0]]

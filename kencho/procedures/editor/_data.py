"""Finding one's way in the data of a definition that may be incomplete."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kencho.procedures.definition import Finding, Json

Data = dict[str, Any]
ID = re.compile(r"[a-z][a-z0-9_]{0,59}")
# Where the collections of the vocabulary lie; a dot is one level down.
COLLECTIONS = ("legal_basis", "review_standards", "documents", "rules", "fee.table", "flow.decisions")
NAMED = {"review_standards": "id", "documents": "id", "flow.decisions": "code"}


class UnableToEdit(Exception):
    """The place to be changed is not there (any more)."""


def copied(data: Data) -> Data:
    """A copy that can be changed without touching the original."""
    made: Data = json.loads(json.dumps(data, ensure_ascii=False))
    return made


@dataclass(frozen=True)
class Place:
    """Where an item stands: the list that holds it, its number there, its page and its group (or none)."""

    items: list[Data]
    number: int
    page: Data
    group: Data | None = None

    @property
    def item(self) -> Data:
        """The item itself."""
        return self.items[self.number]


def places(data: Data) -> Iterator[Place]:
    """Every item in order, those of a group after it."""
    for page in data["pages"]:
        for number, item in enumerate(page["items"]):
            yield Place(page["items"], number, page)
            for inner in range(len(item.get("items") or ())):
                yield Place(item["items"], inner, page, item)


def place_of(data: Data, item_id: str) -> Place:
    """Where the item of this id stands; raises UnableToEdit."""
    for place in places(data):
        if place.item["id"] == item_id:
            return place
    raise UnableToEdit(item_id)


def page_of(data: Data, page_id: str) -> Data:
    """The page of this id; raises UnableToEdit."""
    for page in data["pages"]:
        if page["id"] == page_id:
            found: Data = page
            return found
    raise UnableToEdit(page_id)


def rows_of(data: Data, collection: str) -> list[Data]:
    """The rows of a collection; an empty list when it is not there."""
    holder: Any = data
    for key in collection.split("."):
        holder = (holder or {}).get(key)
    return list(holder or ())


def with_rows(data: Data, collection: str, rows: list[Data]) -> Data:
    """The data with these rows; an empty collection, and the part that held only it, goes."""
    made = copied(data)
    *above, last = collection.split(".")
    holder = made
    for key in above:
        holder = holder.setdefault(key, {})
    if rows:
        holder[last] = copied({"rows": rows})["rows"]
        return made
    holder.pop(last, None)
    if above and not holder:
        made.pop(above[0], None)
    return made


def ids(data: Data) -> set[str]:
    """All ids that name inputs or pages."""
    return (
        {page["id"] for page in data["pages"]}
        | {place.item["id"] for place in places(data)}
        | {one["id"] for one in rows_of(data, "documents")}
        | {"next", "save", "today", "documents"}
    )


def free_id(base: str, taken: set[str]) -> str:
    """The first of base, base2, base3 … that is free."""
    stem = re.sub(r"[0-9]+$", "", base)[:50] or "item"
    if base not in taken and ID.fullmatch(base):
        return base
    number = 2
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


def obstacles(data: Json) -> list[Finding]:
    """Why the screens of the editor cannot show the data; empty when they can.

    Any text may be missing or wrong, but pages, items and rows must be such, and have their ids.
    """
    found: list[Finding] = []
    if not isinstance(data, dict):
        return [_shape("")]
    found += _plain(data)
    pages = data.get("pages")
    if not isinstance(pages, list):
        return [*found, _shape("pages")]
    for number, page in enumerate(pages):
        found += _holder(f"pages/{number}", page, nested=True)
    for name in COLLECTIONS:
        found += _collection(data, name)
    return found


def _plain(data: Data) -> Iterator[Finding]:
    for key in ("en", "standard_processing_period", "receiving_period", "fee", "flow"):
        if not isinstance(data.get(key, {}), dict):
            yield _shape(key)
    for key in ("outcomes", "life_events", "keywords"):
        value = data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            yield _shape(key)


def _shape(path: str) -> Finding:
    return Finding("not_editable", path, _("この部分の形が、画面で編集できる形ではありません。"))


def _holder(path: str, value: Json, *, nested: bool) -> Iterator[Finding]:
    """A page, or a group: an id and a list of items."""
    if not isinstance(value, dict) or not _named(value, "id") or not isinstance(value.get("items"), list):
        yield _shape(path)
        return
    for number, item in enumerate(value["items"]):
        place = f"{path}/items/{number}"
        if not isinstance(item, dict) or not _named(item, "id") or not isinstance(item.get("type"), str):
            yield _shape(place)
        elif "items" in item:
            yield from _holder(place, item, nested=False) if nested else [_shape(place)]
        else:
            yield from _item(place, item)


def _item(path: str, item: Data) -> Iterator[Finding]:
    options = item.get("options", [])
    if not isinstance(options, list) or not all(_option(one) for one in options):
        yield _shape(f"{path}/options")
    if not isinstance(item.get("kinds", []), list):
        yield _shape(f"{path}/kinds")
    rows = item.get("constraints", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        yield _shape(f"{path}/constraints")


def _option(value: Json) -> bool:
    if isinstance(value, dict):
        return isinstance(value.get("value"), str) and isinstance(value.get("label", ""), str)
    return isinstance(value, str)


def _named(value: Data, key: str) -> bool:
    name = value.get(key)
    return isinstance(name, str) and ID.fullmatch(name) is not None


def _collection(data: Data, name: str) -> Iterator[Finding]:
    holder: Json = data
    for key in name.split("."):
        holder = holder.get(key) if isinstance(holder, dict) else None
    if holder is None:
        return
    path = name.replace(".", "/")
    if not isinstance(holder, list):
        yield _shape(path)
        return
    for number, row in enumerate(holder):
        if not isinstance(row, dict) or (name in NAMED and not _named(row, NAMED[name])):
            yield _shape(f"{path}/{number}")

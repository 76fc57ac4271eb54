"""The standard tables that come with Kencho, read once from `data/*.json`."""

import json
from functools import cache
from importlib import resources
from typing import Any

from kencho.catalog.standards.shapes import Item, Standard

__all__ = ["UnknownStandard", "all_standards", "get"]


class UnknownStandard(Exception):
    """No standard table has this code."""


@cache
def all_standards() -> tuple[Standard, ...]:
    """Every standard table, by title."""
    folder = resources.files("kencho.catalog.standards.data")
    files = [each for each in folder.iterdir() if each.name.endswith(".json")]
    found = [_standard(json.loads(each.read_text(encoding="utf-8"))) for each in files]
    return tuple(sorted(found, key=lambda each: each.title))


def get(code: str) -> Standard:
    """The table of that code. Raises `UnknownStandard`."""
    for each in all_standards():
        if each.code == code:
            return each
    raise UnknownStandard(code)


def _standard(data: dict[str, Any]) -> Standard:
    items = tuple(
        Item(
            name=field["name"],
            content=field["content"],
            required=bool(field.get("constraints", {}).get("required")),
            synonyms=tuple(field["synonyms"]),
        )
        for field in data["schema"]["fields"]
    )
    own = ("content", "synonyms")
    fields = [
        {key: value for key, value in each.items() if key not in own} for each in data["schema"]["fields"]
    ]
    return Standard(
        code=data["code"],
        title=data["title"],
        source=data["source"],
        version=data["version"],
        verified=data["verified"],
        items=items,
        schema={**data["schema"], "fields": fields},
    )

"""Attachments, repeating groups, calculated values, headings and notes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kencho.procedures.definition._model import Item, Json
from kencho.procedures.definition._types._base import Inputs, InputView, ItemType, Problem, Read, make_input

KINDS: dict[str, tuple[str, str]] = {
    "pdf": ("PDF", "application/pdf"),
    "jpeg": ("JPEG", "image/jpeg"),
    "png": ("PNG", "image/png"),
    "docx": ("Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": ("CSV", "text/csv"),
    "txt": ("TXT", "text/plain"),
    "zip": ("ZIP", "application/zip"),
    "xml": ("XML", "application/xml"),
}


def size_text(count: int) -> str:
    """Bytes for people."""
    return f"{count // 1_000_000}MB" if count >= 1_000_000 else f"{max(1, count // 1000)}KB"


def kinds_text(kinds: tuple[str, ...]) -> str:
    """File kinds for people."""
    return "、".join(KINDS[kind][0] for kind in kinds if kind in KINDS)


class AttachmentType(ItemType):
    """Files. The answer lists references; the bytes are kept by the app that stores files.

    A reference is {"id", "name", "bytes", "kind"}. Uploading puts references into the answers; a page only removes
    them, by the checkboxes named `<item>.remove`.
    """

    layout = "attachment"
    reference: dict[str, Json] = {
        "type": "object",
        "properties": {
            "id": {"type": "string", "minLength": 1, "maxLength": 64},
            "name": {"type": "string", "minLength": 1, "maxLength": 255},
            "bytes": {"type": "integer", "minimum": 0},
            "kind": {"type": "string"},
        },
        "required": ["id", "name", "bytes", "kind"],
        "additionalProperties": False,
    }

    def read(self, item: Item, get: Inputs, current: Any) -> Read:
        gone = set(get("remove"))
        kept = [one for one in references(current) if str(one.get("id")) not in gone]
        return Read(kept or None)

    def check(self, item: Item, value: Any, today: date) -> Iterator[Problem]:
        if not isinstance(value, list) or not all(_is_reference(one) for one in value):
            yield Problem("type")
            return
        if len(value) > item.max_files:
            yield Problem("too_many", "", {"limit": str(item.max_files)})
        if any(one["bytes"] > item.max_bytes for one in value):
            yield Problem("file_too_large", "", {"limit": size_text(item.max_bytes)})
        if any(one["kind"] not in item.kinds for one in value):
            yield Problem("file_kind", "", {"limit": kinds_text(item.kinds)})

    def schema(self, item: Item) -> dict[str, Json]:
        properties = dict(self.reference["properties"])
        properties["kind"] = {"type": "string", "enum": list(item.kinds)}
        properties["bytes"] = {"type": "integer", "minimum": 0, "maximum": item.max_bytes}
        return {
            "type": "array",
            "items": {**self.reference, "properties": properties},
            "minItems": 1,
            "maxItems": item.max_files,
        }

    def show(self, item: Item, value: Any) -> str:
        return "\n".join(
            f"{one.get('name')}（{size_text(int(one.get('bytes') or 0))}）" for one in references(value)
        )

    def inputs(self, item: Item, name: str, value: Any, get: Inputs | None) -> list[InputView]:
        accept = ",".join(KINDS[kind][1] for kind in item.kinds if kind in KINDS)
        return [make_input(name, kind="file", type="file", value=accept)]

    def sample(self, item: Item, rng: random.Random, today: date) -> Any:
        kind = item.kinds[0]
        size = rng.randint(1000, min(item.max_bytes, 400_000)) if item.max_bytes >= 1000 else item.max_bytes
        return [
            {"id": f"sample-{rng.randrange(10**8):08d}", "name": f"添付.{kind}", "bytes": size, "kind": kind}
        ]

    def faults(self, item: Item) -> Iterator[tuple[Any, str]]:
        good = {"id": "a", "name": "a.pdf", "bytes": 10, "kind": item.kinds[0]}
        yield "a.pdf", "type"
        yield [good] * (item.max_files + 1), "too_many"
        yield [{**good, "bytes": item.max_bytes + 1}], "file_too_large"
        yield [{**good, "kind": "exe"}], "file_kind"


def references(value: Any) -> list[dict[str, Any]]:
    """The file references in an answer, whatever else it may hold."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _is_reference(one: Any) -> bool:
    if not isinstance(one, dict) or set(one) != {"id", "name", "bytes", "kind"}:
        return False
    size = one["bytes"]
    texts = all(isinstance(one[key], str) for key in ("id", "name", "kind"))
    sized = isinstance(size, int) and not isinstance(size, bool) and size >= 0
    return texts and sized and 1 <= len(one["id"]) <= 64 and 1 <= len(one["name"]) <= 255


class GroupType(ItemType):
    """Rows of the same questions. Rows and their items are read and checked by the plan, which knows the rules."""

    layout = "repeat"

    def read(self, item: Item, get: Inputs, current: Any) -> Read:
        return Read(current)

    def check(self, item: Item, value: Any, today: date) -> Iterator[Problem]:
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            yield Problem("type")
        elif len(value) < item.min_rows:
            yield Problem("too_few", "", {"limit": str(item.min_rows)})
        elif len(value) > item.max_rows:
            yield Problem("too_many", "", {"limit": str(item.max_rows)})

    def schema(self, item: Item) -> dict[str, Json]:
        return {"type": "array", "minItems": max(1, item.min_rows), "maxItems": item.max_rows}

    def inputs(self, item: Item, name: str, value: Any, get: Inputs | None) -> list[InputView]:
        return []

    def faults(self, item: Item) -> Iterator[tuple[Any, str]]:
        yield "text", "type"


class CalculatedType(ItemType):
    """A value that follows from others. It is worked out anew each time; what a browser sends is not looked at."""

    layout = "calculated"

    def read(self, item: Item, get: Inputs, current: Any) -> Read:
        return Read(current)

    def check(self, item: Item, value: Any, today: date) -> Iterator[Problem]:
        return iter(())

    def schema(self, item: Item) -> dict[str, Json]:
        return {"type": ["string", "integer", "boolean"], "readOnly": True}

    def unexpressed(self, item: Item) -> list[str]:
        return ["calculated"]

    def show(self, item: Item, value: Any) -> str:
        if isinstance(value, bool):
            return _("はい") if value else _("いいえ")
        return f"{value:,}{item.unit}" if isinstance(value, int) else f"{value}{item.unit}"

    def inputs(self, item: Item, name: str, value: Any, get: Inputs | None) -> list[InputView]:
        return []

    def faults(self, item: Item) -> Iterator[tuple[Any, str]]:
        return iter(())


def storable(value: Any) -> Any:
    """A calculated value as JSON: whole numbers as int, others as plain decimal text, days as ISO text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | bool) else None


class WordsType(ItemType):
    """A heading or a note: no answer."""

    holds_value = False

    def __init__(self, layout: str) -> None:
        self.layout = layout

    def read(self, item: Item, get: Inputs, current: Any) -> Read:
        return Read()

    def check(self, item: Item, value: Any, today: date) -> Iterator[Problem]:
        return iter(())

    def schema(self, item: Item) -> dict[str, Json]:
        return {}

    def inputs(self, item: Item, name: str, value: Any, get: Inputs | None) -> list[InputView]:
        return []

    def faults(self, item: Item) -> Iterator[tuple[Any, str]]:
        return iter(())

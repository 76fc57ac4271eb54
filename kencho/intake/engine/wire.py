"""How the reading child and its parent talk: frames of JSON and bytes, never pickles.

What comes from the child was made from hostile files, so the parent takes it apart field by field.
"""

import dataclasses
import json
import socket
import struct
import time
from collections.abc import Mapping, Sequence
from typing import Any

from kencho.intake.engine.shapes import (
    Candidate,
    Field,
    FieldReading,
    Kind,
    Markers,
    PageReading,
    Part,
    Reason,
    Rect,
    Refusal,
    Template,
)

MOST_BYTES = 512 * 1024 * 1024
MOST_BLOBS = 4096
_HEAD = struct.Struct(">II")
_LENGTH = struct.Struct(">Q")
FREE_LABELS = "free_labels"


class Silent(Exception):
    """The other side said nothing in time."""


class Gone(Exception):
    """The other side closed the line, or talks nonsense."""


def send(line: socket.socket, message: Mapping[str, Any], blobs: Sequence[bytes] = ()) -> None:
    """Send one frame. Raises `Gone` when nobody listens."""
    text = json.dumps(message, ensure_ascii=False).encode()
    head = _HEAD.pack(len(text), len(blobs)) + b"".join(_LENGTH.pack(len(blob)) for blob in blobs)
    try:
        line.sendall(head + text)
        for blob in blobs:
            line.sendall(blob)
    except TimeoutError as error:
        raise Silent from error
    except OSError as error:
        raise Gone from error


def receive(line: socket.socket, until: float | None = None) -> tuple[dict[str, Any], list[bytes]]:
    """Take one frame; `until` is a moment of `time.monotonic`. Raises `Silent` and `Gone`."""
    length, count = _HEAD.unpack(_exactly(line, _HEAD.size, until))
    if count > MOST_BLOBS:
        raise Gone
    sizes = [_LENGTH.unpack(_exactly(line, _LENGTH.size, until))[0] for _ in range(count)]
    if length + sum(sizes) > MOST_BYTES:
        raise Gone
    try:
        message = json.loads(_exactly(line, length, until))
    except ValueError as error:
        raise Gone from error
    if not isinstance(message, dict):
        raise Gone
    return message, [_exactly(line, size, until) for size in sizes]


def _exactly(line: socket.socket, size: int, until: float | None) -> bytes:
    parts: list[bytes] = []
    while size:
        if until is not None:
            left = until - time.monotonic()
            if left <= 0:
                raise Silent
            line.settimeout(left)
        try:
            part = line.recv(min(size, 1 << 20))
        except TimeoutError as error:
            raise Silent from error
        except OSError as error:
            raise Gone from error
        if not part:
            raise Gone
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def plain(thing: Any) -> Any:
    """Dataclasses, mappings and sequences as JSON has them; `bytes` are not for JSON."""
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        return {each.name: plain(getattr(thing, each.name)) for each in dataclasses.fields(thing)}
    if isinstance(thing, Mapping):
        return {str(key): plain(value) for key, value in thing.items()}
    if isinstance(thing, list | tuple | set | frozenset):
        return [plain(each) for each in thing]
    if isinstance(thing, str):
        return str(thing)
    if thing is None or isinstance(thing, bool | int | float):
        return thing
    # Dates, decimals and numbers of numpy.
    return thing.item() if hasattr(thing, "item") else str(thing)


def field_from(data: Mapping[str, Any]) -> Field:
    """A field as `plain` gave it."""
    parts = tuple(Part(str(part["name"]), _rect(part["rect"])) for part in data["parts"])
    return Field(
        key=data["key"],
        label=data["label"],
        kind=Kind(data["kind"]),
        page=data["page"],
        parts=parts,
        is_required=data["is_required"],
        options=tuple((value, label) for value, label in data["options"]),
        group=data["group"],
        lines=data["lines"],
        max_length=data["max_length"],
        groups=tuple(data["groups"]),
        minimum=data["minimum"],
        maximum=data["maximum"],
    )


def template_from(data: Mapping[str, Any]) -> Template:
    """A template as `plain` gave it."""
    return Template(
        id=data["id"],
        pages=data["pages"],
        fields=tuple(field_from(each) for each in data["fields"]),
        markers=Markers(data["markers"]),
        width=data["width"],
        height=data["height"],
    )


def options_from(data: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a job; fields to look for by their labels become fields again."""
    options = dict(data)
    if options.get(FREE_LABELS):
        options[FREE_LABELS] = {
            name: [field_from(each) for each in fields] for name, fields in options[FREE_LABELS].items()
        }
    return options


def reading_from(data: Mapping[str, Any], image: bytes) -> PageReading:
    """What a child says about a page. Raises `ValueError`, `KeyError` or `TypeError` for anything out of shape."""
    refusal = data["refusal"]
    return PageReading(
        number=int(data["number"]),
        template_id=str(data["template_id"]),
        template_page=int(data["template_page"]),
        fields=tuple(_field_reading(each) for each in data["fields"]),
        refusal=None if refusal is None else Refusal(refusal),
        is_blank=bool(data["is_blank"]),
        rotation=int(data["rotation"]),
        residual_mm=float(data["residual_mm"]),
        dpi=int(data["dpi"]),
        masked_numbers=int(data["masked_numbers"]),
        cpu_seconds=float(data["cpu_seconds"]),
        image=image,
        detail=dict(data["detail"]),
    )


def _field_reading(data: Mapping[str, Any]) -> FieldReading:
    return FieldReading(
        key=str(data["key"]),
        kind=Kind(data["kind"]),
        raw=str(data["raw"]),
        text=str(data["text"]),
        value=data["value"],
        score=float(data["score"]),
        reasons=tuple(Reason(each) for each in data["reasons"]),
        candidates=tuple(
            Candidate(str(each["text"]), str(each["by"]), float(each["score"])) for each in data["candidates"]
        ),
        crop=_rect(data["crop"]),
        is_blank=bool(data["is_blank"]),
    )


def _rect(data: Mapping[str, Any]) -> Rect:
    return Rect(float(data["x"]), float(data["y"]), float(data["width"]), float(data["height"]))

"""How a child and its parent talk: frames of JSON with their length in front, never pickles.

What comes from a child was made from hostile files; the parent takes it for data and for nothing else.
"""

import json
import os
import select
import struct
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson

MOST_BYTES: Final = 64 * 1024 * 1024
GLANCE: Final = 0.05
_HEAD: Final = struct.Struct(">I")


class Silent(Exception):
    """The other side said nothing in time."""


class Gone(Exception):
    """The other side closed the line, or talks nonsense."""


def send(line: int, message: Mapping[str, Any]) -> None:
    """Write one frame with plain writes, as sending is among the calls that a child's walls refuse. Raises `Gone`."""
    try:
        text = orjson.dumps(message, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        # Integers beyond 64 bits, and characters that are none.
        text = json.dumps(message, default=str).encode()
    if len(text) > MOST_BYTES:
        raise Gone
    view = memoryview(_HEAD.pack(len(text)) + text)
    try:
        while view:
            view = view[os.write(line, view) :]
    except OSError as error:
        raise Gone from error


def receive(
    line: int, until: float | None = None, glance: Callable[[], None] | None = None
) -> dict[str, Any]:
    """Take one frame; `until` is a moment of `time.monotonic`, `glance` is called while waiting and may raise."""
    (length,) = _HEAD.unpack(_exactly(line, _HEAD.size, until, glance))
    if length > MOST_BYTES:
        raise Gone
    try:
        message = orjson.loads(_exactly(line, length, until, glance))
    except ValueError as error:
        raise Gone from error
    if not isinstance(message, dict):
        raise Gone
    return message


def _exactly(line: int, size: int, until: float | None, glance: Callable[[], None] | None) -> bytes:
    parts: list[bytes] = []
    while size:
        if until is not None:
            _wait(line, until, glance)
        try:
            part = os.read(line, min(size, 1 << 20))
        except OSError as error:
            raise Gone from error
        if not part:
            raise Gone
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _wait(line: int, until: float, glance: Callable[[], None] | None) -> None:
    poll = select.poll()
    poll.register(line, select.POLLIN)
    while True:
        left = until - time.monotonic()
        if left <= 0:
            raise Silent
        if poll.poll(1000 * (min(left, GLANCE) if glance else left)):
            return
        if glance is not None:
            glance()

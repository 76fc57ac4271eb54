"""Messages between a run and its child: one JSON object in a line, no longer than a picture of a page."""

import json
import os
import select
import time
from typing import Any, Final

MAX_LINE: Final = 16_000_000
Message = dict[str, Any]


class Closed(Exception):
    """The other side is gone, or speaks no JSON lines."""


def write(descriptor: int, message: Message) -> None:
    """Send a message. Raises Closed."""
    data = json.dumps(message, ensure_ascii=False).encode() + b"\n"
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    except OSError as gone:
        raise Closed from gone


class Reader:
    """Messages from a descriptor, with patience."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._kept = b""

    def read(self, seconds: float | None = None) -> Message | None:
        """The next message; None when none has come in that time (None waits forever). Raises Closed."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while b"\n" not in self._kept:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            ready, _, _ = select.select([self._descriptor], [], [], left)
            if not ready:
                return None
            try:
                piece = os.read(self._descriptor, 1 << 16)
            except OSError as gone:
                raise Closed from gone
            if not piece or len(self._kept) > MAX_LINE:
                raise Closed
            self._kept += piece
        line, _, self._kept = self._kept.partition(b"\n")
        try:
            message = json.loads(line)
        except ValueError as wrong:
            raise Closed from wrong
        if not isinstance(message, dict):
            raise Closed
        return message

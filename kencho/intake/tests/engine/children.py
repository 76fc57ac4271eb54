"""Readers for the child process that misbehave on purpose, by the number of the page."""

import os
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kencho.intake.engine.registration import Blanks
from kencho.intake.engine.shapes import (
    Candidate,
    FieldReading,
    Kind,
    PageReading,
    Reason,
    Rect,
    Template,
)

HANGS, DIES, EATS, LIES, ASKS, TALKS = 2, 3, 4, 5, 6, 7


def reader() -> Callable[..., PageReading]:
    """Page 1 is read; each of the others goes wrong in its own way."""
    return read


def read(
    image: Any,
    dpi: int,
    *,
    number: int,
    templates: Mapping[str, Template],
    blanks: Blanks,
    free_labels: Mapping[str, Sequence[Any]] | None = None,
) -> PageReading:
    if number == HANGS:
        time.sleep(600)
    if number == DIES:
        os.kill(os.getpid(), 11) if hasattr(os, "kill") else os.abort()
        os.abort()
    if number == EATS:
        bytearray(8 * 1024 * 1024 * 1024)
    if number == LIES:
        return PageReading(number, rotation="sideways")  # type: ignore[arg-type]  # a child that lies is the point
    sheets = {name: blanks(name, 1) is not None for name in templates}
    detail = {
        "shape": list(image.shape),
        "blanks": sheets,
        "kinds": [field.kind.value for each in templates.values() for field in each.fields],
        "free": [field.key for fields in (free_labels or {}).values() for field in fields],
        "reached": reached() if number == ASKS else [],
    }
    if number == TALKS:
        print("to nobody", flush=True)  # noqa: T201  # words among the frames are the point
    field = FieldReading(
        "name",
        Kind.NAME,
        "山田",
        "山田",
        {"family": "山田"},
        0.75,
        (Reason.LOW_SCORE,),
        (Candidate("山田", "v6", 0.75),),
        Rect(1, 2, 3, 4.5),
    )
    return PageReading(
        number, "form", 1, (field,), dpi=dpi, residual_mm=0.01, image=b"\x89PNG picture", detail=detail
    )


def reached() -> list[str]:
    """What this process can reach and should not."""
    reached = []
    attempts: dict[str, Callable[[], Any]] = {
        "network": lambda: socket.create_connection(("127.0.0.1", 9), timeout=1),
        "file": lambda: open("/etc/passwd").close(),  # noqa: PTH123  # what a broken parser would call
        "program": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "fork": os.fork,
    }
    for name, attempt in attempts.items():
        try:
            if attempt() == 0 and name == "fork":
                os._exit(0)
        except OSError:
            continue
        reached.append(name)
    return reached

"""The child's side: put up the walls first, then load what the entry needs behind them, then serve the parent.

An entry is a function ``(ask: Mapping, say: Callable[[dict], None]) -> dict`` that is called once per message. What it
raises as `Refused` is said to the parent; running out of memory is a refusal too.
"""

import importlib
import os
import resource
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kencho.catalog.tables import wire
from kencho.catalog.tables.refusals import Refused
from kencho.files.sanitize import isolation

PACKAGE = Path(__file__).resolve().parents[2]
SYSTEM_PATHS = (
    "/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/urandom", "/dev/null",
    # What the libraries read to learn how many cores and how much memory there are.
    "/sys/devices/system/cpu", "/proc/cpuinfo", "/proc/meminfo", "/proc/self", "/sys/fs/cgroup",
)  # fmt: skip

Say = Callable[[Mapping[str, Any]], None]
Entry = Callable[[Mapping[str, Any], Say], Mapping[str, Any]]


def main(line: int) -> int:
    """Serve the parent at the other end of the line until it hangs up."""
    hello = wire.receive(line)
    _limit(hello)
    readable = (*_readable(), *(Path(path) for path in hello["readable"]))
    walls = isolation.raise_walls(readable=readable, writable=Path.cwd(), threads=True)
    if os.getppid() != hello["parent"]:
        # The parent died before it could be watched.
        return 1
    if sys.platform.startswith("linux") and not isolation.is_offline(walls):
        wire.send(line, {"refused": "no_isolation"})
        return 1
    module, name = str(hello["entry"]).split(":")
    entry: Entry = getattr(importlib.import_module(module), name)
    wire.send(line, {"walls": walls})
    while True:
        try:
            message = wire.receive(line)
        except wire.Gone:
            return 0
        wire.send(line, _answer(entry, message, lambda said: wire.send(line, said)))


def _answer(entry: Entry, message: Mapping[str, Any], say: Say) -> Mapping[str, Any]:
    try:
        return entry(message, say)
    except Refused as refused:
        return {"refused": refused.code, "params": refused.params}
    except MemoryError:
        return {"refused": "too_much_memory", "params": {"limit": 0}}
    except Exception as error:  # noqa: BLE001  # said to the parent, which decides; the next message is independent
        why = f"{type(error).__name__}: {error}"[:300]
        return {
            "refused": "crashed",
            "params": {"during": str(message.get("do") or message.get("job")), "why": why},
        }


def _limit(hello: Mapping[str, Any]) -> None:
    for which, most in (
        (resource.RLIMIT_AS, int(hello["address_space"])),
        (resource.RLIMIT_FSIZE, int(hello["most_written"])),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(which, (most, most))


def _readable() -> tuple[Path, ...]:
    places = {sys.prefix, sys.base_prefix, *SYSTEM_PATHS}
    places.update(path for path in sys.path if path.endswith(("site-packages", "dist-packages")))
    return (*(Path(place) for place in sorted(places)), PACKAGE)

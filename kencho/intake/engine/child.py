"""The child process that touches scans. Started by `process`, never imported by the web process.

It puts up its walls first and loads the image libraries behind them: no network, no new processes or threads, no files
but the interpreter's and this package's own, and the one file that it is handed open.
"""

import importlib
import os
import resource
import socket
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from kencho.files.sanitize import isolation
from kencho.files.sanitize.worker import readable_paths
from kencho.intake.engine import wire
from kencho.intake.engine.documents import Document, Limits, Unreadable, open_document
from kencho.intake.engine.shapes import PageReading, Refusal, Template

PACKAGE = Path(__file__).resolve().parents[2]
# What onnxruntime and OpenCV read to learn which instructions the processor has.
PROCESSOR = (Path("/sys/devices/system/cpu"), Path("/proc/cpuinfo"), Path("/proc/meminfo"))
MOST_WRITTEN = 16 * 1024 * 1024

Reader = Callable[..., PageReading]


def main() -> int:
    """Serve the parent at the other end of the line until it hangs up."""
    line = socket.socket(fileno=int(sys.argv[2]))
    hello, _blobs = wire.receive(line)
    limit_resources(int(hello["memory"]))
    walls = isolation.raise_walls(readable=(*readable_paths(), PACKAGE, *PROCESSOR), writable=Path.cwd())
    if os.getppid() != hello["parent"] or (
        sys.platform.startswith("linux") and not isolation.is_offline(walls)
    ):
        # The parent died before it could be watched, or nothing keeps this process off the network.
        return 1
    module, name = str(hello["reader"]).split(":")
    desk = Desk(getattr(importlib.import_module(module), name)())
    say(line, {"walls": walls})
    while True:
        try:
            message, blobs = wire.receive(line)
        except wire.Gone:
            return 0
        desk.serve(line, message, blobs)


def limit_resources(memory: int) -> None:
    """Bound address space, files and processes; no core dump. Time is watched by the parent: this process lives long."""
    for which, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, MOST_WRITTEN),
        (resource.RLIMIT_NOFILE, 128),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(which, (most, most))


def say(line: socket.socket, message: Mapping[str, Any], blobs: tuple[bytes, ...] = ()) -> None:
    """Answer with plain writes, as sending is among the calls that the walls refuse."""
    wire.send(_Writer(line.fileno()), message, blobs)  # type: ignore[arg-type]  # writes are all that the frames need of a file


class _Writer:
    def __init__(self, number: int) -> None:
        self._number = number

    def sendall(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._number, view) :]


class Desk:
    """The open file, the forms in use and the reader."""

    def __init__(self, reader: Reader) -> None:
        from kencho.intake.engine.registration import Blanks

        self._reader = reader
        self._document: Document | None = None
        self._templates: dict[str, Template] = {}
        self._blanks = Blanks()
        self._options: dict[str, Any] = {}

    def serve(self, line: socket.socket, message: Mapping[str, Any], blobs: list[bytes]) -> None:
        """Do what one message asks, and answer it."""
        verb = message["do"]
        if verb == "open":
            self._open(line, message)
        elif verb == "forms":
            self._forms(message, blobs)
            say(line, {})
        elif verb == "read":
            reading = self._read(int(message["number"]))
            image = reading.image
            say(line, {"reading": wire.plain(replace(reading, image=b""))}, (image,))

    def _open(self, line: socket.socket, message: Mapping[str, Any]) -> None:
        _byte, files, _flags, _address = socket.recv_fds(line, 1, 1)
        if self._document is not None:
            self._document.close()
            self._document = None
        try:
            limits = Limits(pages=message["pages"], pixels=message["pixels"])
            self._document = open_document(os.fdopen(files[0], "rb"), limits=limits)
        except Unreadable as refused:
            say(line, {"refusal": refused.refusal, "detail": refused.detail})
            return
        say(line, {"pages": self._document.pages})

    def _forms(self, message: Mapping[str, Any], blobs: list[bytes]) -> None:
        self._templates = {key: wire.template_from(each) for key, each in message["templates"].items()}
        for name, data in zip(message["blanks"], blobs, strict=True):
            template = self._templates[name]
            self._blanks.add(name, data, template.width, template.height)
        self._blanks.keep(set(message["blanks"]))
        self._options = wire.options_from(message["options"])

    def _read(self, number: int) -> PageReading:
        begun = time.process_time()
        try:
            if self._document is None or not 1 <= number <= self._document.pages:
                raise Unreadable(Refusal.BROKEN, "no such page")
            scan = self._document.page(number)
            reading = self._reader(
                scan.image,
                scan.dpi,
                number=number,
                templates=self._templates,
                blanks=self._blanks,
                **self._options,
            )
            reading = replace(reading, number=number, dpi=reading.dpi or scan.dpi)
        except Unreadable as refused:
            reading = PageReading(number, refusal=refused.refusal, detail={"why": refused.detail})
        except MemoryError:
            reading = PageReading(number, refusal=Refusal.TOO_MANY_PIXELS, detail={"why": "memory"})
        return replace(reading, cpu_seconds=round(time.process_time() - begun, 4))


def page_reader() -> Reader:
    """The reader of pages with both networks loaded."""
    import functools

    from kencho.intake.engine import page, readers

    one_thread()
    return functools.partial(page.read_page, readers=readers.Readers())


def one_thread() -> None:
    """Threads are refused by the walls, so OpenCV must not want any."""
    import cv2

    cv2.setNumThreads(1)


if __name__ == "__main__":
    sys.exit(main())

"""Reading in a child process that hostile files may kill: limited, offline, started anew when needed.

The parent loads none of the image libraries. One child serves one parent, one page at a time.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kencho.intake.engine import wire
from kencho.intake.engine.documents import Limits, Unreadable
from kencho.intake.engine.shapes import PageReading, Refusal, Template

PACKAGE_ROOT = Path(__file__).resolve().parents[3]
BOOTSTRAP = (
    "import sys; sys.path.append(sys.argv[1]); from kencho.intake.engine.child import main; sys.exit(main())"
)
READER = "kencho.intake.engine.child:page_reader"
# Address space, not memory in use: the libraries map far more than they touch. In use are some 450 MB.
MEMORY = 2 * 1024 * 1024 * 1024
START_SECONDS = 60.0
OPEN_SECONDS = 60.0
# Decoders leak; a fresh child costs less than a second for hundreds of pages.
PAGES_PER_CHILD = 500
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)


@dataclass(frozen=True, eq=False)
class Job:
    """With which forms pages are read. Keep one object for many pages: it is handed to the child once.

    `blanks` are PDF or picture files with all pages of the empty form, by template id. `options` go to
    `page.read_page` as keyword arguments.
    """

    templates: Mapping[str, Template]
    blanks: Mapping[str, bytes]
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class _Child:
    process: "subprocess.Popen[bytes]"
    line: socket.socket
    desk: Path
    walls: tuple[str, ...] = ()
    job: Job | None = None
    file: Path | None = None
    pages: int = 0


class ReadingProcess:
    """The child, as the worker sees it. Use as a context manager, or `close` it."""

    def __init__(
        self,
        *,
        page_seconds: float = 60.0,
        memory: int = MEMORY,
        limits: Limits | None = None,
        reader: str = READER,
    ) -> None:
        """`reader` names the function (``module:name``) that makes the child's reader; others than the usual one are
        for measurements and tests."""
        self._page_seconds = page_seconds
        self._memory = memory
        self._limits = limits or Limits()
        self._reader = reader
        self._child: _Child | None = None
        self._path: Path | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The child's process id while it lives."""
        return self._child.process.pid if self._child is not None else None

    @property
    def walls(self) -> tuple[str, ...]:
        """The walls around the child, as `files.sanitize` names them."""
        return self._child.walls if self._child is not None else ()

    def open(self, path: Path) -> int:
        """How many pages a file has; it is the file of the following `read` calls.

        Raises `Unreadable` for the file as a whole: EMPTY_FILE, BROKEN, ENCRYPTED, TOO_MANY_PAGES, TOO_MANY_PIXELS,
        TIMED_OUT, CRASHED.
        """
        self._path = None
        pages = self._opened(path)
        self._path = path
        return pages

    def read(self, number: int, job: Job) -> PageReading:
        """Read one page (from 1) of the open file. Never raises for its content: what went wrong is the refusal."""
        if self._path is None:
            raise ValueError("no file is open")
        try:
            return self._read(self._path, number, job)
        except Unreadable as refused:
            return PageReading(number, refusal=refused.refusal, detail={"why": refused.detail})

    def close(self) -> None:
        """End the child."""
        self._end()
        self._path = None

    def _read(self, path: Path, number: int, job: Job) -> PageReading:
        if self._living().file != path:
            self._opened(path)
        child = self._living()
        if child.job is not job:
            self._hand_over(child, job)
        answer, blobs = self._asked(
            child, {"do": "read", "number": number}, seconds=self._page_seconds, during=f"page {number}"
        )
        child.pages += 1
        try:
            reading = wire.reading_from(answer["reading"], blobs[0] if blobs else b"")
        except (KeyError, TypeError, ValueError) as error:
            self._end()
            raise Unreadable(Refusal.CRASHED, "answer") from error
        if child.pages >= PAGES_PER_CHILD:
            self._end()
        return reading

    def _hand_over(self, child: _Child, job: Job) -> None:
        names = [name for name in job.blanks if name in job.templates]
        message = {
            "do": "forms",
            "templates": {key: wire.plain(each) for key, each in job.templates.items()},
            "blanks": names,
            "options": wire.plain(job.options),
        }
        self._asked(
            child, message, [job.blanks[name] for name in names], seconds=OPEN_SECONDS, during="forms"
        )
        child.job = job

    def _opened(self, path: Path) -> int:
        child = self._living()
        child.file = None
        with path.open("rb") as file:
            message = {"do": "open", "pages": self._limits.pages, "pixels": self._limits.pixels}
            answer, _blobs = self._asked(
                child, message, seconds=OPEN_SECONDS, during="open", file=file.fileno()
            )
        child.file = path
        return int(answer["pages"])

    def _living(self) -> _Child:
        """The child, a fresh one if the last has died in the meantime."""
        if self._child is not None and self._child.process.poll() is not None:
            self._end()
        if self._child is None:
            self._child = self._start()
        return self._child

    def _asked(
        self,
        child: _Child,
        message: Mapping[str, Any],
        blobs: "list[bytes] | tuple[bytes, ...]" = (),
        *,
        seconds: float,
        during: str,
        file: int | None = None,
    ) -> tuple[dict[str, Any], list[bytes]]:
        until = time.monotonic() + seconds
        child.line.settimeout(seconds)
        try:
            wire.send(child.line, message, blobs)
            if file is not None:
                socket.send_fds(child.line, [b"\0"], [file])
            answer, found = wire.receive(child.line, until)
        except wire.Silent as error:
            self._end()
            raise Unreadable(Refusal.TIMED_OUT, during) from error
        except (wire.Gone, OSError) as error:
            self._end()
            raise Unreadable(Refusal.CRASHED, during) from error
        if "refusal" in answer:
            try:
                refusal = Refusal(answer["refusal"])
            except ValueError as error:
                self._end()
                raise Unreadable(Refusal.CRASHED, during) from error
            raise Unreadable(refusal, str(answer.get("detail", ""))[:80])
        return answer, found

    def _start(self) -> _Child:
        ours, theirs = socket.socketpair()
        desk = Path(tempfile.mkdtemp(prefix="reading-"))
        try:
            command = [sys.executable, "-I", "-B", "-c", BOOTSTRAP, str(PACKAGE_ROOT), str(theirs.fileno())]
            process = subprocess.Popen(  # noqa: S603  # fixed command line, no shell, nothing from the file in it
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=desk,
                env={"LANG": "C.UTF-8", "TMPDIR": str(desk), "HOME": str(desk), **ONE_THREAD},
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        except OSError:
            ours.close()
            shutil.rmtree(desk, ignore_errors=True)
            raise
        finally:
            theirs.close()
        self._child = child = _Child(process, ours, desk)
        hello, _blobs = self._asked(
            child,
            {"memory": self._memory, "reader": self._reader, "parent": os.getpid()},
            seconds=START_SECONDS,
            during="start",
        )
        child.walls = tuple(str(wall) for wall in hello["walls"])
        return child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.line.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()
        shutil.rmtree(child.desk, ignore_errors=True)

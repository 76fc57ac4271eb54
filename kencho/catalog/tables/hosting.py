"""A child process that hostile tables may kill: offline, with bounded memory, watched and ended by its parent.

The walls are those of `files.sanitize` (no network, no new processes, no files but the interpreter's, the package's
and those it is given); threads are allowed. Resident memory and time are watched from outside.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from kencho.catalog.tables import wire
from kencho.catalog.tables.refusals import Refused

PACKAGE_ROOT: Final = Path(__file__).resolve().parents[3]
BOOTSTRAP: Final = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from kencho.catalog.tables.guarded import main; sys.exit(main(int(sys.argv[2])))"
)
MEGABYTE: Final = 1024 * 1024
# Address space, beyond what may be resident: allocators and thread stacks reserve much that they never touch.
ADDRESS_SPACE: Final = 6 * 1024 * MEGABYTE
START_SECONDS: Final = 60.0
PREFIX: Final = "tables-"
LOCK: Final = "lock"
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")

Progress = Callable[[str, int, int], None]


class Child:
    """One child that runs `entry` (``module:function``, called as in `guarded`)."""

    def __init__(
        self,
        entry: str,
        *,
        memory: int,
        threads: int,
        readable: Iterable[Path] = (),
        most_written: int = 0,
        desk: Path | None = None,
    ) -> None:
        """`memory` in resident bytes; `desk` is where its own folder is made. Raises `Refused`."""
        self._memory = memory
        _sweep(Path(desk or tempfile.gettempdir()))
        self.desk = Path(tempfile.mkdtemp(prefix=PREFIX, dir=desk))
        # Held while this process lives, so that what a killed one left behind is told from what is in use.
        self._lock = (self.desk / LOCK).open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        try:
            self._process, self._line = self._started(threads)
        except OSError:
            self._lock.close()
            shutil.rmtree(self.desk, ignore_errors=True)
            raise
        hello = {
            "entry": entry,
            "address_space": memory + ADDRESS_SPACE,
            "most_written": most_written,
            "readable": [str(path.resolve()) for path in readable],
            "parent": os.getpid(),
            "threads": threads,
        }
        answer = self.ask(hello, seconds=START_SECONDS, during="start")
        self.walls = tuple(map(str, answer["walls"]))

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def ask(
        self,
        message: Mapping[str, Any],
        *,
        seconds: float,
        during: str,
        progress: Progress | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> dict[str, Any]:
        """Send a message and wait for the answer. Raises `Refused`; the child is dead after time, memory or a crash."""
        try:
            answer = self._answer(message, time.monotonic() + seconds, progress, stop)
        except wire.Silent as error:
            self.end()
            raise Refused("timed_out", seconds=seconds) from error
        except wire.Gone as error:
            code = self._process.poll()
            self.end()
            raise Refused("crashed", during=during, status=code) from error
        except BaseException:
            self.end()
            raise
        if "refused" in answer:
            raise Refused(str(answer["refused"]), **dict(answer.get("params") or {}))
        return answer

    def _answer(
        self,
        message: Mapping[str, Any],
        until: float,
        progress: Progress | None,
        stop: Callable[[], bool] | None,
    ) -> dict[str, Any]:
        def glance() -> None:
            if resident(self.pid) > self._memory:
                raise Refused("too_much_memory", limit=self._memory // MEGABYTE)
            if stop is not None and stop():
                raise Refused("stopped")

        wire.send(self._line.fileno(), message)
        while True:
            answer = wire.receive(self._line.fileno(), until, glance)
            if "progress" not in answer:
                return answer
            if progress is not None:
                stage, done, total = answer["progress"]
                progress(str(stage), int(done), int(total))
            glance()

    def end(self) -> None:
        """End it and remove its folder. May be called twice."""
        self._line.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        shutil.rmtree(self.desk, ignore_errors=True)
        self._lock.close()

    def _started(self, threads: int) -> "tuple[subprocess.Popen[bytes], socket.socket]":
        ours, theirs = socket.socketpair()
        try:
            command = [sys.executable, "-I", "-B", "-c", BOOTSTRAP, str(PACKAGE_ROOT), str(theirs.fileno())]
            process = subprocess.Popen(  # noqa: S603  # fixed command line, no shell, nothing from the file in it
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=self.desk,
                env=_environment(self.desk, threads),
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        return process, ours


def _environment(desk: Path, threads: int) -> dict[str, str]:
    return {
        "LANG": "C.UTF-8",
        "TMPDIR": str(desk),
        "HOME": str(desk),
        "POLARS_TEMP_DIR": str(desk),
        "POLARS_MAX_THREADS": str(threads),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        # Freed memory goes back at once, as the limit is on what is resident.
        "MALLOC_ARENA_MAX": "2",
    }


def _sweep(folder: Path) -> None:
    """Remove the desks of processes that were killed: those whose lock nobody holds."""
    for lock in folder.glob(f"{PREFIX}*/{LOCK}"):
        try:
            with lock.open("r+") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(lock.parent, ignore_errors=True)
        except OSError:
            # In use, or gone already.
            continue


def resident(pid: int) -> int:
    """Resident memory of a process in bytes; 0 where the system does not tell."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError, ValueError):
        return 0

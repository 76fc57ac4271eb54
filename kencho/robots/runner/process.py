"""The parent's side: starting the child as a user without rights, watching it, and ending all that it started."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kencho.robots.runner import wire

ROOT: Final = Path(__file__).resolve().parents[3]
# Isolated mode ignores PYTHONPATH and the working directory, so the place of the code is handed over as an argument.
BOOTSTRAP: Final = (
    "import sys; sys.path.append(sys.argv[1]); from kencho.robots.runner.child import main; sys.exit(main())"
)
START_SECONDS: Final = 60
# Followed by the process that made it and something unique.
HOMES: Final = "kencho-robot-"


class UnableToBegin(Exception):
    """The child cannot run here; ``reason`` is a code of ``words.Reason``."""

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(reason, place)
        self.reason = reason
        self.place = place


@dataclass(frozen=True)
class Orders:
    """What the child is told once, at its start."""

    files: Mapping[str, bytes]
    entry: str
    browser: bool
    base_url: str
    hosts: Sequence[str]
    account: str
    credential: str
    dry_run: bool
    # Name of the user to become when this process is root.
    user: str
    no_sandbox: bool


class Child:
    """A running child with its private folder."""

    def __init__(self, process: subprocess.Popen[bytes], reader: wire.Reader, home: Path, reply: int) -> None:
        self._process = process
        self._reader = reader
        self._home = home
        self._reply = reply
        self.is_sandboxed = False

    @classmethod
    def start(cls, orders: Orders) -> "Child":
        """Start it and wait until it is ready. Raises UnableToBegin."""
        uid, gid = _user(orders)
        sweep()
        home = Path(tempfile.mkdtemp(prefix=f"{HOMES}{os.getpid()}-"))
        reply, give = os.pipe()
        try:
            folder = _lay_out(home, orders.files, uid, gid)
            process = subprocess.Popen(  # noqa: S603  # fixed command line, no shell
                [sys.executable, "-I", "-B", "-c", BOOTSTRAP, str(ROOT), str(give)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                # A traceback or the browser's chatter may quote what was typed.
                stderr=subprocess.DEVNULL,
                cwd=home,
                env=_environment(home),
                pass_fds=(give,),
                start_new_session=True,
            )
        except OSError as problem:
            os.close(reply)
            shutil.rmtree(home, ignore_errors=True)
            raise UnableToBegin("crashed") from problem
        finally:
            os.close(give)
        child = cls(process, wire.Reader(reply), home, reply)
        try:
            child._begin(orders, folder, uid, gid)
        except BaseException:
            child.kill()
            raise
        return child

    def _begin(self, orders: Orders, folder: Path, uid: int | None, gid: int | None) -> None:
        try:
            self.send(
                {
                    "uid": uid,
                    "gid": gid,
                    "home": str(self._home),
                    "folder": str(folder),
                    "entry": orders.entry,
                    "browser": orders.browser,
                    "base_url": orders.base_url,
                    "hosts": list(orders.hosts),
                    "account": orders.account,
                    "credential": orders.credential,
                    "dry_run": orders.dry_run,
                    "no_sandbox": orders.no_sandbox,
                }
            )
            ready = self._reader.read(START_SECONDS)
        except wire.Closed as gone:
            raise UnableToBegin("crashed") from gone
        if ready is None:
            raise UnableToBegin("hung")
        if ready.get("kind") != "ready":
            raise UnableToBegin(str(ready.get("reason", "crashed")), str(ready.get("place", "")))
        if uid is not None and ready.get("uid") != uid:
            raise UnableToBegin("no_user")
        self.is_sandboxed = ready.get("sandbox") is True
        if orders.browser and not self.is_sandboxed and not orders.no_sandbox:
            raise UnableToBegin("no_sandbox")

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def send(self, message: wire.Message) -> None:
        """Tell it something. Raises wire.Closed."""
        if self._process.stdin is None:
            raise wire.Closed
        wire.write(self._process.stdin.fileno(), message)

    def read(self, seconds: float) -> wire.Message | None:
        """What it says next; None for silence. Raises wire.Closed."""
        return self._reader.read(seconds)

    def megabytes(self) -> int:
        """Memory of it and all that it started, shared pages divided among those that share them."""
        return sum(_memory(pid) for pid in (self.pid, *descendants(self.pid))) // 1_000_000

    def end(self) -> None:
        """Let it close its browser and end; whatever is left after a moment is killed."""
        with contextlib.suppress(wire.Closed):
            self.send({"kind": "end"})
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self.kill()

    def kill(self) -> None:
        """End it and everything that it started, at once, and remove its folder."""
        # The browser leads a process group of its own, so the tree is walked; twice, for what was born meanwhile.
        for _again in range(2):
            for pid in (*descendants(self.pid), self.pid):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        for stream in (self._process.stdin,):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        with contextlib.suppress(OSError):
            os.close(self._reply)
        shutil.rmtree(self._home, ignore_errors=True)


def sweep() -> None:
    """Remove private folders whose maker was killed: a browser's profile in them may hold what was typed."""
    for place in Path(tempfile.gettempdir()).glob(f"{HOMES}*"):
        maker = place.name.removeprefix(HOMES).partition("-")[0]
        if maker.isdigit() and not Path(f"/proc/{maker}").exists():
            shutil.rmtree(place, ignore_errors=True)


def _user(orders: Orders) -> tuple[int | None, int | None]:
    """Whom the child becomes; nobody else when this process has no power over users. Raises UnableToBegin."""
    if os.getuid() != 0:
        return None, None
    try:
        found = pwd.getpwnam(orders.user)
    except KeyError as unknown:
        raise UnableToBegin("no_user") from unknown
    if found.pw_uid == 0:
        raise UnableToBegin("no_user")
    return found.pw_uid, found.pw_gid


def _lay_out(home: Path, files: Mapping[str, bytes], uid: int | None, gid: int | None) -> Path:
    """A private home, and in it exactly the bytes that were checked, which the child cannot write to."""
    folder = home / "package"
    for name, content in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        place.chmod(0o444)
    for place in (folder, *(each for each in folder.rglob("*") if each.is_dir())):
        place.chmod(0o555)
    (home / "tmp").mkdir(mode=0o700)
    if uid is not None and gid is not None:
        for place in (home, home / "tmp"):
            os.chown(place, uid, gid)
    return folder


def _environment(home: Path) -> dict[str, str]:
    """Nothing of this process's own environment, where the site's secrets are."""
    return {
        "LANG": "C.UTF-8",
        "TZ": "Asia/Tokyo",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "TMPDIR": str(home / "tmp"),
        "PYTHONUTF8": "1",
    }


def descendants(pid: int) -> list[int]:
    """Processes that this one started, and those that they started."""
    children: dict[int, list[int]] = {}
    for number, parent in _parents():
        children.setdefault(parent, []).append(number)
    found: list[int] = []
    waiting = [pid]
    while waiting:
        born = children.get(waiting.pop(), [])
        found += born
        waiting += born
    return found


def _parents() -> Iterator[tuple[int, int]]:
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                # The name in brackets may hold spaces.
                rest = (place / "stat").read_text(errors="replace").rpartition(")")[2].split()
                yield int(place.name), int(rest[1])


def _memory(pid: int) -> int:
    """Bytes in use: proportional where the kernel tells, resident otherwise."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def is_alive(holder: str, host: str) -> bool | None:
    """Whether the process of a ``host:pid`` lives; None when it is of another machine and cannot be known."""
    name, _, rest = holder.partition(":")
    pid = rest.partition(":")[0]
    if name != host or not pid.isdigit():
        return None
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

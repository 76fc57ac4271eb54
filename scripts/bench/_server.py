"""The web server and the worker as ``kencho run`` starts them, watched from outside."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "127.0.0.1"
PROCESSES = 2
THREADS = 8
READY_SECONDS = 60
STOP_SECONDS = 20
TICKS = os.sysconf("SC_CLK_TCK")
HEALTH_PATH = "/applications/"


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]

    def workers(self) -> list[int]:
        """Process ids of the web processes."""
        return children_of(self.process.pid)

    def cpu_seconds(self) -> float:
        """CPU time that the web processes have used so far."""
        return sum(cpu_seconds_of(pid) for pid in self.workers())


def free_port() -> int:
    """A port of the loopback address that nobody uses."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def children_of(pid: int) -> list[int]:
    """Child processes, those that only track shared memory left out."""
    found = []
    for each in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in each.read_text().split()]
    return [
        child for child in found if b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def cpu_seconds_of(pid: int) -> float:
    """User and system time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_megabytes(pid: int) -> float:
    """Resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def answers(port: int, path: str = HEALTH_PATH) -> bool:
    """Whether the server answers this page with 200."""
    try:
        with socket.create_connection((HOST, port), timeout=10) as made:
            made.sendall(f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nConnection: close\r\n\r\n".encode())
            return b" 200 " in made.recv(64)
    except OSError:
        return False


def wait_until_ready(port: int, process: subprocess.Popen[bytes], path: str = HEALTH_PATH) -> None:
    """Return with the first 200. Raises RuntimeError when the process ends or takes too long."""
    deadline = time.monotonic() + READY_SECONDS
    while not answers(port, path):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("the server did not start")
        time.sleep(0.02)


@contextmanager
def running(
    command: list[str], environment: Mapping[str, str], folder: Path = ROOT
) -> Iterator[subprocess.Popen[bytes]]:
    """A child process that is ended with the block."""
    process = subprocess.Popen(
        command, env=dict(environment), cwd=folder, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
        # Nobody of its family may stay behind, also when it was too slow or died early.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def granian(port: int, target: str) -> list[str]:
    """The command of ``kencho run``."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
        "--workers", str(PROCESSES), "--blocking-threads", str(THREADS), "--backlog", "512",
        "--respawn-failed-workers", "--no-ws", "--log-level", "error", target,
    ]  # fmt: skip


@contextmanager
def web(**environment: str) -> Iterator[Server]:
    """The web server on a free port, warm in both processes."""
    port = free_port()
    with running(granian(port, "config.wsgi:application"), {**os.environ, **environment}) as process:
        wait_until_ready(port, process)
        for _turn in range(4 * PROCESSES):
            answers(port)
        yield Server(port, process)


@contextmanager
def worker(**environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """The worker of ``kencho run``."""
    with running([sys.executable, "-m", "django", "worker"], {**os.environ, **environment}) as process:
        yield process

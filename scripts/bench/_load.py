"""The visitors: a small HTTP client with many connections, run as a process of its own so that it slows nobody's Python.

Reads a job from standard input (one JSON object), writes what it saw to standard output.
"""

import json
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

CONNECTIONS = 32
TIMEOUT = 60


@dataclass(frozen=True)
class Outcome:
    """What the visitors saw."""

    seconds: float
    statuses: dict[str, int]
    milliseconds: list[float]

    @property
    def per_second(self) -> float:
        """Answers per second."""
        return len(self.milliseconds) / self.seconds


def send(
    port: int, requests: Sequence[str], *, connections: int = CONNECTIONS, per_second: float = 0
) -> Outcome:
    """Send the requests, as fast as they are answered or at a steady pace."""
    job = {"port": port, "requests": list(requests), "connections": connections, "per_second": per_second}
    done = subprocess.run(
        [sys.executable, __file__], input=json.dumps(job), capture_output=True, text=True, check=True
    )
    return Outcome(**json.loads(done.stdout))


class _Visitor:
    """One connection that is kept open."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._room = bytearray()
        self._socket: socket.socket | None = None

    def ask(self, request: bytes) -> str:
        """Send one request, read the whole answer, return its status."""
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=TIMEOUT)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._socket.sendall(request)
            return self._read(self._socket)
        except OSError:
            self._socket.close()
            self._socket = None
            return "lost"

    def _read(self, source: socket.socket) -> str:
        while (end := self._room.find(b"\r\n\r\n")) < 0:
            self._more(source)
        head = bytes(self._room[:end]).lower()
        size = 0
        for line in head.split(b"\r\n"):
            if line.startswith(b"content-length:"):
                size = int(line[15:])
        while len(self._room) < end + 4 + size:
            self._more(source)
        del self._room[: end + 4 + size]
        return head[9:12].decode()

    def _more(self, source: socket.socket) -> None:
        data = source.recv(65536)
        if not data:
            raise OSError("closed")
        self._room += data


class _Crowd:
    """All visitors take the next request from one pile."""

    def __init__(self, port: int, requests: list[bytes], per_second: float) -> None:
        self._port = port
        self._requests = requests
        self._pace = 1 / per_second if per_second else 0.0
        self._next = iter(range(len(requests)))
        self._lock = threading.Lock()
        self.statuses: Counter[str] = Counter()
        self.milliseconds: list[float] = []

    def walk(self, began: float) -> None:
        """One visitor until the pile is empty. Waiting for a turn counts: the clock starts when a request is due."""
        visitor = _Visitor(self._port)
        while True:
            with self._lock:
                place = next(self._next, None)
            if place is None:
                return
            due = began + place * self._pace if self._pace else time.perf_counter()
            time.sleep(max(0.0, due - time.perf_counter()))
            status = visitor.ask(self._requests[place])
            with self._lock:
                self.statuses[status] += 1
                self.milliseconds.append((time.perf_counter() - due) * 1000)


def main() -> None:
    """Do the job."""
    job = json.load(sys.stdin)
    crowd = _Crowd(job["port"], [each.encode() for each in job["requests"]], job["per_second"])
    began = time.perf_counter()
    visitors = [threading.Thread(target=crowd.walk, args=(began,)) for _n in range(job["connections"])]
    for each in visitors:
        each.start()
    for each in visitors:
        each.join()
    seconds = time.perf_counter() - began
    json.dump(
        {"seconds": seconds, "statuses": crowd.statuses, "milliseconds": crowd.milliseconds}, sys.stdout
    )


if __name__ == "__main__":
    main()

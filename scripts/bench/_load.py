"""The visitors: a small HTTP client with many connections, run as a process of its own so that it slows nobody's Python.

Reads a job from standard input (one JSON object), writes what it saw to standard output.
"""

import json
import re
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

CONNECTIONS = 32
TIMEOUT = 60
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)")


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
    """One connection that is kept open, with at most one request under way."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._room = bytearray()
        self.due = 0.0
        self.socket = self._connect()

    def _connect(self) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self._port), timeout=TIMEOUT)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def again(self) -> None:
        """Come back with a new connection after one that was lost."""
        self.socket.close()
        self._room.clear()
        self.socket = self._connect()

    def read(self) -> str:
        """What has come; the status once the answer is whole, before that "". Raises OSError."""
        data = self.socket.recv(65536)
        if not data:
            raise OSError("closed")
        self._room += data
        end = self._room.find(b"\r\n\r\n")
        if end < 0:
            return ""
        head = bytes(self._room[:end]).lower()
        found = _LENGTH.search(head)
        whole = end + 4 + (int(found[1]) if found else 0)
        if len(self._room) < whole:
            return ""
        del self._room[:whole]
        return head[9:12].decode()


class _Crowd:
    """All visitors take the next request from one pile.

    One thread serves them all: threads of their own would take as much processor time as the server, on its cores.
    """

    def __init__(self, port: int, requests: list[bytes], per_second: float, connections: int) -> None:
        self._requests = requests
        self._pace = 1 / per_second if per_second else 0.0
        self._next = 0
        self._free = [_Visitor(port) for _n in range(connections)]
        self._waiting = selectors.DefaultSelector()
        self.statuses: Counter[str] = Counter()
        self.milliseconds: list[float] = []

    def walk(self) -> float:
        """Until the pile is empty and all are answered; returns the seconds it took."""
        began = last = time.perf_counter()
        while len(self.milliseconds) < len(self._requests):
            self._send_due(began)
            events = self._waiting.select(self._pause(began))
            if events:
                last = time.perf_counter()
            elif self._waiting.get_map() and time.perf_counter() - last > TIMEOUT:
                raise TimeoutError
            for key, _mask in events:
                self._answered(key.data)
        return time.perf_counter() - began

    def _due(self, began: float) -> float:
        """When the next request is due. Waiting for a turn counts: its clock starts then."""
        return began + self._next * self._pace if self._pace else time.perf_counter()

    def _pause(self, began: float) -> float:
        if self._next == len(self._requests) or not self._free:
            return 1.0
        return max(0.0, self._due(began) - time.perf_counter())

    def _send_due(self, began: float) -> None:
        while self._free and self._next < len(self._requests):
            due = self._due(began)
            if due > time.perf_counter():
                return
            visitor = self._free.pop()
            visitor.due = due
            request = self._requests[self._next]
            self._next += 1
            try:
                visitor.socket.sendall(request)
            except OSError:
                self._count(visitor, "lost")
                continue
            self._waiting.register(visitor.socket, selectors.EVENT_READ, visitor)

    def _answered(self, visitor: _Visitor) -> None:
        try:
            status = visitor.read()
        except OSError:
            status = "lost"
        if status:
            self._waiting.unregister(visitor.socket)
            self._count(visitor, status)

    def _count(self, visitor: _Visitor, status: str) -> None:
        self.statuses[status] += 1
        self.milliseconds.append((time.perf_counter() - visitor.due) * 1000)
        if status == "lost":
            visitor.again()
        self._free.append(visitor)


def main() -> None:
    """Do the job."""
    job = json.load(sys.stdin)
    crowd = _Crowd(
        job["port"], [each.encode() for each in job["requests"]], job["per_second"], job["connections"]
    )
    seconds = crowd.walk()
    json.dump(
        {"seconds": seconds, "statuses": crowd.statuses, "milliseconds": crowd.milliseconds}, sys.stdout
    )


if __name__ == "__main__":
    main()

"""Asking ClamAV's daemon about a file: one more layer, never the deciding one."""

import logging
import socket
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

logger = logging.getLogger(__name__)


class Verdict(StrEnum):
    """The daemon's answer."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class Scan:
    """The answer about one file; `name` is the signature's for INFECTED, the cause for UNAVAILABLE."""

    verdict: Verdict
    name: str = ""


@dataclass(frozen=True)
class Address:
    """Where the daemon listens: host and TCP port."""

    host: str
    port: int = 3310


def clamd_scan(path: Path, address: Address, *, timeout: float = 60.0) -> Scan:
    """Send a file to clamd (INSTREAM, clamd(8)) and read its verdict. Never raises: what cannot be asked is UNAVAILABLE.

    `timeout` in seconds holds for connecting and for each send and receive.
    """
    import clamd

    client = clamd.ClamdNetworkSocket(address.host, address.port, timeout)
    try:
        # The client connects without its timeout and sends without looking how much was taken; both are mended here.
        client._init_socket = lambda: _connect(client, address, timeout)  # noqa: SLF001  # the client offers no way to give it a socket
        with path.open("rb") as file:
            answer = client.instream(file)
    except (clamd.ClamdError, OSError, ValueError) as error:
        logger.warning("clamd at %s:%s gave no verdict: %s", address.host, address.port, type(error).__name__)
        return Scan(Verdict.UNAVAILABLE, type(error).__name__)
    status, name = (answer or {}).get("stream", ("", ""))
    if status == "OK":
        return Scan(Verdict.CLEAN)
    if status == "FOUND":
        return Scan(Verdict.INFECTED, name or "unnamed")
    return Scan(Verdict.UNAVAILABLE, status or "no answer")


class _WholeSends(socket.socket):
    """A socket whose `send` takes everything."""

    def send(self, data: bytes, flags: int = 0, /) -> int:  # type: ignore[override]  # the client only sends bytes
        self.sendall(data, flags)
        return len(data)


def _connect(client: object, address: Address, timeout: float) -> None:
    connection = _WholeSends(socket.AF_INET, socket.SOCK_STREAM)
    connection.settimeout(timeout)
    client.clamd_socket = connection  # type: ignore[attr-defined]  # the client is untyped
    connection.connect((address.host, address.port))

"""The clamd client against a daemon that speaks the protocol of clamd(8) on loopback."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kencho.files.sanitize import Address, Verdict, clamd_scan
from kencho.files.sanitize.recognise import EICAR


def exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise ConnectionError
        data += piece
    return data


def converse(connection: socket.socket, received: list[bytes], limit: int) -> None:
    """One INSTREAM session: command, chunks with their length in front, an empty chunk, one line back."""
    assert exactly(connection, 10) == b"nINSTREAM\n"
    data = b""
    while length := struct.unpack("!L", exactly(connection, 4))[0]:
        data += exactly(connection, length)
        if len(data) > limit:
            connection.sendall(b"INSTREAM size limit exceeded. ERROR\n")
            return
    received.append(data)
    connection.sendall(b"stream: Win.Test.EICAR_HDB-1 FOUND\n" if EICAR in data else b"stream: OK\n")


@contextmanager
def daemon(*, limit: int = 10_000_000, silent: bool = False) -> Iterator[tuple[Address, list[bytes]]]:
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                if silent:
                    connection.recv(1)
                    threading.Event().wait(1)
                else:
                    converse(connection, received, limit)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield Address("127.0.0.1", server.getsockname()[1]), received
        thread.join(5)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "sample"
    path.write_bytes(b"ordinary " * 200_000)
    return path


def test_clean_file_arrives_whole(sample: Path) -> None:
    with daemon() as (address, received):
        assert clamd_scan(sample, address).verdict is Verdict.CLEAN
    assert received == [sample.read_bytes()]


def test_infected_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "sample"
    path.write_bytes(b"..." + EICAR)
    with daemon() as (address, _):
        scan = clamd_scan(path, address)
    assert (scan.verdict, scan.name) == (Verdict.INFECTED, "Win.Test.EICAR_HDB-1")


def test_what_cannot_be_asked_is_unavailable(sample: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    assert clamd_scan(sample, Address("127.0.0.1", free), timeout=1).verdict is Verdict.UNAVAILABLE
    with daemon(limit=10) as (address, _):
        assert clamd_scan(sample, address, timeout=1).verdict is Verdict.UNAVAILABLE
    with daemon(silent=True) as (address, _):
        assert clamd_scan(sample, address, timeout=0.3).verdict is Verdict.UNAVAILABLE
    with daemon() as (address, _):
        assert clamd_scan(tmp_path / "missing", address).verdict is Verdict.UNAVAILABLE
        assert clamd_scan(sample, address).verdict is Verdict.CLEAN

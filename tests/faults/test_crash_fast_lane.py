"""kill -9 while applications come in by the fast lane: what was acknowledged is there, once, whole."""

import json
import random
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.timeout(280)]
DRAFTS = 160
PARALLEL = 8
KILLS = 2
# What one application leaves behind: each of these counts the applications that lack it, or have it twice.
WHOLE = {
    "step": "SELECT count(*) FROM applications_application a WHERE 1 != "
    "(SELECT count(*) FROM applications_statuschange c WHERE c.application_id = a.id)",
    "audit": "SELECT count(*) FROM applications_application a WHERE 1 != "
    "(SELECT count(*) FROM audit_entry e WHERE e.subject_label = a.number)",
    "outbox": "SELECT count(*) FROM applications_application a WHERE 1 != (SELECT count(*) FROM foundation_task t "
    "WHERE t.kind = 'event' AND json_extract(t.payload, '$.application_id') = a.id)",
    "draft": "SELECT count(*) FROM applications_applicationdraft",
}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site that is gone after the test."""
    made = Site(tmp_path / "var")
    made.var.mkdir()
    yield made
    made.kill()


def _status(port: int, request: str) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as made:
        made.sendall(request.encode())
        return made.recv(4096)[9:12].decode()


def _send(site: Site, drafts: list[dict[str, str]], sent: set[str], stop: threading.Event) -> None:
    for draft in drafts:
        while not stop.is_set():
            try:
                status = _status(site.port, draft["request"])
            except OSError:
                time.sleep(0.1)
                continue
            if status == "302":
                sent.add(draft["id"])
                break
            assert status in {"", "502", "503"}, status
            time.sleep(0.1)


def _rows(site: Site, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(site.var / "kencho.sqlite3") as database:
        return database.execute(query).fetchall()


def test_nothing_acknowledged_is_lost_and_nothing_is_there_twice(site: Site) -> None:
    drafts = json.loads(
        site.python("tests.faults.prepare_plain", str(DRAFTS), str(site.port)).splitlines()[-1]
    )
    site.start("web")
    sent: set[str] = set()
    stop = threading.Event()
    threads = [
        threading.Thread(target=_send, args=(site, drafts[n::PARALLEL], sent, stop)) for n in range(PARALLEL)
    ]
    for thread in threads:
        thread.start()
    rng = random.Random(406)
    try:
        for _kill in range(KILLS):
            time.sleep(rng.uniform(0.1, 0.3))
            site.kill("web")
            kept = {
                str(row[0]) for row in _rows(site, "SELECT idempotency_key FROM applications_application")
            }
            assert sent <= kept
            site.start("web")
        for thread in threads:
            thread.join(120)
    finally:
        stop.set()
    assert sent == {each["id"] for each in drafts}
    stored = _rows(site, "SELECT idempotency_key, number FROM applications_application ORDER BY number")
    assert len(stored) == len({number for _key, number in stored}) == DRAFTS
    assert {key for key, _number in stored} == sent
    # Numbers without a gap: what was rolled back gave its number back.
    assert _rows(site, "SELECT last FROM applications_receptioncounter") == [(DRAFTS,)]
    assert {name: _rows(site, query) for name, query in WHOLE.items()} == {name: [(0,)] for name in WHOLE}
    site.python("django", "audit", "seal")
    site.python("django", "audit", "verify")
    site.python("django", "audit", "prove", str(stored[0][1]))

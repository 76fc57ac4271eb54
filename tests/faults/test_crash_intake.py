"""kill -9 while paper is read and registered: each page is read once, each sheet becomes one application, nobody stays behind."""

import json
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]
KILLS = 3
READER = "kencho.intake.engine.child"
READ_SECONDS = 420


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site that is gone after the test."""
    made = Site(tmp_path / "var")
    made.var.mkdir()
    yield made
    made.kill()


def _rows(site: Site, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(site.var / "kencho.sqlite3", timeout=20) as database:
        return database.execute(query).fetchall()


def _wait(until: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + READ_SECONDS
    while time.monotonic() < deadline:
        if until():
            return
        time.sleep(0.3)
    raise AssertionError(what)


def _prepare(site: Site, what: str) -> dict[str, object]:
    told: dict[str, object] = json.loads(site.python("tests.faults.prepare_intake", what).splitlines()[-1])
    return told


def _readers_below(worker: int) -> set[int]:
    """The reading processes of a worker."""
    return {
        pid
        for pid in _processes()
        if READER in _told(pid, "cmdline") and f"PPid:\t{worker}\n" in _told(pid, "status")
    }


def _processes() -> list[int]:
    return [int(place.name) for place in Path("/proc").glob("[0-9]*")]


def _told(pid: int, what: str) -> str:
    try:
        return Path(f"/proc/{pid}/{what}").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def test_paper_is_read_once_and_registered_once(site: Site) -> None:
    told = _prepare(site, "scan")
    rng = random.Random(406)
    done = "SELECT count(*) FROM intake_scanpage WHERE state != 'waiting'"
    readers: set[int] = set()
    for kill in range(KILLS):
        site.start("worker")
        # Let it come into the middle of the work: after a page more than the last time.
        _wait(lambda kill=kill: _rows(site, done)[0][0] > kill, "no page was read")  # type: ignore[misc]  # bound at once
        time.sleep(rng.uniform(0.1, 1.5))
        readers |= _readers_below(site.processes["worker"].pid)
        site.kill("worker")
    site.start("worker")
    _wait(lambda: _rows(site, "SELECT state FROM intake_scanbatch") == [("read",)], "the batch was not read")

    states = _rows(site, "SELECT state, count(*) FROM intake_scanpage GROUP BY state")
    assert states == [("read", told["pages"])]
    assert _rows(site, "SELECT count(*) FROM intake_sheet") == [(told["sheets"],)]
    assert (
        _rows(site, "SELECT count(*), count(DISTINCT page_id || key) FROM intake_fieldresult")[0][0]
        == (_rows(site, "SELECT count(DISTINCT page_id || ' ' || key) FROM intake_fieldresult")[0][0])
    )
    assert _rows(site, "SELECT count(*) FROM audit_entry WHERE action = 'intake.batch.read'") == [(1,)]
    site.kill("worker")

    assert _prepare(site, "register") == {"asked": told["sheets"]}
    for _kill in range(KILLS):
        site.start("worker")
        time.sleep(rng.uniform(1.5, 4.0))
        site.kill("worker")
    site.start("worker")
    _wait(
        lambda: (
            _rows(site, "SELECT count(*) FROM intake_sheet WHERE state = 'registered'") == [(told["sheets"],)]
        ),
        "not everything was registered",
    )
    _wait(
        lambda: (
            _rows(site, "SELECT count(*) FROM records_record WHERE stored_file_id IS NOT NULL")
            == [(told["sheets"],)]
        ),
        "the paper was not filed",
    )
    assert _rows(site, "SELECT count(*), count(DISTINCT idempotency_key) FROM applications_application") == [
        (told["sheets"], told["sheets"])
    ]
    assert _rows(site, "SELECT count(*) FROM applications_applicationdocument") == [(told["sheets"],)]
    assert _rows(site, "SELECT count(*) FROM records_record") == [(told["sheets"],)]
    site.kill("worker")
    assert readers
    _wait(
        lambda: not any(READER in _told(pid, "cmdline") for pid in readers),
        "a reading process outlived its worker",
    )
    site.python("django", "audit", "seal")
    site.python("django", "audit", "verify")

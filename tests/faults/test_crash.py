"""kill -9 under load: what was acknowledged is there, once, with its documents; every message is delivered."""

import json
import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.site import Site, Visitor

pytestmark = [pytest.mark.faults, pytest.mark.timeout(280)]
DRAFTS = 60
PARALLEL = 4
KILLS = 3
DRAIN_SECONDS = 90


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site that is gone after the test."""
    made = Site(tmp_path / "var")
    made.var.mkdir()
    yield made
    made.kill()


def _send_until_acknowledged(
    site: Site, drafts: list[dict[str, str]], kept: dict[str, str], stop: threading.Event
) -> None:
    """One resident after another, each pressing again until there is a number."""
    for draft in drafts:
        while not stop.is_set():
            try:
                status, number = Visitor(site).send(draft)
            except OSError:
                time.sleep(0.2)
                continue
            if number:
                kept[draft["id"]] = number
                break
            assert status in {502, 503}, status
            time.sleep(0.2)


def _rows(site: Site, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(site.var / "kencho.sqlite3") as database:
        return database.execute(query).fetchall()


def _wait_until_drained(site: Site) -> None:
    deadline = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < deadline:
        if _rows(site, "SELECT count(*) FROM foundation_task WHERE state IN ('waiting', 'running')") == [
            (0,)
        ]:
            return
        time.sleep(0.3)
    left = _rows(site, "SELECT name, state, attempts, error FROM foundation_task WHERE state != 'done'")
    raise AssertionError(f"not drained: {left}")


def test_nothing_acknowledged_is_lost_and_nothing_is_there_twice(site: Site) -> None:
    drafts = site.drafts(DRAFTS)
    site.start()
    kept: dict[str, str] = {}
    stop = threading.Event()
    threads = [
        threading.Thread(target=_send_until_acknowledged, args=(site, drafts[n::PARALLEL], kept, stop))
        for n in range(PARALLEL)
    ]
    for thread in threads:
        thread.start()
    rng = random.Random(406)
    try:
        for _kill in range(KILLS):
            time.sleep(rng.uniform(0.3, 1.2))
            site.kill("web", "worker")
            site.start()
        for thread in threads:
            thread.join(120)
    finally:
        stop.set()
    assert len(kept) == DRAFTS
    _wait_until_drained(site)

    stored = {
        str(key): str(number)
        for key, number in _rows(site, "SELECT idempotency_key, number FROM applications_application")
    }
    assert stored == kept
    assert len(set(stored.values())) == DRAFTS
    # Its documents are there, and their blobs too.
    expected = sum(len(files) for files in _files_of(site).values())
    assert _rows(site, "SELECT count(*) FROM applications_applicationdocument") == [(expected,)]
    for place in _blob_places(site):
        assert (site.var / "files" / place).is_file()
    # Each has exactly one line in the register, without gaps, and one receipt mail.
    serials = [row[0] for row in _rows(site, "SELECT serial FROM records_record ORDER BY serial")]
    assert serials == list(range(1, DRAFTS + 1))
    mails = _rows(site, "SELECT mail_state, count(*) FROM notifications_message GROUP BY mail_state")
    assert mails == [("sent", DRAFTS)]
    site.python("django", "audit", "seal")
    site.python("django", "audit", "verify")


def _files_of(site: Site) -> dict[str, list[str]]:
    found = {}
    for key, answers in _rows(site, "SELECT idempotency_key, answers FROM applications_application"):
        values = json.loads(str(answers)).values()
        found[str(key)] = [
            str(one["id"])
            for value in values
            if isinstance(value, list)
            for one in value
            if isinstance(one, dict) and set(one) == {"id", "name", "bytes", "kind"}
        ]
    return found


def _blob_places(site: Site) -> list[str]:
    rows = _rows(
        site,
        "SELECT b.code, s.digest, s.quarantined FROM files_storedfile s JOIN organization_body b ON b.id = s.body_id",
    )
    return [
        f"{'quarantine' if quarantined else 'clean'}/{code}/{str(digest)[:2]}/{str(digest)[2:4]}/{digest}"
        for code, digest, quarantined in rows
    ]


def test_a_locked_database_gives_a_clear_page_and_loses_nothing(site: Site) -> None:
    site.extra["KENCHO_SQLITE_TIMEOUT"] = "1"
    draft = site.drafts(1)[0]
    site.start("web")
    visitor = Visitor(site)
    holder = sqlite3.connect(site.var / "kencho.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    status, number = visitor.send(draft)
    assert (status, number) == (503, "")
    holder.execute("ROLLBACK")
    holder.close()
    status, number = visitor.send(draft)
    assert status == 302
    assert number

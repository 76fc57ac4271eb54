"""Group commit: answers only what is stored, lets one bad member fail alone, survives kill -9."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.utils import translation

from kencho.foundation import clock, group_commit
from kencho.foundation.models import Task

AT = datetime(2026, 6, 1, tzinfo=UTC)
embedded = pytest.mark.skipif(bool(settings.DATABASE_URL), reason="grouping is for the embedded database")


def _add(key: str) -> int:
    return Task.objects.create(kind=Task.Kind.WORK, name="test", created_at=AT, run_at=AT, once_key=key).pk


def _in_threads(
    works: list[Callable[[], Any]], call: Callable[[Callable[[], Any]], Any] = group_commit.run
) -> list[Any]:
    """Results or errors, all started while the writer's turn is taken, so that they form one group."""

    def outcome(work: Callable[[], Any]) -> Any:
        try:
            return call(work)
        except Exception as error:  # noqa: BLE001  # the test looks at it
            return error
        finally:
            connection.close()

    began, go = threading.Event(), threading.Event()

    def first() -> None:
        began.set()
        go.wait(10)

    with ThreadPoolExecutor(len(works) + 1) as pool:
        pool.submit(outcome, partial(group_commit.run, first) if call is not group_commit.run else first)
        began.wait(10)
        waiting = [pool.submit(outcome, work) for work in works]
        while len(group_commit._group._waiting) < len(works):
            time.sleep(0.001)
        go.set()
        return [each.result(20) for each in waiting]


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Sizes of the groups that were tried."""
    seen: list[int] = []
    real = group_commit._store

    def store(members: Any) -> None:
        seen.append(len(members))
        real(members)

    monkeypatch.setattr(group_commit, "_store", store)
    return seen


@embedded
@pytest.mark.django_db(transaction=True)
def test_those_who_wait_share_one_commit(commits: list[int]) -> None:
    results = _in_threads([partial(_add, f"k{n}") for n in range(6)])
    assert commits == [1, 6]
    assert sorted(results) == sorted(Task.objects.values_list("pk", flat=True))


@embedded
@pytest.mark.django_db(transaction=True)
def test_a_bad_member_fails_alone(commits: list[int]) -> None:
    results = _in_threads([partial(_add, key) for key in ("a", "b", "a", "c")])
    assert commits == [1, 4, 1, 1, 1, 1]
    assert [type(each) for each in results] == [int, int, IntegrityError, int]
    assert set(Task.objects.values_list("once_key", flat=True)) == {"a", "b", "c"}


def _add_all(keys: Sequence[str]) -> list[str]:
    """Stores in one statement, so that one bad key fails them all."""
    Task.objects.bulk_create(
        Task(kind=Task.Kind.WORK, name="test", created_at=AT, run_at=AT, once_key=key) for key in keys
    )
    return [f"{key} of {len(keys)}" for key in keys]


@embedded
@pytest.mark.django_db(transaction=True)
def test_what_is_of_one_kind_is_written_by_one_call(commits: list[int]) -> None:
    results = _in_threads(
        [partial(group_commit.run_together, _add_all, key) for key in "abc"], call=lambda work: work()
    )
    assert commits == [1, 3]
    assert results == ["a of 3", "b of 3", "c of 3"]


@embedded
@pytest.mark.django_db(transaction=True)
def test_a_bad_one_of_its_kind_fails_alone() -> None:
    results = _in_threads(
        [partial(group_commit.run_together, _add_all, key) for key in ("a", "b", "a", "c")],
        call=lambda work: work(),
    )
    assert [type(each) for each in results] == [str, str, IntegrityError, str]
    assert set(Task.objects.values_list("once_key", flat=True)) == {"a", "b", "c"}


@pytest.mark.django_db
def test_inside_a_transaction_one_is_written_alone() -> None:
    assert group_commit.run_together(_add_all, "a") == "a of 1"


@embedded
@pytest.mark.django_db(transaction=True)
def test_a_failed_commit_answers_all_as_not_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[[Any], None] = vars(BaseDatabaseWrapper)["_commit"]

    def commit(self: Any) -> None:
        if Task.objects.using(self.alias).exists():
            raise OperationalError("disk I/O error")
        real(self)

    monkeypatch.setattr(DatabaseWrapper, "_commit", commit)
    results = _in_threads([partial(_add, f"k{n}") for n in range(3)])
    assert [type(each) for each in results] == [group_commit.NotStored] * 3
    assert len({id(each) for each in results}) == 3
    assert not Task.objects.exists()


@embedded
@pytest.mark.django_db(transaction=True)
def test_an_error_of_a_hook_is_no_failed_commit() -> None:
    def work() -> int:
        transaction.on_commit(lambda: 1 / 0)
        return _add("k")

    assert group_commit.run(work) == Task.objects.get().pk


@embedded
@pytest.mark.django_db(transaction=True)
def test_work_runs_with_the_language_and_clock_of_its_request() -> None:
    def ask(language: str, year: int) -> tuple[str, int]:
        with translation.override(language), clock.simulated(AT.replace(year=year)):
            return group_commit.run(lambda: (translation.get_language(), clock.now().year))

    with ThreadPoolExecutor(8) as pool:
        asked = [(("ja", "en")[n % 2], 2000 + n) for n in range(40)]
        answers = list(pool.map(lambda each: ask(*each), asked))
        list(pool.map(lambda _n: connection.close(), range(16)))
    assert answers == asked


@pytest.mark.django_db
def test_inside_a_transaction_work_runs_in_it() -> None:
    assert not group_commit.is_used()
    with pytest.raises(IntegrityError):
        group_commit.run(lambda: (_add("a"), _add("a")))
    assert not Task.objects.exists()


CHILD = """
import sys, threading
import django
django.setup()
from django.db import connection
from kencho.foundation import group_commit

def walk(name):
    n = 0
    while True:
        n += 1
        def work():
            with connection.cursor() as cursor:
                cursor.execute("UPDATE counter SET last = last + 1 RETURNING last")
                last = cursor.fetchone()[0]
                cursor.execute("INSERT INTO kept VALUES (%s)", [last])
            return last
        sys.stdout.write(f"{group_commit.run(work)}\\n")
        sys.stdout.flush()

for name in range(6):
    threading.Thread(target=walk, args=(name,)).start()
"""


@pytest.mark.faults
@embedded
def test_every_acknowledged_number_survives_kill_9(tmp_path: Path) -> None:
    database = tmp_path / "kencho.sqlite3"
    with sqlite3.connect(database) as made:
        made.execute("CREATE TABLE counter (last INTEGER NOT NULL)")
        made.execute("INSERT INTO counter VALUES (0)")
        made.execute("CREATE TABLE kept (number INTEGER PRIMARY KEY)")
    made.close()
    environment = {**os.environ, "KENCHO_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    outputs = [tmp_path / f"{n}.txt" for n in range(2)]
    children = []
    for output in outputs:
        with output.open("wb") as file:
            children.append(
                subprocess.Popen(
                    [sys.executable, "-c", CHILD], env=environment, stdout=file, cwd=settings.BASE_DIR
                )
            )
    try:
        deadline = time.monotonic() + 60
        while any(output.stat().st_size < 1000 for output in outputs) and time.monotonic() < deadline:
            time.sleep(0.02)
        # One dies while it leads, holds the turn or waits; the other must go on.
        children[0].send_signal(signal.SIGKILL)
        children[0].wait(10)
        reached = outputs[1].stat().st_size
        while outputs[1].stat().st_size < reached + 500 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert outputs[1].stat().st_size >= reached + 500
    finally:
        for child in children:
            child.kill()
            child.wait(10)
    told = [int(line) for output in outputs for line in output.read_text().splitlines()]
    with sqlite3.connect(database) as opened:
        kept = {row[0] for row in opened.execute("SELECT number FROM kept")}
        (last,) = opened.execute("SELECT last FROM counter").fetchone()
    opened.close()
    assert len(told) == len(set(told)) > 100
    assert set(told) <= kept
    assert kept == set(range(1, last + 1))

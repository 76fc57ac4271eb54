"""The floor under ``submit``: the same rows, one durable transaction each, with the bare database driver.

As a program: reads a job from standard input, says when it is ready, writes when told, reports how long it took.
"""

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

PROCESSES = 2
THREADS_ON_SERVER = 8  # connections of each process to PostgreSQL, as many as a web process has
Rows = dict[str, dict[str, Any]]
Execute = Callable[[str, Sequence[Any]], Any]

APPLICATION, CHANGE, AUDIT, TASK = (
    "applications_application",
    "applications_statuschange",
    "audit_entry",
    "foundation_task",
)
_COUNT_UP = "UPDATE applications_receptioncounter SET last = last + 1 WHERE body_id = {} AND fiscal_year = {} RETURNING last"


def per_second(job: Mapping[str, Any], count: int, environment: Mapping[str, str]) -> float:
    """Submissions per second of two processes that write ``count`` in all."""
    text = json.dumps({**job, "count": count // PROCESSES})
    writers = [
        subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
        for _n in range(PROCESSES)
    ]
    try:
        for each in writers:
            _say(each, text)
        for each in writers:
            _hear(each)
        began = time.perf_counter()
        for each in writers:
            _say(each, "go")
        for each in writers:
            _hear(each)
        return count / (time.perf_counter() - began)
    finally:
        for each in writers:
            each.kill()
            each.communicate()


def _say(writer: subprocess.Popen[str], text: str) -> None:
    if writer.stdin is None:
        raise RuntimeError("no pipe")
    writer.stdin.write(text + "\n")
    writer.stdin.flush()


def _hear(writer: subprocess.Popen[str]) -> None:
    if writer.stdout is None or not writer.stdout.readline():
        raise RuntimeError("a writer of the floor died")


class Writer:
    """Writes one submission: number, application, its first step, audit entry, outbox message."""

    def __init__(self, rows: Rows, mark: str) -> None:
        self._rows = rows
        self._mark = mark
        self._inserts: dict[str, str] = {}
        for table, row in rows.items():
            returning = " RETURNING id" if table == APPLICATION else ""
            names = ", ".join(f'"{name}"' for name in row)
            self._inserts[table] = (
                f"INSERT INTO {table} ({names}) VALUES ({', '.join([mark] * len(row))}){returning}"  # noqa: S608  # names from the catalogue
            )

    def write(self, execute: Execute) -> None:
        """In the transaction of the caller."""
        whole = self._rows[APPLICATION]
        count_up = _COUNT_UP.format(self._mark, self._mark)
        serial = execute(count_up, [whole["body_id"], whole["fiscal_year"]]).fetchone()[0]
        number = f"floor-{serial}"
        new = {"number": number, "idempotency_key": str(uuid.uuid4())}
        pk = self._insert(execute, APPLICATION, **new).fetchone()[0]
        self._insert(execute, CHANGE, application_id=pk)
        self._insert(execute, AUDIT, key=uuid.uuid4().hex, subject_id=str(pk), subject_label=number)
        self._insert(execute, TASK, payload=json.dumps({"application_id": pk}))

    def _insert(self, execute: Execute, table: str, **changed: Any) -> Any:
        return execute(self._inserts[table], list({**self._rows[table], **changed}.values()))


def _on_sqlite(name: str, rows: Rows, count: int, wait: Callable[[], None]) -> None:
    connection = sqlite3.connect(name, timeout=60, isolation_level=None)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;")
    writer = Writer(rows, "?")
    wait()
    for _n in range(count):
        connection.execute("BEGIN IMMEDIATE")
        writer.write(connection.execute)
        connection.execute("COMMIT")
    connection.close()


def _on_postgresql(url: str, rows: Rows, count: int, wait: Callable[[], None]) -> None:
    import psycopg

    connections = [psycopg.connect(url) for _n in range(THREADS_ON_SERVER)]
    writer = Writer(rows, "%s")

    def walk(connection: psycopg.Connection[Any]) -> None:
        for _n in range(count // THREADS_ON_SERVER):
            writer.write(connection.execute)
            connection.commit()

    threads = [threading.Thread(target=walk, args=(each,)) for each in connections]
    wait()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for each in connections:
        each.close()


def main() -> None:
    """Do the job."""
    job = json.loads(sys.stdin.readline())

    def wait() -> None:
        print("ready", flush=True)
        sys.stdin.readline()

    write = _on_postgresql if job["name"].startswith("postgresql") else _on_sqlite
    write(job["name"], job["rows"], job["count"], wait)
    print("done", flush=True)


if __name__ == "__main__":
    main()

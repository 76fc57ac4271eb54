"""Durable submissions per second through the whole stack, beside bare writes of the same rows.

Ours: the final POST of the confirmation page over HTTP, with session, CSRF check, draft, validation, number,
application, first step, audit entry and outbox message. Theirs: those rows by the bare driver (``_floor``).
"""

import io
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from kencho.applications.models import Application
from scripts.bench import _floor, _load, _server, _stage
from scripts.bench._report import interleaved, line, percentile, rounds, sized

# A plain disk, and a fast one.
PINNED_MICROSECONDS = (1000, 200)
TRANSACTION_WORDS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


class _Counter:
    """Counts what one submission asks of the database."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(TRANSACTION_WORDS):
            self.statements.append(sql)
        return execute(sql, params, many, context)


def statements() -> list[str]:
    """The SQL statements of one final POST, the reading of session and draft included; BEGIN and COMMIT left out."""
    first, second = _stage.fill_in(2)
    _post(first)  # fills what a process keeps: compiled definition, calendar
    counter = _Counter()
    with connection.execute_wrapper(counter):
        _post(second)
    return counter.statements


def _post(filled: _stage.Filled) -> None:
    """The request through all middleware, without a server."""
    from config.wsgi import application

    head, _blank, content = filled.request(80).partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers = dict(each.split(": ", 1) for each in lines)
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": first.split()[1],
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": headers.pop("Content-Type"),
        "CONTENT_LENGTH": headers.pop("Content-Length"),
        "wsgi.input": io.BytesIO(content.encode()),
        "wsgi.url_scheme": "http",
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
    }
    statuses: list[str] = []

    def start(status: str, *_rest: object) -> Callable[[bytes], object]:
        statuses.append(status)
        return bytes

    b"".join(application(environ, start))
    if statuses != ["302 Found"]:
        raise RuntimeError(f"the submission was answered with {statuses}")


def floor_rows() -> _floor.Rows:
    """One submission's rows as they lie in the database."""
    application = Application.objects.latest("pk")
    wanted: dict[str, tuple[str, int | str]] = {
        _floor.APPLICATION: ("id = %s", application.pk),
        _floor.CHANGE: ("application_id = %s", application.pk),
        _floor.AUDIT: ("subject_label = %s", application.number),
        _floor.TASK: ("name = %s", "applications.ApplicationSubmitted"),
    }
    return {table: _row(table, *where) for table, where in wanted.items()}


def _row(table: str, condition: str, value: int | str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE {condition} LIMIT 1", [value])  # noqa: S608  # names are constants
        names = [column[0] for column in cursor.description or ()]
        found = dict(zip(names, cursor.fetchone() or (), strict=True))
    return {name: _plain(cell) for name, cell in found.items() if name != "id"}


def _plain(cell: object) -> object:
    return cell if cell is None or isinstance(cell, (bool, int, float)) else str(cell)


def _floor_database() -> str:
    """A copy on SQLite, the same database on PostgreSQL."""
    if connection.vendor == "postgresql":
        return settings.DATABASE_URL
    source = Path(str(settings.DATABASES["default"]["NAME"]))
    connection.close()
    copy = source.with_name("floor.sqlite3")
    for part in ("", "-wal", "-shm"):
        if (old := Path(f"{source}{part}")).exists():
            shutil.copy(old, f"{copy}{part}")
    return str(copy)


class _Run:
    """One server and one floor, measured by turns."""

    def __init__(
        self, server: _server.Server, job: Mapping[str, Any], environment: Mapping[str, str]
    ) -> None:
        self._server = server
        self._job = job
        self._environment = environment
        self.count = sized(800, 24)
        self.floor_count = sized(1600, 48)
        self.sent = 0
        self.cpu = 0.0
        self.milliseconds: list[float] = []

    def ours(self) -> float:
        """Submissions per second over HTTP."""
        before = self._server.cpu_seconds()
        outcome = self._send(self.count, 0)
        self.cpu += self._server.cpu_seconds() - before
        self.sent += self.count
        self.milliseconds += outcome.milliseconds
        return outcome.per_second

    def _send(self, count: int, per_second: float) -> _load.Outcome:
        requests = [each.request(self._server.port) for each in _stage.fill_in(count)]
        connection.close()
        outcome = _load.send(self._server.port, requests, per_second=per_second)
        if outcome.statuses != {"302": count}:
            raise RuntimeError(f"not all were stored: {outcome.statuses}")
        return outcome

    def theirs(self) -> float:
        """Submissions per second by the bare driver."""
        return _floor.per_second(self._job, self.floor_count, self._environment)

    def steady(self, per_second: float) -> _load.Outcome:
        """What a visitor waits for while half of what is possible comes in."""
        return self._send(max(20, min(self.count, int(per_second * 3))), per_second)


def _measure(environment: Mapping[str, str], sync: str, sql: int, job: Mapping[str, Any]) -> None:
    with _server.web(**environment) as server:
        run = _Run(server, job, environment)
        run._send(_server.PROCESSES * 20, 0)  # noqa: SLF001  # warms caches of both processes
        ours, theirs, ratio = interleaved(run.ours, run.theirs)
        steady = run.steady(ours / 2)
    line(
        "submit",
        "申請の確定、件/秒（HTTP全体）",
        ours=ours,
        against="floor: 同じ行を素のドライバーで1件1取引",
        theirs=theirs,
        ratio=ratio,
        rows=run.sent,
        sync=sync,
        processes=_server.PROCESSES,
        threads=_server.THREADS,
        connections=_load.CONNECTIONS,
        p50_ms=percentile(run.milliseconds, 50),
        p99_ms=percentile(run.milliseconds, 99),
        half_load_p50_ms=percentile(steady.milliseconds, 50),
        half_load_p95_ms=percentile(steady.milliseconds, 95),
        half_load_p99_ms=percentile(steady.milliseconds, 99),
        web_cpu_ms=run.cpu / run.sent * 1000,
        sql_statements=sql,
        floor_rows=rounds() * run.floor_count,
    )


def run() -> None:
    """Measure with pinned syncs (SQLite) and on the disk as it is."""
    sql = len(statements())
    job = {"name": _floor_database(), "rows": floor_rows()}
    connection.close()
    is_quick = os.environ.get("QUICK", "") not in {"", "0"}
    if connection.vendor == "sqlite":
        for microseconds in PINNED_MICROSECONDS[: 1 if is_quick else None]:
            with _stage.slow_sync(microseconds) as environment:
                if environment:
                    _measure(environment, f"{microseconds / 1000:g} ms", sql, job)
        if is_quick:
            return
    _measure({}, "disk", sql, job)

"""Rows of the queue: storing, leasing, giving back, erasing."""

import os
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from kencho.foundation import clock, group_commit, prepared
from kencho.foundation.models import Task, TaskState
from kencho.foundation.queue._works import UnknownWork, works

_HOST = socket.gethostname()
LEASE = timedelta(minutes=5)
KEPT_DAYS = 30
_FIELDS: Any = Task._meta.concrete_fields  # noqa: SLF001  # Django's documented model API
_COLUMNS = ", ".join(field.column for field in _FIELDS)


class _Tally:
    """How many tasks this process has stored: lets a drain know that it need not look again."""

    stored = 0


tally = _Tally()


def insert(task: Task) -> None:
    """Write a new row."""
    tally.stored += 1
    prepared.insert(task)


def store(
    *,
    kind: str,
    name: str,
    payload: dict[str, Any],
    at: datetime,
    body: str = "",
    owner: str = "",
    run_at: datetime | None = None,
    once_key: str | None = None,
) -> Task:
    """Write the row; the caller's transaction decides whether it ever exists."""
    row = Task(
        kind=kind,
        name=name,
        payload=payload,
        created_at=at,
        run_at=run_at or at,
        body=body,
        owner=owner,
        once_key=once_key,
    )
    insert(row)
    return row


_events = prepared.Insert(Task, ("kind", "name", "payload", "state", "body", "run_at", "created_at"))


def store_events(
    rows: Sequence[tuple[str, dict[str, Any], datetime, str]], db: BaseDatabaseWrapper | None = None
) -> None:
    """Write many events, each as (name, payload, time, body), by one statement, as ``store`` does one by one."""
    if not rows:
        return
    tally.stored += len(rows)
    kind, state = Task.Kind.EVENT.value, TaskState.WAITING.value
    _events.rows(
        [(kind, name, payload, state, body, at, at) for name, payload, at, body in rows],
        db or prepared.database(),
    )


def enqueue(
    name: str,
    payload: dict[str, Any],
    *,
    at: datetime,
    body: str = "",
    owner: str = "",
    run_at: datetime | None = None,
    once_key: str | None = None,
) -> Task:
    """Ask for one call of a registered function; with ``once_key`` a second request returns the first task."""
    if name not in works:
        raise UnknownWork(name)
    if once_key is not None:
        kept = Task.objects.filter(once_key=once_key).first()
        if kept is not None:
            return kept
    return store(
        kind=Task.Kind.WORK,
        name=name,
        payload=payload,
        at=at,
        body=body,
        owner=owner,
        run_at=run_at,
        once_key=once_key,
    )


def worker_name() -> str:
    """Host and process of this worker."""
    return f"{_HOST}:{os.getpid()}"


def _is_gone(leased_by: str) -> bool:
    host, _, pid = leased_by.rpartition(":")
    if host != _HOST or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def is_gone(worker: str) -> bool:
    """Whether a worker of this machine, by its ``worker_name``, is no more; False for those of other machines."""
    return _is_gone(worker)


def release_abandoned() -> int:
    """Give back leases of dead processes of this machine, so that a restart resumes at once."""
    freed = 0
    for held in Task.objects.filter(state=TaskState.RUNNING).values_list("leased_by", flat=True).distinct():
        if _is_gone(held):
            freed += Task.objects.filter(state=TaskState.RUNNING, leased_by=held).update(
                state=TaskState.WAITING, leased_until=None, leased_by=""
            )
    return freed


def give_back() -> int:
    """Give back all leases of this worker, after the database failed in the middle of a batch."""
    return Task.objects.filter(state=TaskState.RUNNING, leased_by=worker_name()).update(
        state=TaskState.WAITING, leased_until=None, leased_by=""
    )


_LEASE = """
UPDATE foundation_task SET state = 'running', leased_until = %s, leased_by = %s, attempts = attempts + 1 WHERE id IN (
    SELECT id FROM foundation_task WHERE state IN ('waiting', 'running') AND run_at <= %s
    AND (state = 'waiting' OR leased_until < %s) ORDER BY run_at, id LIMIT %s {lock}
) RETURNING {columns}
"""


def lease(limit: int, *, at: datetime) -> list[Task]:
    """Take up to ``limit`` due tasks for this worker, in one statement; ``attempts`` counts the one that begins."""
    skips = connection.features.has_select_for_update_skip_locked
    sql = _LEASE.format(lock="FOR UPDATE SKIP LOCKED" if skips else "", columns=_COLUMNS)
    adapted, until = (connection.ops.adapt_datetimefield_value(each) for each in (at, at + LEASE))
    values = [until, worker_name(), adapted, adapted, limit]
    taken = [_task(row) for row in group_commit.run(lambda: _all_rows(sql, values))]
    return sorted(taken, key=lambda each: (each.run_at, each.pk))


def _all_rows(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


@cache
def _readers(_vendor: str) -> dict[int, tuple[Any, list[Any]]]:
    """How the columns become values in this database, by their place."""
    converters = {}
    for place, field in enumerate(_FIELDS):
        wanted = [*connection.ops.get_db_converters(field.get_col("")), *field.get_db_converters(connection)]
        if wanted:
            converters[place] = (field.get_col(""), wanted)
    return converters


def _task(row: tuple[Any, ...]) -> Task:
    cells = list(row)
    for place, (column, wanted) in _readers(connection.vendor).items():
        for convert in wanted:
            cells[place] = convert(cells[place], column, connection)
    return Task.from_db(connection.alias, [field.attname for field in _FIELDS], cells)


_FINISH = """
UPDATE foundation_task SET state = 'done', finished_at = %s, leased_until = NULL, leased_by = '', error = '' WHERE id IN
"""


def finish(keys: Sequence[int]) -> None:
    """Mark these tasks as done, in the transaction of what they wrote."""
    if not keys:
        return
    places = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_FINISH} ({places})", [connection.ops.adapt_datetimefield_value(clock.now()), *keys]
        )


def schedule_periodic(at: datetime) -> None:
    """Store the tasks of periodic works whose slot has begun; the unique key lets many workers try."""
    rows = []
    for work in works.values():
        if work.every is not None:
            slot = int(at.timestamp() // work.every.total_seconds())
            rows.append(
                Task(
                    kind=Task.Kind.WORK,
                    name=work.name,
                    created_at=at,
                    run_at=at,
                    once_key=f"{work.name}@{slot}",
                )
            )
    Task.objects.bulk_create(rows, ignore_conflicts=True)


def erase_done(at: datetime) -> int:
    """Erase tasks done long ago; failed ones stay until somebody has looked. Returns how many."""
    edge = at - timedelta(days=KEPT_DAYS)
    count, _per_model = Task.objects.filter(state=TaskState.DONE, finished_at__lt=edge).delete()
    return count

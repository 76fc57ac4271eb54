"""Queued work in the database: the same code on embedded SQLite (one worker) and PostgreSQL (many workers).

A task is stored in the caller's transaction. A worker leases it, runs its function and marks it done in the same
transaction as the function's own writes. A worker that dies leaves a lease that runs out; the task is taken again.
"""

import logging
import os
import socket
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models, transaction

from kencho.foundation import clock
from kencho.foundation.models import Task, TaskState

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 8
FIRST_RETRY_SECONDS = 5
KEPT_DAYS = 30


@dataclass(frozen=True)
class Work:
    """A function that tasks may name. ``atomic`` false: it reaches outside the database or reports progress."""

    name: str
    function: Callable[..., None]
    atomic: bool = True
    every: timedelta | None = None


_works: dict[str, Work] = {}
_subscribers_of: Callable[[str], list[str]] = lambda _event: []  # noqa: E731  # replaced once, by fan_out_by
_current: ContextVar[Task | None] = ContextVar("current_task", default=None)


class TaskFailed(Exception):
    """A task failed in a strict run; the message holds its traceback."""


class UnknownWork(Exception):
    """A task names a function that no app registers (it was removed or renamed)."""


def register(
    name: str, function: Callable[..., None], *, atomic: bool = True, every: timedelta | None = None
) -> None:
    """Make a function callable by queued tasks."""
    _works[name] = Work(name, function, atomic, every)


def task(
    *, atomic: bool = True, every: timedelta | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare a function of ``tasks.py``; its name in the queue is ``<app>.<function>``. ``every`` makes it periodic."""

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        app = function.__module__.split(".")[1]
        register(f"{app}.{function.__name__}", function, atomic=atomic, every=every)
        return function

    return decorate


def registered() -> list[str]:
    """All names that tasks may use."""
    return sorted(_works)


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
    return Task.objects.create(
        kind=kind,
        name=name,
        payload=payload,
        created_at=at,
        run_at=run_at or at,
        body=body,
        owner=owner,
        once_key=once_key,
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
    if name not in _works:
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


def report(done: int, total: int, message: str = "") -> None:
    """Tell how far the running task is (only for work declared ``atomic=False``); renews its lease."""
    running = _current.get()
    if running is not None:
        Task.objects.filter(pk=running.pk).update(
            progress_done=done, progress_total=total, message=message[:200], leased_until=clock.now() + LEASE
        )


def is_last_attempt() -> bool:
    """Whether the running task will be given up if it fails now."""
    running = _current.get()
    return running is not None and running.attempts + 1 >= MAX_ATTEMPTS


def worker_name() -> str:
    """Host and process of this worker."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _is_gone(leased_by: str) -> bool:
    host, _, pid = leased_by.rpartition(":")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def release_abandoned() -> int:
    """Give back leases of dead processes of this machine, so that a restart resumes at once."""
    freed = 0
    for held in Task.objects.filter(state=TaskState.RUNNING).values_list("leased_by", flat=True).distinct():
        if _is_gone(held):
            freed += Task.objects.filter(state=TaskState.RUNNING, leased_by=held).update(
                state=TaskState.WAITING, leased_until=None, leased_by=""
            )
    return freed


def lease(limit: int, *, at: datetime) -> list[Task]:
    """Take up to ``limit`` due tasks for this worker."""
    due = models.Q(state=TaskState.WAITING, run_at__lte=at) | models.Q(
        state=TaskState.RUNNING, leased_until__lt=at
    )
    with transaction.atomic():
        wanted = Task.objects.filter(due).order_by("run_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            wanted = wanted.select_for_update(skip_locked=True)
        tasks = list(wanted[:limit])
        Task.objects.filter(pk__in=[t.pk for t in tasks]).update(
            state=TaskState.RUNNING,
            leased_until=at + LEASE,
            leased_by=worker_name(),
            attempts=models.F("attempts") + 1,
        )
    return tasks


def run(taken: Task) -> bool:
    """Run one leased task; true when it is done, false when it failed and will be tried again or given up."""
    token = _current.set(taken)
    try:
        if taken.kind == Task.Kind.EVENT:
            _fan_out(taken)
        else:
            _call(taken)
    except Exception:  # noqa: BLE001  # whatever a task raises, the worker must live and the task must be kept
        _failed(taken, traceback.format_exc(limit=8))
        return False
    finally:
        _current.reset(token)
    return True


def _finish(taken: Task) -> None:
    Task.objects.filter(pk=taken.pk).update(
        state=TaskState.DONE, finished_at=clock.now(), leased_until=None, leased_by="", error=""
    )


def fan_out_by(names: Callable[[str], list[str]]) -> None:
    """Say who knows the subscribers of an event; ``events`` stands above the queue and introduces itself here."""
    global _subscribers_of  # noqa: PLW0603  # one introduction at import time
    _subscribers_of = names


def _fan_out(taken: Task) -> None:
    with transaction.atomic():
        Task.objects.bulk_create(
            Task(
                kind=Task.Kind.WORK,
                name=name,
                payload=taken.payload,
                body=taken.body,
                created_at=taken.created_at,
                run_at=taken.run_at,
            )
            for name in _subscribers_of(taken.name)
        )
        _finish(taken)


def _call(taken: Task) -> None:
    work = _works.get(taken.name)
    if work is None:
        raise UnknownWork(taken.name)
    if not work.atomic:
        work.function(**taken.payload)
        _finish(taken)
        return
    with transaction.atomic():
        work.function(**taken.payload)
        _finish(taken)


def _failed(taken: Task, error: str) -> None:
    attempts = taken.attempts + 1
    given_up = attempts >= MAX_ATTEMPTS
    # The error text may quote data; the log names only the task.
    log.warning("task failed name=%s id=%s attempt=%s given_up=%s", taken.name, taken.pk, attempts, given_up)
    wait = timedelta(seconds=FIRST_RETRY_SECONDS * 4 ** (attempts - 1))
    Task.objects.filter(pk=taken.pk).update(
        state=TaskState.FAILED if given_up else TaskState.WAITING,
        error=error,
        leased_until=None,
        leased_by="",
        run_at=clock.now() + wait,
        finished_at=clock.now() if given_up else None,
    )


def schedule_periodic(at: datetime) -> None:
    """Store the tasks of periodic works whose slot has begun; the unique key lets many workers try."""
    rows = []
    for work in _works.values():
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


def drain(*, limit: int = 50, strict: bool = False) -> int:
    """Run everything that is due until nothing is left; returns how many tasks ran (tests, demo, one-shot use).

    With ``strict`` the first failure stops it: raises TaskFailed.
    """
    count = 0
    while taken := lease(limit, at=clock.now()):
        for each in taken:
            if not run(each) and strict:
                each.refresh_from_db()
                raise TaskFailed(f"{each.name}\n{each.error}")
            count += 1
    return count


def erase_done(at: datetime) -> int:
    """Erase tasks done long ago; failed ones stay until somebody has looked. Returns how many."""
    edge = at - timedelta(days=KEPT_DAYS)
    count, _per_model = Task.objects.filter(state=TaskState.DONE, finished_at__lt=edge).delete()
    return count


@contextmanager
def as_current(taken: Task) -> Iterator[None]:
    """Run code as if inside this task (tests)."""
    token = _current.set(taken)
    try:
        yield
    finally:
        _current.reset(token)

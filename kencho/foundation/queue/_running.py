"""Running leased tasks: who shares a transaction with whom, and what becomes of those that fail."""

import logging
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import groupby

from django.db import connection, transaction

from kencho.foundation import clock, group_commit
from kencho.foundation.models import Task, TaskState
from kencho.foundation.queue._rows import LEASE, finish, insert, lease, tally
from kencho.foundation.queue._works import Note, UnknownWork, goes_outside, subscribers_of, works

log = logging.getLogger(__name__)
MAX_ATTEMPTS = 8
FIRST_RETRY_SECONDS = 5
# How long one transaction may gather work while web requests wait for their turn to write.
GROUP_SECONDS = 0.02

_current: ContextVar[Task | None] = ContextVar("current_task", default=None)
_rests: list[Callable[[], None]] = []


class TaskFailed(Exception):
    """A task failed in a strict run; the message holds its traceback."""


@dataclass(frozen=True)
class Failure:
    """A task that did not come to its end: it will be tried again or is given up."""

    name: str
    error: str


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
    return running is not None and running.attempts >= MAX_ATTEMPTS


def work_off(taken: Sequence[Task], *, until: Callable[[], bool] = lambda: False) -> list[Failure]:
    """Run leased tasks in their order; returns those that failed. ``until`` may stop it between two transactions.

    Whatever a task raises, the others run. An error of the database itself (full, gone, locked) is raised: call
    ``give_back`` when it is there again.
    """
    failures: list[Failure] = []
    for is_outside, some in groupby(taken, goes_outside):
        waiting = list(some)
        while waiting and not until():
            if is_outside:
                failures += _run_outside(waiting)
                waiting = []
            else:
                failures += _run_inside(waiting)
    return failures


def _run_inside(waiting: list[Task]) -> list[Failure]:
    """One transaction with as many tasks as fit; takes them from the front of the list."""
    group = [waiting.pop(0)]
    if connection.vendor == "sqlite" and _is_first_try(group[0]):
        while waiting and _is_first_try(waiting[0]):
            group.append(waiting.pop(0))
    try:
        done, failures = group_commit.run(lambda: _run_group(group))
    except Exception:  # noqa: BLE001  # whatever the commit raises, each task must get its own verdict
        return [each for taken in group for each in _run_alone(taken)]
    waiting[:0] = group[done:]
    return failures


def _is_first_try(taken: Task) -> bool:
    return taken.attempts <= 1


def _run_group(group: Sequence[Task]) -> tuple[int, list[Failure]]:
    """Runs in a transaction. Returns how many of the tasks were run, and which of them failed."""
    enough = time.monotonic() + GROUP_SECONDS
    failures: list[Failure] = []
    finished: list[int] = []
    done = 0
    for taken in group:
        problem = None
        if taken.kind == Task.Kind.EVENT:
            # Each reaction has a savepoint of its own; nothing is written between them that could fail by itself.
            failures += _told(taken)
        else:
            problem = _tried(taken, partial(_call, taken))
        if problem is None:
            finished.append(taken.pk)
        else:
            failures.append(_failed(taken, problem))
        done += 1
        if time.monotonic() > enough:
            break
    finish(finished)
    return done, failures


def _run_alone(taken: Task) -> list[Failure]:
    """A task whose group could not be committed, in a transaction of its own."""
    try:
        return group_commit.run(lambda: _run_group([taken]))[1]
    except Exception:  # noqa: BLE001  # as above: this is its verdict
        return [_failed(taken, traceback.format_exc(limit=8))]


def _tried(taken: Task, call: Callable[[], None]) -> str | None:
    """Call it inside a savepoint as the current task; its traceback when it raised."""
    token = _current.set(taken)
    try:
        with transaction.atomic():
            call()
    except Exception:  # noqa: BLE001  # whatever a task raises, the worker must live and the task must be kept
        return traceback.format_exc(limit=8)
    finally:
        _current.reset(token)
    return None


def _call(taken: Task) -> None:
    """Do what an atomic task or a reaction asks for."""
    work = works.get(taken.name)
    if work is None:
        raise UnknownWork(taken.name)
    work.function(**taken.payload)


def _told(event: Task) -> list[Failure]:
    """Let all subscribers react. A reaction that fails becomes a task of its own."""
    failures: list[Failure] = []
    for name in subscribers_of(event.name):
        reaction = Task(
            kind=Task.Kind.WORK,
            name=name,
            payload=event.payload,
            body=event.body,
            created_at=event.created_at,
            run_at=event.run_at,
        )
        if not _is_first_try(event):
            # The event was begun before and did not end, perhaps with its worker: now each reaction by itself.
            insert(reaction)
            continue
        reaction.attempts = 1
        problem = _tried(reaction, partial(_call, reaction))
        if problem is not None:
            failures.append(_failed(reaction, problem))
    return failures


def _run_outside(tasks: Sequence[Task]) -> list[Failure]:
    """Run functions that reach outside, one after another, then note together what they did."""
    failures: list[Failure] = []
    done: list[tuple[Task, Note | None]] = []
    for taken in tasks:
        token = _current.set(taken)
        try:
            done.append((taken, works[taken.name].function(**taken.payload)))
        except Exception:  # noqa: BLE001  # as in _tried
            failures.append(_failed(taken, traceback.format_exc(limit=8)))
        finally:
            _current.reset(token)
    return [*failures, *_noted(done)] if done else failures


def _noted(done: Sequence[tuple[Task, Note | None]]) -> list[Failure]:
    """Note what was done outside; when that cannot be committed together, each by itself."""
    try:
        group_commit.run(partial(_note_all, done))
    except Exception:  # noqa: BLE001  # as in _run_inside
        if len(done) == 1:
            return [_failed(done[0][0], traceback.format_exc(limit=8))]
        return [failure for each in done for failure in _noted([each])]
    return []


def _note_all(done: Sequence[tuple[Task, Note | None]]) -> None:
    for _taken, note in done:
        if note is not None:
            note()
    finish([taken.pk for taken, _note in done])


def _failed(taken: Task, error: str) -> Failure:
    given_up = taken.attempts >= MAX_ATTEMPTS
    # The error text may quote data; the log names only the task.
    log.warning(
        "task failed name=%s id=%s attempt=%s given_up=%s", taken.name, taken.pk, taken.attempts, given_up
    )
    wait = timedelta(seconds=FIRST_RETRY_SECONDS * 4 ** (taken.attempts - 1))
    taken.state = TaskState.FAILED if given_up else TaskState.WAITING
    taken.error = error
    taken.leased_until, taken.leased_by = None, ""
    taken.run_at = clock.now() + wait
    taken.finished_at = clock.now() if given_up else None
    if taken._state.adding:  # noqa: SLF001  # Django's documented way to ask
        insert(taken)
    else:
        taken.save(update_fields=["state", "error", "leased_until", "leased_by", "run_at", "finished_at"])
    return Failure(taken.name, error)


def at_rest(function: Callable[[], None]) -> Callable[[], None]:
    """Declare a function to be called when nothing is due: to close what was kept open for the next task."""
    _rests.append(function)
    return function


def rest() -> None:
    """Nothing is due now: close what was kept open."""
    for each in _rests:
        each()


def drain(*, limit: int = 50, strict: bool = False) -> int:
    """Run everything that is due until nothing is left; returns how many tasks and reactions ran (tests, demo, one-shot use).

    With ``strict`` the first failure stops it: raises TaskFailed.
    """
    count = 0
    while True:
        before = tally.stored
        taken = lease(limit, at=clock.now())
        failures = work_off(taken)
        if failures and strict:
            raise TaskFailed(f"{failures[0].name}\n{failures[0].error}")
        count += sum(
            1 + len(subscribers_of(each.name)) if each.kind == Task.Kind.EVENT else 1 for each in taken
        )
        if len(taken) < limit and tally.stored == before:
            break
    rest()
    return count


@contextmanager
def as_current(taken: Task) -> Iterator[None]:
    """Run code as if inside this task (tests)."""
    token = _current.set(taken)
    try:
        yield
    finally:
        _current.reset(token)

"""Queued work in the database: the same code on embedded SQLite (one worker) and PostgreSQL (many workers).

A task is stored in the caller's transaction. A worker leases a batch, runs the functions and marks the tasks done in the
same transaction as the functions' own writes. A worker that dies leaves leases that run out; the tasks are taken again.

On embedded SQLite, where each durable commit waits for the disk, tasks of a batch share transactions; each has a
savepoint of its own, so that a bad one undoes only its own writes. Workers on PostgreSQL commit each task by itself:
two that held many rows at once could wait for each other. The reactions to an event run in the event's transaction and
need no rows of their own, unless one fails: that one is kept and tried again alone, as is whatever was begun before
and did not end, so that a task which brings down its worker takes nobody with it.
"""

from kencho.foundation.queue._rows import (
    KEPT_DAYS,
    LEASE,
    enqueue,
    erase_done,
    give_back,
    is_gone,
    lease,
    release_abandoned,
    schedule_periodic,
    store,
    store_events,
    worker_name,
)
from kencho.foundation.queue._running import (
    GROUP_SECONDS,
    MAX_ATTEMPTS,
    Failure,
    TaskFailed,
    as_current,
    at_rest,
    drain,
    is_last_attempt,
    report,
    rest,
    work_off,
)
from kencho.foundation.queue._works import (
    Function,
    Note,
    UnknownWork,
    Work,
    fan_out_by,
    register,
    registered,
    task,
    works,
)

__all__ = [
    "GROUP_SECONDS",
    "KEPT_DAYS",
    "LEASE",
    "MAX_ATTEMPTS",
    "Failure",
    "Function",
    "Note",
    "TaskFailed",
    "UnknownWork",
    "Work",
    "as_current",
    "at_rest",
    "drain",
    "enqueue",
    "erase_done",
    "fan_out_by",
    "give_back",
    "is_gone",
    "is_last_attempt",
    "lease",
    "register",
    "registered",
    "release_abandoned",
    "report",
    "rest",
    "schedule_periodic",
    "store",
    "store_events",
    "task",
    "work_off",
    "worker_name",
    "works",
]

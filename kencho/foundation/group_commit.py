"""Group commit: requests that wait at the same moment share one durable transaction on embedded SQLite.

SQLite has one writer at a time, and each durable commit waits for the disk. Who finds nobody writing becomes the
leader: it takes the turn of this process among all processes (a file lock, so that nobody polls), runs its own work
and that of all who came meanwhile, commits once, and only then lets everybody go on. On PostgreSQL, where writers
work side by side and the server groups its own flushes, and inside a transaction that is open already, work simply
runs in a transaction of its caller.
"""

import fcntl
import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from contextvars import Context, copy_context
from typing import Any, Generic, TypeVar

from django.db import OperationalError, transaction
from django.utils import translation

from kencho.foundation.prepared import database

log = logging.getLogger(__name__)
T = TypeVar("T")
A = TypeVar("A")
MAX_GROUP = 64


class NotStored(OperationalError):
    """The shared commit failed: nothing of it is stored, each of its requests may safely be sent again."""


class _Waiter(Generic[T]):
    """One request that waits, and later its result or its error."""

    def __init__(self) -> None:
        # Taken until there is something to go on for. One waits and one lets go: that needs no more than a lock.
        self._gate = threading.Lock()
        self._gate.acquire()
        self._result: list[T] = []
        self.is_stored = False
        self.error: BaseException | None = None
        self.leads = False

    def finish(self) -> None:
        """Let the thread that waits go on. Called once, by ``promote`` or when its work is done."""
        self._gate.release()

    def promote(self) -> None:
        """Let the thread that waits lead the next group."""
        self.leads = True
        self._gate.release()

    def wait(self) -> None:
        """Until done or promoted."""
        self._gate.acquire()

    def take(self) -> T:
        """The result of what is stored; raises the work's own error, or NotStored."""
        if self.error is not None:
            raise self.error
        if not self.is_stored:
            raise NotStored
        return self._result[0]

    def give(self, result: T) -> None:
        """What came out, to be taken once it is stored."""
        self._result = [result]


class _Item(_Waiter[T]):
    """A work of its own."""

    def __init__(self, work: Callable[[], T]) -> None:
        super().__init__()
        self._work = work
        self._context: Context = copy_context()
        # Django ties the language to the thread, so it does not travel with the context.
        self._language = translation.get_language()

    def run(self) -> None:
        """Do the work as in the thread that asked for it: same language, same clock."""
        self.give(self._context.run(self._speak))

    def _speak(self) -> T:
        if translation.get_language() == self._language:
            return self._work()
        with translation.override(self._language):
            return self._work()


class _Part(_Waiter[T]):
    """Something to be written, by one call, with all of its kind."""

    def __init__(self, write: Callable[[Sequence[Any]], Sequence[T]], what: object) -> None:
        super().__init__()
        self.write = write
        self.what = what


class Group:
    """Those who wait for the writer's turn in this process."""

    def __init__(self, turn: Callable[[], AbstractContextManager[None]]) -> None:
        self._turn = turn
        self._lock = threading.Lock()
        self._waiting: deque[_Waiter[object]] = deque()
        self._is_led = False

    def run(self, item: _Waiter[T]) -> T:
        """Do it in a durable transaction. It may be done again after a failed attempt."""
        with self._lock:
            if self._is_led:
                self._waiting.append(item)  # type: ignore[arg-type]  # the group never looks into results
            else:
                self._is_led = item.leads = True
        if not item.leads:
            item.wait()
        if item.leads:
            self._lead(item)  # type: ignore[arg-type]  # as above
        return item.take()

    def _lead(self, first: _Waiter[object]) -> None:
        """Commit a group that begins with the leader's own work, then hand the lead on."""
        members = [first]
        try:
            with self._turn():
                with self._lock:
                    # Whoever came while this process waited for its turn comes along.
                    while self._waiting and len(members) < MAX_GROUP:
                        members.append(self._waiting.popleft())
                _store_all(members)
        finally:
            # Also when this very thread is told to stop: what is not stored by now is answered as not stored.
            self._hand_on()
            for each in members[1:]:
                each.finish()

    def _hand_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().promote()
            else:
                self._is_led = False


def _store_all(members: Sequence[_Waiter[object]]) -> None:
    """One transaction for all; when one of them fails, each again in its own, so that only the bad one fails."""
    if len(members) == 1:
        _store([members[0]])
        return
    try:
        _store(members)
    except _WorkFailed:
        for each in members:
            _store([each])


class _WorkFailed(Exception):
    """A member of a larger group raised an error; the group was rolled back."""


def _store(members: Sequence[_Waiter[object]]) -> None:
    committed: list[bool] = []
    try:
        with transaction.atomic(durable=True):
            # The first hook runs right behind the commit: an error of a later hook is no failed commit.
            transaction.on_commit(lambda: committed.append(True))
            _run(members)
    except _WorkFailed:
        raise
    except Exception as error:
        if committed:
            log.exception("a hook failed after the commit")
        elif members[0].error is None:
            for each in members:
                each.error = _not_stored(error)
    for each in members:
        each.is_stored = bool(committed)


def _run(members: Sequence[_Waiter[object]]) -> None:
    parts: dict[Callable[[Sequence[Any]], Sequence[Any]], list[_Part[object]]] = {}
    try:
        for each in members:
            if isinstance(each, _Part):
                parts.setdefault(each.write, []).append(each)
            elif isinstance(each, _Item):
                each.run()
        for write, several in parts.items():
            for each, result in zip(several, write([one.what for one in several]), strict=True):
                each.give(result)
    except BaseException as error:
        if len(members) > 1:
            raise _WorkFailed from error
        members[0].error = error
        raise


def _not_stored(error: Exception) -> Exception:
    """An error of its own for each request: a shared one would collect the tracebacks of all threads."""
    problem = NotStored(*error.args)
    problem.__cause__ = error
    return problem


class _Turn(AbstractContextManager[None]):
    """The turn to write among all processes that use this database: a lock on a file beside it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file = -1

    def __enter__(self) -> None:
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *error: object) -> None:
        # Closing gives the lock back; so does the end of the process, however it comes.
        os.close(self._file)


def _turn() -> _Turn:
    return _Turn(f"{database().settings_dict['NAME']}-turn")


_group = Group(_turn)


def is_used() -> bool:
    """Whether work is grouped here: embedded database, a file, no transaction open in this thread."""
    db = database()
    if db.vendor != "sqlite" or db.in_atomic_block:
        return False
    return not db.is_in_memory_db()  # type: ignore[attr-defined]  # SQLite's connections have it


def run(work: Callable[[], T]) -> T:
    """Do ``work`` in a transaction and return its result once that is durable.

    ``work`` may run in the thread of another request, with the language and clock of this one, and a second time
    when another member of its group failed: it must do nothing but read and write the database. Its own error is
    raised here and touches nobody else. Raises NotStored when the commit failed.
    """
    if is_used():
        return _group.run(_Item(work))
    with transaction.atomic():
        return work()


def run_together(write: Callable[[Sequence[A]], Sequence[T]], what: A) -> T:
    """Let ``write`` store ``what``, in one call with all that waits for the same ``write``; otherwise as ``run``.

    ``write`` answers one result for each of what it was given, in the same order. It runs in the thread of any of
    the requests: it may ask neither for the language nor for the clock.
    """
    if is_used():
        return _group.run(_Part(write, what))
    with transaction.atomic():
        return write([what])[0]

"""A cache that all processes of a machine share: a small SQLite file beside the database, without its syncs.

Limits are only limits when every process counts into the same place: with one count per process, eight web processes
would allow eight times as many tries. Nothing in it is worth a sync: a power cut merely begins the windows anew.
"""

import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import OperationalError

T = TypeVar("T")
WAIT_SECONDS = 5.0
# Forgotten entries are looked for once in so many writes.
SWEEP_EVERY = 500
NEVER = 2.0**62

_TABLE = "CREATE TABLE IF NOT EXISTS entry (key TEXT PRIMARY KEY, value ANY, ends REAL NOT NULL) STRICT, WITHOUT ROWID"
_INDEX = "CREATE INDEX IF NOT EXISTS entry_ends ON entry (ends)"
_SET = "INSERT INTO entry VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE SET value = ?2, ends = ?3"
_ADD = f"{_SET} WHERE ends <= ?4"
_INCREASE = "UPDATE entry SET value = value + ? WHERE key = ? AND ends > ? AND typeof(value) = 'integer' RETURNING value"


class SharedCache(BaseCache):
    """Django's cache over one file. Whole numbers are counted by the file itself; other values are kept as JSON.

    ``LOCATION`` is the file. Raises OperationalError when the file cannot be written (full disk), TypeError for a
    value that JSON does not know.
    """

    def __init__(self, location: str | Path, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._file = Path(location)
        self._kept: sqlite3.Connection | None = None
        self._writes = 0

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The value, or the default when there is none or its time is over."""
        sql = "SELECT value FROM entry WHERE key = ? AND ends > ?"
        found = self._one(sql, (self._key(key, version), time.time()))
        return default if found is None else _read(found[0])

    def set(
        self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        """Keep a value for so many seconds."""
        self._change(_SET, (self._key(key, version), _written(value), self._end(timeout)))

    def add(
        self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Keep a value unless there is one; True for the one caller, of all processes, who put it there."""
        row = (self._key(key, version), _written(value), self._end(timeout), time.time())
        return self._change(_ADD, row) == 1

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Count up a whole number in one step. Raises ValueError when there is none."""
        counted = self._one(_INCREASE, (delta, self._key(key, version), time.time()))
        if counted is None:
            raise ValueError(key)
        return int(counted[0])

    def touch(self, key: str, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep a value for another while; False when there is none."""
        sql = "UPDATE entry SET ends = ? WHERE key = ? AND ends > ?"
        return self._change(sql, (self._end(timeout), self._key(key, version), time.time())) == 1

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget a value; False when there was none."""
        sql = "DELETE FROM entry WHERE key = ? AND ends > ?"
        return self._change(sql, (self._key(key, version), time.time())) == 1

    def has_key(self, key: str, version: int | None = None) -> bool:
        """Whether there is a value."""
        return self.get(key, self, version) is not self

    def clear(self) -> None:
        """Forget everything."""
        self._change("DELETE FROM entry", ())

    def _key(self, key: str, version: int | None) -> str:
        return self.make_and_validate_key(key, version=version)

    def _end(self, timeout: Any) -> float:
        end = self.get_backend_timeout(timeout)
        return NEVER if end is None else float(end)

    def _one(self, sql: str, row: tuple[Any, ...]) -> tuple[Any, ...] | None:
        def ask(file: sqlite3.Connection) -> tuple[Any, ...] | None:
            # Read to the end: an UPDATE … RETURNING is only finished then.
            found = file.execute(sql, row).fetchall()
            return found[0] if found else None

        return self._with_file(ask)

    def _change(self, sql: str, row: tuple[Any, ...]) -> int:
        self._writes += 1
        if self._writes % SWEEP_EVERY == 0:
            self._with_file(lambda file: file.execute("DELETE FROM entry WHERE ends <= ?", (time.time(),)))
        return self._with_file(lambda file: file.execute(sql, row).rowcount)

    def _with_file(self, act: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return self._twice(act)
        except sqlite3.Error as fault:
            # The name that the whole house knows for storage that does not answer.
            raise OperationalError(f"cache: {fault}") from fault

    def _twice(self, act: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return act(self._opened())
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            # A torn file, as a power cut without syncs may leave it: it holds nothing that is worth a repair.
            self._forget_file()
            return act(self._opened())

    def _opened(self) -> sqlite3.Connection:
        if self._kept is None:
            # Django gives each thread a cache of its own, so no two threads share this connection.
            made = sqlite3.connect(self._file, timeout=WAIT_SECONDS, isolation_level=None)
            try:
                for pragma in ("journal_mode=WAL", "synchronous=OFF"):
                    made.execute(f"PRAGMA {pragma}")
                made.execute(_TABLE)
                made.execute(_INDEX)
            except sqlite3.Error:
                made.close()
                raise
            self._kept = made
        return self._kept

    def _forget_file(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None
        for suffix in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                self._file.with_name(self._file.name + suffix).unlink()


def _written(value: Any) -> int | str:
    # bool is a kind of int, but must come back as what it was.
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return json.dumps(value)


def _read(value: int | str) -> Any:
    return value if isinstance(value, int) else json.loads(value)

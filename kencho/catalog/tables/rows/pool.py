"""The children that answer queries, as the web process sees them: kept warm, ended when they hang, started anew.

Rows and SQL have children of their own: a statement of a stranger never runs where the tables of others lie warm, and
a slow one does not hold up the row API. Safe for threads; a fork makes a pool of its own.
"""

import atexit
import contextlib
import os
import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kencho.catalog.tables.hosting import MEGABYTE, Child
from kencho.catalog.tables.refusals import Refused
from kencho.catalog.tables.rows.query import Facet, Page, Query, check, page_from
from kencho.catalog.tables.schema import Schema

MEMORY: Final = 1024 * MEGABYTE
"""Most resident bytes of one child, warm tables included."""

SECONDS: Final = 5.0
SQL_SECONDS: Final = 3.0
GRACE: Final = 2.0
"""How much longer than its limit a query may take to give up by itself before its child is ended."""

OPEN_SECONDS: Final = 120.0
WAIT_SECONDS: Final = 10.0
MOST_COUNTS: Final = 10_000
MOST_SQL: Final = 10_000


@dataclass(frozen=True, slots=True)
class TableRef:
    """A stored table: its Parquet file, the digest of its content, and its schema."""

    path: Path
    digest: str
    schema: Schema


class _Worker:
    """One child with the tables that it has at hand."""

    def __init__(self, kind: str, memory: int, threads: int, desk: Path | None) -> None:
        self.lock = threading.Lock()
        self.tables: set[str] = set()
        self._warming: set[str] = set()
        self._kind = kind
        self._memory = memory
        self._threads = threads
        self._desk = desk
        self._child: Child | None = None

    def ask(
        self, table: TableRef, message: Mapping[str, Any], seconds: float, starter: ThreadPoolExecutor
    ) -> Any:
        """Ask about a table; the caller holds the lock."""
        try:
            return self._asked(table, message, seconds, starter)
        except Refused as refused:
            if refused.code != "crashed" or self._child is not None:
                raise
        # The child may have been ended from outside before it was asked: a fresh one gets one try.
        return self._asked(table, message, seconds, starter)

    def _asked(
        self, table: TableRef, message: Mapping[str, Any], seconds: float, starter: ThreadPoolExecutor
    ) -> Any:
        if self._child is not None and not self._child.is_alive:
            self.end()
        if self._child is None:
            # A child dies with the thread that started it, so one that stays does.
            self._child = starter.submit(self._started).result()
        child = self._child
        try:
            if table.digest not in self.tables:
                self._open(child, table)
            if table.digest in self._warming and (message.get("query") or {}).get("search"):
                # A search needs what is made while the table is loaded.
                self._wait_until_warm(child, table.digest)
            return child.ask(
                {**message, "digest": table.digest, "seconds": seconds},
                seconds=seconds + GRACE,
                during=str(message["do"]),
            )["answer"]
        except Refused as refused:
            if not child.is_alive:
                self.end()
            if refused.code == "timed_out":
                raise Refused("query_timed_out", seconds=seconds) from refused
            if refused.code == "too_much_memory":
                raise Refused("query_too_large") from refused
            raise

    def _started(self) -> Child:
        return Child(
            f"kencho.catalog.tables.rows.child:{self._kind}",
            memory=self._memory,
            threads=self._threads,
            desk=self._desk,
        )

    def _open(self, child: Child, table: TableRef) -> None:
        # The child sees a copy on its own desk and nothing of the store.
        place = child.desk / f"{table.digest}.parquet"
        shutil.copyfile(table.path, place)
        answer = child.ask(
            {"do": "open", "digest": table.digest, "schema": table.schema.to_data()},
            seconds=OPEN_SECONDS,
            during="open",
        )
        self.tables.add(table.digest)
        if not answer.get("is_warm", True):
            self._warming.add(table.digest)
        for digest in answer["dropped"]:
            self.tables.discard(digest)
            self._warming.discard(digest)
            (child.desk / f"{digest}.parquet").unlink(missing_ok=True)

    def _wait_until_warm(self, child: Child, digest: str) -> None:
        """Return when the table is loaded."""
        child.ask({"do": "warm", "digest": digest}, seconds=OPEN_SECONDS, during="warm")
        self._warming.discard(digest)

    def end(self) -> None:
        """End the child; the next question starts another."""
        child, self._child = self._child, None
        self.tables = set()
        self._warming = set()
        if child is not None:
            child.end()

    @property
    def pid(self) -> int | None:
        """The child's process id while it lives."""
        return self._child.pid if self._child is not None else None


class QueryPool:
    """Answers queries. Close it, or use it as a context manager."""

    def __init__(
        self,
        *,
        workers: int = 1,
        memory: int = MEMORY,
        threads: int = 2,
        seconds: float = SECONDS,
        sql_seconds: float = SQL_SECONDS,
        desk: Path | None = None,
    ) -> None:
        """`seconds` is the most that one query may take, `memory` the most resident bytes of one child."""
        self._seconds = seconds
        self._sql_seconds = sql_seconds
        self._workers = [_Worker("rows", memory, threads, desk) for _number in range(workers)]
        self._sql = [_Worker("sql", memory, 1, desk)]
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="catalog-rows")
        self._counts: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._counts_lock = threading.Lock()

    def __enter__(self) -> "QueryPool":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the children."""
        for worker in (*self._workers, *self._sql):
            worker.end()
        self._starter.shutdown(wait=False)

    @property
    def pids(self) -> list[int]:
        """The process ids of the living children."""
        return [worker.pid for worker in (*self._workers, *self._sql) if worker.pid is not None]

    def rows(self, table: TableRef, query: Query) -> Page:
        """One page of rows with the exact count of all. Raises `Refused`."""
        check(query, table.schema)
        known = self._known(table, query)
        answer = self._ask(table, {"do": "rows", "query": query.to_data(), "total": known})
        page = page_from(answer)
        self._know(table, query, page.total)
        return page

    def count(self, table: TableRef, query: Query) -> int:
        """How many rows are meant, exactly. Raises `Refused`."""
        check(query, table.schema)
        if (known := self._known(table, query)) is None:
            known = int(self._ask(table, {"do": "count", "query": query.to_data()}))
            self._know(table, query, known)
        return known

    def facet(self, table: TableRef, column: str, query: Query | None = None, *, limit: int = 50) -> Facet:
        """How often each value of a column occurs among the rows meant. Raises `Refused`."""
        query = query or Query()
        check(query, table.schema)
        table.schema.column(column)
        asked = {"do": "facet", "query": query.to_data(), "column": column, "limit": max(1, min(limit, 1000))}
        data = self._ask(table, asked)
        values = [(value, int(count)) for value, count in data["values"]]
        return Facet(column, values, int(data["others"]), int(data["distinct"]))

    def stats(self, table: TableRef, column: str) -> dict[str, Any]:
        """What a column holds: `count`, `nulls`, `distinct`, `min`, `max`, and for numbers `mean` and `quantiles`."""
        table.schema.column(column)
        return dict(self._ask(table, {"do": "stats", "column": column}))

    def row(self, table: TableRef, number: int) -> dict[str, Any]:
        """One row by its number from 1. Raises `Refused("no_such_row")`."""
        data = self._ask(table, {"do": "row", "number": number})
        if not data["rows"]:
            raise Refused("no_such_row", number=number)
        return dict(zip(data["columns"], data["rows"][0], strict=True))

    def sql(self, table: TableRef, text: str, *, limit: int = 1000) -> Page:
        """The answer to one SELECT over the view ``data``; cut at `limit` rows. Raises `Refused`."""
        if len(text) > MOST_SQL:
            raise Refused("too_long", limit=MOST_SQL)
        message = {"do": "sql", "text": text, "limit": max(1, min(limit, 10_000))}
        with self._worker(self._sql, table.digest) as worker:
            return page_from(worker.ask(table, message, self._sql_seconds, self._starter))

    def warm(self, table: TableRef) -> None:
        """Have a table at hand before it is asked for."""
        self._ask(table, {"do": "warm"}, seconds=OPEN_SECONDS)

    def _ask(self, table: TableRef, message: Mapping[str, Any], *, seconds: float = 0) -> Any:
        with self._worker(self._workers, table.digest) as worker:
            return worker.ask(table, message, seconds or self._seconds, self._starter)

    @contextlib.contextmanager
    def _worker(self, workers: list[_Worker], digest: str) -> Iterator[_Worker]:
        """A free worker, best one that has the table; waits when all are busy. Raises `Refused("busy")`."""
        until = time.monotonic() + WAIT_SECONDS
        ordered = sorted(workers, key=lambda worker: digest not in worker.tables)
        for worker in ordered:
            if worker.lock.acquire(blocking=False):
                break
        else:
            worker = ordered[0]
            if not worker.lock.acquire(timeout=max(0.0, until - time.monotonic())):
                raise Refused("busy")
        try:
            yield worker
        finally:
            worker.lock.release()

    def _known(self, table: TableRef, query: Query) -> int | None:
        with self._counts_lock:
            key = (table.digest, query.selection)
            if key in self._counts:
                self._counts.move_to_end(key)
            return self._counts.get(key)

    def _know(self, table: TableRef, query: Query, count: int) -> None:
        with self._counts_lock:
            self._counts[(table.digest, query.selection)] = count
            while len(self._counts) > MOST_COUNTS:
                self._counts.popitem(last=False)


_pools: dict[int, QueryPool] = {}
_pools_lock = threading.Lock()


def default_pool() -> QueryPool:
    """The pool of this process, started when it is first asked for and ended at exit."""
    with _pools_lock:
        pool = _pools.get(os.getpid())
        if pool is None:
            pool = _pools[os.getpid()] = QueryPool()
            atexit.register(pool.close)
        return pool

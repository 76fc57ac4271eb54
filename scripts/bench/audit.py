"""Audit entries written and sealed per second, and verified per second, beside bare inserts of the same rows."""

import sqlite3
import tempfile
import time
from pathlib import Path

from django.db import connection, transaction

from kencho.audit import services as audit
from kencho.audit.models import Entry
from kencho.audit.verification import verify
from kencho.foundation import actors, clock
from scripts.bench import _stage
from scripts.bench._report import line, many

BATCH = 2_000
BY = actors.system("bench")


def run() -> None:
    """Write, seal, verify; then the same rows bare."""
    count = many(200_000, 4_000)
    at = clock.now()
    written = _timed(lambda: _write(count))
    sealed = _timed(lambda: sum(seal.count for seal in audit.seal_all(at=at)))
    began = time.perf_counter()
    report = verify(at=at)
    verified = time.perf_counter() - began
    if not report.is_clean or report.entries < count:
        raise RuntimeError("the log does not hold what was written")
    bare = _bare(count)
    whole = written + sealed + verified
    line(
        "audit",
        "監査記録を書き、封印し、検証する、件/秒（三つを通した速さ）",
        ours=count / whole,
        against="同じ行を素の sqlite3 でまとめて書くだけ",
        theirs=count / bare,
        ratio=bare / whole,
        rows=count,
        written_per_second=count / written,
        sealed_per_second=count / sealed,
        verified_per_second=report.entries / verified,
        once=True,
    )


def _timed(work: object) -> float:
    began = time.perf_counter()
    if callable(work):
        work()
    return time.perf_counter() - began


def _write(count: int) -> None:
    subject, at = _stage.body(), clock.now()
    for first in range(0, count, BATCH):
        with transaction.atomic():
            Entry.objects.bulk_create(
                audit.build(
                    "bench.entry.write",
                    subject,
                    by=BY,
                    at=at,
                    label=f"B-{n}",
                    body=subject.code,
                    details={"n": n},
                )
                for n in range(first, min(first + BATCH, count))
            )


def _bare(count: int) -> float:
    """Seconds for the rows themselves into a table of the same shape and indexes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = 'audit_entry' AND type IN ('table', 'index') AND sql IS NOT NULL ORDER BY type DESC"
        )
        shape = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT * FROM audit_entry ORDER BY id LIMIT %s", [count])
        columns = len(cursor.description or ())
        rows = [tuple(map(_plain, row)) for row in cursor.fetchall()]
    insert = f"INSERT INTO audit_entry VALUES ({', '.join('?' * columns)})"  # noqa: S608  # only question marks
    with tempfile.TemporaryDirectory() as folder:
        bare = sqlite3.connect(Path(folder) / "bare.sqlite3", isolation_level=None)
        bare.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
        for statement in shape:
            bare.execute(statement)
        began = time.perf_counter()
        for first in range(0, count, BATCH):
            bare.execute("BEGIN")
            bare.executemany(insert, rows[first : first + BATCH])
            bare.execute("COMMIT")
        seconds = time.perf_counter() - began
        bare.close()
    return seconds


def _plain(cell: object) -> object:
    return cell if cell is None or isinstance(cell, (int, float)) else str(cell)

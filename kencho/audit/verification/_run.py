"""The whole verification."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import OperationalError, connection

from kencho.audit import guards
from kencho.audit.verification import _entries, _seals
from kencho.audit.verification._findings import Finding, FindingKind, Report


def silent(done: int) -> None:
    """Progress that nobody watches."""


def verify(*, at: datetime, expected: _seals.Expected | None = None, tick: _entries.Tick = silent) -> Report:
    """Check every row of the audit log.

    ``expected`` holds hashes of seals by number that were kept elsewhere; ``tick`` is told how many entries were
    checked since it was last called. Streams: memory does not grow with the log.
    """
    try:
        return _verified(at, expected or {}, tick)
    except OperationalError as broken:
        if "UTF-8" not in str(broken):
            raise
    # SQLite lets anything be put into a text; a second look takes unreadable bytes as they come, and names the row.
    with _lenient_text():
        return _verified(at, expected or {}, tick)


@contextmanager
def _lenient_text() -> Iterator[None]:
    raw = connection.connection
    kept, raw.text_factory = raw.text_factory, lambda data: data.decode(errors="backslashreplace")
    try:
        yield
    finally:
        raw.text_factory = kept


def _verified(at: datetime, expected: _seals.Expected, tick: _entries.Tick) -> Report:
    report = Report()
    for name in guards.missing(connection):
        report.add(Finding(FindingKind.GUARD_REMOVED, note=name))
    last = _seals.ends(report)
    _entries.check_sealed(_seals.walk(last, expected, report), report, tick)
    _entries.check_unsealed(at, report, tick)
    _entries.check_copies(report)
    _entries.check_strays(last.newest, report)
    return report

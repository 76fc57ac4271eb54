"""The whole verification."""

from datetime import datetime

from django.db import connection

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
    report = Report()
    for name in guards.missing(connection):
        report.add(Finding(FindingKind.GUARD_REMOVED, note=name))
    last = _seals.ends(report)
    _entries.check_sealed(_seals.walk(last, expected or {}, report), report, tick)
    _entries.check_unsealed(at, report, tick)
    _entries.check_copies(report)
    _entries.check_strays(last.newest, report)
    return report

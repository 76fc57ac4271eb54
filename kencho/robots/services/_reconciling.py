"""Comparing a ledger that a robot fetched with the office's own decisions; only numbers and names of fields are kept."""

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from kencho.robots.feeds import feed_of
from kencho.robots.manifest import Manifest
from kencho.robots.models import Difference, RobotRun

Kind = Difference.Kind
CHUNK = 500
Found = dict[tuple[str, str], list[str]]


def reconcile(*, run: RobotRun, manifest: Manifest, rows: Any, at: datetime) -> tuple[int, int]:
    """照合する: what disagrees is on the list once, what agrees again is closed. Returns (open now, closed now).

    ``rows`` have a ``number`` (the office's own) and any of the fields of the feed; nothing of them is stored.
    """
    feed = feed_of(manifest.feed)
    if feed is None or feed.expected is None or feed.known is None or not isinstance(rows, list):
        return 0, 0
    ledger: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        if isinstance(row, dict) and str(row.get("number", "")).strip():
            ledger.setdefault(str(row["number"]).strip()[:120], []).append(row)
    found: Found = {(number, Kind.TWICE): [] for number, several in ledger.items() if len(several) > 1}
    met: set[str] = set()
    for number, values in feed.expected(run.robot, at):
        met.add(number)
        if number not in ledger:
            found[number, Kind.MISSING] = []
        else:
            _compare(number, ledger[number], values, found)
    others = [number for number in ledger if number not in met]
    for start in range(0, len(others), CHUNK):
        some = others[start : start + CHUNK]
        known = feed.known(run.robot, some)
        for number in some:
            if number in known:
                _compare(number, ledger[number], known[number], found)
            else:
                found[number, Kind.UNKNOWN] = []
    return _store(run, found, at)


def _compare(number: str, several: list[Mapping[str, str]], values: Mapping[str, Any], found: Found) -> None:
    fields = sorted({name for row in several for name in _different(row, values)})
    if fields:
        found[number, Kind.DIFFERENT] = fields


def _different(row: Mapping[str, str], values: Mapping[str, Any]) -> Iterator[str]:
    for name, text in row.items():
        if name in values and name != "number" and _plain(text) != _plain(values[name]):
            yield name


def _plain(value: Any) -> str:
    """Widths and blanks differ between systems without meaning anything."""
    return "".join(unicodedata.normalize("NFKC", str(value)).split())


@transaction.atomic
def _store(run: RobotRun, found: Found, at: datetime) -> tuple[int, int]:
    kept = {
        (each.reference, each.kind): each
        for each in run.robot.differences.select_for_update().filter(closed_at__isnull=True)
    }
    for (reference, kind), fields in found.items():
        row = kept.get((reference, kind))
        if row is None:
            Difference.objects.create(
                robot=run.robot,
                run=run,
                reference=reference,
                kind=kind,
                fields=fields,
                first_seen_at=at,
                last_seen_at=at,
            )
        else:
            row.run, row.fields, row.last_seen_at = run, fields, at
            row.save(update_fields=["run", "fields", "last_seen_at"])
    gone = [row.pk for pair, row in kept.items() if pair not in found]
    for start in range(0, len(gone), CHUNK):
        Difference.objects.filter(pk__in=gone[start : start + CHUNK]).update(closed_at=at, run=run)
    return len(found), len(gone)

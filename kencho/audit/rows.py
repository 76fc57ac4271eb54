"""Entries as plain rows of the database: what sealing and verification stream through, without model objects."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from kencho.audit import encoding

Row = Sequence[Any]
COLUMNS = (
    "e.id, CAST(e.key AS TEXT), CAST(e.at AS TEXT), e.body, e.actor_kind, e.actor_id, e.action, "
    "e.subject_type, e.subject_id, e.subject_label, e.details, e.mac"
)
UNSEALED = "NOT EXISTS (SELECT 1 FROM audit_sealedentry s WHERE s.entry_id = e.id)"
CHUNK = 2000
LOWEST = -(2**63)


def select(sql: str, parameters: Sequence[Any] = ()) -> Iterator[Row]:
    """The rows of a query, fetched in portions."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def unsealed(*, above: int, limit: int) -> list[Row]:
    """Entries in no seal, by id, from the first one above an id on."""
    sql = f"SELECT {COLUMNS} FROM audit_entry e WHERE e.id > %s AND {UNSEALED} ORDER BY e.id LIMIT %s"  # noqa: S608  # constants only
    return list(select(sql, [above, limit]))


def moment(value: Any) -> str:
    """An instant as the canonical bytes write it: UTC with microseconds. Text is that of either database."""
    if not isinstance(value, str):
        written: str = value.astimezone(UTC).isoformat(timespec="microseconds")
        return written
    # SQLite writes UTC without saying so, PostgreSQL ends with +00; both leave out zeros at the end.
    clock = value[11:].removesuffix("+00")
    fraction = "" if len(clock) > 8 else "."
    return f"{value[:10]}T{clock + fraction:0<15}+00:00"


def time_of(row: Row) -> datetime:
    """When the act of a row of ``COLUMNS`` happened; raises ValueError."""
    return datetime.fromisoformat(moment(row[2]))


def bytes_of(row: Row) -> bytes:
    """The canonical bytes of a row of ``COLUMNS``; a row that nothing of ours could have written gives b""."""
    try:
        return _with_details(row, encoding.encode(json.loads(row[10])))
    except (TypeError, ValueError, AttributeError, RecursionError):
        return b""


def bytes_as_kept(row: Row) -> bytes:
    """The same without reading the details: right where the database keeps them as they were written (SQLite).

    Much faster; when a code does not fit these bytes, ask ``bytes_of``.
    """
    try:
        return _with_details(row, row[10])
    except (TypeError, ValueError, AttributeError):
        return b""


def _with_details(row: Row, details: str) -> bytes:
    key, at = row[1], row[2]
    return encoding.bytes_of_entry(
        key if len(key) == 32 else key.replace("-", ""),
        # What SQLite nearly always holds, without a further call.
        f"{at[:10]}T{at[11:]}+00:00" if len(at) == 26 and at[19] == "." else moment(at),
        *row[3:10],  # type: ignore[call-arg]  # the length of a slice is not known to the checker
        details,
    )


def leaf_data(entry_id: int, data: bytes) -> bytes:
    """What the leaf of an entry is made of: its id and its canonical bytes."""
    return b"%d:%s" % (entry_id, data)

"""One entry for one act."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from django.db.backends.base.base import BaseDatabaseWrapper

from kencho.audit import encoding
from kencho.audit.models import LABEL_LENGTH, Entry
from kencho.foundation.actors import Actor
from kencho.foundation.prepared import Insert, database, insert

_COLUMNS = (
    "key",
    "at",
    "body",
    "actor_kind",
    "actor_id",
    "action",
    "subject_type",
    "subject_id",
    "subject_label",
    "details",
    "mac",
)
_insert = Insert(Entry, _COLUMNS)
Row = tuple[Any, ...]


class Subject(Protocol):
    """Anything with a primary key; its class's label names the type."""

    pk: Any


def new_key(at: datetime) -> uuid.UUID:
    """A fresh identifier that grows with time (RFC 9562, version 7), so that its index only grows at the end."""
    moment = max(0, int(at.timestamp() * 1000)) & 0xFFFF_FFFF_FFFF
    chance = uuid.uuid4().int
    return uuid.UUID(
        int=moment << 80 | 0x7 << 76 | (chance >> 64 & 0xFFF) << 64 | 0b10 << 62 | (chance & (1 << 62) - 1)
    )


def canonical(entry: Entry) -> bytes:
    """The bytes of an entry that its code and the seals protect: sorted JSON of all columns but id and code."""
    return encoding.bytes_of_entry(
        entry.key.hex,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.body,
        entry.actor_kind,
        entry.actor_id,
        entry.action,
        entry.subject_type,
        entry.subject_id,
        entry.subject_label,
        encoding.encode(entry.details),
    )


def code_of(entry: Entry) -> str:
    """Keyed code (HMAC-SHA-256): a row put in by hand, past the application, lacks it."""
    return encoding.code_for(canonical(entry))


def row_of(
    action: str,
    subject_type: str,
    subject_id: str,
    *,
    by: Actor,
    at: datetime,
    label: str = "",
    body: str = "",
    details: Mapping[str, Any] | None = None,
) -> Row:
    """An entry as a plain row for ``record_rows``; ``subject_type`` is the model's label in lower case."""
    key, body, label, told = new_key(at), body or by.body, label[:LABEL_LENGTH], encoding.plain(details or {})
    kind = by.kind.value
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    data = encoding.bytes_of_entry(
        key.hex, moment, body, kind, by.id, action, subject_type, subject_id, label, encoding.encode(told)
    )
    code = encoding.code_for(data)
    return (key, at, body, kind, by.id, action, subject_type, subject_id, label, told, code)


def record_rows(rows: Sequence[Row], db: BaseDatabaseWrapper | None = None) -> None:
    """Write many entries in the caller's transaction, by one statement."""
    _insert.rows(rows, db or database())


def build(
    action: str,
    subject: Subject,
    *,
    by: Actor,
    at: datetime,
    label: str = "",
    body: str = "",
    details: Mapping[str, Any] | None = None,
) -> Entry:
    """An entry ready to be stored, for writers that insert many rows at once.

    ``details`` must hold no personal data; dates, decimals and floats in it are kept as text.
    """
    meta = subject._meta  # type: ignore[attr-defined]  # noqa: SLF001  # Django's documented model API
    row = row_of(
        action, meta.label_lower, str(subject.pk), by=by, at=at, label=label, body=body, details=details
    )
    return Entry(**dict(zip(_COLUMNS, row, strict=True)))


def record(
    action: str,
    subject: Subject,
    *,
    by: Actor,
    at: datetime,
    label: str = "",
    body: str = "",
    details: Mapping[str, Any] | None = None,
) -> Entry:
    """Write one entry in the caller's transaction. ``details`` must hold no personal data."""
    entry = build(action, subject, by=by, at=at, label=label, body=body, details=details)
    insert(entry)
    return entry

"""One entry for one act."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from kencho.audit import encoding
from kencho.audit.models import LABEL_LENGTH, Entry
from kencho.foundation.actors import Actor


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
    entry = Entry(
        key=new_key(at),
        at=at,
        body=body or by.body,
        actor_kind=by.kind.value,
        actor_id=by.id,
        action=action,
        subject_type=meta.label_lower,
        subject_id=str(subject.pk),
        subject_label=label[:LABEL_LENGTH],
        details=encoding.plain(details or {}),
    )
    entry.mac = code_of(entry)
    return entry


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
    entry.save(force_insert=True)
    return entry

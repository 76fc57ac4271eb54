"""Writing the audit log."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from django.conf import settings

from kencho.audit.models import Entry
from kencho.foundation.actors import Actor


class Subject(Protocol):
    """Anything with a primary key; its class's label names the type."""

    pk: Any


def canonical(entry: Entry) -> bytes:
    """The bytes of an entry that its code and the seals protect: sorted JSON of all columns but id and code."""
    fields = {
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "body": entry.body,
        "actor": [entry.actor_kind, entry.actor_id],
        "action": entry.action,
        "subject": [entry.subject_type, entry.subject_id, entry.subject_label],
        "details": entry.details,
    }
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def code_of(entry: Entry) -> str:
    """Keyed code (HMAC-SHA-256): a row put in by hand, past the application, lacks it."""
    key = hashlib.sha256(b"kencho.audit\0" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, canonical(entry), hashlib.sha256).hexdigest()


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
    """An entry ready to be stored, for writers that insert many rows at once."""
    meta = subject._meta  # type: ignore[attr-defined]  # noqa: SLF001  # Django's documented model API
    entry = Entry(
        at=at,
        body=body or by.body,
        actor_kind=by.kind.value,
        actor_id=by.id,
        action=action,
        subject_type=meta.label_lower,
        subject_id=str(subject.pk),
        subject_label=label,
        details=dict(details or {}),
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

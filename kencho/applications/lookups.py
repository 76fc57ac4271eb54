"""The lookups of every submission, by their key, with their SQL prepared (see ``foundation.prepared``)."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from kencho.applications.models import Application, ApplicationDraft, Channel
from kencho.foundation.prepared import Prepared, Statement, database, moment, table_of
from kencho.organization.models import Body, Unit
from kencho.procedures.models import Procedure, ProcedureVersion


def _drafts(pk: UUID, at: datetime) -> QuerySet[ApplicationDraft]:
    return (
        ApplicationDraft.objects.filter(pk=pk)
        .filter(expires_at__gt=at)
        .select_related("body", "version__procedure__division", "version__procedure__body", "amends")
        # The compiled definition is kept per version; its source is long.
        .defer("version__definition")
        .order_by()
    )


def _applications(key: str) -> QuerySet[Application]:
    return Application.objects.filter(idempotency_key=key).select_related("body").order_by()


_draft = Prepared(_drafts, ApplicationDraft, ("id", "expires_at"))
_sent = Prepared(_applications, Application, ("idempotency_key",))


def draft(pk: UUID, at: datetime) -> ApplicationDraft | None:
    """A draft that is still kept, with its body, version, procedure, division, and the application it amends."""
    return _draft.one(pk, at)


def sent(key: str) -> Application | None:
    """The application that was made with this key against double submission, with its body."""
    return _sent.one(key)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an application belongs: ids and codes of its body, procedure, version and division."""

    body_id: int
    body_code: str
    procedure_id: int
    procedure_code: str
    version_id: int
    division_id: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A guest's draft that may be sent, and the session of the browser that asks, as stored."""

    session: str
    answers: dict[str, Any]
    email: str
    digest: str
    place: Place


_WAITING = Statement(
    f"""
SELECT s.session_data, d.answers, d.email, v.digest, d.body_id, b.code, v.procedure_id, p.code, v.id, u.id
FROM {table_of(ApplicationDraft)} d
JOIN {table_of(Body)} b ON b.id = d.body_id
JOIN {table_of(ProcedureVersion)} v ON v.id = d.version_id
JOIN {table_of(Procedure)} p ON p.id = v.procedure_id
JOIN {table_of(Unit)} u ON u.id = p.division_id
JOIN {table_of(Session)} s ON s.session_key = %s AND s.expire_date > %s
WHERE d.id = %s AND d.expires_at > %s AND d.channel = %s
    AND d.user_id IS NULL AND d.amends_id IS NULL AND d.entered_by_id IS NULL
    AND u.valid_from <= %s AND (u.valid_to IS NULL OR u.valid_to > %s)
"""  # noqa: S608  # names of our own models
)
_key = ApplicationDraft._meta.get_field("id").get_db_prep_value  # noqa: SLF001  # Django's documented model API


def waiting(pk: UUID, session_key: str, *, now: datetime, at: datetime, day: date) -> Waiting | None:
    """A draft that a guest filled in online and whose division still exists on that day, with a session.

    ``now`` is the time by which sessions end, ``at`` that by which drafts do. Nothing when any of it is otherwise.
    """
    db = database()
    on = db.ops.adapt_datefield_value(day)
    values = [session_key, moment(now, db), _key(pk, db), moment(at, db), Channel.ONLINE.value, on, on]
    rows = _WAITING.all(values, db)
    if not rows:
        return None
    session, answers, email, digest, body_id, body, procedure_id, procedure, version_id, division_id = rows[0]
    place = Place(body_id, body, procedure_id, procedure, version_id, division_id)
    return Waiting(session, json.loads(answers), email, digest, place)

"""施行: the notice gets its number, is typeset, sealed and laid ready; all or nothing."""

from datetime import datetime

from django.db import transaction

from kencho.applications import documents, queries
from kencho.applications.events import NoticeIssued
from kencho.applications.models import Application, Notice, Status
from kencho.applications.services._common import locked, move
from kencho.audit import services as audit
from kencho.files import services as files
from kencho.foundation import events
from kencho.foundation.actors import Actor
from kencho.records import services as records

SUBJECT_TYPE = "applications.application"


@transaction.atomic
def issue(*, application: Application, by: Actor, at: datetime) -> Notice:
    """通知書を施行する: register, typeset, seal (PAdES), keep, and tell the applicant."""
    row = locked(application)
    decision = row.decision
    definition = queries.compiled_of(row).definition
    seal = records.seal_of(row.body)
    record = records.issue(
        body=row.body,
        division=row.division,
        title=f"{definition.title}について（通知）",
        subject=records.Subject(SUBJECT_TYPE, str(row.pk)),
        classification=definition.classification,
        retention_years=definition.retention_years,
        by=by,
        at=at,
    )
    data = documents.notice_data(row, decision, document_number=record.number, issued_at=at, signer=seal.name)
    sealed = records.seal_document(
        record=record,
        pdf=documents.notice_pdf(data, issued_at=at),
        seal=seal,
        reason=data["title"],
        by=by,
        at=at,
    )
    stored = files.keep(body=row.body, content=sealed, kind="pdf", at=at)
    records.attach(record=record, stored_file=stored)
    notice = Notice.objects.create(
        application=row,
        title=data["title"],
        record_id=record.pk,
        document_number=record.number,
        stored_file=stored,
        issued_at=at,
    )
    move(row, Status.ISSUED, "issue", by=by, at=at, note=record.number)
    events.publish(NoticeIssued(application_id=row.pk, notice_id=notice.pk), at=at, body=row.body.code)
    return notice


@transaction.atomic
def note_fetched(*, notice: Notice, by: Actor, at: datetime) -> None:
    """Keep when the applicant first took the notice."""
    changed = Notice.objects.filter(pk=notice.pk, fetched_at__isnull=True).update(fetched_at=at)
    if changed:
        application = notice.application
        audit.record(
            "applications.notice.fetch",
            notice,
            by=by,
            at=at,
            label=notice.document_number,
            body=application.body.code,
        )

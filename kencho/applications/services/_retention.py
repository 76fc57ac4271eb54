"""The end of the retention period: personal data goes; the register's line, the audit log and all figures stay."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from kencho.applications import permissions, queries
from kencho.applications.models import Application, Erasure, ErasureHold, Notice
from kencho.applications.services._common import locked
from kencho.applications.services._fast_path import search_text_of
from kencho.approvals import services as approvals
from kencho.audit import services as audit
from kencho.files import services as files
from kencho.files.models import StoredFile
from kencho.foundation import queue
from kencho.foundation.actors import Actor
from kencho.notifications import services as notifications
from kencho.records import services as records
from kencho.records.models import Record

SUBJECT_TYPE = "applications.application"
AT_ONCE = 200


class UnableToErase(Exception):
    """The application is open, was erased before, is not due yet, is under a hold, or its approval is pending."""


class UnableToHold(Exception):
    """No reason was given, there is a hold already, or nothing is left to hold."""


@dataclass(frozen=True)
class ErasureRun:
    """What a run erased, and what it left because something about it is still open."""

    erased: int
    kept: int


def erase_expired(*, by: Actor, at: datetime) -> ErasureRun:
    """保存期間が満了した申請を消去する: each in a transaction of its own, so that one that fails stops none."""
    permissions.require(by.is_system)
    erased = kept = last = 0
    while found := list(queries.to_erase(at).filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        for application in found:
            try:
                erase(application=application, by=by, at=at)
                erased += 1
            except (UnableToErase, approvals.UnableToErase):
                kept += 1
        last = found[-1].pk
        queue.report(erased, erased)
    return ErasureRun(erased, kept)


@transaction.atomic
def erase(*, application: Application, by: Actor, at: datetime) -> Erasure:
    """消去する: answers, documents, notice, messages and every free text; raises UnableToErase."""
    permissions.require(by.is_system)
    row = locked(application)
    if not queries.to_erase(at).filter(pk=row.pk).exists():
        raise UnableToErase(row.number)
    approvals.erase_content(subject_type=SUBJECT_TYPE, subject_id=str(row.pk), by=by, at=at)
    freed = _erase_texts(row)
    count = _erase_documents(row, by=by, at=at)
    for record in Record.objects.filter(subject_type=SUBJECT_TYPE, subject_id=str(row.pk)).select_related(
        "body", "stored_file__body"
    ):
        records.erase_file(record=record, by=by, at=at)
    files.release(files=freed, at=at)
    pages = [
        reverse("applications:application_status", args=[row.number]),
        reverse("applications:case", args=[row.pk]),
    ]
    notifications.erase_about(body=row.body, urls=pages)
    _erase_row(row)
    audit.record(
        "applications.application.erase",
        row,
        by=by,
        at=at,
        label=row.number,
        body=row.body.code,
        details={"documents": count},
    )
    return Erasure.objects.create(application=row, erased_at=at, documents=count)


def _erase_row(row: Application) -> None:
    """The name leaves the lists too. The keyed ends of the receipt stay: with them it is still found in the audit log."""
    row.applicant_name = row.applicant_email = row.secret_digest = ""
    row.answers = {}
    row.user = None
    row.search_text = search_text_of(row.number, queries.Who("", "", ""))
    row.save(
        update_fields=[
            "applicant_name",
            "applicant_email",
            "secret_digest",
            "answers",
            "user",
            "search_text",
        ]
    )


def _erase_texts(row: Application) -> list[StoredFile]:
    """Free text may hold anything; returns the file of the notice, which nothing refers to any more."""
    row.changes.exclude(note="").update(note="")
    row.remarks.all().delete()
    row.checklist.exclude(note="").update(note="")
    row.amendment_drafts.all().delete()
    for request in row.amendment_requests.all():
        request.items.update(before=None, after=None, message="")
    row.amendment_requests.update(message="")
    queries.decisions_of(row).update(grounds="", text="", conditions="")
    notice = Notice.objects.filter(application=row).select_related("stored_file__body").first()
    if notice is None or notice.stored_file is None:
        return []
    Notice.objects.filter(pk=notice.pk).update(stored_file=None)
    return [notice.stored_file]


def _erase_documents(row: Application, *, by: Actor, at: datetime) -> int:
    documents = list(
        row.documents.select_related("upload__body", "upload__original__body", "upload__clean_copy__body")
    )
    uploads = list({each.upload_id: each.upload for each in documents}.values())
    row.documents.all().delete()
    return files.erase(uploads=uploads, by=by, at=at)


@transaction.atomic
def hold_erasure(*, application: Application, reason: str, by: Actor, at: datetime) -> ErasureHold:
    """消去を差し止める: an objection（審査請求）, a lawsuit or an inquiry needs the application. Raises UnableToHold."""
    row = locked(application)
    permissions.require(permissions.works_on(by, row))
    taken = (
        row.holds.filter(ended_at__isnull=True).exists() or Erasure.objects.filter(application=row).exists()
    )
    if not reason.strip() or taken:
        raise UnableToHold(row.number)
    hold = row.holds.create(reason=reason.strip()[:400], placed_at=at, placed_by=by.name)
    audit.record("applications.hold.place", hold, by=by, at=at, label=row.number, body=row.body.code)
    return hold


@transaction.atomic
def end_hold(*, application: Application, by: Actor, at: datetime) -> ErasureHold:
    """差止めを解く: from the next night on the retention period counts again. Raises UnableToHold."""
    row = locked(application)
    permissions.require(permissions.works_on(by, row))
    hold = row.holds.filter(ended_at__isnull=True).first()
    if hold is None:
        raise UnableToHold(row.number)
    hold.ended_at = at
    hold.save(update_fields=["ended_at"])
    audit.record("applications.hold.end", hold, by=by, at=at, label=row.number, body=row.body.code)
    return hold

"""登録する: a verified sheet becomes an application, once, with the paper filed beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kencho.applications import permissions as applications_permissions
from kencho.applications import services as applications
from kencho.applications.models import Application, ApplicationDocument, ApplicationDraft
from kencho.audit import services as audit
from kencho.files import services as files
from kencho.files.models import Upload
from kencho.foundation import actors, events, queue
from kencho.foundation.actors import Actor
from kencho.intake import answers, permissions, queries, scan_files
from kencho.intake.events import SheetRegistered
from kencho.intake.models import FieldResult, ScanPage, Sheet
from kencho.intake.services._errors import Reason, UnableTo, UnableToRegister
from kencho.intake.services._grouping import settle
from kencho.intake.services._verify import label_of, locked, refuse_held
from kencho.organization.models import StaffMember
from kencho.organization.queries import Desk
from kencho.procedures import queries as procedures
from kencho.procedures.definition import FieldError
from kencho.records import services as records
from kencho.records.models import Record
from kencho.reforms import services as reforms

SYSTEM = actors.system("intake")
SUBJECT = "intake.procedure:"
AT_ONCE = 500


@dataclass(frozen=True)
class Registered:
    """The application of a sheet; ``is_repeat`` when it was registered before."""

    application: Application
    is_repeat: bool


def register(*, sheet: Sheet, by: Actor, at: datetime) -> Registered:
    """登録する: answers, application, filed paper and figures in one transaction; the same again gives the same application.

    What the procedure says against the answers goes back to the fields. Raises UnableToRegister.
    """
    try:
        with transaction.atomic():
            return _register(sheet, by=by, at=at)
    except applications.UnableToSubmit as refused:
        _send_back(sheet, refused.errors, by=by)
        raise UnableToRegister(
            Reason.BAD_ANSWERS, _labels(refused.errors), errors=refused.errors
        ) from refused
    except applications.ReceptionClosed as refused:
        raise UnableToRegister(Reason.CLOSED) from refused


def _labels(errors: Sequence[FieldError]) -> str:
    """What is wrong, as far as it fits into a message."""
    return " ".join(dict.fromkeys(str(error.message) for error in errors))[:400]


def _register(sheet: Sheet, *, by: Actor, at: datetime) -> Registered:
    row = locked(sheet, by)
    if row.state == Sheet.State.REGISTERED and row.application is not None:
        return Registered(row.application, is_repeat=True)
    if row.handed_over_at is not None:
        raise UnableToRegister(Reason.HANDED_OVER)
    if row.state != Sheet.State.READY:
        is_open = row.state == Sheet.State.VERIFYING
        raise UnableToRegister(Reason.LEFT if is_open else Reason.WRONG_STATE)
    version = queries.version_for(row.template, row.batch.arrived_on)
    plan = procedures.compiled_of(version)
    receipt = applications.enter_paper(
        version=version,
        answers=answers.build(row.fields.all(), plan) | _enclosed(row, by=by, at=at),
        key=str(row.key),
        channel=row.batch.channel,
        arrived_on=row.batch.arrived_on,
        by=by,
        at=at,
    )
    _tell_of_doubles(row, receipt.application, by=by, at=at)
    _link(row, receipt.application, by=by, at=at)
    return Registered(receipt.application, receipt.is_repeat)


def _link(row: Sheet, application: Application, *, by: Actor, at: datetime) -> None:
    """The sheet ends; the paper is filed; the case counts for the hours saved."""
    row.application, row.state, row.problem = application, Sheet.State.REGISTERED, ""
    row.closed_at = at
    row.held_by = row.held_until = row.held_since = None
    row.is_untouched = (
        row.handed_over_at is None
        and not row.fields.exclude(verified_by="").filter(is_audited=False).exists()
    )
    row.save()
    _file_paper(row, application, by=by, at=at)
    reforms.record_effect(
        body=row.batch.body,
        subject=f"{SUBJECT}{row.template.version.procedure.code}",
        evidence=f"intake.sheet:{row.pk}",
        human_minutes=row.verify_seconds / Decimal(60),
        completed_at=at,
        at=at,
    )
    events.publish(SheetRegistered(row.pk, application.pk, at), at=at, body=row.batch.body.code)
    audit.record(
        "intake.sheet.register",
        row,
        by=by,
        at=at,
        label=application.number,
        body=row.batch.body.code,
        details={"seconds": str(row.verify_seconds), "untouched": row.is_untouched},
    )


def _enclosed(row: Sheet, *, by: Actor, at: datetime) -> dict[str, Any]:
    """The scanned documents, each as one PDF, as the answers refer to files."""
    labels = dict(queries.documents_of(row))
    found: dict[str, list[ScanPage]] = {}
    for page in (
        row.pages.filter(state=ScanPage.State.ENCLOSED).select_related("image__body").order_by("number")
    ):
        found.setdefault(page.enclosed_as, []).append(page)
    made: dict[str, Any] = {}
    for key, pages in found.items():
        content = scan_files.pdf_of(row.batch, pages)
        if content is not None and key in labels:
            upload = _handed_in(row, content, f"{labels[key][:60]}.pdf", len(pages), by=by, at=at)
            made[key] = [{"id": str(upload.pk), "name": upload.name, "bytes": len(content), "kind": "pdf"}]
    return made


def _handed_in(row: Sheet, content: bytes, name: str, pages: int, *, by: Actor, at: datetime) -> Upload:
    return files.hand_in(
        body=row.batch.body,
        content=content,
        kind="pdf",
        name=name,
        owner=str(row.key),
        pages=pages,
        by=by,
        at=at,
    )


def _file_paper(row: Sheet, application: Application, *, by: Actor, at: datetime) -> None:
    read = row.pages.filter(state=ScanPage.State.READ).select_related("image__body")
    pages = list(read.order_by("template_page", "number"))
    content = scan_files.pdf_of(row.batch, pages)
    if content is None:
        return
    upload = _handed_in(row, content, str(_("紙の原本.pdf")), len(pages), by=by, at=at)
    applications.file_scan(application=application, upload=upload, by=by, at=at)


def _tell_of_doubles(row: Sheet, application: Application, *, by: Actor, at: datetime) -> None:
    """Both applications carry a note of each other; which of them counts is for people to say."""
    for other in queries.same_applications(row):
        if other.pk == application.pk:
            continue
        for one, another in ((application, other), (other, application)):
            if applications_permissions.works_on(by, one):
                applications.remark(
                    application=one,
                    text=_("同じ人から同じ日に、同じ手続の申請 %(number)s が届いています。")
                    % {"number": another.number},
                    by=by,
                    at=at,
                )


@transaction.atomic
def _send_back(sheet: Sheet, errors: Sequence[FieldError], *, by: Actor) -> None:
    """Put what the procedure says at the fields that it speaks of; what no field has is told at the sheet."""
    row = locked(sheet, by)
    if row.state != Sheet.State.READY:
        return
    fields = {each.key: each for each in row.fields.all()}
    elsewhere = []
    for error in errors:
        keys = answers.keys_of(error.item_id, error.part, fields)
        if not keys:
            elsewhere.append(str(error.message))
        for key in keys:
            _look_again(fields[key], str(error.message))
    row.problem = " ".join(dict.fromkeys(elsewhere))[:400]
    row.save(update_fields=["problem"])
    settle(row)


def _look_again(field: FieldResult, message: str) -> None:
    if field.state == FieldResult.State.VERIFIED:
        # What the clerk typed is what is to be looked at now, not what was read.
        field.value = field.final
    field.state, field.message = FieldResult.State.DOUBTFUL, message[:400]
    field.save(update_fields=["state", "message", "value"])


def register_ready(*, desk: Desk, at: datetime) -> int:
    """登録待ちをまとめて登録する: all verified sheets of the division, one by one by the queue; returns how many."""
    permissions.require(permissions.may_work(desk.actor, desk.division))
    found = queries.sheets(desk, Sheet.State.READY).filter(handed_over_at__isnull=True)
    count = 0
    for pk in found.values_list("pk", flat=True)[:AT_ONCE]:
        queue.enqueue(
            "intake.register_sheet",
            {"sheet_id": pk, "actor": desk.actor.as_payload()},
            at=at,
            body=desk.body.code,
        )
        count += 1
    return count


@transaction.atomic
def hand_over(*, sheet: Sheet, staff: StaffMember, by: Actor, at: datetime) -> ApplicationDraft:
    """手入力に移す: go on in the form for papers, with what was read; for documents to attach, and what paper cannot say.

    Asked again, it finds the same draft. Raises UnableTo.
    """
    row = locked(sheet, by)
    if row.state not in {Sheet.State.VERIFYING, Sheet.State.READY, Sheet.State.INCOMPLETE}:
        raise UnableTo(Reason.WRONG_STATE)
    refuse_held(row, by, at)
    kept = ApplicationDraft.objects.filter(pk=row.key).first()
    if kept is not None:
        if kept.entered_by_id != staff.pk:
            raise UnableTo(Reason.HELD)
        return kept
    version = queries.version_for(row.template, row.batch.arrived_on)
    plan = procedures.compiled_of(version)
    draft = applications.begin_entry(
        procedure=procedures.InForce(version.procedure, version, plan),
        channel=row.batch.channel,
        staff=staff,
        by=by,
        at=at,
        answers=answers.build(row.fields.all(), plan) | _enclosed(row, by=by, at=at),
        key=row.key,
    )
    row.handed_over_at, row.state, row.problem = at, Sheet.State.READY, ""
    row.held_by = row.held_until = row.held_since = None
    row.save()
    audit.record("intake.sheet.hand_over", row, by=by, at=at, label=label_of(row), body=row.batch.body.code)
    return draft


def follow_handed_over(*, at: datetime) -> int:
    """Sheets that clerks finished by hand: link those that became applications, take back those whose draft is gone.

    Returns how many changed.
    """
    changed = 0
    waiting = Sheet.objects.filter(handed_over_at__isnull=False, state=Sheet.State.READY)
    for pk in list(waiting.values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            changed += _follow(pk, at)
    return changed


def _follow(pk: int, at: datetime) -> bool:
    row = locked(Sheet(pk=pk), SYSTEM)
    if row.handed_over_at is None or row.state != Sheet.State.READY:
        return False
    application = Application.objects.filter(idempotency_key=str(row.key)).select_related("body").first()
    if application is not None:
        _link(row, application, by=SYSTEM, at=at)
        return True
    if ApplicationDraft.objects.filter(pk=row.key).exists():
        return False
    row.handed_over_at = None
    row.save(update_fields=["handed_over_at"])
    settle(row)
    return True


@transaction.atomic
def file_record(*, sheet: Sheet, by: Actor, at: datetime) -> Record | None:
    """原本を収受文書に綴じる: the paper beside the line of the register; entered there now if it was not yet."""
    application = sheet.application
    if application is None:
        return None
    applications.enter_in_register(application=application, by=by, at=at)
    application.refresh_from_db(fields=["record_id"])
    record = Record.objects.filter(pk=application.record_id or 0).select_related("body").first()
    paper = (
        application.documents.filter(item_id=ApplicationDocument.SCAN, upload__owner=str(sheet.key))
        .select_related("upload__clean_copy__body")
        .first()
    )
    if record is None or paper is None or paper.upload.clean_copy is None:
        return None
    records.attach(record=record, stored_file=paper.upload.clean_copy)
    return record

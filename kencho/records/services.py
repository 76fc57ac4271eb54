"""Writing the register: 収受 and 施行, each with its gapless number."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from kencho.audit import services as audit
from kencho.files import services as files
from kencho.files.models import StoredFile
from kencho.foundation import clock
from kencho.foundation.actors import Actor
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.prepared import Prepared, insert
from kencho.organization.models import Body, Unit
from kencho.organization.queries import valid_on
from kencho.records.models import Classification, Record, RegisterCounter, SealUse
from kencho.records.office_seals import OfficeSeal, seal_of

DEFAULT_RETENTION_YEARS = 5


@dataclass(frozen=True)
class Subject:
    """What a record is about: label of the model and primary key."""

    type: str
    id: str


_classification = Prepared(
    lambda day, _same_day, body, code: Classification.objects.filter(
        valid_on(day), body=body, code=code
    ).order_by("id"),
    Classification,
    ("valid_from", "valid_to", "body", "code"),
)


def _next_serial(division: Unit, year: int) -> int:
    """Take the next number. The counter's row stays locked until the commit: no gap, no repeat."""
    last = _count_up(division, year)
    if last is None:
        RegisterCounter.objects.get_or_create(division=division, fiscal_year=year)
        last = _count_up(division, year)
    if last is None:
        raise AssertionError("a counter that was just made counts")
    return last


def _count_up(division: Unit, year: int) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_registercounter SET last = last + 1 WHERE division_id = %s AND fiscal_year = %s "
            "RETURNING last",
            [division.pk, year],
        )
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def _retain_until(year: FiscalYear, years: int) -> date:
    """保存期間 counts from the 1 April after the fiscal year in which the record was made."""
    return date(year.start_year + 1 + years, 4, 1)


def _register(
    direction: str,
    *,
    body: Body,
    division: Unit,
    title: str,
    subject: Subject,
    classification: str,
    retention_years: int | None,
    stored_file: StoredFile | None,
    by: Actor,
    at: datetime,
) -> Record:
    year = FiscalYear.of(at)
    plan = (
        _classification.one(clock.day_of(at), clock.day_of(at), body.pk, classification)
        if classification
        else None
    )
    years = retention_years or (plan.retention_years if plan else DEFAULT_RETENTION_YEARS)
    serial = _next_serial(division, year.start_year)
    record = Record(
        body=body,
        division=division,
        fiscal_year=year.start_year,
        serial=serial,
        number=f"{division.document_symbol or division.name}第{serial}号",
        direction=direction,
        title=title[:200],
        classification=plan,
        retention_years=years,
        retain_until=_retain_until(year, years),
        subject_type=subject.type,
        subject_id=subject.id,
        stored_file=stored_file,
        registered_at=at,
        registered_by=by.name,
    )
    insert(record)
    audit.record(f"records.record.{direction}", record, by=by, at=at, label=record.number, body=body.code)
    return record


@transaction.atomic
def receive(
    *,
    body: Body,
    division: Unit,
    title: str,
    subject: Subject,
    classification: str = "",
    retention_years: int | None = None,
    stored_file: StoredFile | None = None,
    by: Actor,
    at: datetime,
) -> Record:
    """収受する: enter what came in."""
    return _register(
        Record.Direction.RECEIVED,
        body=body,
        division=division,
        title=title,
        subject=subject,
        classification=classification,
        retention_years=retention_years,
        stored_file=stored_file,
        by=by,
        at=at,
    )


@transaction.atomic
def issue(
    *,
    body: Body,
    division: Unit,
    title: str,
    subject: Subject,
    classification: str = "",
    retention_years: int | None = None,
    stored_file: StoredFile | None = None,
    by: Actor,
    at: datetime,
) -> Record:
    """施行する: enter what goes out; its number goes onto the document."""
    return _register(
        Record.Direction.ISSUED,
        body=body,
        division=division,
        title=title,
        subject=subject,
        classification=classification,
        retention_years=retention_years,
        stored_file=stored_file,
        by=by,
        at=at,
    )


@transaction.atomic
def seal_document(
    *, record: Record, pdf: bytes, seal: OfficeSeal, reason: str, by: Actor, at: datetime
) -> bytes:
    """公印を押す: sign a PDF (PAdES) for a record and enter the use in the ledger. Raises UnableToSeal."""
    sealed = seal.sealer.seal(pdf, reason=reason, at=at)
    use = SealUse(
        record=record,
        seal_name=seal.name,
        certificate_serial=seal.serial,
        document_digest=hashlib.sha256(sealed).hexdigest(),
        used_at=at,
        used_by=by.name,
    )
    insert(use)
    audit.record(
        "records.seal.use",
        use,
        by=by,
        at=at,
        label=record.number,
        body=record.body.code,
        details={"digest": use.document_digest},
    )
    return sealed


def attach(*, record: Record, stored_file: StoredFile) -> None:
    """Put the file of a record beside its line in the register, in the transaction that registered it."""
    Record.objects.filter(pk=record.pk, stored_file__isnull=True).update(stored_file=stored_file)


@transaction.atomic
def erase_file(*, record: Record, by: Actor, at: datetime) -> None:
    """保存期間が満了した文書のファイルを消す: the line of the register and the use of the seal stay."""
    stored = record.stored_file
    if stored is None:
        return
    Record.objects.filter(pk=record.pk).update(stored_file=None)
    audit.record(
        "records.record.erase_file", record, by=by, at=at, label=record.number, body=record.body.code
    )
    files.release(files=[stored], at=at)


__all__ = ["Subject", "attach", "erase_file", "issue", "receive", "seal_document", "seal_of"]

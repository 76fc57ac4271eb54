"""読む: a page is taken by one worker, read outside any transaction, and written once."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from kencho.audit import services as audit
from kencho.files import services as files
from kencho.foundation import actors, events, queue
from kencho.foundation.actors import Actor
from kencho.intake import calibration, permissions, queries
from kencho.intake.calibration import Threshold
from kencho.intake.engine import templates as layouts
from kencho.intake.engine.shapes import Field, FieldReading, PageReading, Refusal
from kencho.intake.events import BatchRead
from kencho.intake.models import FieldResult, FormTemplate, ScanBatch, ScanPage
from kencho.intake.services._errors import Reason, UnableTo
from kencho.intake.services._grouping import assemble
from kencho.intake.services._receive import ask_for
from kencho.procedures.models import Procedure

READER = actors.system("intake")
MOST_TRIES = 3
# Longer than starting the child, opening the file and reading a page may take, so that nobody reads what another reads.
CLAIM_SLACK = timedelta(seconds=180)
# Fields of a page stand below those of the page before it.
PER_PAGE = 1000
LEAST_PROGRESS = timedelta(minutes=10)
State = ScanPage.State


class Claim(Enum):
    """Whether a page may be read now."""

    MINE = "mine"
    DONE = "done"
    TAKEN = "taken"
    GIVEN_UP = "given_up"


def claim_page(*, page: ScanPage, at: datetime) -> Claim:
    """ページを取る: one statement decides who reads it; each taking counts as a try, durably, before the reading."""
    until = at + timedelta(seconds=settings.INTAKE_PAGE_SECONDS) + CLAIM_SLACK
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=at)
    if page.claimed_by and queue.is_gone(page.claimed_by):
        # Whoever had it was killed: nobody needs to wait for its time to run out.
        free |= Q(claimed_by=page.claimed_by, claimed_until=page.claimed_until)
    waiting = ScanPage.objects.filter(free, pk=page.pk, state=State.WAITING)
    taken = waiting.filter(attempts__lt=MOST_TRIES).update(
        attempts=F("attempts") + 1, claimed_until=until, claimed_by=queue.worker_name()[:120]
    )
    if taken:
        return Claim.MINE
    if waiting.exists():
        return Claim.GIVEN_UP
    page.refresh_from_db(fields=["state", "claimed_until"])
    return Claim.DONE if page.state != State.WAITING else Claim.TAKEN


def give_up(*, page: ScanPage, at: datetime) -> None:
    """Every try ended with the worker: the page is refused, with its reason."""
    store_reading(page=page, reading=PageReading(page.number, refusal=Refusal.CRASHED), at=at)


def store_reading(*, page: ScanPage, reading: PageReading, at: datetime) -> bool:
    """読んだものを書く: image, fields and state in one transaction. False when somebody wrote the page before.

    The batch's row is locked first, so that pages of one batch are put together one after another.
    """
    with transaction.atomic():
        batch = (
            ScanBatch.objects.select_for_update(of=("self",))
            .select_related("body", "division__body", "procedure")
            .get(pk=page.batch_id)
        )
        row = ScanPage.objects.select_for_update(of=("self",)).get(pk=page.pk)
        if row.state != State.WAITING:
            return False
        template = _template_of(batch, reading, at)
        _write_page(batch, row, reading, template, at)
        if row.state == State.READ and template is not None:
            _write_fields(batch, row, reading, template, at)
        _go_on(batch, row, at)
    return True


def _template_of(batch: ScanBatch, reading: PageReading, at: datetime) -> FormTemplate | None:
    if reading.refusal is not None or reading.is_blank or not reading.template_id:
        return None
    return FormTemplate.objects.filter(body=batch.body, code=reading.template_id).first()


def _write_page(
    batch: ScanBatch, row: ScanPage, reading: PageReading, template: FormTemplate | None, at: datetime
) -> None:
    row.code = _code_of(reading)[:120]
    if reading.is_blank:
        row.state = State.BLANK
    elif reading.refusal is not None or template is None:
        row.state = State.REFUSED
        row.refusal = _refined(batch, reading.refusal or Refusal.UNKNOWN_FORM, row.code)
    else:
        row.state = State.READ
        row.template = template
        row.template_page = max(1, reading.template_page)
    if reading.image and not reading.is_blank:
        row.image = files.keep(body=batch.body, content=reading.image, kind="png", at=at)
    row.rotation = reading.rotation
    row.residual_mm = _decimal(reading.residual_mm)
    row.dpi = max(0, min(reading.dpi, 32_000))
    row.masked_numbers = min(reading.masked_numbers, 32_000)
    row.cpu_seconds = _decimal(reading.cpu_seconds)
    row.claimed_by, row.claimed_until = "", None
    row.read_at = at
    row.save()


def _decimal(number: float) -> Decimal:
    return min(Decimal(repr(round(number, 3))), Decimal(9999))


def _code_of(reading: PageReading) -> str:
    """What the print of the sheet says of itself, if it says anything."""
    told = str(reading.detail.get("why") or reading.template_id)
    return reading.template_id or (told if told.startswith("KENCHO1:") else "")


def _refined(batch: ScanBatch, refusal: Refusal, code: str) -> str:
    """A form of ours that is not read here is an old one, or one that belongs to somebody else."""
    if refusal not in {Refusal.UNKNOWN_FORM, Refusal.WRONG_VERSION}:
        return refusal
    parts = code.split(":")
    if len(parts) < 4:
        return refusal
    own = (
        parts[1] == batch.body.code
        and Procedure.objects.filter(body=batch.body, code=parts[2], division=batch.division).exists()
    )
    return Refusal.WRONG_VERSION if own else Refusal.WRONG_PROCEDURE


def _write_fields(
    batch: ScanBatch, page: ScanPage, reading: PageReading, template: FormTemplate, at: datetime
) -> None:
    fields = {field.key: field for field in layouts.from_data(template.layout).fields}
    thresholds, twice = queries.thresholds(batch.body, at), queries.typed_twice(template)
    rows: dict[str, FieldResult] = {}
    for place, one in enumerate(reading.fields):
        field = fields.get(one.key)
        if field is not None and one.key not in rows:
            rows[one.key] = _field(
                batch,
                page,
                field,
                one,
                thresholds[one.kind.value],
                place=place,
                needs_second=one.key in twice,
            )
    FieldResult.objects.bulk_create(rows.values())


def _field(
    batch: ScanBatch,
    page: ScanPage,
    field: Field,
    reading: FieldReading,
    threshold: Threshold,
    *,
    place: int,
    needs_second: bool,
) -> FieldResult:
    state = FieldResult.State.DOUBTFUL
    if not needs_second and calibration.passes(reading, threshold, is_required=field.is_required):
        seed = f"{batch.digest}:{page.number}:{field.key}"
        is_audited = calibration.is_audited(seed, threshold.audit_share)
        state = FieldResult.State.AUDIT if is_audited else FieldResult.State.PASSED
    crop = reading.crop
    return FieldResult(
        page=page,
        position=page.template_page * PER_PAGE + place,
        key=field.key,
        label=field.label[:200],
        kind=reading.kind.value,
        raw=reading.raw,
        text=reading.text,
        value=reading.value,
        score=reading.score,
        reasons=[str(each) for each in reading.reasons],
        candidates=[_plain(asdict(each)) for each in reading.candidates],
        is_blank=reading.is_blank,
        crop_x=_pixels(crop.x),
        crop_y=_pixels(crop.y),
        crop_width=_pixels(crop.width),
        crop_height=_pixels(crop.height),
        state=state,
        needs_second=needs_second,
        is_audited=state == FieldResult.State.AUDIT,
    )


def _plain(candidate: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "text": str(candidate["text"]),
        "by": str(candidate["by"]),
        "score": float(candidate["score"]),
    }


def _pixels(length: float) -> int:
    return max(0, min(round(length), 100_000))


def _go_on(batch: ScanBatch, page: ScanPage, at: datetime) -> None:
    """Count, put sheets together, ask for the page after those that are being read; after the last one, end the batch."""
    batch.pages_done = batch.pages.exclude(state=State.WAITING).count()
    batch.moved_at = at
    is_over = batch.pages_done >= batch.pages_total
    assemble(batch, is_over=is_over, by=READER, at=at)
    if not is_over:
        following = batch.pages.filter(
            number=page.number + max(1, settings.INTAKE_PARALLEL), state=State.WAITING
        ).first()
        if following is not None:
            ask_for(following, batch, at=at)
    elif batch.state != ScanBatch.State.READ:
        batch.state, batch.read_at = ScanBatch.State.READ, at
        events.publish(BatchRead(str(batch.pk), at), at=at, body=batch.body.code)
        audit.record(
            "intake.batch.read",
            batch,
            by=READER,
            at=at,
            label=batch.digest[:16],
            body=batch.body.code,
            details={"pages": batch.pages_total},
        )
    batch.save(update_fields=["pages_done", "moved_at", "state", "read_at"])
    if is_over and batch.upload_id is not None and batch.pages.filter(masked_numbers__gt=0).exists():
        erase_original(batch, by=READER, at=at)


def erase_original(batch: ScanBatch, *, by: Actor, at: datetime) -> None:
    """原本を消す: the file as it was handed in, and its rebuilt copy; the pages' own images stay."""
    upload = batch.upload
    if upload is None:
        return
    batch.upload = None
    batch.save(update_fields=["upload"])
    files.erase(uploads=[upload], by=by, at=at)
    audit.record(
        "intake.batch.erase_original",
        batch,
        by=by,
        at=at,
        label=batch.digest[:16],
        body=batch.body.code,
    )


@transaction.atomic
def read_again(*, page: ScanPage, by: Actor, at: datetime) -> ScanPage:
    """もう一度読ませる: a refused page, while its original is kept. Raises UnableTo."""
    batch = locked_batch(page, by)
    row = ScanPage.objects.select_for_update(of=("self",)).get(pk=page.pk)
    if row.state != State.REFUSED:
        raise UnableTo(Reason.WRONG_STATE)
    if batch.upload_id is None:
        raise UnableTo(Reason.ORIGINAL_GONE)
    _back_to_waiting(batch, row, at)
    audit_page(row, "read_again", batch, by=by, at=at)
    batch.pages_done = batch.pages.exclude(state=State.WAITING).count()
    batch.save(update_fields=["state", "pages_done", "moved_at"])
    return row


def _back_to_waiting(batch: ScanBatch, row: ScanPage, at: datetime) -> None:
    image = row.image
    row.state, row.refusal, row.code = State.WAITING, "", ""
    row.image, row.attempts, row.claimed_by, row.claimed_until = None, 0, "", None
    row.save()
    if image is not None:
        files.release(files=[image], at=at)
    batch.state, batch.moved_at = ScanBatch.State.READING, at
    ask_for(row, batch, at=at)


@transaction.atomic
def name_procedure(*, batch: ScanBatch, procedure: Procedure, by: Actor, at: datetime) -> ScanBatch:
    """手続を決める: for paper that does not say what it is; its unknown pages are read again by it. Raises UnableTo."""
    permissions.require(permissions.may_work(by, batch.division))
    row = (
        ScanBatch.objects.select_for_update(of=("self",))
        .select_related("body", "division__body", "upload")
        .get(pk=batch.pk)
    )
    if row.upload_id is None:
        raise UnableTo(Reason.ORIGINAL_GONE)
    if not queries.readable_versions(row.division, row.arrived_on).filter(procedure=procedure).exists():
        raise UnableTo(Reason.OTHER_DIVISION)
    row.procedure = procedure
    unknown = row.pages.filter(state=State.REFUSED, refusal=Refusal.UNKNOWN_FORM)
    for page in unknown.select_for_update(of=("self",)).order_by("number"):
        _back_to_waiting(row, page, at)
    row.pages_done = row.pages.exclude(state=State.WAITING).count()
    row.save(update_fields=["procedure", "state", "pages_done", "moved_at"])
    audit.record(
        "intake.batch.name_procedure",
        row,
        by=by,
        at=at,
        label=row.digest[:16],
        body=row.body.code,
        details={"procedure": procedure.code},
    )
    return row


def ask_again(*, at: datetime) -> int:
    """Batches in which nothing has moved for long lost a task: their waiting pages are asked for again. Returns how many."""
    count = 0
    stuck = ScanBatch.objects.filter(
        state=ScanBatch.State.READING, moved_at__lte=at - LEAST_PROGRESS
    ).select_related("body")
    for batch in stuck:
        with transaction.atomic():
            free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=at)
            for page in batch.pages.filter(free, state=State.WAITING).order_by("number")[
                : max(1, settings.INTAKE_PARALLEL)
            ]:
                ask_for(page, batch, at=at)
                count += 1
            ScanBatch.objects.filter(pk=batch.pk).update(moved_at=at)
    waiting = ScanBatch.objects.filter(
        Q(moved_at__isnull=True) | Q(moved_at__lte=at - LEAST_PROGRESS),
        state=ScanBatch.State.WAITING,
        received_at__lte=at - LEAST_PROGRESS,
    )
    for batch in waiting.select_related("body"):
        with transaction.atomic():
            queue.enqueue("intake.read_batch", {"batch_id": str(batch.pk)}, at=at, body=batch.body.code)
            ScanBatch.objects.filter(pk=batch.pk).update(moved_at=at)
    return count


def locked_batch(page: ScanPage, by: Actor) -> ScanBatch:
    """The page's batch, locked: whatever moves pages takes this lock first."""
    batch = (
        ScanBatch.objects.select_for_update(of=("self",))
        .select_related("body", "division__body", "upload")
        .get(pk=page.batch_id)
    )
    permissions.require(permissions.may_work(by, batch.division))
    return batch


def audit_page(page: ScanPage, verb: str, batch: ScanBatch, *, by: Actor, at: datetime) -> None:
    audit.record(
        f"intake.page.{verb}",
        page,
        by=by,
        at=at,
        label=f"{batch.digest[:12]} p{page.number}",
        body=batch.body.code,
    )

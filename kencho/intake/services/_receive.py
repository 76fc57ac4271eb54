"""取り込む: a file is kept at once and becomes a batch; its pages are read by the queue."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction

from kencho.applications.models import PAPER, Channel
from kencho.audit import services as audit
from kencho.files import services as files
from kencho.files import store
from kencho.files.models import Upload
from kencho.files.sanitize import Limits
from kencho.files.services import Readable
from kencho.foundation import clock, events, queue
from kencho.foundation.actors import Actor
from kencho.intake import permissions
from kencho.intake.engine.shapes import Refusal
from kencho.intake.events import BatchReceived
from kencho.intake.models import ScanBatch, ScanPage, Source
from kencho.intake.services._errors import Reason, UnableTo
from kencho.organization.models import Body, Unit
from kencho.procedures.models import Procedure

KINDS = ("pdf", "tiff", "jpeg", "png")
OWNER = "intake:"
# A page of A3 at 400 dpi has 31 million pixels, one of A4 at 300 dpi 9.
PIXELS = 40_000_000
PIXELS_ON_AVERAGE = 16_000_000
REBUILD_SECONDS = 240
DPI, QUALITY = 300, 92
_AT_ONCE = {"empty": Reason.EMPTY, "too_large": Reason.TOO_LARGE, "kind": Reason.KIND}
UNREADABLE: dict[str, str] = {
    "empty": Refusal.EMPTY_FILE,
    "encrypted": Refusal.ENCRYPTED,
    "broken": Refusal.BROKEN,
    "too_many_pages": Refusal.TOO_MANY_PAGES,
    "too_many_pixels": Refusal.TOO_MANY_PIXELS,
    "memory": Refusal.TOO_MANY_PIXELS,
    "timeout": Refusal.TIMED_OUT,
    "crashed": Refusal.CRASHED,
    "too_large": "too_large",
    "bomb": "hostile",
    "infected": "hostile",
    "test_virus": "hostile",
    "executable": "hostile",
    "script": "hostile",
}


_WORTH_ANOTHER_TRY = frozenset({str(Refusal.TIMED_OUT), str(Refusal.CRASHED)})


@dataclass(frozen=True)
class Received:
    """The batch of a file; ``is_repeat`` when the same file was taken in before."""

    batch: ScanBatch
    is_repeat: bool


def limits() -> Limits:
    """Bounds for scans, wider than those for documents that residents attach; what cannot be kept is drawn at 300 dpi."""
    size = settings.INTAKE_MEGABYTES * 1_000_000
    return Limits(
        bytes_in=size,
        bytes_out=4 * size,
        pages=settings.INTAKE_PAGES,
        pixels=PIXELS,
        total_pixels=PIXELS_ON_AVERAGE * settings.INTAKE_PAGES,
        # Grey pages at 300 dpi have 9 MB each before they are packed, colour three times as much.
        expanded=3 * PIXELS_ON_AVERAGE * settings.INTAKE_PAGES,
        cpu_seconds=REBUILD_SECONDS,
        wall_seconds=float(REBUILD_SECONDS),
        dpi=DPI,
        jpeg_quality=QUALITY,
    )


def receive_scan(
    *,
    body: Body,
    division: Unit,
    file: Readable,
    name: str,
    source: str = Source.UPLOAD,
    channel: str = Channel.POST,
    arrived_on: date,
    procedure: Procedure | None = None,
    by: Actor,
    at: datetime,
) -> Received:
    """スキャンを取り込む: the original is on the disk before this returns. The same file again gives the first batch.

    From a screen, what cannot be read is refused at once (UnableTo); from a folder or mailbox, where nobody waits for
    an answer, it becomes a refused batch in the division's list.
    """
    permissions.require(permissions.may_work(by, division))
    _check(division, channel, arrived_on, procedure, at)
    digest, _size = store.digest_of(file)
    kept = ScanBatch.objects.filter(body=body, division=division, digest=digest).first()
    if kept is not None:
        if not (kept.state == ScanBatch.State.REFUSED and kept.refusal in _WORTH_ANOTHER_TRY):
            return Received(kept, is_repeat=True)
        _give_way(kept, by=by, at=at)
    batch = ScanBatch(
        pk=uuid4(),
        body=body,
        division=division,
        source=source,
        name=name.replace("\\", "/").rsplit("/", 1)[-1][:200],
        digest=digest,
        channel=channel,
        arrived_on=arrived_on,
        procedure=procedure,
        received_by=by.name,
        received_at=at,
    )
    try:
        upload = files.quarantine(
            body=body,
            content=file,
            name=name,
            owner=f"{OWNER}{batch.pk}",
            max_bytes=settings.INTAKE_MEGABYTES * 1_000_000,
            kinds=KINDS,
            by=by,
            at=at,
        )
    except files.UnableToReceive as refused:
        if source == Source.UPLOAD:
            detail = "" if refused.code in _AT_ONCE else str(refused)
            raise UnableTo(_AT_ONCE.get(refused.code, Reason.UNSAFE), detail) from refused
        batch.state, batch.refusal = ScanBatch.State.REFUSED, UNREADABLE.get(refused.code, "kind")
        return _keep(batch, None, by=by, at=at)
    batch.name = upload.name
    return _keep(batch, upload, by=by, at=at)


def show_refused(
    *,
    body: Body,
    division: Unit,
    name: str,
    digest: str,
    refusal: str,
    channel: str = Channel.POST,
    arrived_on: date,
    by: Actor,
    at: datetime,
) -> Received:
    """届いたが取り込めないもの（添付のないメール）を一覧に出す, once for each ``digest`` (64 hexadecimal digits)."""
    permissions.require(by.is_system)
    batch = ScanBatch(
        pk=uuid4(),
        body=body,
        division=division,
        source=Source.MAIL,
        name=name[:200],
        digest=digest,
        channel=channel,
        arrived_on=arrived_on,
        state=ScanBatch.State.REFUSED,
        refusal=refusal,
        received_by=by.name,
        received_at=at,
    )
    return _keep(batch, None, by=by, at=at)


def _give_way(batch: ScanBatch, *, by: Actor, at: datetime) -> None:
    """A batch of which nothing could be read, for the fault of the moment, makes room for the same file once more."""
    with transaction.atomic():
        upload = batch.upload
        batch.delete()
        if upload is not None:
            files.erase(uploads=[upload], by=by, at=at)


def _check(division: Unit, channel: str, arrived_on: date, procedure: Procedure | None, at: datetime) -> None:
    if arrived_on > clock.day_of(at):
        raise UnableTo(Reason.NOT_YET)
    if channel not in PAPER:
        raise UnableTo(Reason.NOT_PAPER)
    if procedure is not None and procedure.body_id != division.body_id:
        raise UnableTo(Reason.OTHER_DIVISION)


def _keep(batch: ScanBatch, upload: Upload | None, *, by: Actor, at: datetime) -> Received:
    """The row and the work that it asks for, in one transaction; whoever comes second with the same file gets the first."""
    batch.upload = upload
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
            if upload is not None:
                queue.enqueue("intake.read_batch", {"batch_id": str(batch.pk)}, at=at, body=batch.body.code)
                events.publish(BatchReceived(str(batch.pk), at), at=at, body=batch.body.code)
            audit.record(
                "intake.batch.refuse" if upload is None else "intake.batch.receive",
                batch,
                by=by,
                at=at,
                label=batch.digest[:16],
                body=batch.body.code,
                details={"source": batch.source, "refusal": batch.refusal},
            )
    except IntegrityError:
        first = ScanBatch.objects.filter(
            body=batch.body, division=batch.division, digest=batch.digest
        ).first()
        if first is None:
            raise
        if upload is not None:
            files.erase(uploads=[upload], by=by, at=at)
        return Received(first, is_repeat=True)
    return Received(batch, is_repeat=False)


def open_batch(*, batch: ScanBatch, by: Actor, at: datetime) -> int:
    """束を開く: rebuild the file apart, then lay out its pages and ask for the first ones; returns how many pages.

    Runs outside any transaction. Done again after a crash, it goes on where it stopped. Raises files.UnableToReceive
    for what may go away by itself.
    """
    upload = batch.upload
    if upload is None or batch.state != ScanBatch.State.WAITING:
        return 0
    upload = files.rebuild(upload=upload, limits=limits(), kinds=KINDS, by=by, at=at)
    with transaction.atomic():
        row = ScanBatch.objects.select_for_update(of=("self",)).select_related("body").get(pk=batch.pk)
        if row.state != ScanBatch.State.WAITING:
            return row.pages_total
        row.moved_at = at
        if upload.state != Upload.State.CLEAN or not upload.pages:
            row.state = ScanBatch.State.REFUSED
            row.refusal = UNREADABLE.get(upload.reason, Refusal.BROKEN)
            audit.record(
                "intake.batch.refuse",
                row,
                by=by,
                at=at,
                label=row.digest[:16],
                body=row.body.code,
                details={"refusal": row.refusal},
            )
        else:
            row.state = ScanBatch.State.READING
            row.pages_total = upload.pages
            made = ScanPage.objects.bulk_create(
                [ScanPage(batch=row, number=number) for number in range(1, upload.pages + 1)]
            )
            for page in made[: max(1, settings.INTAKE_PARALLEL)]:
                ask_for(page, row, at=at)
        row.save(update_fields=["state", "refusal", "pages_total", "moved_at"])
    return row.pages_total


def ask_for(page: ScanPage, batch: ScanBatch, *, at: datetime, run_at: datetime | None = None) -> None:
    """Queue the reading of a page, in the caller's transaction."""
    queue.enqueue("intake.read_page", {"page_id": page.pk}, at=at, run_at=run_at, body=batch.body.code)

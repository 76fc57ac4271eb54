"""消す: what is written on paper is kept here only until the application holds it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from kencho.audit import services as audit
from kencho.files import services as files
from kencho.files.models import Upload
from kencho.foundation.actors import Actor
from kencho.intake import permissions
from kencho.intake.models import ScanBatch, ScanPage, Sheet
from kencho.intake.services._pages import erase_original
from kencho.intake.services._receive import OWNER
from kencho.intake.services._verify import label_of

AT_ONCE = 500
ORPHAN_DAYS = 2
CLOSED = (Sheet.State.REGISTERED, Sheet.State.DISCARDED)


@dataclass(frozen=True)
class Erased:
    """How many originals, sheets and pages without a sheet were erased."""

    originals: int
    sheets: int
    pages: int


def erase_old(*, by: Actor, at: datetime) -> Erased:
    """保存する日数を過ぎたものを消す: originals, then images and fields of sheets that are done, each by itself.

    The application keeps the paper that was filed with it; its own retention decides about that.
    """
    permissions.require(by.is_system)
    original_edge = at - timedelta(days=settings.INTAKE_ORIGINAL_DAYS)
    edge = at - timedelta(days=settings.INTAKE_KEEP_DAYS)
    originals = 0
    settled = (ScanBatch.State.READ, ScanBatch.State.REFUSED)
    old = ScanBatch.objects.filter(
        upload__isnull=False, state__in=settled, received_at__lte=original_edge
    ).select_related("body", "upload__body", "upload__original__body", "upload__clean_copy__body")
    for batch in old[:AT_ONCE]:
        with transaction.atomic():
            erase_original(batch, by=by, at=at)
        originals += 1
    sheets = Sheet.objects.filter(
        state__in=CLOSED, closed_at__lte=edge, erased_at__isnull=True
    ).select_related("batch__body")
    count = 0
    for sheet in sheets[:AT_ONCE]:
        _erase_sheet(sheet, by=by, at=at)
        count += 1
    pages = _erase_loose_pages(edge, by=by, at=at)
    _erase_names(edge)
    _erase_orphans(at, by=by)
    return Erased(originals, count, pages)


@transaction.atomic
def _erase_sheet(sheet: Sheet, *, by: Actor, at: datetime) -> None:
    _erase_images(list(sheet.pages.select_related("image__body")), at)
    sheet.fields.all().delete()
    sheet.erased_at = at
    if sheet.state == Sheet.State.DISCARDED:
        # A reason in free words may name a person.
        sheet.problem = ""
    sheet.save(update_fields=["erased_at", "problem"])
    audit.record("intake.sheet.erase", sheet, by=by, at=at, label=label_of(sheet), body=sheet.batch.body.code)


@transaction.atomic
def _erase_loose_pages(edge: datetime, *, by: Actor, at: datetime) -> int:
    """Pages that became part of no sheet: refused, set aside."""
    loose = list(
        ScanPage.objects.filter(sheet__isnull=True, image__isnull=False, read_at__lte=edge)
        .exclude(state=ScanPage.State.WAITING)
        .select_related("image__body", "batch__body")[:AT_ONCE]
    )
    _erase_images(loose, at)
    for page in loose:
        page.fields.filter(sheet__isnull=True).delete()
        audit.record(
            "intake.page.erase",
            page,
            by=by,
            at=at,
            label=f"{page.batch.digest[:12]} p{page.number}",
            body=page.batch.body.code,
        )
    return len(loose)


def _erase_images(pages: Sequence[ScanPage], at: datetime) -> None:
    images = {page.image.pk: page.image for page in pages if page.image is not None}
    ScanPage.objects.filter(pk__in=[page.pk for page in pages]).update(image=None)
    files.release(files=list(images.values()), at=at)


def _erase_names(edge: datetime) -> None:
    """The name of a file may be somebody's name; of batches of which nothing is left, the digest's beginning stays."""
    done = (
        ScanBatch.objects.filter(received_at__lte=edge, upload__isnull=True)
        .exclude(sheets__erased_at__isnull=True, sheets__isnull=False)
        .exclude(pages__image__isnull=False)
        .exclude(name__startswith="#")
    )
    for batch in done.distinct()[:AT_ONCE]:
        ScanBatch.objects.filter(pk=batch.pk).update(name=f"#{batch.digest[:12]}")


def _erase_orphans(at: datetime, *, by: Actor) -> None:
    """Files that were put into quarantine by somebody who died before the batch was there."""
    old = Upload.objects.filter(
        owner__startswith=OWNER, uploaded_at__lte=at - timedelta(days=ORPHAN_DAYS)
    ).select_related("body", "original__body", "clean_copy__body")
    kept = ScanBatch.objects.filter(upload__isnull=False).values("upload")
    orphans = list(old.exclude(pk__in=kept)[:AT_ONCE])
    if orphans:
        files.erase(uploads=orphans, by=by, at=at)

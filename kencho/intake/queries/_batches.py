"""Batches, their pages and their sheets, for the division that took them in."""

from uuid import UUID

from django.db.models import QuerySet

from kencho.files import queries as files
from kencho.intake.models import ScanBatch, ScanPage, Sheet
from kencho.organization.queries import Desk


def batches(desk: Desk) -> QuerySet[ScanBatch]:
    """All batches of the division, the newest first."""
    return (
        ScanBatch.objects.filter(division=desk.division)
        .select_related("procedure", "division__body", "body")
        .order_by("-received_at", "-id")
    )


def batch(desk: Desk, pk: UUID | str) -> ScanBatch | None:
    """One batch of the division."""
    return batches(desk).filter(pk=pk).select_related("procedure", "division__body", "body", "upload").first()


def refused_batches(desk: Desk) -> QuerySet[ScanBatch]:
    """Files of the division that could not be read at all."""
    return batches(desk).filter(state=ScanBatch.State.REFUSED)


def pages_of(batch: ScanBatch) -> QuerySet[ScanPage]:
    """The pages in scan order."""
    return batch.pages.select_related("image", "sheet", "template").order_by("number")


def sheets_of(batch: ScanBatch) -> QuerySet[Sheet]:
    """The sheets in scan order."""
    return batch.sheets.select_related("template__version__procedure", "held_by", "application").order_by(
        "number"
    )


def sheets(desk: Desk, state: str = "") -> QuerySet[Sheet]:
    """Sheets of the division, in the order in which they came in; of one state when it is given."""
    found = (
        Sheet.objects.filter(batch__division=desk.division)
        .select_related("batch__division__body", "template__version__procedure", "held_by", "application")
        .order_by("batch__received_at", "batch_id", "number")
    )
    return found.filter(state=state) if state else found


def sheet(desk: Desk, pk: int) -> Sheet | None:
    """One sheet of the division."""
    return (
        sheets(desk)
        .filter(pk=pk)
        .select_related(
            "batch__division__body",
            "batch__body",
            "template__version__procedure__body",
            "held_by",
            "application",
        )
        .first()
    )


def incomplete_sheets(desk: Desk) -> QuerySet[Sheet]:
    """Sheets of the division whose pages a person has to sort out."""
    return sheets(desk, Sheet.State.INCOMPLETE)


def page(desk: Desk, pk: int) -> ScanPage | None:
    """One page of the division."""
    return (
        ScanPage.objects.filter(pk=pk, batch__division=desk.division)
        .select_related("batch__division__body", "batch__body", "sheet", "image__body", "template")
        .first()
    )


def refused_pages(desk: Desk) -> QuerySet[ScanPage]:
    """Refused pages of the division that nobody has dealt with yet."""
    return (
        ScanPage.objects.filter(batch__division=desk.division, state=ScanPage.State.REFUSED)
        .select_related("batch", "image")
        .order_by("batch__received_at", "batch_id", "number")
    )


def page_image(page: ScanPage) -> bytes | None:
    """The straightened page as PNG; None for a blank page and when its time of keeping is over."""
    return None if page.image is None else files.content(page.image)

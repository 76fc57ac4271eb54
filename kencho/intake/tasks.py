"""Queue entry points: opening files, reading pages, registering, fetching, learning, erasing."""

import logging
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied

from kencho.foundation import actors, clock, queue
from kencho.foundation.actors import Actor
from kencho.intake import reading, services
from kencho.intake.models import ScanBatch, ScanInlet, ScanPage, Sheet
from kencho.organization.models import Body

log = logging.getLogger(__name__)
SYSTEM = actors.system("intake")


@queue.task(atomic=False)
def read_batch(batch_id: str) -> None:
    """Open a file: rebuild it, lay out its pages, ask for the first of them."""
    batch = (
        ScanBatch.objects.select_related("body", "upload__body", "upload__original__body")
        .filter(pk=batch_id)
        .first()
    )
    if batch is not None:
        services.open_batch(batch=batch, by=SYSTEM, at=clock.now())


@queue.task(atomic=False)
def read_page(page_id: int) -> None:
    """Read one page in the reading process, then write what was read; a page that was read is left alone."""
    page = (
        ScanPage.objects.select_related(
            "batch__body",
            "batch__division__body",
            "batch__procedure",
            "batch__upload__clean_copy__body",
        )
        .filter(pk=page_id)
        .first()
    )
    if page is None:
        return
    at = clock.now()
    claim = services.claim_page(page=page, at=at)
    if claim == services.Claim.TAKEN:
        # Another worker is at it. Should that one die, this asks again.
        services.ask_for(page, page.batch, at=at, run_at=page.claimed_until)
        return
    if claim == services.Claim.GIVEN_UP:
        services.give_up(page=page, at=at)
    if claim != services.Claim.MINE:
        return
    if page.batch.upload is None:
        services.give_up(page=page, at=at)
        return
    batch = page.batch
    forms = services.ready_templates(division=batch.division, on=batch.arrived_on, by=SYSTEM, at=at)
    free = services.free_template_of(batch=batch, by=SYSTEM, at=at)
    found = reading.read(batch, page.number, forms, free)
    services.store_reading(page=page, reading=found, at=clock.now())


@queue.task()
def register_sheet(sheet_id: int, actor: dict[str, Any]) -> None:
    """Register a verified sheet for who asked for it; what stands against it is told at the sheet."""
    sheet = Sheet.objects.filter(pk=sheet_id).first()
    if sheet is None:
        return
    try:
        services.register(sheet=sheet, by=Actor.from_payload(actor), at=clock.now())
    except (services.UnableToRegister, PermissionDenied):
        # The sheet says why, or who asked works elsewhere by now; asking again would not change it.
        return


@queue.task(atomic=False, every=timedelta(minutes=1))
def fetch_scans() -> None:
    """Visit all folders and mailboxes in use."""
    for inlet in ScanInlet.objects.filter(is_active=True).select_related(
        "body", "division__body", "division__successor", "procedure"
    ):
        try:
            services.check_inlet(inlet=inlet, by=SYSTEM, at=clock.now())
        except Exception:
            # What arrives at one inlet must not keep all others from being visited.
            log.exception("inlet not visited id=%s", inlet.pk)


@queue.task(atomic=False, every=timedelta(minutes=5))
def tend() -> None:
    """Ask again for pages whose task was lost; follow sheets that are finished by hand."""
    services.ask_again(at=clock.now())
    services.follow_handed_over(at=clock.now())


@queue.task(every=timedelta(days=1))
def fit_calibrations() -> None:
    """Learn from what the clerks found."""
    for body in Body.objects.order_by("code"):
        services.fit_calibration(body=body, by=SYSTEM, at=clock.now())


@queue.task(atomic=False, every=timedelta(days=1))
def erase_old_scans() -> None:
    """Erase what is older than the settings let it be kept."""
    services.erase_old(by=SYSTEM, at=clock.now())

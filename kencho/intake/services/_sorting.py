"""より分ける: pages and sheets that a person has to put in order."""

from datetime import datetime

from django.db import transaction

from kencho.audit import services as audit
from kencho.foundation.actors import Actor
from kencho.intake import queries
from kencho.intake.models import ScanPage, Sheet
from kencho.intake.services._errors import Reason, UnableTo
from kencho.intake.services._grouping import adopt, fill_in, missing_pages, settle
from kencho.intake.services._pages import audit_page, locked_batch
from kencho.intake.services._verify import OPEN, label_of, locked, refuse_held

State = ScanPage.State


@transaction.atomic
def set_aside_page(*, page: ScanPage, by: Actor, at: datetime) -> ScanPage:
    """除く: a refused page that was dealt with otherwise, or a page that does not belong to its sheet. Raises UnableTo."""
    batch = locked_batch(page, by)
    row = ScanPage.objects.select_for_update(of=("self",)).select_related("sheet").get(pk=page.pk)
    if row.state == State.READ:
        _take_out(row, at)
    elif row.state not in {State.REFUSED, State.ENCLOSED}:
        raise UnableTo(Reason.WRONG_STATE)
    row.state, row.sheet, row.enclosed_as = State.SET_ASIDE, None, ""
    row.save(update_fields=["state", "sheet", "enclosed_as"])
    audit_page(row, "set_aside", batch, by=by, at=at)
    return row


def _take_out(row: ScanPage, at: datetime) -> None:
    """A page leaves its sheet with its fields; a sheet without pages is none."""
    sheet = row.sheet
    if sheet is not None and sheet.state != Sheet.State.INCOMPLETE:
        raise UnableTo(Reason.WRONG_STATE)
    row.fields.all().delete()
    if sheet is not None and not sheet.pages.filter(state=State.READ).exclude(pk=row.pk).exists():
        ScanPage.objects.filter(pk=row.pk).update(sheet=None)
        sheet.state, sheet.closed_at = Sheet.State.DISCARDED, at
        sheet.save(update_fields=["state", "closed_at"])


@transaction.atomic
def move_page(*, page: ScanPage, sheet: Sheet, by: Actor, at: datetime) -> Sheet:
    """ほかの一件に移す: a page between incomplete sheets of the same batch and form. Raises UnableTo."""
    batch = locked_batch(page, by)
    row = ScanPage.objects.select_for_update(of=("self",)).select_related("sheet").get(pk=page.pk)
    target = locked(sheet, by)
    source = row.sheet
    if row.state != State.READ or target.batch_id != batch.pk or target.template_id != row.template_id:
        raise UnableTo(Reason.OTHER_FORM)
    for one in (source, target):
        if one is not None and one.state != Sheet.State.INCOMPLETE:
            raise UnableTo(Reason.WRONG_STATE)
    if target.pages.filter(template_page=row.template_page).exists():
        raise UnableTo(Reason.PAGE_TAKEN)
    row.fields.update(sheet=None)
    adopt(row, target)
    if source is not None and not source.pages.filter(state=State.READ).exists():
        source.state, source.closed_at = Sheet.State.DISCARDED, at
        source.save(update_fields=["state", "closed_at"])
    read = target.pages.filter(state=State.READ)
    target.problem = missing_pages(target.template, read.values_list("template_page", flat=True))
    if not target.problem:
        target.state = Sheet.State.VERIFYING
    target.save(update_fields=["state", "problem"])
    settle(target)
    audit_page(row, "move", batch, by=by, at=at)
    return target


@transaction.atomic
def enclose_page(*, page: ScanPage, sheet: Sheet, key: str, by: Actor, at: datetime) -> ScanPage:
    """添付書類にする: a page that is no form is (part of) a document of this sheet's application. Raises UnableTo.

    ``key`` is the place of the document in the answers, as ``queries.documents_of`` lists them.
    """
    batch = locked_batch(page, by)
    row = ScanPage.objects.select_for_update(of=("self",)).get(pk=page.pk)
    target = locked(sheet, by)
    if target.batch_id != batch.pk:
        raise UnableTo(Reason.OTHER_FORM)
    if row.state not in {State.REFUSED, State.SET_ASIDE, State.ENCLOSED} or target.state not in OPEN:
        raise UnableTo(Reason.WRONG_STATE)
    if key not in dict(queries.documents_of(target)):
        raise UnableTo(Reason.NO_SUCH_DOCUMENT)
    row.state, row.sheet, row.enclosed_as = State.ENCLOSED, target, key
    row.save(update_fields=["state", "sheet", "enclosed_as"])
    audit_page(row, "enclose", batch, by=by, at=at)
    return row


@transaction.atomic
def accept_pages(*, sheet: Sheet, by: Actor, at: datetime) -> Sheet:
    """このまま進める: the pages belong together as they are; what a missing page asks is typed in. Raises UnableTo."""
    row = locked(sheet, by)
    if row.state != Sheet.State.INCOMPLETE:
        raise UnableTo(Reason.WRONG_STATE)
    row.state, row.problem = Sheet.State.VERIFYING, ""
    row.save(update_fields=["state", "problem"])
    fill_in(row)
    settle(row)
    audit.record(
        "intake.sheet.accept_pages", row, by=by, at=at, label=label_of(row), body=row.batch.body.code
    )
    return row


@transaction.atomic
def discard_sheet(*, sheet: Sheet, reason: str, by: Actor, at: datetime) -> Sheet:
    """取り消す: not an application after all, or entered otherwise. Raises UnableTo."""
    row = locked(sheet, by)
    if not reason.strip():
        raise UnableTo(Reason.REASON_NEEDED)
    if row.state in {Sheet.State.REGISTERED, Sheet.State.DISCARDED}:
        raise UnableTo(Reason.WRONG_STATE)
    if row.handed_over_at is not None:
        raise UnableTo(Reason.HANDED_OVER)
    refuse_held(row, by, at)
    row.state, row.problem, row.closed_at = Sheet.State.DISCARDED, reason.strip()[:400], at
    row.held_by = row.held_until = row.held_since = None
    row.save()
    audit.record("intake.sheet.discard", row, by=by, at=at, label=label_of(row), body=row.batch.body.code)
    return row

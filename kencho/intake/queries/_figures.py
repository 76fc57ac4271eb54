"""Counts for indicators: pages, sheets and audits, never what is written on them."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import QuerySet

from kencho.foundation import clock
from kencho.foundation.indicators import Asked, EvidenceRow, Reading
from kencho.intake.models import Outcome, ScanPage, Sheet

READ = (ScanPage.State.READ, ScanPage.State.SET_ASIDE)


def pages_read(asked: Asked) -> QuerySet[ScanPage]:
    """Pages that were read in the period."""
    return ScanPage.objects.filter(
        batch__body__code=asked.body,
        state__in=READ,
        read_at__gte=asked.starts_at,
        read_at__lt=min(asked.ends_at, asked.as_of),
    )


def audits(asked: Asked) -> QuerySet[Outcome]:
    """Audited fields of the period."""
    return Outcome.objects.filter(
        body__code=asked.body,
        origin=Outcome.Origin.AUDIT,
        at__gte=asked.starts_at,
        at__lt=min(asked.ends_at, asked.as_of),
    )


def registered(asked: Asked) -> QuerySet[Sheet]:
    """Sheets that became applications in the period."""
    return Sheet.objects.filter(
        batch__body__code=asked.body,
        state=Sheet.State.REGISTERED,
        closed_at__gte=asked.starts_at,
        closed_at__lt=min(asked.ends_at, asked.as_of),
    )


def share_of(part: int, whole: int) -> Reading:
    """A share of counts; not measured when nothing was counted."""
    return Reading(Decimal(part), Decimal(whole)) if whole else Reading(None)


def evidence_of_audits(asked: Asked) -> Iterator[EvidenceRow]:
    """One row for each audited field; 1 for each that was wrong."""
    for row in audits(asked).order_by("pk").iterator():
        yield EvidenceRow(
            id=f"intake.outcome:{row.pk}",
            version=str(int(row.was_right)),
            on=clock.day_of(row.at),
            counts=Decimal(not row.was_right),
        )


def evidence_of_sheets(asked: Asked) -> Iterator[EvidenceRow]:
    """One row for each registered sheet; 1 for each that went through untouched."""
    rows = registered(asked).order_by("pk").values_list("pk", "closed_at", "is_untouched")
    for pk, closed_at, is_untouched in rows.iterator():
        if closed_at is None:
            continue
        yield EvidenceRow(
            id=f"intake.sheet:{pk}",
            version=str(int(is_untouched)),
            on=clock.day_of(closed_at),
            counts=Decimal(is_untouched),
        )

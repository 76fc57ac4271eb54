"""What is left for clerks to look at, who has it open, and how it goes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from kencho.foundation import clock
from kencho.foundation.actors import Actor
from kencho.intake.models import FieldResult, ScanBatch, ScanPage, Sheet
from kencho.organization.models import StaffMember, Unit
from kencho.organization.queries import Desk

HOLD = timedelta(minutes=20)
State = FieldResult.State
LOOKED_AT = (State.DOUBTFUL, State.AUDIT, State.SECOND, State.THIRD)


@dataclass(frozen=True)
class Work:
    """What waits in a division."""

    sheets: int
    fields: int
    held_by_others: int
    ready: int
    incomplete: int
    refused: int
    batches_reading: int


@dataclass(frozen=True)
class Pace:
    """What the division verified today; the seconds are those that a sheet was open on a screen, on average."""

    sheets_today: int
    fields_today: int
    seconds_per_sheet: Decimal | None


def _for(actor: Actor) -> Q:
    """Fields that this person may decide now: a second entry is for somebody else than the first."""
    return Q(state__in=LOOKED_AT) & ~Q(state=State.SECOND, first_by=actor.id)


def fields_of(sheet: Sheet) -> QuerySet[FieldResult]:
    """All fields of a sheet in the order of the form."""
    return sheet.fields.select_related("page").order_by("position", "id")


def to_look_at(sheet: Sheet, actor: Actor) -> QuerySet[FieldResult]:
    """The fields that this person must look at now."""
    return fields_of(sheet).filter(_for(actor))


def has_left(sheet: Sheet) -> bool:
    """Whether anybody still has to look at a field of the sheet."""
    return sheet.fields.filter(state__in=LOOKED_AT).exists()


def is_held_by(sheet: Sheet, staff: StaffMember, at: datetime) -> bool:
    """Whether this person has it open."""
    return sheet.held_by_id == staff.pk and sheet.held_until is not None and sheet.held_until > at


def free_sheets(division: Unit, staff: StaffMember, actor: Actor, at: datetime) -> QuerySet[Sheet]:
    """Sheets with something for this person to look at, which nobody else has open; what they have open comes first."""
    return Sheet.objects.filter(
        Q(held_by=None) | Q(held_by=staff) | Q(held_until__lte=at),
        Exists(FieldResult.objects.filter(_for(actor), sheet=OuterRef("pk"))),
        batch__division=division,
        state=Sheet.State.VERIFYING,
    )


def work_left(desk: Desk, at: datetime) -> Work:
    """Counts for the division's first page."""
    mine = Sheet.objects.filter(batch__division=desk.division)
    verifying = mine.filter(state=Sheet.State.VERIFYING)
    return Work(
        sheets=verifying.count(),
        fields=FieldResult.objects.filter(
            _for(desk.actor), sheet__batch__division=desk.division, sheet__state=Sheet.State.VERIFYING
        ).count(),
        held_by_others=verifying.filter(held_until__gt=at).exclude(held_by=desk.staff).count(),
        ready=mine.filter(state=Sheet.State.READY).count(),
        incomplete=mine.filter(state=Sheet.State.INCOMPLETE).count(),
        refused=ScanPage.objects.filter(batch__division=desk.division, state=ScanPage.State.REFUSED).count(),
        batches_reading=ScanBatch.objects.filter(
            division=desk.division, state__in=[ScanBatch.State.WAITING, ScanBatch.State.READING]
        ).count(),
    )


def pace(desk: Desk, at: datetime) -> Pace:
    """What the division verified since midnight."""
    midnight = at.astimezone(clock.JST).replace(hour=0, minute=0, second=0, microsecond=0)
    done = Sheet.objects.filter(batch__division=desk.division, verified_at__gte=midnight, verified_at__lte=at)
    count = done.count()
    seconds = done.aggregate(all=Sum("verify_seconds"))["all"] or Decimal(0)
    return Pace(
        sheets_today=count,
        fields_today=FieldResult.objects.filter(
            sheet__batch__division=desk.division, verified_at__gte=midnight, verified_at__lte=at
        ).count(),
        seconds_per_sheet=(seconds / count).quantize(Decimal("0.1")) if count else None,
    )

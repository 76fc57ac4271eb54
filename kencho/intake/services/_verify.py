"""確かめる: a clerk takes a sheet, decides its doubtful fields, and lets it go; two clerks never have the same one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from kencho.audit import services as audit
from kencho.foundation.actors import Actor
from kencho.intake import calibration, permissions, queries
from kencho.intake.calibration import Threshold
from kencho.intake.models import FieldResult, Outcome, ScanBatch, Sheet
from kencho.intake.services._errors import Reason, UnableTo
from kencho.intake.services._grouping import settle
from kencho.intake.values import is_same
from kencho.organization.models import StaffMember, Unit

State = FieldResult.State
OPEN = (Sheet.State.VERIFYING, Sheet.State.READY)
# Whoever goes away from an open sheet does not work on it.
LONGEST_STEP = timedelta(minutes=5)


@dataclass(frozen=True)
class Verified:
    """What became of an entry: how many fields are left for this person, and where the sheet stands now."""

    left: int
    sheet_state: str


def take_next_sheet(
    *, staff: StaffMember, by: Actor, at: datetime, batch: ScanBatch | None = None
) -> Sheet | None:
    """次の一件を取る: the oldest sheet with something for this person to look at, held for ``queries.HOLD``.

    What they have open already comes first. None when nothing is left.
    """
    with transaction.atomic():
        division = staff_division(by)
        found = queries.free_sheets(division, staff, by, at)
        if batch is not None:
            found = found.filter(batch=batch)
        ordered = found.order_by("batch__received_at", "batch_id", "number")
        mine = ordered.filter(held_by=staff, held_until__gt=at).first()
        row = mine or _locked_first(ordered)
        if row is None:
            return None
        return _hold(row, staff, at)


def staff_division(by: Actor) -> Unit:
    """The division in which the actor works now."""
    division = Unit.objects.select_related("body").filter(pk=by.division_id or 0).first()
    if division is None or not permissions.may_work(by, division):
        raise PermissionDenied
    return division


def _locked_first(found: Any) -> Sheet | None:
    """The first sheet that nobody else is taking at this moment."""
    skips = connection.features.has_select_for_update_skip_locked
    row: Sheet | None = found.select_for_update(of=("self",), skip_locked=skips).first()
    return row


def _hold(row: Sheet, staff: StaffMember, at: datetime) -> Sheet:
    if row.held_by_id != staff.pk or row.held_until is None or row.held_until <= at:
        row.held_since = at
    row.held_by, row.held_until = staff, at + queries.HOLD
    row.save(update_fields=["held_by", "held_until", "held_since"])
    return row


@transaction.atomic
def take_sheet(*, sheet: Sheet, staff: StaffMember, by: Actor, at: datetime) -> Sheet:
    """この一件を開く: a certain sheet, also to look at it once more before its registration. Raises UnableTo."""
    row = locked(sheet, by)
    if row.state not in OPEN:
        raise UnableTo(Reason.WRONG_STATE)
    if row.handed_over_at is not None:
        raise UnableTo(Reason.HANDED_OVER)
    refuse_held(row, by, at)
    return _hold(row, staff, at)


@transaction.atomic
def release_sheet(*, sheet: Sheet, by: Actor, at: datetime) -> Sheet:
    """手放す: somebody else may take it; the time until now counts."""
    row = locked(sheet, by)
    if row.held_by is not None and _is_holder(row, by):
        _count_time(row, at)
        _let_go(row)
        row.save(update_fields=["held_by", "held_until", "held_since", "verify_seconds"])
    return row


def locked(sheet: Sheet, by: Actor) -> Sheet:
    """The row, locked and read afresh; stops whoever is of another division."""
    row = (
        Sheet.objects.select_for_update(of=("self",))
        .select_related(
            "batch__body",
            "batch__division__body",
            "template__body",
            "template__version__procedure__body",
            "template__version__procedure__division__body",
            "held_by__body",
        )
        .get(pk=sheet.pk)
    )
    permissions.require(permissions.may_work(by, row.batch.division))
    return row


def _is_holder(row: Sheet, by: Actor) -> bool:
    return row.held_by is not None and by.id == f"{row.held_by.body.code}:{row.held_by.number}"


def refuse_held(row: Sheet, by: Actor, at: datetime) -> None:
    """Stop while a colleague has it open. Raises UnableTo."""
    if row.held_by is not None and not _is_holder(row, by) and row.held_until and row.held_until > at:
        raise UnableTo(Reason.HELD)


def _count_time(row: Sheet, at: datetime) -> None:
    if row.held_since is not None:
        step = min(max(at - row.held_since, timedelta(0)), LONGEST_STEP)
        row.verify_seconds += Decimal(str(round(step.total_seconds(), 1)))
        row.held_since = at


def _let_go(row: Sheet) -> None:
    row.held_by = row.held_until = row.held_since = None


def verify_field(*, field: FieldResult, value: Any, by: Actor, at: datetime) -> Verified:
    """項目を確かめる: one field of a sheet that this person has open. Raises UnableTo."""
    if field.sheet is None:
        raise UnableTo(Reason.NOT_OF_SHEET)
    return verify_fields(sheet=field.sheet, values={field.pk: value}, by=by, at=at)


@transaction.atomic
def verify_fields(*, sheet: Sheet, values: Mapping[int, Any], by: Actor, at: datetime) -> Verified:
    """項目を確かめる: what these fields say, all or none; ``None`` is an empty field. Raises UnableTo.

    A field that two people type needs the same value from both; when they differ, a third look decides.
    """
    row = locked(sheet, by)
    if row.state not in OPEN:
        raise UnableTo(Reason.WRONG_STATE)
    if not _is_holder(row, by) or row.held_until is None or row.held_until <= at:
        raise UnableTo(Reason.NOT_HELD)
    fields = {each.pk: each for each in row.fields.filter(pk__in=list(values))}
    if len(fields) != len(values):
        raise UnableTo(Reason.NOT_OF_SHEET)
    thresholds = queries.thresholds(row.batch.body, at)
    for pk, value in values.items():
        _decide(row, fields[pk], value, thresholds, by=by, at=at)
    _count_time(row, at)
    row.held_until = at + queries.HOLD
    was = row.state
    settle(row)
    left = queries.to_look_at(row, by).count()
    if row.state == Sheet.State.READY:
        row.verified_by, row.verified_at = by.name, at
        if was == Sheet.State.VERIFYING:
            audit.record(
                "intake.sheet.verify",
                row,
                by=by,
                at=at,
                label=label_of(row),
                body=row.batch.body.code,
                details={"seconds": str(row.verify_seconds)},
            )
    if not left and was == Sheet.State.VERIFYING:
        _let_go(row)
    row.save()
    return Verified(left=left, sheet_state=row.state)


def label_of(sheet: Sheet) -> str:
    """What the audit log calls a sheet: the batch's digest and its number."""
    return f"{sheet.batch.digest[:12]} {sheet.number}"


def _decide(
    sheet: Sheet,
    field: FieldResult,
    value: Any,
    thresholds: Mapping[str, Threshold],
    *,
    by: Actor,
    at: datetime,
) -> None:
    is_changed = field.state == State.VERIFIED and not is_same(field.final, value)
    if field.needs_second and (field.state in {State.DOUBTFUL, State.AUDIT, State.PASSED} or is_changed):
        # What two people typed is not for one of them to change afterwards.
        field.state, field.first_entry, field.first_by = State.SECOND, value, by.id
        field.message = ""
        field.save(update_fields=["state", "first_entry", "first_by", "message"])
        return
    if field.state == State.SECOND:
        if field.first_by == by.id:
            raise UnableTo(Reason.SAME_CLERK)
        field.second_entry = value
        if not is_same(field.first_entry, value):
            field.state = State.THIRD
            field.save(update_fields=["state", "second_entry"])
            return
    if field.state in queries.LOOKED_AT:
        _learn(sheet, field, value, thresholds[field.kind], at)
    field.state, field.final, field.message = State.VERIFIED, value, ""
    field.verified_by, field.verified_at = by.name, at
    field.save(
        update_fields=[
            "state",
            "final",
            "second_entry",
            "message",
            "verified_by",
            "verified_at",
        ]
    )


def _learn(sheet: Sheet, field: FieldResult, value: Any, threshold: Threshold, at: datetime) -> None:
    """Keep whether the reading was right, without what it said. Empty places that nobody read teach nothing."""
    if field.verified_at is not None or (field.is_blank and not field.reasons):
        return
    Outcome.objects.create(
        body=sheet.batch.body,
        procedure_code=sheet.template.version.procedure.code,
        kind=field.kind,
        score=field.score,
        would_pass=field.is_audited or calibration.would_pass(field.score, threshold, value=field.value),
        was_right=is_same(field.value, value),
        origin=Outcome.Origin.AUDIT if field.is_audited else Outcome.Origin.CHECK,
        at=at,
    )

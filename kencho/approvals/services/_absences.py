"""不在 and deputies."""

from datetime import date, datetime

from django.db import transaction

from kencho.approvals.models import Absence
from kencho.approvals.services._errors import Reason, UnableTo
from kencho.audit import services as audit
from kencho.foundation import clock
from kencho.foundation.actors import Actor
from kencho.organization.models import StaffMember


class UnableToRegisterAbsence(UnableTo):
    """The period is not one, is past, or overlaps another; or the deputy is not a colleague."""


class UnableToEndAbsence(UnableTo):
    """It has ended already."""


@transaction.atomic
def register_absence(
    *,
    staff: StaffMember,
    first_day: date,
    last_day: date,
    by: Actor,
    at: datetime,
    deputy: StaffMember | None = None,
    reason: str = "",
) -> Absence:
    """不在を登録する。両方の日を含む。Raises UnableToRegisterAbsence."""
    # The lock makes two registrations for one person come one after another, so that they cannot overlap.
    staff = StaffMember.objects.select_for_update(of=("self",)).select_related("body").get(pk=staff.pk)
    if last_day < first_day:
        raise UnableToRegisterAbsence(Reason.WRONG_PERIOD)
    if last_day < clock.day_of(at):
        raise UnableToRegisterAbsence(Reason.PAST)
    if deputy is not None and (deputy.pk == staff.pk or deputy.body_id != staff.body_id):
        raise UnableToRegisterAbsence(Reason.WRONG_DEPUTY)
    same_days = Absence.objects.filter(
        staff=staff, ended_at__isnull=True, first_day__lte=last_day, last_day__gte=first_day
    )
    if same_days.exists():
        raise UnableToRegisterAbsence(Reason.OVERLAP)
    absence = Absence.objects.create(
        staff=staff,
        deputy=deputy,
        first_day=first_day,
        last_day=last_day,
        reason=reason.strip(),
        registered_at=at,
    )
    audit.record(
        "approvals.absence.register",
        absence,
        by=by,
        at=at,
        body=staff.body.code,
        details={
            "staff": staff.number,
            "deputy": deputy.number if deputy else "",
            "first_day": first_day.isoformat(),
            "last_day": last_day.isoformat(),
        },
    )
    return absence


@transaction.atomic
def end_absence(*, absence: Absence, by: Actor, at: datetime) -> Absence:
    """不在を終わらせる: from now on the deputy no longer acts; what they did stays. Raises UnableToEndAbsence."""
    absence = Absence.objects.select_for_update(of=("self",)).select_related("staff__body").get(pk=absence.pk)
    if absence.ended_at is not None or absence.last_day < clock.day_of(at):
        raise UnableToEndAbsence(Reason.ALREADY_ENDED)
    absence.ended_at = at
    absence.save(update_fields=["ended_at"])
    audit.record("approvals.absence.end", absence, by=by, at=at, body=absence.staff.body.code)
    return absence

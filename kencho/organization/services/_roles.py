"""Powers beyond one's division, and the days on which a body is closed."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kencho.audit import services as audit
from kencho.foundation import events
from kencho.foundation.actors import Actor
from kencho.organization.events import RoleGranted, RoleRevoked
from kencho.organization.models import Body, ClosedDay, RoleAssignment, StaffMember


class UnableToGrantRole(Exception):
    """Held already in that period, retired, or no such role."""


class UnableToRevokeRole(Exception):
    """Ended already, or it is the last administrator of the body."""


class UnableToSetClosedDay(Exception):
    """The day is entered already."""


@transaction.atomic
def grant_role(
    *, staff: StaffMember, role: str, on: date, until: date | None = None, by: Actor, at: datetime
) -> RoleAssignment:
    """役割を与える from a day until (not including) another."""
    if role not in RoleAssignment.Role.values or (until is not None and until <= on):
        raise UnableToGrantRole(_("役割か期間が正しくありません。"))
    if staff.retired_on is not None and staff.retired_on <= on:
        raise UnableToGrantRole(_("退職した職員です。"))
    held = RoleAssignment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on), staff=staff, role=role
    )
    if until is not None:
        held = held.filter(valid_from__lt=until)
    if held.exists():
        raise UnableToGrantRole(_("その役割は、その期間にすでに持っています。"))
    grant = RoleAssignment.objects.create(staff=staff, role=role, valid_from=on, valid_to=until)
    audit.record(
        "organization.role_assignment.grant",
        grant,
        by=by,
        at=at,
        label=staff.number,
        body=staff.body.code,
        details={"role": role, "staff": staff.pk, "on": str(on), "until": str(until or "")},
    )
    events.publish(RoleGranted(staff_id=staff.pk, role=role, on=on), at=at, body=staff.body.code)
    return grant


@transaction.atomic
def revoke_role(*, grant: RoleAssignment, on: date, by: Actor, at: datetime) -> None:
    """役割を解く from a day on; one that has not begun by then is removed. A body keeps at least one administrator."""
    staff = grant.staff
    if grant.valid_to is not None and grant.valid_to <= on:
        raise UnableToRevokeRole(_("この役割は、すでに終わっています。"))
    if grant.role == RoleAssignment.Role.ORGANIZATION_ADMIN and not _others_administer(grant, on):
        raise UnableToRevokeRole(_("最後の管理者です。先にほかの職員に役割を与えてください。"))
    pk, details = grant.pk, {"role": grant.role, "staff": staff.pk, "on": str(on)}
    if grant.valid_from >= on:
        grant.delete()
        grant.pk = pk
    else:
        grant.valid_to = on
        grant.save(update_fields=["valid_to"])
    audit.record(
        "organization.role_assignment.revoke",
        grant,
        by=by,
        at=at,
        label=staff.number,
        body=staff.body.code,
        details=details,
    )
    events.publish(RoleRevoked(staff_id=staff.pk, role=grant.role, on=on), at=at, body=staff.body.code)


def _others_administer(grant: RoleAssignment, on: date) -> bool:
    return (
        RoleAssignment.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=on),
            role=grant.role,
            staff__body_id=grant.staff.body_id,
            valid_from__lte=on,
        )
        .exclude(pk=grant.pk)
        .exclude(staff__retired_on__lte=on)
        .exists()
    )


@transaction.atomic
def set_closed_day(
    *, body: Body, day: date, name: str, is_open: bool = False, by: Actor, at: datetime
) -> ClosedDay:
    """Enter a day on which the body is closed (or open) against the general rule."""
    if ClosedDay.objects.filter(body=body, day=day).exists():
        raise UnableToSetClosedDay(_("その日は、すでに登録されています。"))
    entry = ClosedDay.objects.create(body=body, day=day, name=name, is_open=is_open)
    audit.record(
        "organization.closed_day.set",
        entry,
        by=by,
        at=at,
        label=str(day),
        body=body.code,
        details={"open": is_open},
    )
    return entry


@transaction.atomic
def remove_closed_day(*, entry: ClosedDay, by: Actor, at: datetime) -> None:
    """Take a day back; the general rule holds for it again."""
    audit.record(
        "organization.closed_day.remove", entry, by=by, at=at, label=str(entry.day), body=entry.body.code
    )
    entry.delete()

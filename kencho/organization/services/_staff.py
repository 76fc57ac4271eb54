"""Staff: hired, assigned, reassigned, retired. The main posts of a staff member follow each other without gap."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kencho.accounts import services as accounts
from kencho.accounts.models import User
from kencho.audit import services as audit
from kencho.foundation import events
from kencho.foundation.actors import Actor
from kencho.organization.events import (
    ConcurrentPostBegun,
    ConcurrentPostEnded,
    StaffHired,
    StaffReassigned,
    StaffRetired,
)
from kencho.organization.models import Assignment, Body, Post, RoleAssignment, StaffMember, Unit


class UnableToHire(Exception):
    """The staff number is taken, or the post cannot be held there."""


class UnableToAssign(Exception):
    """The post cannot be held in that unit on that day, or a later change is already entered."""


class UnableToRetire(Exception):
    """Retired already, or the day lies before the present post began."""


class UnableToOpenAccount(Exception):
    """There is an account already, or no usable address."""


def check_place(body: Body, unit: Unit, post: Post, on: date) -> None:
    """Raise UnableToAssign unless unit and post belong to the body and the unit exists on the day."""
    if unit.body_id != body.pk or post.body_id != body.pk:
        raise UnableToAssign(_("ほかの団体の組織や職には配置できません。"))
    if not unit.is_valid_on(on):
        raise UnableToAssign(_("%(unit)s は、その日にはありません。") % {"unit": unit.name})


@transaction.atomic
def hire(
    *,
    body: Body,
    number: str,
    name: str,
    unit: Unit,
    post: Post,
    on: date,
    kana: str = "",
    email: str = "",
    by: Actor,
    at: datetime,
) -> StaffMember:
    """採用・転入: enter a staff member with the main post that they begin with."""
    check_place(body, unit, post, on)
    if StaffMember.objects.filter(body=body, number=number).exists():
        raise UnableToHire(_("職員番号 %(number)s は、すでに使われています。") % {"number": number})
    staff = StaffMember.objects.create(body=body, number=number, name=name, kana=kana, email=email)
    _begin_main(staff, unit, post, on)
    _log("hire", staff, by=by, at=at, on=on, unit=unit.pk, post=post.code)
    events.publish(StaffHired(staff_id=staff.pk, unit_id=unit.pk, on=on), at=at, body=body.code)
    return staff


def _log(verb: str, staff: StaffMember, *, by: Actor, at: datetime, **details: object) -> None:
    plain = {key: value.isoformat() if isinstance(value, date) else value for key, value in details.items()}
    audit.record(
        f"organization.staff_member.{verb}",
        staff,
        by=by,
        at=at,
        label=staff.number,
        body=staff.body.code,
        details=plain,
    )


@transaction.atomic
def reassign(*, staff: StaffMember, unit: Unit, post: Post, on: date, by: Actor, at: datetime) -> Assignment:
    """人事異動: the main post ends on the day and the new one begins on it. A change on the day of its own beginning
    corrects it. Raises UnableToAssign.
    """
    check_place(staff.body, unit, post, on)
    if staff.retired_on is not None and staff.retired_on <= on:
        raise UnableToAssign(_("退職した職員です。"))
    mains = Assignment.objects.select_for_update().filter(staff=staff, is_concurrent=False)
    if mains.filter(valid_from__gt=on).exists():
        raise UnableToAssign(_("それより後の異動が、すでに登録されています。"))
    present = mains.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on)).order_by("-valid_from").first()
    left = unit.pk if present is None else present.unit_id
    if present is not None and present.valid_from == on:
        present.delete()
    elif present is not None:
        present.valid_to = on
        present.save(update_fields=["valid_to"])
    _begin_main(staff, unit, post, on)
    _log("reassign", staff, by=by, at=at, on=on, unit=unit.pk, post=post.code, left=left)
    events.publish(
        StaffReassigned(staff_id=staff.pk, from_unit_id=left, to_unit_id=unit.pk, on=on),
        at=at,
        body=staff.body.code,
    )
    return mains.get(valid_from=on)


def _begin_main(staff: StaffMember, unit: Unit, post: Post, on: date) -> None:
    """Begin the main post; where the end of the unit is known already, it goes on in the successor."""
    node: Unit | None = unit
    begins = on
    while node is not None:
        ends = [day for day in (node.valid_to, staff.retired_on) if day is not None]
        end = min(ends) if ends else None
        Assignment.objects.create(staff=staff, unit=node, post=post, valid_from=begins, valid_to=end)
        if end is None or end == staff.retired_on:
            return
        node, begins = node.successor, end


@transaction.atomic
def assign_concurrent(
    *,
    staff: StaffMember,
    unit: Unit,
    post: Post,
    on: date,
    until: date | None = None,
    by: Actor,
    at: datetime,
) -> Assignment:
    """兼務を命じる: a further post beside the main one, until (not including) a day."""
    check_place(staff.body, unit, post, on)
    if until is not None and until <= on:
        raise UnableToAssign(_("終わる日は、始まる日より後にしてください。"))
    if staff.retired_on is not None and staff.retired_on <= on:
        raise UnableToAssign(_("退職した職員です。"))
    ends = [day for day in (until, unit.valid_to, staff.retired_on) if day is not None]
    end = min(ends) if ends else None
    held = Assignment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on), staff=staff, unit=unit, post=post
    )
    if end is not None:
        held = held.filter(valid_from__lt=end)
    if held.exists():
        raise UnableToAssign(_("その職は、その期間にすでに持っています。"))
    begun = Assignment.objects.create(
        staff=staff, unit=unit, post=post, is_concurrent=True, valid_from=on, valid_to=end
    )
    _log("assign_concurrent", staff, by=by, at=at, on=on, unit=unit.pk, post=post.code)
    events.publish(
        ConcurrentPostBegun(staff_id=staff.pk, unit_id=unit.pk, on=on), at=at, body=staff.body.code
    )
    return begun


@transaction.atomic
def end_concurrent(*, assignment: Assignment, on: date, by: Actor, at: datetime) -> None:
    """兼務を免ずる from a day on; one that has not begun by then is removed. Main posts end by reassign or retire."""
    if not assignment.is_concurrent:
        raise UnableToAssign(_("本務は、異動か退職で終わります。"))
    if assignment.valid_to is not None and assignment.valid_to <= on:
        raise UnableToAssign(_("この兼務は、すでに終わっています。"))
    if assignment.valid_from >= on:
        assignment.delete()
    else:
        assignment.valid_to = on
        assignment.save(update_fields=["valid_to"])
    _log("end_concurrent", assignment.staff, by=by, at=at, on=on, unit=assignment.unit_id)
    events.publish(
        ConcurrentPostEnded(staff_id=assignment.staff_id, unit_id=assignment.unit_id, on=on),
        at=at,
        body=assignment.staff.body.code,
    )


@transaction.atomic
def retire(*, staff: StaffMember, on: date, by: Actor, at: datetime) -> StaffMember:
    """退職・転出: from the day on no post and no role. The row stays; documents go on naming who signed them."""
    if staff.retired_on is not None:
        raise UnableToRetire(_("すでに退職の日が登録されています。"))
    first = Assignment.objects.filter(staff=staff).order_by("valid_from").first()
    if first is not None and first.valid_from >= on:
        raise UnableToRetire(_("最初の配置より後の日にしてください。"))
    staff.retired_on = on
    staff.save(update_fields=["retired_on"])
    for rows in (Assignment.objects.filter(staff=staff), RoleAssignment.objects.filter(staff=staff)):
        rows.filter(valid_from__gte=on).delete()
        rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on)).update(valid_to=on)
    _log("retire", staff, by=by, at=at, on=on)
    events.publish(StaffRetired(staff_id=staff.pk, on=on), at=at, body=staff.body.code)
    return staff


@transaction.atomic
def correct_staff(
    *, staff: StaffMember, name: str, kana: str, email: str, by: Actor, at: datetime
) -> StaffMember:
    """Correct the entries of the register (a changed family name, an address)."""
    given = {"name": name, "kana": kana, "email": email}
    changed = [field for field, value in given.items() if getattr(staff, field) != value]
    if not changed:
        return staff
    for field in changed:
        setattr(staff, field, given[field])
    staff.save(update_fields=changed)
    if "name" in changed and staff.user is not None:
        staff.user.name = name
        staff.user.save(update_fields=["name"])
    _log("correct", staff, by=by, at=at, fields=changed)
    return staff


@transaction.atomic
def open_account(*, staff: StaffMember, password: str | None = None, by: Actor, at: datetime) -> User:
    """Give a staff member an account for the address in the register; they sign in by a code sent there first."""
    if staff.user is not None:
        raise UnableToOpenAccount(_("すでに利用者があります。"))
    try:
        user = accounts.create_account(
            email=staff.email, name=staff.name, kind=User.Kind.STAFF, password=password, by=by, at=at
        )
    except accounts.UnableToCreateAccount as refused:
        raise UnableToOpenAccount(str(refused)) from refused
    staff.user = user
    staff.save(update_fields=["user"])
    _log("open_account", staff, by=by, at=at, user=user.pk)
    return user

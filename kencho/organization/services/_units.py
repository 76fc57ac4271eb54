"""Bodies and units: created, changed, closed, reorganised. Periods are half-open; nothing is overwritten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kencho.audit import services as audit
from kencho.foundation import events
from kencho.foundation.actors import Actor
from kencho.organization.events import UnitCreated, UnitReorganised
from kencho.organization.models import Assignment, Body, Unit
from kencho.organization.queries import successor_on


class UnableToChangeUnit(Exception):
    """The unit does not exist on that day, the code is taken, or its work would be left to nobody."""


@dataclass(frozen=True)
class NewUnit:
    """A unit that begins with a reorganisation."""

    code: str
    name: str
    level: str = Unit.Level.DIVISION
    parent: Unit | None = None
    kana: str = ""
    name_en: str = ""
    form: str = ""
    document_symbol: str = ""
    telephone: str = ""
    email: str = ""


@dataclass(frozen=True)
class UnitText:
    """What may be corrected without ending the unit: spelling, contact points, symbol."""

    kana: str
    name_en: str
    form: str
    document_symbol: str
    telephone: str
    email: str


_LEVELS_ABOVE = {
    Unit.Level.EXECUTIVE: (),
    Unit.Level.DEPARTMENT: (),
    Unit.Level.DIVISION: (Unit.Level.DEPARTMENT,),
    Unit.Level.SECTION: (Unit.Level.DIVISION,),
}


def _check_code_free(body: Body, code: str, on: date, *, ending: Sequence[Unit] = ()) -> None:
    """A code names one unit at a time: nothing with this code may exist on the day or begin after it."""
    clash = Unit.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), body=body, code=code)
    if clash.exclude(pk__in=[unit.pk for unit in ending]).exists():
        raise UnableToChangeUnit(_("組織コード %(code)s は、その日に使われています。") % {"code": code})


def _check_parent(body: Body, new: NewUnit, on: date) -> None:
    allowed = _LEVELS_ABOVE[Unit.Level(new.level)]
    if new.parent is None:
        if new.level == Unit.Level.SECTION:
            raise UnableToChangeUnit(_("班・係は、所属の下に置いてください。"))
        return
    if new.parent.body_id != body.pk or new.parent.level not in allowed:
        raise UnableToChangeUnit(_("上位の組織の階層が合いません。"))
    if not new.parent.is_valid_on(on):
        raise UnableToChangeUnit(_("上位の組織は、その日にはありません。"))


def _check_ending(unit: Unit, body: Body, on: date) -> None:
    if unit.body_id != body.pk:
        raise UnableToChangeUnit(_("ほかの団体の組織です。"))
    if not unit.valid_from < on:
        raise UnableToChangeUnit(_("組織が始まる日より後の日にしてください。"))
    if unit.valid_to is not None:
        raise UnableToChangeUnit(_("この組織は、すでに終わる日が決まっています。"))


def _begin(body: Body, new: NewUnit, on: date) -> Unit:
    _check_parent(body, new, on)
    return Unit.objects.create(
        body=body,
        parent=new.parent,
        level=new.level,
        code=new.code,
        name=new.name,
        kana=new.kana,
        name_en=new.name_en,
        form=new.form,
        document_symbol=new.document_symbol,
        telephone=new.telephone,
        email=new.email,
        valid_from=on,
    )


@transaction.atomic
def create_unit(*, body: Body, new: NewUnit, on: date, by: Actor, at: datetime) -> Unit:
    """組織を新設する. Raises UnableToChangeUnit."""
    _check_code_free(body, new.code, on)
    unit = _begin(body, new, on)
    audit.record(
        "organization.unit.create",
        unit,
        by=by,
        at=at,
        label=unit.name,
        body=body.code,
        details={"on": str(on)},
    )
    events.publish(UnitCreated(unit_id=unit.pk, on=on), at=at, body=body.code)
    return unit


@transaction.atomic
def reorganise(
    *,
    body: Body,
    ending: Sequence[Unit],
    beginning: Sequence[NewUnit],
    successors: Mapping[str, str],
    on: date,
    by: Actor,
    at: datetime,
) -> list[Unit]:
    """組織改正: end units, begin others, and name for each ending one the code of the unit that takes over its work.

    ``successors`` maps codes of ending units to codes of beginning units, or of units that exist on the day. Staff
    move with the work. Returns the new units. Raises UnableToChangeUnit; then nothing has changed.
    """
    for unit in ending:
        _check_ending(unit, body, on)
    codes = [new.code for new in beginning]
    if len(set(codes)) != len(codes):
        raise UnableToChangeUnit(_("同じ組織コードが二度あります。"))
    for new in beginning:
        _check_code_free(body, new.code, on, ending=ending)
    begun = {new.code: _begin(body, new, on) for new in beginning}
    for unit in ending:
        _end(unit, _successor(unit, begun, ending, successors, on), on, by=by, at=at)
    for unit in begun.values():
        audit.record(
            "organization.unit.begin",
            unit,
            by=by,
            at=at,
            label=unit.name,
            body=body.code,
            details={"on": str(on)},
        )
    return list(begun.values())


def _successor(
    unit: Unit, begun: Mapping[str, Unit], ending: Sequence[Unit], successors: Mapping[str, str], on: date
) -> Unit:
    code = successors.get(unit.code, "")
    if code in begun:
        return begun[code]
    kept = (
        Unit.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=on), body=unit.body, code=code, valid_from__lte=on
        )
        .exclude(pk__in=[each.pk for each in ending])
        .first()
    )
    if kept is None:
        raise UnableToChangeUnit(_("%(name)s の後継の組織を選んでください。") % {"name": unit.name})
    return kept


def _end(unit: Unit, successor: Unit, on: date, *, by: Actor, at: datetime) -> None:
    unit.valid_to, unit.successor = on, successor
    unit.save(update_fields=["valid_to", "successor"])
    _carry_staff(unit, successor, on)
    audit.record(
        "organization.unit.end",
        unit,
        by=by,
        at=at,
        label=unit.name,
        body=unit.body.code,
        details={"on": str(on), "successor": successor.pk},
    )
    events.publish(
        UnitReorganised(unit_id=unit.pk, successor_id=successor.pk, on=on), at=at, body=unit.body.code
    )


def _carry_staff(unit: Unit, successor: Unit, on: date) -> None:
    """Staff go where the work goes: their posts end with the unit and go on in its successor from the same day."""
    staying = list(
        Assignment.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), unit=unit, valid_from__lt=on)
    )
    Assignment.objects.bulk_create(
        Assignment(
            staff_id=each.staff_id,
            unit=successor,
            post_id=each.post_id,
            is_concurrent=each.is_concurrent,
            valid_from=on,
            valid_to=each.valid_to,
        )
        for each in staying
    )
    Assignment.objects.filter(pk__in=[each.pk for each in staying]).update(valid_to=on)
    Assignment.objects.filter(unit=unit, valid_from__gte=on).update(unit=successor)


def rename_unit(
    *,
    unit: Unit,
    name: str,
    on: date,
    kana: str = "",
    name_en: str = "",
    parent: Unit | None = None,
    by: Actor,
    at: datetime,
) -> Unit:
    """名称変更, with ``parent`` also a move below another department: the same code goes on in a new row."""
    changed = NewUnit(
        code=unit.code,
        name=name,
        level=unit.level,
        parent=parent or _parent_on(unit, on),
        kana=kana or unit.kana,
        name_en=name_en or unit.name_en,
        form=unit.form,
        document_symbol=unit.document_symbol,
        telephone=unit.telephone,
        email=unit.email,
    )
    return reorganise(
        body=unit.body,
        ending=[unit],
        beginning=[changed],
        successors={unit.code: unit.code},
        on=on,
        by=by,
        at=at,
    )[0]


def _parent_on(unit: Unit, on: date) -> Unit | None:
    return successor_on(unit.parent, on) if unit.parent else None


def close_unit(*, unit: Unit, successor: Unit, on: date, by: Actor, at: datetime) -> Unit:
    """廃止する; another unit that exists takes over work and staff. Raises UnableToChangeUnit."""
    if successor.pk == unit.pk:
        raise UnableToChangeUnit(_("自分自身を後継にはできません。"))
    reorganise(
        body=unit.body,
        ending=[unit],
        beginning=[],
        successors={unit.code: successor.code},
        on=on,
        by=by,
        at=at,
    )
    unit.refresh_from_db()
    return unit


@transaction.atomic
def correct_unit(*, unit: Unit, text: UnitText, by: Actor, at: datetime) -> Unit:
    """Correct spelling, symbol and contact points; a new name is ``rename_unit``."""
    changed = [field for field, value in vars(text).items() if getattr(unit, field) != value]
    for field in changed:
        setattr(unit, field, getattr(text, field))
    if changed:
        unit.save(update_fields=changed)
        audit.record(
            "organization.unit.correct",
            unit,
            by=by,
            at=at,
            label=unit.name,
            body=unit.body.code,
            details={"fields": changed},
        )
    return unit


@transaction.atomic
def correct_body(*, body: Body, fields: Mapping[str, str | bool], by: Actor, at: datetime) -> Body:
    """Correct the entries of a body: names, address, whether it accepts applications online. Never its code."""
    allowed = {"name", "kana", "name_en", "postal_code", "address", "office", "head_title", "accepts_online"}
    changed = [name for name, value in fields.items() if name in allowed and getattr(body, name) != value]
    for name in changed:
        setattr(body, name, fields[name])
    if changed:
        body.save(update_fields=changed)
        audit.record(
            "organization.body.correct",
            body,
            by=by,
            at=at,
            label=body.name,
            body=body.code,
            details={"fields": changed},
        )
    return body

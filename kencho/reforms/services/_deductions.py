"""Deductions: what the new way itself costs people."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from kencho.audit import services as audit
from kencho.foundation import clock
from kencho.foundation.actors import Actor
from kencho.reforms import permissions
from kencho.reforms.models import Deduction, ReformCase
from kencho.reforms.services._errors import Reason, UnableTo

MILLI = Decimal("0.001")
MOST = Decimal(1_000_000)


class UnableToDeduct(UnableTo):
    """Not of the own division, no minutes, or withdrawn before."""


@transaction.atomic
def record_deduction(
    *,
    reform: ReformCase,
    kind: str,
    on: date,
    minutes: Decimal,
    note: str = "",
    evidence: str = "",
    by: Actor,
    at: datetime,
) -> Deduction:
    """差し引く時間を登録する (minutes); the same evidence is entered once. Raises UnableToDeduct."""
    if not permissions.may_edit(by, reform):
        raise UnableToDeduct(Reason.NOT_ALLOWED)
    exact = minutes.quantize(MILLI)
    if exact <= 0 or exact > MOST:
        raise UnableToDeduct(Reason.MANY_MINUTES)
    if on > clock.day_of(at):
        raise UnableToDeduct(Reason.FUTURE)
    known = Deduction.objects.filter(reform=reform, kind=kind, evidence=evidence).first()
    if evidence and known is not None:
        return known
    found = Deduction.objects.create(
        reform=reform,
        kind=kind,
        on=on,
        minutes=exact,
        note=note.strip(),
        evidence=evidence,
        recorded_by=by.name,
        recorded_at=at,
    )
    audit.record(
        "reforms.deduction.record",
        found,
        by=by,
        at=at,
        label=reform.title[:60],
        body=reform.body.code,
        details={"kind": kind, "minutes": str(exact)},
    )
    return found


@transaction.atomic
def withdraw_deduction(*, deduction: Deduction, reason: str, by: Actor, at: datetime) -> Deduction:
    """差し引く時間を取り消す: it stays to be seen, with the reason. Raises UnableToDeduct."""
    found = (
        Deduction.objects.select_for_update(of=("self",), no_key=True)
        .select_related("reform__body", "reform__division")
        .get(pk=deduction.pk)
    )
    if not permissions.may_edit(by, found.reform):
        raise UnableToDeduct(Reason.NOT_ALLOWED)
    if not reason.strip():
        raise UnableToDeduct(Reason.EMPTY_REASON)
    if found.withdrawn_at is not None:
        raise UnableToDeduct(Reason.WITHDRAWN)
    found.withdrawn_at, found.withdrawn_reason = at, reason.strip()
    found.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    audit.record(
        "reforms.deduction.withdraw",
        found,
        by=by,
        at=at,
        label=found.reform.title[:60],
        body=found.reform.body.code,
    )
    return found

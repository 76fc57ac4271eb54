"""The ledger of unit-days, kept in the transaction that confirms or undoes a session."""

from datetime import datetime

from django.db import transaction

from kencho.audit import services as audit
from kencho.foundation import clock, events
from kencho.foundation.actors import Actor
from kencho.organization.models import Unit
from kencho.workplace import queries
from kencho.workplace.events import TeleworkUnitDayRecorded
from kencho.workplace.models import SplitDecision, TeleworkSession, TeleworkUnitDay
from kencho.workplace.services._errors import Reason, UnableTo


class UnableToDecideSplit(UnableTo):
    """The division was not split, or the heir is not one of the body's."""


def _hold(unit_id: int) -> None:
    # Two sessions of one division that end at the same moment take turns, so that its day is entered once.
    Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=unit_id)


def enter(session: TeleworkSession, at: datetime) -> None:
    """A session was confirmed: the unit-day stands from now on, if it did not already."""
    _hold(session.unit_at_use_id)
    if not queries.other_confirmed(session).exists():
        _record(session, 1, at)


def reverse(session: TeleworkSession, at: datetime) -> None:
    """A confirmed session is undone: the unit-day falls unless another session holds it."""
    _hold(session.unit_at_use_id)
    if not queries.other_confirmed(session).exists():
        _record(session, -1, at)


def _record(session: TeleworkSession, sign: int, at: datetime) -> None:
    unit, day, kind = session.counts_as()
    TeleworkUnitDay.objects.create(
        body_id=session.body_id, unit_id=unit, day=day, kind=kind, sign=sign, recorded_at=at
    )
    events.publish(
        TeleworkUnitDayRecorded(unit_id=unit, day=day, kind=kind, sign=sign, recorded_at=at),
        at=at,
        body=session.body.code,
    )


@transaction.atomic
def decide_split(*, unit: Unit, heir: Unit | None, reason: str, by: Actor, at: datetime) -> SplitDecision:
    """分割された所属の利用をどの所属が引き継ぐかを決める; without an heir it counts for itself. Raises UnableToDecideSplit."""
    body = unit.body
    if not (by.is_system or by.body == body.code) or (heir is not None and heir.body_id != body.pk):
        raise UnableToDecideSplit(Reason.OTHER_BODY)
    if unit.pk not in queries.split_into(body.code, clock.day_of(at)):
        raise UnableToDecideSplit(Reason.NO_SPLIT)
    if not reason.strip():
        raise UnableToDecideSplit(Reason.EMPTY_REASON)
    decision = SplitDecision.objects.create(unit=unit, heir=heir, reason=reason.strip(), decided_at=at)
    audit.record(
        "workplace.split_decision.decide",
        decision,
        by=by,
        at=at,
        label=unit.name,
        body=body.code,
        details={"unit": unit.code, "heir": heir.code if heir else ""},
    )
    return decision

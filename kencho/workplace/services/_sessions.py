"""Start, end, corrections. The end report confirms the session; what then leaves the log is the unit-day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from kencho.audit import services as audit
from kencho.foundation import clock
from kencho.foundation.actors import Actor
from kencho.organization import queries as organization
from kencho.organization.models import StaffMember, Unit
from kencho.organization.queries import staff_of_actor
from kencho.workplace import permissions, queries
from kencho.workplace.models import PlannedDay, SessionState, Source, TeleworkRule, TeleworkSession
from kencho.workplace.services import _ledger
from kencho.workplace.services._errors import Reason, UnableTo
from kencho.workplace.services._plans import lock, rule_for
from kencho.workplace.telework_rules import session_finding

ONE_DAY = timedelta(days=1)


class UnableToStart(UnableTo):
    """No approved plan for the day, another session runs, or the staff member has moved or left."""


class UnableToEnd(UnableTo):
    """It has ended already, or the end is not after the beginning, ahead, or too late."""


class UnableToRecord(UnableTo):
    """The times are no session, share time with another, or nobody approved it."""


class UnableToCorrect(UnableTo):
    """Not one's own nor of one's division, not confirmed, or the new times are no session."""


@dataclass(frozen=True)
class _Ground:
    """What a session stands on."""

    division: Unit
    rule: TeleworkRule
    planned: PlannedDay | None


def _ground(staff: StaffMember, day: date, error: type[UnableTo], *, needs_plan: bool = True) -> _Ground:
    rule = rule_for(staff, day)
    if rule is None:
        raise error(Reason.NO_RULE)
    division = queries.workplaces(staff, day, day + ONE_DAY).division_on(day)
    if division is None:
        raise error(Reason.NOT_SERVING)
    planned = queries.approved_day(staff, day)
    if planned is None and needs_plan:
        raise error(Reason.NO_PLAN, f"（{rule.rule.approval.article}）")
    if planned is not None and organization.successor_on(planned.division, day).pk != division.pk:
        raise error(Reason.MOVED)
    return _Ground(division, rule, planned)


@transaction.atomic
def start_session(
    *, staff: StaffMember, by: Actor, at: datetime, source: str = Source.REPORT
) -> TeleworkSession:
    """テレワークを始める: the approved plan of the day says kind and place. Raises UnableToStart."""
    staff = lock(staff)
    if not permissions.may_report(by, staff):
        raise UnableToStart(Reason.NOT_ALLOWED)
    day = clock.day_of(at)
    ground = _ground(staff, day, UnableToStart)
    if queries.running_session(staff) is not None:
        raise UnableToStart(Reason.RUNNING)
    if queries.overlapping(staff, at, None).exists():
        raise UnableToStart(Reason.OVERLAP)
    early = session_finding(ground.rule.rule, at, at)
    if early is not None:
        raise UnableToStart(Reason.AGAINST_RULE, findings=[early])
    session = _new(staff, ground, day, at, source)
    audit.record(
        "workplace.telework_session.start",
        session,
        by=by,
        at=at,
        label=f"{day:%Y-%m-%d}",
        body=staff.body.code,
        details={"source": source},
    )
    return session


def _new(
    staff: StaffMember, ground: _Ground, day: date, started_at: datetime, source: str
) -> TeleworkSession:
    planned = ground.planned
    if planned is None:
        raise UnableToStart(Reason.NO_PLAN)
    return TeleworkSession.objects.create(
        body=staff.body,
        staff=staff,
        unit_at_use=ground.division,
        planned=planned,
        kind=planned.kind,
        place=planned.place,
        day=day,
        started_at=started_at,
        source=source,
        article=ground.rule.rule.reporting.article,
    )


@transaction.atomic
def end_session(
    *, session: TeleworkSession, by: Actor, at: datetime, ended_at: datetime | None = None
) -> TeleworkSession:
    """テレワークを終える: this confirms it. ``ended_at`` is given when the report was forgotten. Raises UnableToEnd."""
    staff = lock(session.staff)
    if not permissions.may_report(by, staff):
        raise UnableToEnd(Reason.NOT_ALLOWED)
    session = TeleworkSession.objects.select_related("body").get(pk=session.pk)
    if session.state != SessionState.RUNNING:
        raise UnableToEnd(Reason.NOT_RUNNING)
    ended_at = ended_at or at
    _check_times(staff, session.started_at, ended_at, at, UnableToEnd, but=session.pk)
    session.ended_at = ended_at
    _confirm(session, at)
    _audit_confirmed(session, by, at)
    return session


def _check_times(
    staff: StaffMember,
    started_at: datetime,
    ended_at: datetime,
    at: datetime,
    error: type[UnableTo],
    *,
    but: int | None = None,
) -> None:
    if ended_at <= started_at:
        raise error(Reason.BACKWARD)
    if ended_at > at:
        raise error(Reason.FUTURE)
    rule = rule_for(staff, clock.day_of(started_at))
    if rule is None:
        raise error(Reason.NO_RULE)
    finding = session_finding(rule.rule, started_at, ended_at)
    if finding is not None:
        raise error(Reason.AGAINST_RULE, findings=[finding])
    if queries.overlapping(staff, started_at, ended_at, but=but).exists():
        raise error(Reason.OVERLAP)


def _confirm(session: TeleworkSession, at: datetime) -> None:
    session.state, session.confirmed_at = SessionState.CONFIRMED, at
    session.save(
        update_fields=["state", "confirmed_at", "ended_at", "kind", "place", "started_at", "day", "note"]
    )
    _ledger.enter(session, at)


def _audit_confirmed(session: TeleworkSession, by: Actor, at: datetime) -> None:
    audit.record(
        "workplace.telework_session.confirm",
        session,
        by=by,
        at=at,
        label=f"{session.day:%Y-%m-%d}",
        body=session.body.code,
        details={"kind": session.kind, "source": session.source, "unit": session.unit_at_use_id},
    )


@transaction.atomic
def record_session(
    *,
    staff: StaffMember,
    started_at: datetime,
    ended_at: datetime,
    source: str,
    by: Actor,
    at: datetime,
    kind: str = "",
    place: str = "",
    note: str = "",
) -> TeleworkSession:
    """終わったテレワークを後から記録する: from connection records or papers, or by the head. Raises UnableToRecord.

    Without an approved plan only who decides on the person's telework may enter it, where the rule has an article for
    urgent use; then kind, place and a reason are needed.
    """
    staff = lock(staff)
    day = clock.day_of(started_at)
    ground = _ground(staff, day, UnableToRecord, needs_plan=False)
    article = _may_record(staff, ground, by, at, note)
    _check_times(staff, started_at, ended_at, at, UnableToRecord)
    if ground.planned is None and not (kind and place):
        raise UnableToRecord(Reason.NO_PLAN)
    session = TeleworkSession.objects.create(
        body=staff.body,
        staff=staff,
        unit_at_use=ground.division,
        planned=ground.planned,
        kind=ground.planned.kind if ground.planned else kind,
        place=ground.planned.place if ground.planned else place,
        day=day,
        started_at=started_at,
        ended_at=ended_at,
        source=source,
        state=SessionState.RUNNING,
        article=article,
        note=note.strip(),
    )
    _confirm(session, at)
    _audit_confirmed(session, by, at)
    return session


def _may_record(staff: StaffMember, ground: _Ground, by: Actor, at: datetime, note: str) -> str:
    """The article that the entry rests on."""
    reporting = ground.rule.rule.reporting
    if ground.planned is not None and permissions.may_report(by, staff):
        return reporting.article
    decider = staff_of_actor(by)
    approvers = queries.approvers_on(staff.body, clock.day_of(at))
    if decider is None or approvers.right_of(decider.pk, division=ground.division.pk, staff=staff.pk) is None:
        raise UnableToRecord(Reason.NO_PLAN if ground.planned is None else Reason.NOT_APPROVER)
    if ground.planned is not None:
        return reporting.article
    if not reporting.without_plan_article:
        raise UnableToRecord(Reason.NO_PLAN)
    if not note.strip():
        raise UnableToRecord(Reason.EMPTY_REASON)
    return reporting.without_plan_article


@transaction.atomic
def correct_session(
    *,
    session: TeleworkSession,
    started_at: datetime,
    ended_at: datetime,
    kind: str,
    place: str,
    reason: str,
    by: Actor,
    at: datetime,
) -> TeleworkSession:
    """実績を訂正する: the unit-day that no longer stands is reversed, the right one entered. Raises UnableToCorrect."""
    staff = lock(session.staff)
    session = _own_session(session, by, at, UnableToCorrect)
    if session.state != SessionState.CONFIRMED:
        raise UnableToCorrect(Reason.NOT_CONFIRMED)
    if not reason.strip():
        raise UnableToCorrect(Reason.EMPTY_REASON)
    rule = rule_for(staff, clock.day_of(started_at))
    if rule is None or place not in rule.rule.places_of(kind):
        raise UnableToCorrect(Reason.AGAINST_RULE, f"（{rule.rule.places.article if rule else ''}）")
    _check_times(staff, started_at, ended_at, at, UnableToCorrect, but=session.pk)
    if clock.day_of(started_at) != session.day:
        # The division and the plan belong to the day; another day is another session.
        raise UnableToCorrect(Reason.OTHER_DAY)
    before = {"kind": session.kind, "started_at": session.started_at, "ended_at": session.ended_at}
    changes_day = kind != session.kind
    if changes_day:
        _ledger.reverse(session, at)
    session.started_at, session.ended_at, session.kind, session.place = started_at, ended_at, kind, place
    session.note = reason.strip()
    session.save(update_fields=["started_at", "ended_at", "kind", "place", "note"])
    if changes_day:
        _ledger.enter(session, at)
    audit.record(
        "workplace.telework_session.correct",
        session,
        by=by,
        at=at,
        label=f"{session.day:%Y-%m-%d}",
        body=session.body.code,
        details={"before": before, "kind": kind},
    )
    return session


def _own_session(session: TeleworkSession, by: Actor, at: datetime, error: type[UnableTo]) -> TeleworkSession:
    found = TeleworkSession.objects.select_related("body", "staff__body", "unit_at_use").get(pk=session.pk)
    who = staff_of_actor(by)
    if who is None or not permissions.may_correct(who, found, clock.day_of(at)):
        raise error(Reason.NOT_ALLOWED)
    return found


@transaction.atomic
def cancel_session(*, session: TeleworkSession, reason: str, by: Actor, at: datetime) -> TeleworkSession:
    """実績を取り消す: it did not take place. Raises UnableToCorrect."""
    lock(session.staff)
    session = _own_session(session, by, at, UnableToCorrect)
    if session.state == SessionState.CANCELLED:
        raise UnableToCorrect(Reason.NOT_CONFIRMED)
    if not reason.strip():
        raise UnableToCorrect(Reason.EMPTY_REASON)
    if session.state == SessionState.CONFIRMED:
        _ledger.reverse(session, at)
    session.state, session.note = SessionState.CANCELLED, reason.strip()
    session.save(update_fields=["state", "note"])
    audit.record(
        "workplace.telework_session.cancel",
        session,
        by=by,
        at=at,
        label=f"{session.day:%Y-%m-%d}",
        body=session.body.code,
    )
    return session

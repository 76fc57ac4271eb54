"""Sessions: running, of one person, of a division."""

from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from kencho.organization import queries as organization
from kencho.organization.models import Body, StaffMember, Unit
from kencho.workplace.models import SessionState, TeleworkSession
from kencho.workplace.queries._plans import next_month


def sessions_of(staff: StaffMember) -> QuerySet[TeleworkSession]:
    """The log of one person, the latest first."""
    return (
        TeleworkSession.objects.filter(staff=staff)
        .select_related("unit_at_use")
        .order_by("-started_at", "-pk")
    )


def running_session(staff: StaffMember) -> TeleworkSession | None:
    """The session that has begun and not ended."""
    return (
        TeleworkSession.objects.filter(staff=staff, state=SessionState.RUNNING)
        .select_related("staff__body", "body", "unit_at_use", "planned")
        .first()
    )


def overlapping(
    staff: StaffMember, started_at: datetime, ended_at: datetime | None, *, but: int | None = None
) -> QuerySet[TeleworkSession]:
    """Sessions of a person that share time with [started_at, ended_at); a running one has no end yet."""
    found = TeleworkSession.objects.filter(staff=staff).exclude(state=SessionState.CANCELLED)
    found = found.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=started_at))
    if ended_at is not None:
        found = found.filter(started_at__lt=ended_at)
    return found.exclude(pk=but) if but is not None else found


def sessions_of_division(division: Unit, month: date) -> QuerySet[TeleworkSession]:
    """The log of a division in a month, for its records."""
    units = organization.subtree_ids(division, next_month(month) - timedelta(days=1))
    return (
        TeleworkSession.objects.filter(unit_at_use__in=units, day__gte=month, day__lt=next_month(month))
        .select_related("staff", "unit_at_use")
        .order_by("day", "staff__number", "pk")
    )


def running_since_before(body: Body, moment: datetime) -> QuerySet[TeleworkSession]:
    """Sessions of a body that began before a moment and have not ended."""
    return TeleworkSession.objects.filter(
        body=body, state=SessionState.RUNNING, started_at__lt=moment
    ).select_related("staff__user", "staff__body", "body")


def other_confirmed(session: TeleworkSession) -> QuerySet[TeleworkSession]:
    """Further confirmed sessions of the same division, day and kind."""
    return TeleworkSession.objects.filter(
        unit_at_use=session.unit_at_use_id,
        day=session.day,
        kind=session.kind,
        state=SessionState.CONFIRMED,
    ).exclude(pk=session.pk)

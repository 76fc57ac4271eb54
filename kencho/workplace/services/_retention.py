"""Logs of persons are erased when their time is over; unit-days stay."""

from datetime import date, datetime

from django.db import transaction

from kencho.audit import services as audit
from kencho.foundation import clock
from kencho.foundation.actors import Actor
from kencho.organization.models import Body
from kencho.workplace import queries
from kencho.workplace.models import DeskBooking, TeleworkPlan, TeleworkSession

MONTHS_A_YEAR = 12


def kept_from(day: date, months: int) -> date:
    """The first day of the oldest month that is kept on a day, so many whole months back."""
    number = day.year * MONTHS_A_YEAR + day.month - 1 - months
    return date(number // MONTHS_A_YEAR, number % MONTHS_A_YEAR + 1, 1)


@transaction.atomic
def erase_logs(*, body: Body, by: Actor, at: datetime) -> int:
    """個人の記録を消す: sessions, plans and bookings older than the rule lets the body keep. Returns how many rows.

    Without a rule nothing is erased. The unit-days of what is erased were entered with its confirmation and stay.
    """
    rule = queries.rule_on(body, clock.day_of(at))
    if rule is None:
        return 0
    before = kept_from(clock.day_of(at), rule.rule.records.months)
    starts = datetime(before.year, before.month, 1, tzinfo=clock.JST)
    # A session that still runs is no record yet.
    sessions = TeleworkSession.objects.filter(body=body, day__lt=before, ended_at__isnull=False)
    number = sum(
        rows.delete()[0]
        for rows in (
            sessions,
            TeleworkPlan.objects.filter(body=body, month__lt=before),
            DeskBooking.objects.filter(staff__body=body, ends_at__lt=starts),
        )
    )
    if number:
        audit.record(
            "workplace.telework_log.erase",
            rule,
            by=by,
            at=at,
            body=body.code,
            details={"before": before.isoformat(), "rows": number, "article": rule.rule.records.article},
        )
    return number

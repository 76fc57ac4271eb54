"""Telework: a rule, a day that was worked, a plan that waits for the head, a satellite office, a divided division."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kencho.foundation import actors, clock
from kencho.foundation.business_days import next_business_day
from kencho.organization.models import Body, Unit
from kencho.organization.queries import calendar_of
from kencho.organization.testing import Cast, make_staff, make_unit
from kencho.workplace import services
from kencho.workplace.models import (
    DeskBooking,
    Kind,
    PlannedDay,
    SatelliteDesk,
    TeleworkPlan,
    TeleworkRule,
    TeleworkSession,
)
from kencho.workplace.services import OfficeText
from kencho.workplace.testing import instant, make_rule, planned, teleworked

SETUP = actors.system("setup")


@dataclass(frozen=True)
class Telework:
    """One of each thing of telework."""

    rule: TeleworkRule
    session: TeleworkSession
    plan: TeleworkPlan
    day: PlannedDay
    desk: SatelliteDesk
    booking: DeskBooking
    divided: Unit


def _last_business_day(body: Body, before: date) -> date:
    calendar = calendar_of(body)
    day = before - timedelta(days=1)
    while not calendar.is_business_day(day):
        day -= timedelta(days=1)
    return day


def _divided(cast: Cast, on: date) -> Unit:
    """A division that became two: the register names the first, its clerk works in the second."""
    first = make_unit(cast.body, "03041", "第一課", parent=cast.department, valid_from=on)
    second = make_unit(cast.body, "03042", "第二課", parent=cast.department, valid_from=on)
    old = make_unit(cast.body, "03040", "分割前課", parent=cast.department, valid_to=on)
    clerk = make_staff(old, "S0400", "分割 四百", with_user=False)
    held = clerk.assignments.get()
    held.valid_to = on
    held.save()
    clerk.assignments.create(unit=second, post=held.post, valid_from=on)
    old.successor = first
    old.save()
    return old


def make_telework(cast: Cast) -> Telework:
    """Through the real services; the clerk teleworked, a colleague asks to."""
    at, today = clock.now(), clock.day_of(clock.now())
    worked = _last_business_day(cast.body, today)
    rule = make_rule(cast.body, at=instant(worked - timedelta(days=30)))
    session = teleworked(cast.clerk, cast.chief, worked)
    coming = next_business_day(today + timedelta(days=1), calendar_of(cast.body))
    colleague = make_staff(cast.division, "S0401", "同僚 四百一", with_user=False)
    plan = planned(colleague, [(coming, Kind.HOME)], at=at)
    office = services.save_office(
        body=cast.body, code="tsu", text=OfficeText("津庁舎サテライト"), by=SETUP, at=at
    )
    desk = services.save_desk(office=office, code="A1", equipment="モニター", by=SETUP, at=at)
    booking = services.book_desk(
        desk=desk,
        staff=cast.clerk,
        starts_at=instant(coming, 9),
        ends_at=instant(coming, 12),
        by=SETUP,
        at=at,
    )
    return Telework(
        rule=rule,
        session=session,
        plan=plan,
        day=PlannedDay.objects.get(plan=plan),
        desk=desk,
        booking=booking,
        divided=_divided(cast, today - timedelta(days=20)),
    )


THINGS: dict[str, Callable[[Telework], dict[str, Any]]] = {
    "workplace:telework_end": lambda t: {"pk": t.session.pk},
    **{f"workplace:session_{verb}": lambda t: {"pk": t.session.pk} for verb in ("correct", "cancel")},
    "workplace:day_cancel": lambda t: {"pk": t.day.pk},
    **{f"workplace:telework_{verb}": lambda t: {"pk": t.plan.pk} for verb in ("review", "approve", "refuse")},
    "workplace:desk_book": lambda t: {"pk": t.desk.pk},
    "workplace:desk_cancel": lambda t: {"pk": t.booking.pk},
    "workplace:office_edit": lambda t: {"pk": t.desk.office_id},
    **{f"workplace:rule_{name}": lambda t: {"pk": t.rule.pk} for name in ("show", "export")},
    "workplace:split_decide": lambda t: {"pk": t.divided.pk},
}

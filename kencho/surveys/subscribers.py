"""Reactions to this app's own facts: those who are asked are told, all of them, whether they have answered or not."""

from datetime import datetime

from django.urls import reverse

from kencho.foundation import actors, clock
from kencho.foundation.events import subscriber
from kencho.notifications import services as notifications
from kencho.surveys import queries
from kencho.surveys.events import CycleOpened, CycleReminded
from kencho.surveys.models import Cycle, ReportingUnit

SENDER = actors.system("surveys")


def _tell(template: str, cycle: Cycle, groups: list[str], at: datetime) -> None:
    staff = queries.division_staff(cycle, groups, clock.day_of(at))
    notifications.send(
        template=f"surveys/messages/{template}",
        recipients=[notifications.Recipient.staff(each) for each in staff],
        context={"title": cycle.title, "closes_at": cycle.closes_at},
        body=cycle.body,
        url=reverse("surveys:survey_answer", args=[cycle.key]),
        by=SENDER,
        at=at,
    )


@subscriber(CycleOpened)
def announce(event: CycleOpened) -> None:
    """A survey has begun."""
    cycle = Cycle.objects.select_related("body").get(pk=event.cycle_id)
    if event.announce and cycle.is_open:
        groups = list(ReportingUnit.objects.filter(cycle=cycle).values_list("code", flat=True))
        _tell("opened", cycle, groups, event.opened_at)


@subscriber(CycleReminded)
def remind(event: CycleReminded) -> None:
    """Divisions with few answers are asked once more."""
    cycle = Cycle.objects.select_related("body").get(pk=event.cycle_id)
    if cycle.is_open:
        _tell("reminder", cycle, event.groups, event.reminded_at)

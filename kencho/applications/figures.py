"""Figures about applications of one body and fiscal year: the one place where they are counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth

from kencho.applications import inbox
from kencho.applications.models import Application, Channel, ClockPause
from kencho.foundation import clock
from kencho.foundation.business_days import ProcessingClock
from kencho.foundation.fiscal import FiscalYear
from kencho.organization import queries as organization
from kencho.organization.models import Body

ONLINE = (Channel.ONLINE, Channel.API)
TENTH = Decimal("0.1")


def received(year: FiscalYear, body: str) -> QuerySet[Application]:
    """Applications that arrived in a fiscal year, however they came; trials are left out, withdrawals stay in."""
    return Application.objects.filter(body__code=body, fiscal_year=year.start_year, is_demo=False)


def received_online(year: FiscalYear, body: str) -> int:
    """Distinct applications that arrived online (rule BIND: an amended application is the same one, a retry too)."""
    return received(year, body).filter(channel__in=ONLINE).count()


def online_share(year: FiscalYear, body: str) -> tuple[int, int]:
    """(online, all) of the year: オンライン利用率 is the one over the other."""
    found = received(year, body).aggregate(online=Count("pk", filter=Q(channel__in=ONLINE)), all=Count("pk"))
    return found["online"], found["all"]


@dataclass(frozen=True)
class Handling:
    """How long decided applications took in business days (補正 left out), and how many within their period."""

    decided: int
    in_time: int
    with_period: int
    mean_days: Decimal
    median_days: Decimal


def handling(year: FiscalYear, body: str) -> Handling:
    """Over the applications decided in the year. Days are counted as by the clock of each case."""
    rows = list(
        Application.objects.filter(
            body__code=body, is_demo=False, decided_at__gte=year.starts_at, decided_at__lt=year.ends_at
        )
        .order_by()
        .values_list("pk", "arrived_at", "decided_at", "due_on")
    )
    if not rows:
        return Handling(0, 0, 0, Decimal(0), Decimal(0))
    pauses = _pauses(year, body)
    calendar = organization.calendar_of(Body.objects.get(code=body))
    days: list[int] = []
    dated: list[tuple[date, date]] = []
    for pk, arrived, decided, due in rows:
        if decided is None:
            continue
        running = ProcessingClock(
            calendar=calendar, start=clock.day_of(arrived), period=1, pauses=tuple(pauses.get(pk, ()))
        )
        days.append(running.elapsed_days(clock.day_of(decided)))
        if due is not None:
            dated.append((clock.day_of(decided), due))
    return Handling(
        decided=len(days),
        in_time=sum(decided <= due for decided, due in dated),
        with_period=len(dated),
        mean_days=(Decimal(sum(days)) / len(days)).quantize(TENTH),
        median_days=Decimal(median(days)).quantize(TENTH),
    )


def _pauses(year: FiscalYear, body: str) -> dict[int, list[tuple[date, date | None]]]:
    """The ended pauses of the applications decided in the year, by application."""
    found: dict[int, list[tuple[date, date | None]]] = {}
    rows = ClockPause.objects.filter(
        application__body__code=body,
        application__decided_at__gte=year.starts_at,
        application__decided_at__lt=year.ends_at,
        resumed_at__isnull=False,
    ).values_list("application_id", "paused_at", "resumed_at")
    for pk, paused, resumed in rows:
        if resumed is not None:
            found.setdefault(pk, []).append((clock.day_of(paused), clock.day_of(resumed)))
    return found


def overdue_on(body: str, day: date) -> int:
    """Open applications whose standard processing period is over on a day; those that wait for an amendment stand still."""
    return Application.objects.filter(
        body__code=body, is_demo=False, due_on__lt=day, status__in=inbox.RUNNING
    ).count()


def by_month(body: str) -> Iterator[tuple[int, int, str, str, str, int]]:
    """(year, month, division, procedure, channel, number) of all that arrived."""
    months = (
        Application.objects.filter(body__code=body, is_demo=False)
        .annotate(month=TruncMonth("arrived_at", tzinfo=clock.JST))
        .values("month", "procedure__division__name", "procedure__title", "channel")
        .annotate(n=Count("pk"))
        .order_by("month", "procedure__division__name", "procedure__title", "channel")
    )
    labels = dict(Channel.choices)
    for row in months.iterator():
        yield (
            row["month"].year,
            row["month"].month,
            row["procedure__division__name"],
            row["procedure__title"],
            str(labels[row["channel"]]),
            row["n"],
        )

"""Figures about applications of one body: the one place where they are counted."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.urls import reverse

from kencho.applications import inbox
from kencho.applications.models import Application, Channel, ClockPause
from kencho.foundation import clock
from kencho.foundation.business_days import ProcessingClock
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.indicators import Asked, EvidenceRow, Reading, UnitReading
from kencho.organization import queries as organization
from kencho.organization.models import Body

ONLINE = (Channel.ONLINE, Channel.API)
TENTH = Decimal("0.1")


def received(asked: Asked) -> QuerySet[Application]:
    """Applications that arrived in the days asked for and were known by then, however they came.

    Trials are left out, withdrawals stay in. Arrival and recording are one instant (デジタル手続法第6条第3項), so
    ``as_of`` cuts by arrival.
    """
    found = Application.objects.filter(
        body__code=asked.body,
        is_demo=False,
        arrived_at__gte=asked.starts_at,
        arrived_at__lt=asked.ends_at,
        arrived_at__lte=asked.as_of,
    )
    # The index begins with the fiscal year; a period may reach over several.
    first, last = FiscalYear.of(asked.first), FiscalYear.of(asked.end - timedelta(days=1))
    found = found.filter(fiscal_year__in=range(first.start_year, last.start_year + 1))
    procedures = asked.chosen("procedures")
    return found.filter(procedure__code__in=procedures) if procedures else found


def received_online(asked: Asked) -> QuerySet[Application]:
    """Distinct applications that arrived online (rule BIND: an amended application is the same one, a retry too)."""
    return received(asked).filter(channel__in=asked.chosen("channels") or ONLINE)


def online_share(asked: Asked) -> tuple[int, int]:
    """(online, all): オンライン利用率 is the one over the other."""
    found = received(asked).aggregate(online=Count("pk", filter=Q(channel__in=ONLINE)), all=Count("pk"))
    return found["online"], found["all"]


def received_rows(asked: Asked) -> Iterator[EvidenceRow]:
    """The applications behind the count. What counts of one never changes, so neither does its version."""
    rows = (
        received_online(asked)
        .order_by()
        .values_list("pk", "number", "idempotency_key", "arrived_at", "channel", "division__code")
    )
    for sign, pk, number, arrived, channel, division in sorted(
        (opaque(key), pk, number, arrived, channel, division)
        for pk, number, key, arrived, channel, division in rows.iterator()
    ):
        yield EvidenceRow(
            id=sign,
            # The day is enough: the instant, shown beside the division, could point at a person.
            version=f"{channel}@{clock.day_of(arrived)}",
            on=clock.day_of(arrived),
            unit=division,
            label=number,
            url=reverse("applications:case", args=[pk]),
        )


def opaque(key: str) -> str:
    """A stable sign for an application, made of its random idempotency key: nobody can tell the number from it."""
    return hashlib.sha256(b"kencho.applications.evidence\0" + key.encode()).hexdigest()[:32]


def received_by_unit(asked: Asked) -> list[UnitReading]:
    """Online arrivals of each division that had any, most first."""
    rows = (
        received_online(asked)
        .values("division__code", "division__name")
        .annotate(n=Count("pk"))
        .order_by("-n", "division__code")
    )
    return [
        UnitReading(row["division__code"], row["division__name"], Reading(Decimal(row["n"]))) for row in rows
    ]


@dataclass(frozen=True)
class Handling:
    """How long decided applications took in business days (補正 left out), and how many within their period."""

    decided: int
    in_time: int
    with_period: int
    days: int
    median_days: Decimal


def _decided(asked: Asked) -> QuerySet[Application]:
    return Application.objects.filter(
        body__code=asked.body,
        is_demo=False,
        decided_at__gte=asked.starts_at,
        decided_at__lt=asked.ends_at,
        decided_at__lte=asked.as_of,
    )


def handling(asked: Asked) -> Handling:
    """Over the applications decided in the days asked for. Days are counted as by the clock of each case."""
    rows = list(_decided(asked).order_by().values_list("pk", "arrived_at", "decided_at", "due_on"))
    if not rows:
        return Handling(0, 0, 0, 0, Decimal(0))
    pauses = _pauses(asked)
    calendar = organization.calendar_of(Body.objects.get(code=asked.body))
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
        days=sum(days),
        median_days=Decimal(median(days)).quantize(TENTH),
    )


def _pauses(asked: Asked) -> dict[int, list[tuple[date, date | None]]]:
    """The ended pauses of the applications decided in the days asked for, by application."""
    found: dict[int, list[tuple[date, date | None]]] = {}
    rows = ClockPause.objects.filter(application__in=_decided(asked), resumed_at__isnull=False).values_list(
        "application_id", "paused_at", "resumed_at"
    )
    for pk, paused, resumed in rows:
        if resumed is not None:
            found.setdefault(pk, []).append((clock.day_of(paused), clock.day_of(resumed)))
    return found


def overdue_on(body: str, day: date) -> int:
    """Open applications whose standard processing period is over on a day; those that wait for an amendment stand still."""
    return Application.objects.filter(
        inbox.is_running(), body__code=body, is_demo=False, due_on__lt=day
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

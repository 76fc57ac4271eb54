"""Counting unit-days, as known at an instant: the one place where telework is counted."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from kencho.foundation.indicators import Asked, EvidenceRow, Reading, UnitReading
from kencho.foundation.registry import Text
from kencho.organization.models import Assignment, Body, Unit
from kencho.organization.queries import divisions_on
from kencho.workplace import telework_counting
from kencho.workplace.models import Kind, SessionState, SplitDecision, TeleworkSession, TeleworkUnitDay
from kencho.workplace.telework_counting import Count, Life, Reorganisation

COUNTED = (Kind.MOBILE.value, Kind.SATELLITE.value)
"""The kinds that the indicator's name speaks of (モバイルワークやサテライトオフィス等)."""


def unit_days(asked: Asked, kinds: Sequence[str]) -> QuerySet[TeleworkUnitDay, tuple[int, date, str]]:
    """(unit, day, kind) of the uses that stand, as known at ``as_of``."""
    return (
        TeleworkUnitDay.objects.filter(
            body__code=asked.body,
            day__gte=asked.first,
            day__lt=asked.end,
            kind__in=kinds,
            recorded_at__lte=asked.as_of,
        )
        .order_by()
        .values("unit_id", "day", "kind")
        .annotate(total=Sum("sign"))
        .filter(total__gt=0)
        .values_list("unit_id", "day", "kind")
    )


def kinds_of(asked: Asked) -> tuple[str, ...]:
    """The kinds asked for; by default mobile and satellite."""
    return asked.chosen("kinds") or COUNTED


def reorganisation_of(body: str, *, day: date, as_of: datetime) -> tuple[Reorganisation, dict[int, Unit]]:
    """The divisions of a body, past and present, as the counting rule sees them on a day."""
    units = {unit.pk: unit for unit in Unit.objects.filter(body__code=body)}
    lives = {pk: Life(pk, unit.valid_from, unit.valid_to, unit.successor_id) for pk, unit in units.items()}
    decided = dict(
        SplitDecision.objects.filter(unit__body__code=body, decided_at__lte=as_of).values_list(
            "unit_id", "heir_id"
        )
    )
    return Reorganisation(lives, frozenset(split_into(body, day)), decided), units


def split_into(body: str, day: date) -> dict[int, frozenset[int]]:
    """Divisions that ended by a day in several: for each the ones where its people went that took over from nobody.

    The register names one successor of a division. Where people of it moved, on the day of its end, into a division
    that begins on that day and succeeds nobody, part of its work went there too.
    """
    begun = {
        (unit, begins)
        for unit, begins in Unit.objects.filter(
            body__code=body, level=Unit.Level.DIVISION, valid_from__lte=day, predecessors__isnull=True
        ).values_list("pk", "valid_from")
    }
    ended = Unit.objects.filter(body__code=body, level=Unit.Level.DIVISION, valid_to__lte=day)
    ends = {
        pk: (end, successor) for pk, end, successor in ended.values_list("pk", "valid_to", "successor_id")
    }
    begin_days = {begins for _unit, begins in begun}
    asked_about = {pk for pk, (end, _successor) in ends.items() if end in begin_days}
    found: dict[int, set[int]] = defaultdict(set)
    moved: dict[tuple[int, date], set[int]] = defaultdict(set)
    leaving = Assignment.objects.filter(
        unit__in=asked_about, valid_to__isnull=False, is_concurrent=False
    ).values_list("staff_id", "unit_id", "valid_to")
    for staff, unit, until in leaving:
        if until is not None and ends[unit][0] == until:
            moved[staff, until].add(unit)
    arriving = Assignment.objects.filter(
        staff__in={staff for staff, _until in moved}, unit__in={unit for unit, _day in begun}
    ).values_list("staff_id", "unit_id", "valid_from")
    for staff, unit, since in arriving:
        for left in moved.get((staff, since), ()):
            if unit not in {left, ends[left][1]} and (unit, since) in begun:
                found[left].add(unit)
    return {unit: frozenset(parts) for unit, parts in found.items()}


@dataclass(frozen=True)
class Divisions:
    """The count with what is needed to show it."""

    count: Count
    units: dict[int, Unit]
    day: date

    def label_of(self, unit: int) -> str:
        """Code of a division; one that has ended says since when it was, for its code may have been given anew."""
        found = self.units[unit]
        return found.code if found.is_valid_on(self.day) else f"{found.code}@{found.valid_from.isoformat()}"


def divisions(asked: Asked, kinds: Sequence[str]) -> Divisions:
    """The different divisions that used telework of these kinds."""
    organisation, units = reorganisation_of(asked.body, day=asked.last_day, as_of=asked.as_of)
    used = set(unit_days(asked, kinds).values_list("unit_id", flat=True).distinct())
    return Divisions(telework_counting.count(used, organisation, asked.last_day), units, asked.last_day)


def divisions_by_month(asked: Asked, columns: Sequence[Sequence[str]]) -> list[tuple[date, tuple[int, ...]]]:
    """For each month of a year that has begun, the number of divisions for each choice of kinds; read in one go."""
    organisation, _units = reorganisation_of(asked.body, day=asked.last_day, as_of=asked.as_of)
    used: dict[tuple[date, str], set[int]] = defaultdict(set)
    for unit, day, kind in unit_days(asked, [each.value for each in Kind]):
        used[day.replace(day=1), kind].add(unit)
    found = []
    for month in asked.year.months():
        if month > asked.last_day:
            break
        last = asked.month(month).last_day
        numbers = tuple(
            telework_counting.count(
                (unit for kind in kinds for unit in used[month, kind]), organisation, last
            ).number
            for kinds in columns
        )
        found.append((month, numbers))
    return found


def divisions_reading(asked: Asked) -> Reading:
    """How many divisions; beside it always all divisions of 1 April and the parallel figure of 在宅勤務."""
    kinds = kinds_of(asked)
    found = divisions(asked, kinds)
    everything = Unit.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=asked.year.start),
        body__code=asked.body,
        level=Unit.Level.DIVISION,
        valid_from__lte=asked.year.start,
    ).count()
    notes: list[tuple[Text, str]] = [(_("4月1日の全所属数"), f"{everything:,}")]
    if Kind.HOME.value not in kinds:
        home = divisions(asked, (Kind.HOME.value,)).count.number
        notes.append((_("在宅勤務を利用した所属数（参考）"), f"{home:,}"))
    return Reading(Decimal(found.count.number), notes=tuple(notes), doubts=tuple(doubts_of(found)))


def doubts_of(found: Divisions) -> Iterator[Text]:
    """One sentence for each split about which nobody has decided."""
    for pk in sorted(found.count.doubtful, key=lambda pk: found.units[pk].code):
        unit = found.units[pk]
        yield str(
            _("%(code)s %(name)sは%(day)sに分割されました。どの所属が引き継ぐかを決めてください。")
            % {
                "code": unit.code,
                "name": unit.name,
                "day": unit.valid_to.isoformat() if unit.valid_to else "",
            }
        )


def evidence_rows(asked: Asked) -> Iterator[EvidenceRow]:
    """The unit-days behind the number of divisions; ``unit`` is the division that each counts as."""
    found = divisions(asked, kinds_of(asked))
    heirs = found.count.by_used()
    return _rows(asked, found.units, lambda unit: found.label_of(heirs[unit]))


def day_rows(asked: Asked) -> Iterator[EvidenceRow]:
    """The same behind the number of days; ``unit`` is the division at the time of use."""
    units = {unit.pk: unit for unit in Unit.objects.filter(body__code=asked.body)}
    return _rows(asked, units, lambda unit: units[unit].code)


def _rows(asked: Asked, units: dict[int, Unit], code_of: Callable[[int], str]) -> Iterator[EvidenceRow]:
    rows = [
        (sign_of(asked.body, units[unit], day, kind), unit, day, kind)
        for unit, day, kind in unit_days(asked, kinds_of(asked))
    ]
    labels = dict(Kind.choices)
    for sign, unit, day, kind in sorted(rows, key=lambda row: row[0]):
        code = code_of(unit)
        yield EvidenceRow(
            id=sign,
            version=f"{kind}@{day.isoformat()}:{code}",
            on=day,
            unit=code,
            label=f"{units[unit].name} {labels[Kind(kind)]}",
        )


def sign_of(body: str, unit: Unit, day: date, kind: str) -> str:
    """A stable sign for a division, day and kind, the same in every copy of the database."""
    what = "\0".join((body, unit.code, unit.valid_from.isoformat(), day.isoformat(), kind))
    return hashlib.sha256(b"kencho.workplace.unit_day\0" + what.encode()).hexdigest()[:32]


def divisions_by_unit(asked: Asked) -> list[UnitReading]:
    """Yes (1) or no (0) for each division of the last day, and for those that ended without a successor but count."""
    found = divisions(asked, kinds_of(asked))
    body = Body.objects.get(code=asked.body)
    shown = {unit.pk: unit for unit in divisions_on(body, found.day)}
    shown |= {pk: found.units[pk] for pk in found.count.stands_for}
    return [
        UnitReading(found.label_of(pk), unit.name, Reading(Decimal(int(pk in found.count.stands_for))))
        for pk, unit in sorted(shown.items(), key=lambda item: (item[1].code, item[1].valid_from))
    ]


def days_by_unit(asked: Asked) -> list[UnitReading]:
    """Unit-days of each division, as they were at the time of use."""
    numbers: dict[int, int] = defaultdict(int)
    for unit, _day, _kind in unit_days(asked, kinds_of(asked)):
        numbers[unit] += 1
    units = Unit.objects.in_bulk(list(numbers))
    return [
        UnitReading(units[pk].code, units[pk].name, Reading(Decimal(number)))
        for pk, number in sorted(numbers.items(), key=lambda item: (-item[1], units[item[0]].code))
    ]


def by_month(body: str) -> Iterator[tuple[int, int, str, str, str, int]]:
    """(year, month, code, division, kind, days) over everything that stands: what is offered as open data."""
    months = (
        TeleworkUnitDay.objects.filter(body__code=body)
        .annotate(month=TruncMonth("day"))
        .order_by("month", "unit__code", "unit__valid_from", "kind")
        .values_list("month", "unit__code", "unit__name", "kind")
        .annotate(n=Sum("sign"))
        .filter(n__gt=0)
    )
    labels = dict(Kind.choices)
    for month, code, name, kind, number in months.iterator():
        yield month.year, month.month, code, name, str(labels[Kind(kind)]), number


def ledger_differences(body: Body, first: date, end: date) -> list[tuple[int, date, str, int]]:
    """Where the ledger and the log of persons disagree in [first, end): (unit, day, kind, ledger - log); none is right."""
    log = set(
        TeleworkSession.objects.filter(
            body=body, day__gte=first, day__lt=end, state=SessionState.CONFIRMED
        ).values_list("unit_at_use_id", "day", "kind")
    )
    ledger = {
        (unit, day, kind): total
        for unit, day, kind, total in TeleworkUnitDay.objects.filter(body=body, day__gte=first, day__lt=end)
        .values_list("unit_id", "day", "kind")
        .annotate(total=Sum("sign"))
        .order_by()
    }
    return sorted(
        (*key, ledger.get(key, 0) - (key in log))
        for key in log | set(ledger)
        if ledger.get(key, 0) != (key in log)
    )

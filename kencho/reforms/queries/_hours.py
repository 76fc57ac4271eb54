"""Hours saved, reckoned from cases, measured baselines and deductions as known at an instant: the one place for it."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from kencho.foundation import clock
from kencho.reforms import hours as rule
from kencho.reforms.hours import Baseline, Saved
from kencho.reforms.models import BaselineSample, BaselineStudy, Deduction, EffectRecord, ReformCase

ZERO = Decimal(0)
MINUTES_OF_HOUR = 60
# So fine that rounding is nothing in a sum of millions, so short that sums of it are exact.
EXACT = Decimal("1e-12")
DEDUCTED = (Deduction.Kind.UPKEEP.value, Deduction.Kind.CORRECTION.value)
MeasuredCases = dict[Decimal, int]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.JST)


def hours(minutes: Decimal) -> Decimal:
    """Minutes as hours; the same minutes always give the same hours, so that rows add up to their total."""
    return (minutes / MINUTES_OF_HOUR).quantize(EXACT)


@dataclass(frozen=True, slots=True)
class Period:
    """Days [first, end) as known at ``as_of``."""

    first: date
    end: date
    as_of: datetime


@dataclass(frozen=True, slots=True)
class StudyFigure:
    """A measured baseline that counts: which study, since when, and what it says."""

    study: int
    measured_on: date
    baseline: Baseline


@dataclass(frozen=True, slots=True)
class Deducted:
    """Minutes by kind; set-up is shown beside and not deducted."""

    upkeep: Decimal = ZERO
    correction: Decimal = ZERO
    setup: Decimal = ZERO
    # The sum of the deducted hours of each day and kind, as the rows behind the number have them.
    hours: Decimal = ZERO

    @property
    def minutes(self) -> Decimal:
        """What is deducted."""
        return self.upkeep + self.correction


@dataclass
class Reckoning:
    """One reform in a period. ``saved`` is None while there is no measured baseline: not measured, which is not 0."""

    reform: ReformCase
    studies: list[StudyFigure] = field(default_factory=list)
    cases: int = 0
    human_minutes: Decimal = ZERO
    deducted: Deducted = Deducted()
    # For each baseline that is held against cases: how many took each number of human minutes.
    by_study: dict[int, MeasuredCases] = field(default_factory=dict)

    def study_on(self, day: date) -> StudyFigure | None:
        """The baseline in force on a day: the newest measured by then, else the first one measured later."""
        if not self.studies:
            return None
        place = bisect_right([each.measured_on for each in self.studies], day)
        return self.studies[max(0, place - 1)]

    @property
    def used(self) -> list[StudyFigure]:
        """The baselines that were held against cases; where there are no cases yet, the newest one."""
        return [each for each in self.studies if each.study in self.by_study] or self.studies[-1:]

    @property
    def parts(self) -> list[Saved]:
        """What was saved against each baseline, in minutes, before deductions."""
        return [
            rule.saved_by(each.baseline, self.by_study[each.study])
            for each in self.studies
            if each.study in self.by_study
        ]

    @property
    def gross(self) -> Saved | None:
        """Minutes saved before deductions."""
        return rule.joined(self.parts) if self.studies else None

    @property
    def saved(self) -> Saved | None:
        """Minutes saved, with the interval of the shared error of the baseline."""
        gross = self.gross
        return None if gross is None else gross.less(self.deducted.minutes)

    @property
    def exact_hours(self) -> Decimal | None:
        """Hours saved: the very sum of the rows behind it."""
        if not self.studies:
            return None
        total = -self.deducted.hours
        means = {each.study: each.baseline.mean for each in self.studies}
        for study, cases in self.by_study.items():
            total += sum(
                (hours(max(ZERO, means[study] - human)) * number for human, number in cases.items()), ZERO
            )
        return total


def is_measured(reckonings: Iterable[Reckoning]) -> bool:
    """Whether any of them has a measured baseline."""
    return any(each.studies for each in reckonings)


def total_of(reckonings: Iterable[Reckoning]) -> Saved | None:
    """Minutes saved by all that are measured; None when none is."""
    found = [each for each in reckonings if each.studies]
    if not found:
        return None
    together = rule.joined(part for each in found for part in each.parts)
    return together.less(sum((each.deducted.minutes for each in found), ZERO))


def _known(as_of: datetime, prefix: str = "") -> Q:
    """Rows that had been recorded and not withdrawn by then."""
    return Q(**{f"{prefix}recorded_at__lte": as_of}) & (
        Q(**{f"{prefix}withdrawn_at__isnull": True}) | Q(**{f"{prefix}withdrawn_at__gt": as_of})
    )


def measured_studies(reforms: Collection[int], as_of: datetime) -> dict[int, list[StudyFigure]]:
    """The baselines that count, by reform, in the order of their days: measured, with enough cases."""
    samples: dict[int, list[Decimal]] = defaultdict(list)
    rows = (
        BaselineSample.objects.filter(
            _known(as_of),
            _known(as_of, "study__"),
            study__reform__in=reforms,
            study__basis=BaselineStudy.Basis.MEASURED,
        )
        .order_by("study__measured_on", "study_id", "pk")
        .values_list("study_id", "study__reform_id", "study__measured_on", "minutes")
    )
    about: dict[int, tuple[int, date]] = {}
    for study, reform, day, minutes in rows:
        about[study] = reform, day
        samples[study].append(minutes)
    found: dict[int, list[StudyFigure]] = defaultdict(list)
    for study, (reform, day) in about.items():
        if len(samples[study]) >= rule.LEAST_SAMPLES:
            found[reform].append(StudyFigure(study, day, rule.baseline_of(samples[study])))
    return found


def _deductions(reforms: Collection[int], period: Period) -> Iterable[tuple[int, date, str, Decimal]]:
    return (
        Deduction.objects.filter(
            _known(period.as_of), reform__in=reforms, on__gte=period.first, on__lt=period.end
        )
        .order_by()
        .values("reform_id", "on", "kind")
        .annotate(total=Sum("minutes"))
        .values_list("reform_id", "on", "kind", "total")
    )


def _effects(reforms: Collection[int], period: Period) -> QuerySet[EffectRecord]:
    return EffectRecord.objects.filter(
        reform__in=reforms,
        completed_at__gte=_midnight(period.first),
        completed_at__lt=_midnight(period.end),
        recorded_at__lte=period.as_of,
    )


def _cases(reforms: Collection[int], period: Period) -> Iterable[tuple[int, date, Decimal, int]]:
    return (
        _effects(reforms, period)
        .order_by()
        .annotate(day=TruncDate("completed_at", tzinfo=clock.JST))
        .values("reform_id", "day", "human_minutes")
        .annotate(n=Count("pk"))
        .values_list("reform_id", "day", "human_minutes", "n")
    )


def _by_kind(rows: Iterable[tuple[str, Decimal]]) -> Deducted:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    exact = ZERO
    for kind, minutes in rows:
        sums[kind] += minutes
        exact += hours(minutes) if kind in DEDUCTED else ZERO
    return Deducted(
        sums[Deduction.Kind.UPKEEP], sums[Deduction.Kind.CORRECTION], sums[Deduction.Kind.SETUP], exact
    )


def reckon(reforms: Iterable[ReformCase], period: Period) -> list[Reckoning]:
    """Each reform in a period, in the order given; three queries at any number of reforms."""
    found = {each.pk: Reckoning(each) for each in reforms}
    _fill(found, found.values(), period)
    kinds: dict[int, list[tuple[str, Decimal]]] = defaultdict(list)
    for pk, _day, kind, minutes in _deductions(found, period):
        kinds[pk].append((kind, minutes))
    for pk, pairs in kinds.items():
        found[pk].deducted = _by_kind(pairs)
    for pk, day, human, number in _cases(found, period):
        _count(found[pk], day, human, number)
    return list(found.values())


def _fill(found: Collection[int], each_of: Iterable[Reckoning], period: Period) -> None:
    studies = measured_studies(found, period.as_of)
    for each in each_of:
        each.studies = studies.get(each.reform.pk, [])


def _count(reckoning: Reckoning, day: date, human: Decimal, number: int) -> None:
    reckoning.cases += number
    reckoning.human_minutes += human * number
    against = reckoning.study_on(day)
    if against is not None:
        cases = reckoning.by_study.setdefault(against.study, {})
        cases[human] = cases.get(human, 0) + number


def months_of(reform: ReformCase, months: Sequence[date], as_of: datetime) -> list[Reckoning]:
    """The reform in each of these months (their first days, in a row); three queries."""
    if not months:
        return []
    last = months[-1]
    following = date(last.year + last.month // 12, last.month % 12 + 1, 1)
    period = Period(months[0], following, as_of)
    found = {month: Reckoning(reform) for month in months}
    _fill([reform.pk], found.values(), period)
    kinds: dict[date, list[tuple[str, Decimal]]] = defaultdict(list)
    for _pk, day, kind, minutes in _deductions([reform.pk], period):
        kinds[day.replace(day=1)].append((kind, minutes))
    for month, pairs in kinds.items():
        found[month].deducted = _by_kind(pairs)
    for _pk, day, human, number in _cases([reform.pk], period):
        _count(found[day.replace(day=1)], day, human, number)
    return list(found.values())


def case_rows(reforms: Collection[int], period: Period) -> Iterable[tuple[int, int, str, date, Decimal]]:
    """(reform, id, evidence, day, human minutes) of each completed case."""
    return (
        _effects(reforms, period)
        .annotate(day=TruncDate("completed_at", tzinfo=clock.JST))
        .order_by("pk")
        .values_list("reform_id", "pk", "evidence", "day", "human_minutes")
        .iterator()
    )


def deduction_rows(reforms: Collection[int], period: Period) -> Iterable[tuple[int, date, str, Decimal]]:
    """(reform, day, kind, minutes) of what is deducted, summed by day and kind."""
    return (row for row in _deductions(reforms, period) if row[2] in DEDUCTED)


def first_case_on(reform: ReformCase) -> date | None:
    """The day of the first completed case."""
    first = EffectRecord.objects.filter(reform=reform).aggregate(first=Min("completed_at"))["first"]
    return None if first is None else clock.day_of(first)

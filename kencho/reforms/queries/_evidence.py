"""What the policy sheet is told: the number, the figures that must stand beside it, and the rows behind it."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kencho.foundation import clock
from kencho.foundation.indicators import Asked, EvidenceRow, Reading, UnitReading
from kencho.foundation.registry import Text
from kencho.reforms.models import Deduction, ReformCase
from kencho.reforms.queries._hours import (
    ZERO,
    Period,
    Reckoning,
    case_rows,
    deduction_rows,
    first_case_on,
    hours,
    months_of,
    reckon,
    total_of,
)

MOST_BASELINES = 5
"""Baselines that are told one by one beside a number; of more, only how many there are."""
TENTH = Decimal("0.1")


def in_hours(minutes: Decimal) -> str:
    """Minutes as printed hours with one place: "12.3"; the sign of a loss is kept."""
    return f"{(minutes / 60).quantize(TENTH, ROUND_HALF_UP):,}"


def in_minutes(minutes: Decimal) -> str:
    """Minutes with one place."""
    return f"{minutes.quantize(TENTH, ROUND_HALF_UP):,}"


def _period(asked: Asked) -> Period:
    return Period(asked.first, asked.end, asked.as_of)


def _reforms(asked: Asked) -> Sequence[ReformCase]:
    found = ReformCase.objects.filter(body__code=asked.body).select_related("division").order_by("code")
    if asked.chosen("solution"):
        found = found.filter(solution__in=asked.chosen("solution"))
    if asked.chosen("reform"):
        found = found.filter(code__in=asked.chosen("reform"))
    return list(found)


def hours_reading(asked: Asked) -> Reading:
    """Hours saved with interval, cases, baselines and deductions; not measured where no baseline was."""
    found = reckon(_reforms(asked), _period(asked))
    return _reading(found)


def _reading(found: Sequence[Reckoning]) -> Reading:
    measured = [each for each in found if each.studies]
    doubts = tuple(_doubts(found))
    if not measured:
        return Reading(None, doubts=doubts)
    total = sum((each.exact_hours or ZERO for each in measured), ZERO)
    return Reading(total, notes=tuple(_notes(measured)), doubts=doubts)


def _notes(measured: Sequence[Reckoning]) -> Iterator[tuple[Text, str]]:
    total = total_of(measured)
    if total is not None:
        interval = _("%(low)s～%(high)s時間") % {"low": in_hours(total.low), "high": in_hours(total.high)}
        yield _("95％信頼区間"), str(interval)
    cases = sum(each.cases for each in measured)
    yield _("完了した件数"), f"{cases:,}"
    upkeep = sum((each.deducted.upkeep for each in measured), ZERO)
    correction = sum((each.deducted.correction for each in measured), ZERO)
    setup = sum((each.deducted.setup for each in measured), ZERO)
    yield _("差し引いた維持管理（時間）"), in_hours(upkeep)
    yield _("差し引いた誤りの手直し（時間）"), in_hours(correction)
    yield _("導入の作業（差し引いていない。時間）"), in_hours(setup)
    used = [(each.reform, study) for each in measured for study in each.used]
    if len(used) > MOST_BASELINES:
        yield _("測定した基準の数"), f"{len(used):,}"
        return
    for reform, study in used:
        baseline = study.baseline
        text = _("%(day)s測定、%(n)s件、平均%(mean)s分（95％信頼区間 %(low)s～%(high)s分）") % {
            "day": study.measured_on.isoformat(),
            "n": baseline.n,
            "mean": in_minutes(baseline.mean),
            "low": in_minutes(baseline.low),
            "high": in_minutes(baseline.high),
        }
        yield _("基準：%(title)s") % {"title": reform.title}, str(text)


def _doubts(found: Sequence[Reckoning]) -> Iterator[Text]:
    for each in found:
        if not each.studies and each.cases:
            yield str(
                _("「%(title)s」には実測の基準がありません。完了した%(n)s件は数えていません。")
                % {"title": each.reform.title, "n": f"{each.cases:,}"}
            )
        if any(not study.baseline.deviation for study in each.used):
            yield str(
                _("「%(title)s」の基準は、測定した時間がすべて同じです。測り方を確かめてください。")
                % {"title": each.reform.title}
            )


def _sign_of(*parts: str) -> str:
    """A stable opaque sign for a row."""
    return hashlib.sha256("\0".join(("kencho.reforms", *parts)).encode()).hexdigest()[:32]


def evidence_rows(asked: Asked) -> Iterator[EvidenceRow]:
    """One row for each completed case, and one below 0 for each day and kind of deduction."""
    measured = {each.reform.pk: each for each in reckon(_reforms(asked), _period(asked)) if each.studies}
    rows = [*_case_rows(asked, measured), *_deduction_rows(asked, measured)]
    rows.sort(key=lambda row: row.id)
    yield from rows


def _case_rows(asked: Asked, measured: dict[int, Reckoning]) -> Iterator[EvidenceRow]:
    links = {pk: reverse("reforms:reform_show", args=[pk]) for pk in measured}
    for pk, _id, evidence, day, human in case_rows(measured.keys(), _period(asked)):
        reckoning = measured[pk]
        study = reckoning.study_on(day)
        if study is None:
            continue
        reform, mean = reckoning.reform, study.baseline.mean
        yield EvidenceRow(
            id=_sign_of("case", asked.body, reform.code, evidence),
            version=f"{mean.normalize():f}-{human.normalize():f}@{day.isoformat()}",
            on=day,
            unit=reform.division.code,
            counts=hours(max(ZERO, mean - human)),
            label=f"{reform.title} {evidence}",
            url=links[pk],
        )


def _deduction_rows(asked: Asked, measured: dict[int, Reckoning]) -> Iterator[EvidenceRow]:
    labels = dict(Deduction.Kind.choices)
    for pk, day, kind, minutes in deduction_rows(measured.keys(), _period(asked)):
        reform = measured[pk].reform
        yield EvidenceRow(
            id=_sign_of("deduction", asked.body, reform.code, kind, day.isoformat()),
            version=f"-{minutes.normalize():f}@{day.isoformat()}",
            on=day,
            unit=reform.division.code,
            counts=-hours(minutes),
            label=f"{reform.title} {labels[Deduction.Kind(kind)]}",
            url=reverse("reforms:reform_show", args=[pk]),
        )


def hours_by_unit(asked: Asked) -> list[UnitReading]:
    """The same for each division that has reforms; beside each the interval of its own."""
    units: dict[tuple[str, str], list[Reckoning]] = defaultdict(list)
    for each in reckon(_reforms(asked), _period(asked)):
        units[each.reform.division.code, each.reform.division.name].append(each)
    return [UnitReading(code, name, _reading(found)) for (code, name), found in sorted(units.items())]


def open_rows(body: str) -> Iterator[tuple[object, ...]]:
    """(year, month, reform, solution, division, cases, hours, low, high, n) for each month with completed cases."""
    at = clock.now()
    reforms = ReformCase.objects.filter(body__code=body).select_related("division").order_by("code")
    for reform in reforms:
        first = min(reform.began_on, first_case_on(reform) or reform.began_on)
        months = list(_months(first, clock.day_of(at)))
        for month, each in zip(months, months_of(reform, months, at), strict=True):
            if each.cases:
                yield (month.year, month.month, reform.title, reform.get_solution_display(), *_open(each))


def _open(each: Reckoning) -> tuple[object, ...]:
    saved = each.saved
    figures = (
        [(part / 60).quantize(TENTH, ROUND_HALF_UP) for part in (saved.minutes, saved.low, saved.high)]
        if saved
        else [None, None, None]
    )
    samples = sum(study.baseline.n for study in each.used)
    return (each.reform.division.name, each.cases, *figures, samples)


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)

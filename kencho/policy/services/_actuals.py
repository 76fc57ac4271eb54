"""実績値: recorded by hand or frozen from the rows, confirmed, corrected, restated (rule STAT)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from kencho.audit import services as audit
from kencho.foundation import clock, events
from kencho.foundation.actors import Actor
from kencho.foundation.fiscal import FiscalYear
from kencho.policy import permissions, queries, rules
from kencho.policy.events import ActualRecorded
from kencho.policy.models import Actual, ActualStatus, Indicator, IndicatorDefinition, Snapshot
from kencho.policy.queries import Series
from kencho.policy.rules import Figure, Missing, RuleError, Status
from kencho.policy.services._errors import UnableToRecord
from kencho.policy.services._indicators import stored
from kencho.policy.services._snapshots import take

Value = Decimal | Missing


@dataclass(frozen=True)
class Entry:
    """An actual to be recorded: its value and status, since when it is known, and why it changed."""

    year: int
    value: Value
    status: str
    as_of: datetime
    reason: str = ""
    snapshot: Snapshot | None = None


@transaction.atomic
def record_actual(*, indicator: Indicator, entry: Entry, by: Actor, at: datetime) -> Actual:
    """実績値を手で記録する, or say why there is none. The status must follow from the one before (rule STAT).

    A value has the indicator's decimals at most. Raises UnableToRecord.
    """
    permissions.require(permissions.may_edit(by, indicator.node))
    return _record(indicator, entry, by, at)


@transaction.atomic
def freeze_actual(
    *, indicator: Indicator, year: int, status: str, by: Actor, at: datetime, reason: str = ""
) -> Actual:
    """数えた値を記録する: count as known now, keep the rows, and record the official value with this status.

    ``confirmed`` needs a year that is over and no doubts; ``corrected`` and ``restated`` need a reason.
    Raises UnableToRecord.
    """
    permissions.require(permissions.may_edit(by, indicator.node))
    series = queries.series_of_indicator(indicator, at)
    definition = _definition(series, year)
    snapshot = take(indicator=indicator, definition=definition, year=year, as_of=at, by=by, at=at)
    if snapshot.doubts and status != ActualStatus.PROVISIONAL:
        raise UnableToRecord("doubtful", FiscalYear(year).label, doubts="、".join(snapshot.doubts))
    value = snapshot.official if snapshot.official is not None else Missing.NOT_YET_MEASURED
    return _record(indicator, Entry(year, value, status, at, reason, snapshot), by, at)


@transaction.atomic
def confirm_actual(*, indicator: Indicator, year: int, by: Actor, at: datetime) -> Actual:
    """見込値を確定する as it was recorded: the same value and rows, signed by who does it. Raises UnableToRecord."""
    permissions.require(permissions.may_edit(by, indicator.node))
    held = _held(indicator, year, at)
    snapshot = held.snapshot
    if snapshot is not None and snapshot.doubts:
        raise UnableToRecord("doubtful", FiscalYear(year).label, doubts="、".join(snapshot.doubts))
    if snapshot is not None and clock.day_of(snapshot.as_of) < FiscalYear(year).end:
        # It counts a part of the year only; the whole must be counted before it is final.
        raise UnableToRecord("counted_early", FiscalYear(year).label)
    value = queries.cell_of(held)
    entry = Entry(year, value, ActualStatus.CONFIRMED, held.as_of, snapshot=snapshot)
    return _record(indicator, entry, by, at)


@transaction.atomic
def correct_actual(
    *, indicator: Indicator, year: int, value: Value | None, reason: str, by: Actor, at: datetime
) -> Actual:
    """訂正する: an error in a confirmed value. Without a value it is counted anew. Raises UnableToRecord."""
    return _changed(
        indicator, Entry(year, Missing.NOT_SET, ActualStatus.CORRECTED, at, reason), value, by, at
    )


@transaction.atomic
def restate_actual(
    *, indicator: Indicator, year: int, value: Value | None, reason: str, by: Actor, at: datetime
) -> Actual:
    """遡及改定する: the source of a confirmed value was revised. Without a value it is counted anew."""
    return _changed(indicator, Entry(year, Missing.NOT_SET, ActualStatus.RESTATED, at, reason), value, by, at)


def _changed(indicator: Indicator, entry: Entry, value: Value | None, by: Actor, at: datetime) -> Actual:
    permissions.require(permissions.may_edit(by, indicator.node))
    if value is None:
        return freeze_actual(
            indicator=indicator, year=entry.year, status=entry.status, reason=entry.reason, by=by, at=at
        )
    return _record(indicator, Entry(entry.year, value, entry.status, at, entry.reason), by, at)


def _held(indicator: Indicator, year: int, at: datetime) -> Actual:
    held = queries.series_of_indicator(indicator, at).actuals.get(year)
    if held is None:
        raise UnableToRecord("not_recorded", FiscalYear(year).label)
    return held


def _definition(series: Series, year: int) -> IndicatorDefinition:
    definition = series.definition_in(year)
    if definition is None:
        raise UnableToRecord("no_definition", series.indicator.name)
    return definition


def _record(indicator: Indicator, entry: Entry, by: Actor, at: datetime) -> Actual:
    series = queries.series_of_indicator(indicator, at)
    definition = _definition(series, entry.year)
    _check(series, entry, by, at)
    number, missing = stored(entry.value)
    actual = Actual.objects.create(
        indicator=indicator,
        definition=definition,
        year=entry.year,
        value=number,
        missing=missing,
        status=entry.status,
        as_of=entry.as_of,
        snapshot=entry.snapshot,
        reason=entry.reason.strip(),
        recorded_at=at,
        recorded_by=by.name,
    )
    body = indicator.node.plan.body.code
    audit.record(
        "policy.indicator.record_actual",
        indicator,
        by=by,
        at=at,
        label=indicator.name,
        body=body,
        details={"year": entry.year, "status": entry.status, "value": str(entry.value)},
    )
    told = ActualRecorded(
        indicator_id=indicator.pk,
        year=entry.year,
        status=entry.status,
        snapshot_id=entry.snapshot.pk if entry.snapshot else None,
        recorded_at=at,
    )
    events.publish(told, at=at, body=body)
    return actual


def _check(series: Series, entry: Entry, by: Actor, at: datetime) -> None:
    year = FiscalYear(entry.year)
    if not isinstance(entry.value, Missing):
        decimals = series.indicator.decimals
        if rules.official(entry.value, decimals) != entry.value:
            raise UnableToRecord("decimals", year.label, decimals=decimals)
    held = series.actuals.get(entry.year)
    before = _figure(held)
    try:
        for step in _steps(before.status, Status(entry.status)):
            before = rules.advance(
                before,
                step,
                value=entry.value,
                as_of=entry.as_of,
                cutoff_passed=clock.day_of(at) >= year.end,
                signed_by=by.name,
                reason=entry.reason,
                cell=f"{series.indicator.name} {year.label}",
            )
    except RuleError as wrong:
        raise UnableToRecord.by_rule(wrong) from wrong


def _figure(held: Actual | None) -> Figure:
    """What stands there; a year of which only the reason is recorded is as live as one without any record."""
    if held is None or held.value is None:
        return Figure(Missing.NOT_YET_MEASURED)
    return Figure(queries.cell_of(held), Status(held.status), held.as_of)


def _steps(before: Status, wanted: Status) -> tuple[Status, ...]:
    # A figure confirmed at once was an estimate for no longer than this act.
    if before is Status.LIVE and wanted is Status.CONFIRMED:
        return Status.PROVISIONAL, Status.CONFIRMED
    return (wanted,)

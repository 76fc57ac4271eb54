"""Baselines: how long one case took by hand. Measured with a clock, or stated by somebody, which counts for nothing."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from kencho.audit import services as audit
from kencho.foundation import clock, events
from kencho.foundation.actors import Actor
from kencho.organization.models import StaffMember
from kencho.organization.queries import staff_of_actor
from kencho.reforms import permissions
from kencho.reforms.events import BaselineRecorded
from kencho.reforms.models import BaselineSample, BaselineStudy, ReformCase, RunningTiming
from kencho.reforms.services._errors import Reason, UnableTo

MILLI = Decimal("0.001")
LONGEST = Decimal(24 * 60)
"""Minutes; longer is a watch that nobody stopped."""
MOST_SAMPLES = 1000
ONE_SECOND = Decimal(1)


class UnableToRecordBaseline(UnableTo):
    """Not of the own division, without a method, of an unlikely length, or in the future."""


class UnableToTime(UnableTo):
    """No watch runs, one runs already, or it was forgotten."""


def _check(study: BaselineStudy, by: Actor) -> None:
    if not permissions.may_edit(by, study.reform):
        raise UnableToRecordBaseline(Reason.NOT_ALLOWED)
    if study.withdrawn_at is not None:
        raise UnableToRecordBaseline(Reason.WITHDRAWN)


def _held(study: BaselineStudy) -> BaselineStudy:
    return (
        BaselineStudy.objects.select_for_update(of=("self",), no_key=True)
        .select_related("reform__body", "reform__division")
        .get(pk=study.pk)
    )


def _tell(study: BaselineStudy, at: datetime) -> None:
    body = study.reform.body.code
    events.publish(BaselineRecorded(study.reform_id, study.pk, at), at=at, body=body)


@transaction.atomic
def record_study(
    *,
    reform: ReformCase,
    basis: str,
    measured_on: date,
    method: str,
    stated_minutes: Decimal | None = None,
    samples: Sequence[Decimal] = (),
    by: Actor,
    at: datetime,
) -> BaselineStudy:
    """基準の測定を登録する, with or without its first samples (minutes each). Raises UnableToRecordBaseline."""
    if not permissions.may_edit(by, reform):
        raise UnableToRecordBaseline(Reason.NOT_ALLOWED)
    if not method.strip():
        raise UnableToRecordBaseline(Reason.NO_METHOD)
    if measured_on > clock.day_of(at):
        raise UnableToRecordBaseline(Reason.FUTURE)
    is_estimate = basis == BaselineStudy.Basis.ESTIMATE
    if is_estimate and (stated_minutes is None or stated_minutes <= 0):
        raise UnableToRecordBaseline(Reason.STATED_NEEDED)
    study = BaselineStudy.objects.create(
        reform=reform,
        basis=basis,
        measured_on=measured_on,
        stated_minutes=stated_minutes if is_estimate else None,
        method=method.strip(),
        recorded_by=by.name,
        recorded_at=at,
    )
    audit.record(
        "reforms.baseline_study.record",
        study,
        by=by,
        at=at,
        label=reform.title[:60],
        body=reform.body.code,
        details={"basis": basis, "measured_on": measured_on},
    )
    if samples:
        add_samples(study=study, minutes=samples, by=by, at=at)
    return study


@transaction.atomic
def add_samples(
    *, study: BaselineStudy, minutes: Sequence[Decimal], by: Actor, at: datetime
) -> list[BaselineSample]:
    """測定した件を加える (minutes each, all or none). Raises UnableToRecordBaseline."""
    study = _held(study)
    _check(study, by)
    if study.basis != BaselineStudy.Basis.MEASURED:
        raise UnableToRecordBaseline(Reason.NOT_MEASURED)
    exact = [each.quantize(MILLI) for each in minutes]
    if any(each <= 0 or each > LONGEST for each in exact):
        raise UnableToRecordBaseline(Reason.NO_MINUTES)
    if study.samples.count() + len(exact) > MOST_SAMPLES:
        raise UnableToRecordBaseline(Reason.TOO_MANY)
    found = BaselineSample.objects.bulk_create(
        BaselineSample(study=study, minutes=each, recorded_at=at) for each in exact
    )
    audit.record(
        "reforms.baseline_study.add_samples",
        study,
        by=by,
        at=at,
        label=study.reform.title[:60],
        body=study.reform.body.code,
        # How many, not how long: the log names who did it, and nobody's pace is anybody's business.
        details={"count": len(exact)},
    )
    _tell(study, at)
    return found


@transaction.atomic
def withdraw_sample(*, sample: BaselineSample, reason: str, by: Actor, at: datetime) -> BaselineSample:
    """測定した件を外す: it stays to be seen, with the reason. Raises UnableToRecordBaseline."""
    study = _held(sample.study)
    _check(study, by)
    if not reason.strip():
        raise UnableToRecordBaseline(Reason.EMPTY_REASON)
    changed = BaselineSample.objects.filter(pk=sample.pk, withdrawn_at__isnull=True).update(
        withdrawn_at=at, withdrawn_reason=reason.strip()
    )
    if not changed:
        raise UnableToRecordBaseline(Reason.WITHDRAWN)
    audit.record(
        "reforms.baseline_study.withdraw_sample",
        study,
        by=by,
        at=at,
        label=study.reform.title[:60],
        body=study.reform.body.code,
    )
    _tell(study, at)
    sample.refresh_from_db()
    return sample


@transaction.atomic
def withdraw_study(*, study: BaselineStudy, reason: str, by: Actor, at: datetime) -> BaselineStudy:
    """基準の測定を取り消す: it counts no more from now on. Raises UnableToRecordBaseline."""
    study = _held(study)
    _check(study, by)
    if not reason.strip():
        raise UnableToRecordBaseline(Reason.EMPTY_REASON)
    study.withdrawn_at, study.withdrawn_reason = at, reason.strip()
    study.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    study.timings.all().delete()
    audit.record(
        "reforms.baseline_study.withdraw",
        study,
        by=by,
        at=at,
        label=study.reform.title[:60],
        body=study.reform.body.code,
    )
    _tell(study, at)
    return study


def _own_timing(study: BaselineStudy, by: Actor) -> RunningTiming:
    found = (
        RunningTiming.objects.select_for_update(of=("self",))
        .filter(study=study, staff=_person(by))
        .select_related("study__reform__body", "study__reform__division")
        .first()
    )
    if found is None:
        raise UnableToTime(Reason.NOT_RUNNING)
    return found


def _person(by: Actor) -> StaffMember:
    staff = staff_of_actor(by)
    if staff is None:
        raise UnableToTime(Reason.NOT_ALLOWED)
    return staff


@transaction.atomic
def start_timing(*, study: BaselineStudy, by: Actor, at: datetime) -> RunningTiming:
    """一件を計り始める. One watch for each person and study. Raises UnableToTime, UnableToRecordBaseline."""
    study = _held(study)
    _check(study, by)
    if study.basis != BaselineStudy.Basis.MEASURED:
        raise UnableToRecordBaseline(Reason.NOT_MEASURED)
    timing, is_new = RunningTiming.objects.get_or_create(
        study=study, staff=_person(by), defaults={"running_since": at}
    )
    if not is_new:
        raise UnableToTime(Reason.RUNNING)
    return timing


@transaction.atomic
def pause_timing(*, study: BaselineStudy, by: Actor, at: datetime) -> RunningTiming:
    """中断する: what is not part of the case is not counted. Raises UnableToTime."""
    timing = _own_timing(study, by)
    if timing.running_since is None:
        raise UnableToTime(Reason.NOT_RUNNING)
    timing.seconds_before, timing.running_since = timing.seconds(at), None
    timing.save(update_fields=["seconds_before", "running_since"])
    return timing


@transaction.atomic
def resume_timing(*, study: BaselineStudy, by: Actor, at: datetime) -> RunningTiming:
    """続ける. Raises UnableToTime."""
    timing = _own_timing(study, by)
    if timing.running_since is not None:
        raise UnableToTime(Reason.RUNNING)
    timing.running_since = at
    timing.save(update_fields=["running_since"])
    return timing


@transaction.atomic
def stop_timing(*, study: BaselineStudy, by: Actor, at: datetime) -> BaselineSample:
    """一件を終える: the watch becomes a sample that names nobody. Raises UnableToTime, UnableToRecordBaseline."""
    timing = _own_timing(study, by)
    seconds = timing.seconds(at)
    if seconds > LONGEST * 60:
        raise UnableToTime(Reason.TOO_LONG)
    if seconds < ONE_SECOND:
        raise UnableToTime(Reason.TOO_SHORT)
    timing.delete()
    [sample] = add_samples(study=timing.study, minutes=[seconds / 60], by=by, at=at)
    return sample


@transaction.atomic
def discard_timing(*, study: BaselineStudy, by: Actor, at: datetime) -> None:
    """計るのをやめる: nothing is kept. Raises UnableToTime."""
    _own_timing(study, by).delete()

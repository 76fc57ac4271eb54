"""What the apps above tell: a case was completed, or something it did wrong had to be put right."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from kencho.foundation import events
from kencho.organization.models import Body
from kencho.reforms.events import EffectRecorded
from kencho.reforms.models import Deduction, EffectRecord, ReformCase
from kencho.reforms.services._errors import Reason, UnableTo

MILLI = Decimal("0.001")


class UnableToRecordEffect(UnableTo):
    """The minutes are below 0."""


@transaction.atomic
def record_effect(
    *,
    body: Body,
    subject: str,
    evidence: str,
    human_minutes: Decimal,
    completed_at: datetime,
    at: datetime,
) -> EffectRecord | None:
    """完了した一件を登録する: once per evidence, whoever asks how often; None when no reform has this subject.

    Called for a completed case, never for a run, so that a run that found nothing saves nothing. ``evidence`` is
    opaque and without personal data ("robots.item:123"); ``human_minutes`` are what people still spent on the case.
    The first call stands: what was spent later is a deduction (`record_correction`). The caller has done and audited
    the act that completed the case, so there is no audit entry of its own. Raises UnableToRecordEffect.
    """
    if human_minutes < 0:
        raise UnableToRecordEffect(Reason.NEGATIVE)
    reform = ReformCase.objects.filter(body=body, subject=subject).first()
    if reform is None:
        return None
    effect, is_new = EffectRecord.objects.get_or_create(
        reform=reform,
        evidence=evidence,
        defaults={
            "completed_at": completed_at,
            "human_minutes": human_minutes.quantize(MILLI),
            "recorded_at": at,
        },
    )
    if is_new:
        events.publish(EffectRecorded(reform.pk, effect.pk, completed_at), at=at, body=body.code)
    return effect


@transaction.atomic
def record_correction(
    *,
    body: Body,
    subject: str,
    evidence: str,
    minutes: Decimal,
    on: date,
    at: datetime,
) -> Deduction | None:
    """誤りの手直しにかけた時間を差し引く: once per evidence; None when no reform has this subject or it took nothing.

    For what a person spent on a case after it had been recorded as completed. Raises UnableToRecordEffect.
    """
    if minutes < 0:
        raise UnableToRecordEffect(Reason.NEGATIVE)
    reform = ReformCase.objects.filter(body=body, subject=subject).first()
    exact = minutes.quantize(MILLI)
    if reform is None or not exact:
        return None
    deduction, _is_new = Deduction.objects.get_or_create(
        reform=reform,
        kind=Deduction.Kind.CORRECTION,
        evidence=evidence,
        defaults={"on": on, "minutes": exact, "recorded_by": "Kencho", "recorded_at": at},
    )
    return deduction

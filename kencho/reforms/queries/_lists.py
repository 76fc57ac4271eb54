"""Lists for pages."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeAlias

from django.db.models import Count, Max, Q, QuerySet

from kencho.organization.models import Body, StaffMember
from kencho.reforms.models import (
    BaselineSample,
    BaselineStudy,
    Deduction,
    EffectRecord,
    ReformCase,
    RunningTiming,
)

LastCases: TypeAlias = dict[int, datetime]


def reforms_of(body: Body) -> QuerySet[ReformCase]:
    """All reforms of a body by code."""
    return ReformCase.objects.filter(body=body).select_related("body", "division").order_by("code")


def by_code(body: Body, code: str) -> ReformCase | None:
    """The reform with this code."""
    return reforms_of(body).filter(code=code).first()


def reform_by_subject(body: Body, subject: str) -> ReformCase | None:
    """The reform to which cases of this subject count ("robots.robot:decided-to-ledger"); None when there is none."""
    return reforms_of(body).filter(subject=subject).first()


def subject_of(kind: str, code: str) -> str:
    """How the subject of a reform is written: ``subject_of("robots.robot", "ledger")``."""
    return f"{kind}:{code}"


def studies_of(reform: ReformCase) -> QuerySet[BaselineStudy]:
    """The baselines of a reform, newest first, with the number of samples that stand (``standing``)."""
    return (
        BaselineStudy.objects.filter(reform=reform)
        .select_related("reform__body", "reform__division")
        .annotate(standing=Count("samples", filter=Q(samples__withdrawn_at__isnull=True)))
        .order_by("-measured_on", "-pk")
    )


def samples_of(study: BaselineStudy) -> QuerySet[BaselineSample]:
    """The timed cases of a baseline, newest first; withdrawn ones too."""
    return BaselineSample.objects.filter(study=study).order_by("-pk")


def own_timing(study: BaselineStudy, staff: StaffMember) -> RunningTiming | None:
    """The watch that this person has running."""
    return RunningTiming.objects.filter(study=study, staff=staff).first()


def deductions_of(reform: ReformCase) -> QuerySet[Deduction]:
    """What is deducted, newest first; withdrawn ones too."""
    return Deduction.objects.filter(reform=reform).order_by("-on", "-pk")


def last_cases(reforms: Iterable[ReformCase]) -> LastCases:
    """When the last case of each was completed; one query."""
    rows = EffectRecord.objects.filter(reform__in=[each.pk for each in reforms]).order_by()
    return dict(rows.values("reform_id").annotate(last=Max("completed_at")).values_list("reform_id", "last"))

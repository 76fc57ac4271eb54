"""Reforms: one with a measured baseline, a completed case and a deduction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from kencho.foundation import clock
from kencho.organization.testing import Cast
from kencho.reforms import services
from kencho.reforms.models import BaselineSample, Deduction, ReformCase
from kencho.reforms.testing import SYSTEM, complete, make_reform, measure


@dataclass(frozen=True)
class Reforms:
    """One of each thing of reforms."""

    reform: ReformCase
    sample: BaselineSample
    deduction: Deduction


def make_reforms(cast: Cast) -> Reforms:
    """Through the real services."""
    at = clock.now()
    day = clock.day_of(at) - timedelta(days=1)
    reform = make_reform(cast.division, began_on=day, at=at)
    study = measure(reform, on=day, at=at)
    complete(cast.body, reform, range(3), day=day, at=at)
    deduction = services.record_deduction(
        reform=reform, kind="upkeep", on=day, minutes=Decimal(5), by=SYSTEM, at=at
    )
    return Reforms(reform, study.samples.earliest("pk"), deduction)


THINGS: dict[str, Callable[[Reforms], dict[str, Any]]] = {
    **{
        f"reforms:{name}": lambda r: {"pk": r.reform.pk}
        for name in ("reform_show", "reform_edit", "case_list", "study_create", "deduction_create")
    },
    **{
        f"reforms:{name}": lambda r: {"pk": r.sample.study_id}
        for name in (
            "study_show",
            "study_withdraw",
            *(f"timing_{verb}" for verb in ("start", "pause", "resume", "stop", "discard")),
        )
    },
    "reforms:sample_withdraw": lambda r: {"pk": r.sample.pk},
    "reforms:deduction_withdraw": lambda r: {"pk": r.deduction.pk},
}

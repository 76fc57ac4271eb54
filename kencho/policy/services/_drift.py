"""確定値とのずれを報告する: late events go here, never into the figure (rule STAT)."""

from datetime import datetime

from django.db import transaction

from kencho.audit import services as audit
from kencho.foundation.actors import Actor
from kencho.organization.models import Body
from kencho.policy import permissions, queries
from kencho.policy.models import Actual, DriftReport
from kencho.policy.queries import Drift

KEPT_ROWS = 1_000
"""Differing rows kept in a report; all of them are found again by counting anew."""


def report_drift(*, body: Body, by: Actor, at: datetime) -> list[DriftReport]:
    """Compare every final figure of a body with its rows of now; returns the new reports."""
    permissions.require(permissions.may_plan(by, body))
    found = (_report(actual, by, at) for actual in queries.final_actuals(body, at))
    return [each for each in found if each is not None]


@transaction.atomic
def _report(actual: Actual, by: Actor, at: datetime) -> DriftReport | None:
    found = queries.drift_of(actual, at)
    if not isinstance(found, Drift):
        return None
    rows = [[change.kind.value, change.id] for change in found.changes[:KEPT_ROWS]]
    last = DriftReport.objects.filter(actual=actual).order_by("-pk").first()
    numbers = (len(found.added), len(found.removed), len(found.changed))
    if last is not None and (last.rows, (last.added, last.removed, last.changed)) == (rows, numbers):
        return None
    report = DriftReport.objects.create(
        actual=actual,
        as_of=at,
        value=found.now,
        added=numbers[0],
        removed=numbers[1],
        changed=numbers[2],
        rows=rows,
        reasons=list(found.reasons),
    )
    audit.record(
        "policy.drift.report",
        report,
        by=by,
        at=at,
        label=actual.indicator.name,
        body=actual.indicator.node.plan.body.code,
        details={"year": actual.year, "added": numbers[0], "removed": numbers[1], "changed": numbers[2]},
    )
    return report

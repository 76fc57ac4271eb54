"""しきい値: set by a person, or fitted from what the clerks found; every change is a new row, so that it can be explained."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from kencho.audit import services as audit
from kencho.foundation.actors import Actor
from kencho.intake import calibration, permissions, queries
from kencho.intake.engine.shapes import Kind
from kencho.intake.models import Calibration
from kencho.intake.services._errors import Reason, UnableTo
from kencho.organization.models import Body

# A threshold that moves less than this is the same.
LEAST_CHANGE = 0.005


@transaction.atomic
def set_calibration(
    *,
    body: Body,
    kind: str,
    threshold: float,
    always_check: bool,
    audit_share: Decimal,
    by: Actor,
    at: datetime,
) -> Calibration:
    """しきい値を定める: from now on, for pages read from now on. Raises UnableTo."""
    permissions.require(permissions.may_calibrate(by, body))
    if not 0 <= threshold <= 1:
        raise UnableTo(Reason.BAD_THRESHOLD)
    if not calibration.LEAST_AUDIT <= audit_share <= 1:
        raise UnableTo(Reason.BAD_SHARE)
    now = queries.threshold_of(body, Kind(kind).value, at)
    return _new_row(
        body,
        kind,
        threshold,
        now,
        basis=Calibration.Basis.SET,
        always_check=always_check,
        audit_share=audit_share,
        sample=now.sample,
        by=by,
        at=at,
    )


@transaction.atomic
def fit_calibration(*, body: Body, by: Actor, at: datetime) -> list[Calibration]:
    """確認の結果からしきい値を求める: for the kinds whose findings bear one out; returns the new ones.

    Whether a kind is always checked is for people to decide, and stays as it is.
    """
    permissions.require(permissions.may_calibrate(by, body))
    made = []
    for kind in Kind:
        now = queries.threshold_of(body, kind.value, at)
        found = calibration.fit(queries.samples(body, kind.value, now, at), target=float(now.target))
        if found is None or abs(found.threshold - now.threshold) < LEAST_CHANGE:
            continue
        made.append(
            _new_row(
                body,
                kind.value,
                found.threshold,
                now,
                basis=Calibration.Basis.FITTED,
                always_check=now.always_check,
                audit_share=now.audit_share,
                sample=found.sample,
                by=by,
                at=at,
            )
        )
    return made


def _new_row(
    body: Body,
    kind: str,
    threshold: float,
    now: calibration.Threshold,
    *,
    basis: str,
    always_check: bool,
    audit_share: Decimal,
    sample: int,
    by: Actor,
    at: datetime,
) -> Calibration:
    row = Calibration.objects.create(
        body=body,
        kind=kind,
        threshold=threshold,
        always_check=always_check,
        audit_share=audit_share,
        target=now.target,
        sample=sample,
        basis=basis,
        in_force_from=at,
        set_by=by.name,
    )
    audit.record(
        "intake.calibration.fit" if basis == Calibration.Basis.FITTED else "intake.calibration.set",
        row,
        by=by,
        at=at,
        label=kind,
        body=body.code,
        details={
            "threshold": str(threshold),
            "before": str(now.threshold),
            "sample": sample,
            "always_check": always_check,
        },
    )
    return row

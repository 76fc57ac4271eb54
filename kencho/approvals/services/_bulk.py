"""Approving many cases in one go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kencho.approvals.models import ApprovalRequest
from kencho.approvals.services._deciding import UnableToApprove, approve
from kencho.approvals.services._errors import Reason
from kencho.foundation.actors import Actor


@dataclass(frozen=True)
class BulkOutcome:
    """What was approved, and what was refused with its reason."""

    approved: tuple[ApprovalRequest, ...]
    refused: tuple[tuple[ApprovalRequest, Reason], ...]


def bulk_approve(*, choices: Iterable[tuple[ApprovalRequest, str]], by: Actor, at: datetime) -> BulkOutcome:
    """まとめて承認する: each case (with the digest that was shown) in a transaction of its own, so one refusal stops none."""
    approved: list[ApprovalRequest] = []
    refused: list[tuple[ApprovalRequest, Reason]] = []
    for request, digest in choices:
        try:
            approved.append(approve(request=request, digest=digest, by=by, at=at))
        except UnableToApprove as refusal:
            refused.append((request, refusal.reason))
    return BulkOutcome(tuple(approved), tuple(refused))

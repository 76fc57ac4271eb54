"""Reactions to approvals of versions: publication, or back to the desk."""

import logging
from datetime import datetime

from kencho.approvals.events import (
    ApprovalDiscarded,
    ApprovalGranted,
    ApprovalRequested,
    ApprovalReturned,
    ApprovalWithdrawn,
)
from kencho.approvals.subjects import Undecided, subject_of
from kencho.foundation import actors
from kencho.foundation.events import subscriber
from kencho.procedures import services
from kencho.procedures.models import ProcedureVersion

log = logging.getLogger(__name__)
KENCHO = actors.system("procedures")


def _version(event: ApprovalRequested | ApprovalGranted | Undecided) -> ProcedureVersion | None:
    return subject_of(event, services.SUBJECT_TYPE, ProcedureVersion)


@subscriber(ApprovalGranted)
def publish_approved(event: ApprovalGranted) -> None:
    """決裁 → 施行: from the wished day, at the earliest from the decision."""
    version = _version(event)
    if version is None:
        return
    start = max(version.in_force_from or event.decided_at, event.decided_at)
    try:
        services.publish(
            version=version,
            approval_id=event.approval_id,
            in_force_from=start,
            by=KENCHO,
            at=event.decided_at,
        )
    except services.UnableToPublish:
        # Resubmitted from the approvers' page after the text was changed: what was decided is not what stands here.
        log.warning("approved version %s is not what waits for publication", version.pk)
    except (services.DefinitionError, services.UnableToSaveProcedure):
        log.warning("approved version %s cannot be published any more", version.pk)
        _reopen(event, event.decided_at)


def _reopen(event: ApprovalGranted | Undecided, at: datetime) -> None:
    version = _version(event)
    if version is not None:
        services.reopen_version(version=version, approval_id=event.approval_id, by=KENCHO, at=at)


@subscriber(ApprovalReturned)
def reopen_returned(event: ApprovalReturned) -> None:
    """差戻し → 作成中."""
    _reopen(event, event.returned_at)


@subscriber(ApprovalWithdrawn)
def reopen_withdrawn(event: ApprovalWithdrawn) -> None:
    """引戻し → 作成中."""
    _reopen(event, event.withdrawn_at)


@subscriber(ApprovalDiscarded)
def reopen_discarded(event: ApprovalDiscarded) -> None:
    """廃案 → 作成中: the text is kept; giving it up is a decision of its own."""
    _reopen(event, event.discarded_at)


@subscriber(ApprovalRequested)
def wait_again(event: ApprovalRequested) -> None:
    """再提出 from the approvers' page."""
    version = _version(event)
    if version is not None and event.round_number > 1:
        services.take_up_again(
            version=version, approval_id=event.approval_id, by=KENCHO, at=event.requested_at
        )

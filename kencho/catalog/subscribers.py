"""Reactions: what the approvers decide about a version."""

from datetime import datetime

from kencho.approvals.events import (
    ApprovalDiscarded,
    ApprovalGranted,
    ApprovalRequested,
    ApprovalReturned,
    ApprovalWithdrawn,
)
from kencho.catalog import services
from kencho.catalog.models import ResourceVersion, WorkView
from kencho.foundation.events import subscriber


def _version(subject_type: str, subject_id: str) -> ResourceVersion | None:
    if subject_type != services.SUBJECT_TYPE or not subject_id.isdigit():
        return None
    return ResourceVersion.objects.filter(pk=int(subject_id)).first()


def _decide_view(
    subject_type: str, subject_id: str, approval_id: int, at: datetime, *, granted: bool
) -> None:
    if subject_type != services.VIEW_SUBJECT or not subject_id.isdigit():
        return
    view = WorkView.objects.filter(pk=int(subject_id)).first()
    if view is not None:
        services.decide_view(view=view, approval_id=approval_id, granted=granted, by=services.KENCHO, at=at)


@subscriber(ApprovalGranted)
def approve_publication(event: ApprovalGranted) -> None:
    """決裁された: the version goes live, at once or on its day; a view over work is refreshed from now on."""
    _decide_view(event.subject_type, event.subject_id, event.approval_id, event.decided_at, granted=True)
    version = _version(event.subject_type, event.subject_id)
    if version is not None:
        services.approve_publication(
            version=version, approval_id=event.approval_id, by=services.KENCHO, at=event.decided_at
        )


def _return(subject_type: str, subject_id: str, approval_id: int, at: datetime) -> None:
    _decide_view(subject_type, subject_id, approval_id, at, granted=False)
    version = _version(subject_type, subject_id)
    if version is not None:
        services.return_publication(version=version, approval_id=approval_id, by=services.KENCHO, at=at)


@subscriber(ApprovalReturned)
def return_publication(event: ApprovalReturned) -> None:
    """差し戻された."""
    _return(event.subject_type, event.subject_id, event.approval_id, event.returned_at)


@subscriber(ApprovalWithdrawn)
def withdraw_request(event: ApprovalWithdrawn) -> None:
    """引き戻された."""
    _return(event.subject_type, event.subject_id, event.approval_id, event.withdrawn_at)


@subscriber(ApprovalDiscarded)
def discard_request(event: ApprovalDiscarded) -> None:
    """廃案になった."""
    _return(event.subject_type, event.subject_id, event.approval_id, event.discarded_at)


@subscriber(ApprovalRequested)
def take_up_publication(event: ApprovalRequested) -> None:
    """再提出された: the first request is the service's own doing."""
    version = _version(event.subject_type, event.subject_id)
    if version is not None and event.round_number > 1:
        services.take_up_publication(
            version=version, approval_id=event.approval_id, by=services.KENCHO, at=event.requested_at
        )

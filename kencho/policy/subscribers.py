"""What policy does when an approval it asked for is decided."""

from kencho.approvals.events import ApprovalGranted, ApprovalRequested, ApprovalReturned, ApprovalWithdrawn
from kencho.foundation import actors
from kencho.foundation.events import subscriber
from kencho.organization.models import StaffMember
from kencho.policy import services
from kencho.policy.models import SheetRevision

WORKER = actors.system("worker")


def _revision(pk: str) -> SheetRevision:
    return SheetRevision.objects.select_related("node__plan__body").get(pk=pk)


@subscriber(ApprovalGranted)
def publish(event: ApprovalGranted) -> None:
    """The approved revision is public."""
    if event.subject_type == services.SUBJECT_TYPE:
        services.publish_revision(
            revision=_revision(event.subject_id),
            approval_id=event.approval_id,
            approved_by=StaffMember.objects.values_list("name", flat=True).get(pk=event.decided_by_id),
            by=WORKER,
            at=event.decided_at,
        )


@subscriber(ApprovalRequested)
def resume(event: ApprovalRequested) -> None:
    """A returned revision was put forward again at its approval."""
    if event.subject_type == services.SUBJECT_TYPE and event.round_number > 1:
        services.resume_revision(
            revision=_revision(event.subject_id),
            approval_id=event.approval_id,
            by=WORKER,
            at=event.requested_at,
        )


@subscriber(ApprovalReturned)
def take_back(event: ApprovalReturned) -> None:
    """The revision came back."""
    if event.subject_type == services.SUBJECT_TYPE:
        services.return_revision(
            revision=_revision(event.subject_id),
            approval_id=event.approval_id,
            by=WORKER,
            at=event.returned_at,
        )


@subscriber(ApprovalWithdrawn)
def take_back_withdrawn(event: ApprovalWithdrawn) -> None:
    """The drafter pulled the revision back."""
    if event.subject_type == services.SUBJECT_TYPE:
        services.return_revision(
            revision=_revision(event.subject_id),
            approval_id=event.approval_id,
            by=WORKER,
            at=event.withdrawn_at,
        )

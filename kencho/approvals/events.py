"""Facts this app tells upwards. ``subject_type`` and ``subject_id`` let the owner of the subject know its own."""

from dataclasses import dataclass
from datetime import datetime

from kencho.foundation.events import Event


@dataclass(frozen=True)
class ApprovalRequested(Event):
    """起案: a case was put forward, for the first time or again (``round_number`` above 1)."""

    approval_id: int
    matter: str
    subject_type: str
    subject_id: str
    round_number: int
    requested_at: datetime


@dataclass(frozen=True)
class ApprovalStepActivated(Event):
    """A step has its turn: the holders of this post in this unit are asked."""

    approval_id: int
    step_id: int
    role: str
    unit_id: int
    post_id: int
    subject_type: str
    subject_id: str
    activated_at: datetime


@dataclass(frozen=True)
class ApprovalGranted(Event):
    """決裁: decided. ``decided_by_id`` is the staff member, ``decided_as`` own, deputy or substitute (代決)."""

    approval_id: int
    matter: str
    subject_type: str
    subject_id: str
    digest: str
    decided_by_id: int
    decided_as: str
    decided_at: datetime


@dataclass(frozen=True)
class ApprovalReturned(Event):
    """差戻し: sent back to the drafter with a reason that stands in the step."""

    approval_id: int
    matter: str
    subject_type: str
    subject_id: str
    step_id: int
    returned_by_id: int
    returned_at: datetime


@dataclass(frozen=True)
class ApprovalWithdrawn(Event):
    """引戻し: the drafter took the case back to work on it again."""

    approval_id: int
    matter: str
    subject_type: str
    subject_id: str
    withdrawn_at: datetime


@dataclass(frozen=True)
class ApprovalDiscarded(Event):
    """廃案: the case is given up for good."""

    approval_id: int
    matter: str
    subject_type: str
    subject_id: str
    discarded_at: datetime


@dataclass(frozen=True)
class ApprovalReviewed(Event):
    """後閲: the post that was absent has looked at what was decided in its place."""

    approval_id: int
    step_id: int
    reviewed_by_id: int
    reviewed_at: datetime

"""For apps above that react to cases: which of their own rows a fact is about, and the facts that end without a decision."""

from typing import TypeAlias, TypeVar

from django.db.models import Model

from kencho.approvals.events import (
    ApprovalDiscarded,
    ApprovalGranted,
    ApprovalRequested,
    ApprovalReturned,
    ApprovalWithdrawn,
)

M = TypeVar("M", bound=Model)
Undecided: TypeAlias = ApprovalReturned | ApprovalWithdrawn | ApprovalDiscarded
"""差戻し、引戻し、廃案: the subject goes back to whoever put it forward."""


def subject_of(
    event: ApprovalRequested | ApprovalGranted | Undecided, subject_type: str, model: type[M]
) -> M | None:
    """The row that the case is about; None when it is of another type, or is gone."""
    if event.subject_type != subject_type or not event.subject_id.isdecimal():
        return None
    found: M | None = model._default_manager.filter(pk=int(event.subject_id)).first()  # noqa: SLF001  # documented model API
    return found

"""The inbox: what waits for me, what I sent, what I have done. Ordered querysets for keyset paging."""

from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from kencho.approvals.models import ApprovalRequest, ApprovalStep, Capacity, StepState
from kencho.approvals.queries._seats import on_seats, open_steps, seats_of
from kencho.organization.models import StaffMember

# Given by name, because the model already declares the type of the attribute.
WAITS_AT = "waits_at"


def _with_case(steps: QuerySet[ApprovalStep]) -> QuerySet[ApprovalStep]:
    return steps.select_related(
        "unit",
        "post",
        "round",
        "round__request__matter",
        "round__request__drafter",
        "round__request__division",
    )


def waiting_for(staff: StaffMember, day: date) -> QuerySet[ApprovalStep]:
    """Steps on which I may act, the longest waiting first; each with its ``capacity``."""
    return _with_case(open_steps(staff, day)).order_by("activated_at", "id")


def count_waiting(staff: StaffMember, day: date) -> int:
    """How many steps wait for me."""
    return open_steps(staff, day).count()


def reviews_owed(staff: StaffMember, day: date) -> QuerySet[ApprovalStep]:
    """後閲: decisions made in my place that I have not yet looked at, the oldest first."""
    return (
        _with_case(ApprovalStep.objects.filter(on_seats(seats_of(staff, day), day)))
        .filter(state=StepState.APPROVED, rule__deferred_review=True, reviewed_at__isnull=True)
        .exclude(decided_as=Capacity.OWN)
        .exclude(decided_by=staff)
        .order_by("decided_at", "id")
    )


def done_by(staff: StaffMember) -> QuerySet[ApprovalStep]:
    """Steps on which I have acted, the latest first."""
    return _with_case(ApprovalStep.objects.filter(decided_by=staff)).order_by("-decided_at", "-id")


def sent_by(staff: StaffMember) -> QuerySet[ApprovalRequest]:
    """Cases that I drafted, the latest first; ``waits_at`` names where each stands now (unit and post)."""
    now_at = (
        ApprovalStep.objects.filter(round__request=OuterRef("pk"), state=StepState.ACTIVE)
        .order_by("order", "id")
        .values(text=Concat("unit__name", Value(" "), "post__name"))[:1]
    )
    return (
        ApprovalRequest.objects.filter(drafter=staff)
        .select_related("matter", "division")
        .annotate(**{WAITS_AT: Subquery(now_at)})
        .order_by("-requested_at", "-id")
    )

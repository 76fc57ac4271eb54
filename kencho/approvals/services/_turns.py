"""What the verbs share: taking hold of a case, giving steps their turn, closing a round."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from django.db.models import QuerySet

from kencho.approvals import queries
from kencho.approvals.events import ApprovalStepActivated
from kencho.approvals.models import (
    OPEN_STEP_STATES,
    ApprovalRequest,
    ApprovalRound,
    ApprovalStep,
    Capacity,
    RequestState,
    SkipReason,
    StepRole,
    StepState,
)
from kencho.approvals.services._errors import Reason, UnableTo
from kencho.foundation import clock, events
from kencho.foundation.actors import Actor
from kencho.foundation.prepared import Prepared
from kencho.foundation.statements import update
from kencho.organization.models import StaffMember
from kencho.organization.queries import staff_of_actor


def _requests(pk: int) -> QuerySet[ApprovalRequest]:
    return (
        ApprovalRequest.objects.select_for_update(of=("self",))
        .select_related("body", "matter", "division", "drafter")
        .filter(pk=pk)
        .order_by()
    )


_request = Prepared(_requests, ApprovalRequest, ("id",))


def hold(request: ApprovalRequest) -> ApprovalRequest:
    """The request as it is now, locked until the end of the transaction: acts on one case come one after another."""
    row = _request.one(request.pk)
    if row is None:
        raise ApprovalRequest.DoesNotExist
    return row


def staff_or_refuse(by: Actor, request: ApprovalRequest, refusal: type[UnableTo]) -> StaffMember:
    """The acting staff member of the same body; raises the refusal."""
    staff = staff_of_actor(by)
    if staff is None:
        raise refusal(Reason.NOT_STAFF)
    if staff.body_id != request.body_id:
        raise refusal(Reason.OTHER_BODY)
    return staff


def label_of(request: ApprovalRequest) -> str:
    """How the audit log names a case: kind and number, because titles may hold names of residents."""
    return f"{request.matter.code} {request.pk}"


def give_turn(request: ApprovalRequest, current: ApprovalRound, *, at: datetime) -> None:
    """Activate the next group of steps once nothing is active; what nobody is left to give is skipped.

    One person who holds the posts of two steps is heard once: nobody could act on the second.
    """
    steps = queries.steps_of(current)
    active = [step for step in steps if step.state == StepState.ACTIVE]
    if active and _activate(request, active, steps, at=at):
        return
    for order in sorted({step.order for step in steps if step.state == StepState.WAITING}):
        group = [step for step in steps if step.order == order and step.state == StepState.WAITING]
        if _activate(request, group, steps, at=at):
            return


def _activate(
    request: ApprovalRequest, group: Sequence[ApprovalStep], steps: Sequence[ApprovalStep], *, at: datetime
) -> bool:
    sitting = queries.holders_of(group, clock.day_of(at))
    spent = {
        *(step.decided_by_id for step in steps if step.decided_as == Capacity.OWN),
        request.drafter_id,
    }
    any_active = False
    for step in group:
        reason = _needless(step, {each.staff_id for each in sitting[step.pk]}, spent)
        if reason:
            step.state, step.skip_reason = StepState.SKIPPED, reason
        elif step.state == StepState.ACTIVE:
            any_active = True
            continue
        else:
            step.state, step.activated_at = StepState.ACTIVE, at
            any_active = True
        update(step, "state", "skip_reason", "activated_at")
        if step.state == StepState.ACTIVE:
            _tell_turn(request, step, at=at)
    return any_active


def _needless(step: ApprovalStep, holders: AbstractSet[int], spent: AbstractSet[int | None]) -> str:
    if step.role == StepRole.DECIDE:
        return ""
    if not holders:
        # 合議 waits for whoever is put in the post.
        return SkipReason.VACANT if step.role == StepRole.CIRCULATE else ""
    return SkipReason.SAME if holders <= spent else ""


def _tell_turn(request: ApprovalRequest, step: ApprovalStep, *, at: datetime) -> None:
    events.publish(
        ApprovalStepActivated(
            approval_id=request.pk,
            step_id=step.pk,
            role=step.role,
            unit_id=step.unit_id,
            post_id=step.post_id,
            subject_type=request.subject_type,
            subject_id=request.subject_id,
            activated_at=at,
        ),
        at=at,
        body=request.body.code,
    )


def close(request: ApprovalRequest, current: ApprovalRound, state: RequestState, *, at: datetime) -> None:
    """End the round and put the request into its new state; steps not yet given are called off."""
    current.steps.filter(state__in=OPEN_STEP_STATES).update(state=StepState.CANCELLED)
    current.closed_at = at
    update(current, "closed_at")
    request.state = state
    request.closed_at = at
    update(request, "state", "closed_at")

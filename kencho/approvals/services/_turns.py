"""What the verbs share: taking hold of a case, giving steps their turn, closing a round."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

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
from kencho.organization.models import StaffMember
from kencho.organization.queries import staff_of_actor


def hold(request: ApprovalRequest) -> ApprovalRequest:
    """The request as it is now, locked until the end of the transaction: acts on one case come one after another."""
    return (
        ApprovalRequest.objects.select_for_update(of=("self",))
        .select_related("body", "matter", "division", "drafter")
        .get(pk=request.pk)
    )


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
    """Activate the next group of steps once nothing is active; 回議 that nobody is left to give is skipped."""
    steps = list(current.steps.select_related("unit"))
    if any(step.state == StepState.ACTIVE for step in steps):
        return
    for order in sorted({step.order for step in steps if step.state == StepState.WAITING}):
        group = [step for step in steps if step.order == order and step.state == StepState.WAITING]
        if _activate(request, group, at=at):
            return


def _activate(request: ApprovalRequest, group: Sequence[ApprovalStep], *, at: datetime) -> bool:
    sitting = queries.holders_of(group, clock.day_of(at))
    spent = {
        *ApprovalStep.objects.filter(round=group[0].round_id, decided_as=Capacity.OWN).values_list(
            "decided_by_id", flat=True
        ),
        request.drafter_id,
    }
    any_active = False
    for step in group:
        reason = _needless(step, {each.staff_id for each in sitting[step.pk]}, spent)
        if reason:
            step.state, step.skip_reason = StepState.SKIPPED, reason
        else:
            step.state, step.activated_at = StepState.ACTIVE, at
            any_active = True
        step.save(update_fields=["state", "skip_reason", "activated_at"])
        if step.state == StepState.ACTIVE:
            _tell_turn(request, step, at=at)
    return any_active


def _needless(step: ApprovalStep, holders: AbstractSet[int], spent: AbstractSet[int | None]) -> str:
    if step.role != StepRole.CIRCULATE:
        return ""
    if not holders:
        return SkipReason.VACANT
    return SkipReason.TWICE if holders <= spent else ""


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
    current.save(update_fields=["closed_at"])
    request.state = state
    request.closed_at = at
    request.save(update_fields=["state", "closed_at"])

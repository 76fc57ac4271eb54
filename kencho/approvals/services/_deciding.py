"""The approvers' verbs: 承認・決裁, 差戻し, 取消し, 後閲, コメント."""

from datetime import datetime

from django.db import transaction

from kencho.approvals import queries
from kencho.approvals.document import digest_of
from kencho.approvals.events import ApprovalGranted, ApprovalReturned, ApprovalReviewed
from kencho.approvals.models import (
    ApprovalRequest,
    ApprovalRound,
    ApprovalStep,
    Capacity,
    Remark,
    RequestState,
    SkipReason,
    StepRole,
    StepState,
)
from kencho.approvals.services._errors import Reason, UnableTo
from kencho.approvals.services._turns import close, give_turn, hold, label_of, staff_or_refuse
from kencho.audit import services as audit
from kencho.foundation import clock, events
from kencho.foundation.actors import Actor
from kencho.foundation.statements import update
from kencho.organization.models import StaffMember


class UnableToApprove(UnableTo):
    """Not pending, not this person's turn, or the document is not the one that was shown."""


class UnableToSendBack(UnableTo):
    """Not pending, not this person's turn, or no reason given."""


class UnableToTakeBack(UnableTo):
    """There is no own approval, or somebody after it has acted."""


class UnableToReview(UnableTo):
    """Nothing was decided in this person's place, or it is reviewed already."""


class UnableToRemark(UnableTo):
    """Empty, or of another body."""


def _turn_of(
    request: ApprovalRequest,
    current: ApprovalRound,
    staff: StaffMember,
    at: datetime,
    refusal: type[UnableTo],
) -> tuple[ApprovalStep, Capacity]:
    """The step on which this person may act now, and in which right: own before deputy before 代決."""
    if not request.is_pending:
        raise refusal(Reason.NOT_PENDING)
    own = queries.own_step(request, current, staff, clock.day_of(at))
    if own is not None:
        return own, Capacity.OWN
    turns = queries.open_steps(staff, clock.day_of(at)).filter(round__request=request)
    order = list(Capacity.values)
    step = min(turns, key=lambda turn: (order.index(turn.capacity), turn.order, turn.pk), default=None)
    if step is None:
        raise refusal(Reason.NOT_YOUR_TURN)
    return step, Capacity(step.capacity)


def _absent(step: ApprovalStep, staff: StaffMember, capacity: Capacity, at: datetime) -> StaffMember | None:
    if capacity == Capacity.OWN:
        return None
    deputy = staff if capacity == Capacity.DEPUTY else None
    return queries.absent_holder_of(step, deputy, clock.day_of(at))


def _act(
    request: ApprovalRequest,
    current: ApprovalRound,
    by: Actor,
    at: datetime,
    *,
    state: StepState,
    comment: str,
    refusal: type[UnableTo],
) -> tuple[ApprovalStep, StaffMember]:
    staff = staff_or_refuse(by, request, refusal)
    step, capacity = _turn_of(request, current, staff, at, refusal)
    step.state, step.comment = state, comment.strip()
    step.decided_by, step.decided_at, step.decided_as = staff, at, capacity
    step.decided_for = _absent(step, staff, capacity, at)
    update(step, "state", "comment", "decided_by", "decided_at", "decided_as", "decided_for")
    return step, staff


def _check_shown(current: ApprovalRound, digest: str) -> None:
    """The approver answers for what was on the screen, so that and what is stored must be one."""
    if digest != current.digest:
        raise UnableToApprove(Reason.CHANGED)
    if digest_of(title=current.title, amount=current.amount, document=current.document) != digest:
        raise UnableToApprove(Reason.DAMAGED)


@transaction.atomic
def approve(
    *, request: ApprovalRequest, digest: str, by: Actor, at: datetime, comment: str = ""
) -> ApprovalRequest:
    """承認する。決裁の段階なら決裁する。``digest`` は画面に出ていた文書のハッシュ。

    代理 and 代決 are recorded by themselves. Raises UnableToApprove.
    """
    request = hold(request)
    current = queries.round_of(request)
    if request.is_pending:
        _check_shown(current, digest)
    step, staff = _act(
        request, current, by, at, state=StepState.APPROVED, comment=comment, refusal=UnableToApprove
    )
    decided = step.role == StepRole.DECIDE
    audit.record(
        "approvals.request.decide" if decided else "approvals.request.approve",
        request,
        by=by,
        at=at,
        label=label_of(request),
        details={"step": step.pk, "as": step.decided_as, "digest": digest},
    )
    if not decided:
        give_turn(request, current, at=at)
        return request
    close(request, current, RequestState.APPROVED, at=at)
    events.publish(
        ApprovalGranted(
            approval_id=request.pk,
            matter=request.matter.code,
            subject_type=request.subject_type,
            subject_id=request.subject_id,
            digest=digest,
            decided_by_id=staff.pk,
            decided_as=step.decided_as,
            decided_at=at,
        ),
        at=at,
        body=request.body.code,
    )
    return request


@transaction.atomic
def send_back(*, request: ApprovalRequest, reason: str, by: Actor, at: datetime) -> ApprovalRequest:
    """差し戻す: the round ends, the drafter may change the case and put it forward again. Raises UnableToSendBack."""
    request = hold(request)
    if not reason.strip():
        raise UnableToSendBack(Reason.EMPTY_REASON)
    current = queries.round_of(request)
    step, staff = _act(
        request, current, by, at, state=StepState.RETURNED, comment=reason, refusal=UnableToSendBack
    )
    close(request, current, RequestState.RETURNED, at=at)
    audit.record(
        "approvals.request.send_back",
        request,
        by=by,
        at=at,
        label=label_of(request),
        details={"step": step.pk, "as": step.decided_as},
    )
    events.publish(
        ApprovalReturned(
            approval_id=request.pk,
            matter=request.matter.code,
            subject_type=request.subject_type,
            subject_id=request.subject_id,
            step_id=step.pk,
            returned_by_id=staff.pk,
            returned_at=at,
        ),
        at=at,
        body=request.body.code,
    )
    return request


@transaction.atomic
def take_back(*, request: ApprovalRequest, by: Actor, at: datetime) -> ApprovalRequest:
    """自分の承認を取り消す, while nobody after it has acted; the step waits for its post again. Raises UnableToTakeBack."""
    request = hold(request)
    staff = staff_or_refuse(by, request, UnableToTakeBack)
    step = queries.step_to_take_back(request, staff)
    if step is None:
        raise UnableToTakeBack(Reason.TOO_LATE)
    steps = queries.round_of(request).steps
    steps.filter(order__gt=step.order, state=StepState.ACTIVE).update(
        state=StepState.WAITING, activated_at=None
    )
    # Those who were passed over because of this approval are asked again.
    steps.filter(order__gte=step.order, skip_reason=SkipReason.SAME).update(
        state=StepState.WAITING, skip_reason=""
    )
    step.state, step.comment, step.decided_as = StepState.ACTIVE, "", ""
    step.decided_by = step.decided_for = step.decided_at = None
    step.save(update_fields=["state", "comment", "decided_by", "decided_at", "decided_as", "decided_for"])
    request.remarks.create(
        round_number=request.round_number, kind=Remark.Kind.TAKEN_BACK, author=staff, written_at=at
    )
    audit.record(
        "approvals.request.take_back",
        request,
        by=by,
        at=at,
        label=label_of(request),
        details={"step": step.pk},
    )
    return request


@transaction.atomic
def review(*, request: ApprovalRequest, by: Actor, at: datetime) -> ApprovalRequest:
    """後閲する: the holder of the deciding post has looked at what was decided in absence. Raises UnableToReview."""
    request = hold(request)
    staff = staff_or_refuse(by, request, UnableToReview)
    step = queries.reviews_owed(staff, clock.day_of(at)).filter(round__request=request).first()
    if step is None or request.state != RequestState.APPROVED:
        raise UnableToReview(Reason.NOTHING_TO_REVIEW)
    step.reviewed_by, step.reviewed_at = staff, at
    step.save(update_fields=["reviewed_by", "reviewed_at"])
    audit.record(
        "approvals.request.review", request, by=by, at=at, label=label_of(request), details={"step": step.pk}
    )
    events.publish(
        ApprovalReviewed(approval_id=request.pk, step_id=step.pk, reviewed_by_id=staff.pk, reviewed_at=at),
        at=at,
        body=request.body.code,
    )
    return request


@transaction.atomic
def remark(*, request: ApprovalRequest, text: str, by: Actor, at: datetime) -> Remark:
    """コメントする: changes nothing in the case; also possible after the decision. Raises UnableToRemark."""
    request = hold(request)
    staff = staff_or_refuse(by, request, UnableToRemark)
    if not text.strip():
        raise UnableToRemark(Reason.EMPTY_TEXT)
    written: Remark = request.remarks.create(
        round_number=request.round_number, author=staff, text=text.strip(), written_at=at
    )
    audit.record("approvals.request.remark", request, by=by, at=at, label=label_of(request))
    return written

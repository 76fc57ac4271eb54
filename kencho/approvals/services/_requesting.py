"""The drafter's verbs: 起案, 引戻し, 再提出, 廃案."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kencho.approvals import queries
from kencho.approvals.document import Document, digest_of, document_of
from kencho.approvals.events import ApprovalDiscarded, ApprovalRequested, ApprovalWithdrawn
from kencho.approvals.models import (
    ApprovalRequest,
    ApprovalRound,
    ApprovalStep,
    Matter,
    Remark,
    RequestState,
    Route,
    StepState,
)
from kencho.approvals.services._errors import Reason, UnableTo
from kencho.approvals.services._planning import Draft, Planned, UnableToRequestApproval, plan
from kencho.approvals.services._turns import close, give_turn, hold, label_of, staff_or_refuse
from kencho.audit import services as audit
from kencho.foundation import clock, events
from kencho.foundation.actors import Actor, ActorKind
from kencho.foundation.prepared import insert
from kencho.organization.models import Body, StaffMember, Unit
from kencho.organization.queries import staff_of_actor


class UnableToPullBack(UnableTo):
    """Not the drafter, or no longer pending."""


class UnableToResubmit(UnableTo):
    """Not the drafter, or neither returned nor withdrawn."""


class UnableToDiscard(UnableTo):
    """Not the drafter, or already decided."""


@dataclass(frozen=True)
class Subject:
    """What the case is about, named by the app that owns it.

    ``type`` like ``applications.application``; ``label`` is shown to staff; ``url_name`` is a route name whose one
    argument is the id, e.g. ``applications:application_show``.
    """

    type: str
    id: str
    label: str = ""
    url_name: str = ""


@dataclass(frozen=True)
class Revision:
    """What the drafter changed before putting the case forward again; the amount is in yen."""

    title: str
    document: Document
    amount: int | None = None


@transaction.atomic
def request_approval(
    *,
    matter: str,
    title: str,
    document: Document,
    subject: Subject,
    division: Unit,
    by: Actor,
    at: datetime,
    amount: int | None = None,
    route: str = "",
    note: str = "",
    drafter: StaffMember | None = None,
) -> ApprovalRequest:
    """起案して回付する。``matter`` と ``route`` はコード。経路を省くとその種類の標準による。金額は円。

    The deciding step follows from the 専決の定め of the day. Raises UnableToRequestApproval.
    """
    body = division.body
    who = drafter or staff_of_actor(by)
    if who is None:
        raise UnableToRequestApproval(Reason.NOT_STAFF)
    if who.body_id != body.pk:
        raise UnableToRequestApproval(Reason.OTHER_BODY)
    if not title.strip():
        raise UnableToRequestApproval(Reason.EMPTY_TITLE)
    kind = Matter.objects.filter(body=body, code=matter).first()
    if kind is None:
        raise UnableToRequestApproval(Reason.NO_MATTER, matter)
    _refuse_second(kind, subject)
    way = _route(body, kind, route)
    steps = plan(Draft(kind, amount, division, who, clock.day_of(at)), way)
    request = ApprovalRequest(
        body=body,
        division=division,
        drafter=who,
        matter=kind,
        route=way,
        title=title.strip(),
        amount=amount,
        subject_type=subject.type,
        subject_id=subject.id,
        subject_label=subject.label,
        subject_url_name=subject.url_name,
        requested_at=at,
    )
    insert(request)
    _open_round(request, document, steps, note=note, by=by, at=at)
    return request


def _refuse_second(matter: Matter, subject: Subject) -> None:
    pending = ApprovalRequest.objects.filter(
        matter=matter, subject_type=subject.type, subject_id=subject.id, state=RequestState.PENDING
    )
    if pending.exists():
        raise UnableToRequestApproval(Reason.ALREADY_PENDING, subject.label)


def _route(body: Body, matter: Matter, code: str) -> Route | None:
    if not code:
        return queries.default_route(matter)
    route = queries.active_route(body, code)
    if route is None:
        raise UnableToRequestApproval(Reason.NO_ROUTE, code)
    return route


def _open_round(
    request: ApprovalRequest,
    document: Document,
    steps: Sequence[Planned],
    *,
    note: str,
    by: Actor,
    at: datetime,
) -> None:
    plain = document.as_json()
    current = ApprovalRound(
        request=request,
        number=request.round_number,
        title=request.title,
        amount=request.amount,
        document=plain,
        digest=digest_of(title=request.title, amount=request.amount, document=plain),
        note=note.strip(),
        opened_at=at,
    )
    insert(current)
    ApprovalStep.objects.bulk_create(
        ApprovalStep(
            round=current,
            order=step.order,
            role=step.role,
            unit=step.unit,
            post=step.post,
            rule=step.rule,
            state=StepState.SKIPPED if step.skip_reason else StepState.WAITING,
            skip_reason=step.skip_reason,
        )
        for step in steps
    )
    audit.record(
        "approvals.request.request",
        request,
        by=by,
        at=at,
        label=label_of(request),
        body=request.body.code,
        details={"round": current.number, "digest": current.digest, "steps": len(steps)},
    )
    events.publish(
        ApprovalRequested(
            approval_id=request.pk,
            matter=request.matter.code,
            subject_type=request.subject_type,
            subject_id=request.subject_id,
            round_number=current.number,
            requested_at=at,
        ),
        at=at,
        body=request.body.code,
    )
    give_turn(request, current, at=at)


def _drafting_staff(
    request: ApprovalRequest, by: Actor, at: datetime, refusal: type[UnableTo]
) -> StaffMember:
    staff = staff_or_refuse(by, request, refusal)
    if not queries.acts_as_drafter(request, staff, clock.day_of(at)):
        raise refusal(Reason.NOT_DRAFTER)
    return staff


@transaction.atomic
def pull_back(*, request: ApprovalRequest, by: Actor, at: datetime, reason: str = "") -> ApprovalRequest:
    """引き戻す: the drafter takes the case back, as long as it is not decided. Raises UnableToPullBack."""
    request = hold(request)
    staff = _drafting_staff(request, by, at, UnableToPullBack)
    if not request.is_pending:
        raise UnableToPullBack(Reason.NOT_PENDING)
    close(request, queries.round_of(request), RequestState.WITHDRAWN, at=at)
    request.remarks.create(
        round_number=request.round_number,
        kind=Remark.Kind.PULLED_BACK,
        author=staff,
        text=reason.strip(),
        written_at=at,
    )
    audit.record("approvals.request.pull_back", request, by=by, at=at, label=label_of(request))
    events.publish(
        ApprovalWithdrawn(
            approval_id=request.pk,
            matter=request.matter.code,
            subject_type=request.subject_type,
            subject_id=request.subject_id,
            withdrawn_at=at,
        ),
        at=at,
        body=request.body.code,
    )
    return request


@transaction.atomic
def resubmit(
    *, request: ApprovalRequest, by: Actor, at: datetime, revision: Revision | None = None, note: str = ""
) -> ApprovalRequest:
    """もう一度回付する: a new round, planned anew; without a revision the document stays. Raises UnableToResubmit.

    A colleague who does this after the drafter has left the division becomes the drafter.
    """
    request = hold(request)
    staff = _drafting_staff(request, by, at, UnableToResubmit)
    if not request.may_be_resubmitted:
        raise UnableToResubmit(Reason.NOT_RESUBMITTABLE)
    subject = Subject(request.subject_type, request.subject_id, request.subject_label)
    _refuse_second(request.matter, subject)
    given = revision or _as_it_was(request)
    if not given.title.strip():
        raise UnableToResubmit(Reason.EMPTY_TITLE)
    draft = Draft(request.matter, given.amount, request.division, staff, clock.day_of(at))
    steps = plan(draft, request.route or queries.default_route(request.matter))
    request.drafter, request.title, request.amount = staff, given.title.strip(), given.amount
    request.state, request.closed_at = RequestState.PENDING, None
    request.round_number += 1
    request.save()
    _open_round(request, given.document, steps, note=note, by=by, at=at)
    return request


def _as_it_was(request: ApprovalRequest) -> Revision:
    last = queries.round_of(request)
    return Revision(last.title, document_of(last.document), last.amount)


@transaction.atomic
def discard(*, request: ApprovalRequest, reason: str, by: Actor, at: datetime) -> ApprovalRequest:
    """廃案にする: for good. The drafter, or Kencho itself when the subject falls away. Raises UnableToDiscard."""
    request = hold(request)
    staff = None if by.kind == ActorKind.SYSTEM else _drafting_staff(request, by, at, UnableToDiscard)
    if not (request.is_pending or request.may_be_resubmitted):
        raise UnableToDiscard(Reason.ALREADY_ENDED)
    if not reason.strip():
        raise UnableToDiscard(Reason.EMPTY_REASON)
    close(request, queries.round_of(request), RequestState.DISCARDED, at=at)
    request.remarks.create(
        round_number=request.round_number,
        kind=Remark.Kind.DISCARDED,
        author=staff,
        text=reason.strip(),
        written_at=at,
    )
    audit.record(
        "approvals.request.discard", request, by=by, at=at, label=label_of(request), body=request.body.code
    )
    events.publish(
        ApprovalDiscarded(
            approval_id=request.pk,
            matter=request.matter.code,
            subject_type=request.subject_type,
            subject_id=request.subject_id,
            discarded_at=at,
        ),
        at=at,
        body=request.body.code,
    )
    return request

"""Decision: a draft with its grounds, sent through approval, then decided."""

from datetime import datetime

from django.db import transaction

from kencho.applications import documents, permissions, queries
from kencho.applications.events import ApplicationDecided
from kencho.applications.models import Application, Decision, Status
from kencho.applications.services._close import GroundsMissing
from kencho.applications.services._common import UnableToMove, locked, move
from kencho.approvals import services as approvals
from kencho.approvals.models import ApprovalRequest, RequestState, Route
from kencho.audit import services as audit
from kencho.foundation import actors, events
from kencho.foundation.actors import Actor
from kencho.organization.models import StaffMember

SUBJECT_TYPE = "applications.application"
DEFAULT_MATTER = "application_decision"


class UnknownDecision(Exception):
    """The definition has no decision of this kind."""


@transaction.atomic
def draft_decision(
    *,
    application: Application,
    kind: str,
    grounds: str,
    text: str,
    conditions: str = "",
    amount: int | None = None,
    by: Actor,
    at: datetime,
) -> Decision:
    """処分案を作る。A refusal without grounds is not accepted（行政手続法第8条）。"""
    row = locked(application)
    permissions.require(permissions.may_examine(by, row))
    if row.status != Status.IN_REVIEW:
        raise UnableToMove(row.number)
    try:
        wanted = queries.compiled_of(row).definition.flow.decision(kind)
    except KeyError as unknown:
        raise UnknownDecision(kind) from unknown
    if (wanted.grounds_required or not wanted.favourable) and not grounds.strip():
        raise GroundsMissing(row.number)
    decision, _created = Decision.objects.update_or_create(
        application=row,
        defaults={
            "kind": kind,
            "grounds": grounds,
            "text": text,
            "conditions": conditions,
            "amount": amount,
            "state": Decision.State.DRAFT,
            "drafted_by": by.name,
            "drafted_at": at,
            "approval_id": None,
        },
    )
    audit.record(
        "applications.application.draft_decision",
        row,
        by=by,
        at=at,
        label=row.number,
        body=row.body.code,
        details={"kind": kind},
    )
    return decision


@transaction.atomic
def submit_for_approval(
    *, application: Application, drafter: StaffMember, by: Actor, at: datetime
) -> ApprovalRequest:
    """決裁に回す: the whole case on one page goes to those who decide."""
    row = locked(application)
    permissions.require(permissions.may_examine(by, row))
    decision = Decision.objects.select_for_update().filter(application=row).first()
    if decision is None or decision.state not in {Decision.State.DRAFT, Decision.State.RETURNED}:
        raise UnableToMove(row.number)
    definition = queries.compiled_of(row).definition
    _discard_returned(decision, at=at)
    request = approvals.request_approval(
        matter=_matter_of(row, definition.flow.route),
        route=definition.flow.route,
        title=f"{definition.title}（{row.number}）{definition.flow.decision(decision.kind).label}",
        document=documents.approval_document(row, decision),
        subject=approvals.Subject(SUBJECT_TYPE, str(row.pk), row.number, "applications:case"),
        division=row.division,
        amount=decision.amount,
        drafter=drafter,
        by=by,
        at=at,
    )
    decision.state = Decision.State.IN_APPROVAL
    decision.approval_id = request.pk
    decision.save(update_fields=["state", "approval_id"])
    move(row, Status.IN_APPROVAL, "submit_for_approval", by=by, at=at)
    return request


def _discard_returned(decision: Decision, *, at: datetime) -> None:
    """A case that came back and is put forward anew must not be taken up again beside its successor."""
    if decision.approval_id is None:
        return
    old = ApprovalRequest.objects.filter(
        pk=decision.approval_id, state__in=[RequestState.RETURNED, RequestState.WITHDRAWN]
    ).first()
    if old is not None:
        approvals.discard(request=old, reason="起案し直したため", by=actors.system("applications"), at=at)


@transaction.atomic
def resume_approval(*, application: Application, approval_id: int, by: Actor, at: datetime) -> Application:
    """再び決裁に回った: the drafter put the returned case forward again, as it was, from the page of the approval."""
    row = locked(application)
    permissions.require(by.is_system)
    decision = Decision.objects.select_for_update().get(application=row)
    if decision.approval_id != approval_id or row.status != Status.IN_REVIEW:
        raise UnableToMove(row.number)
    decision.state = Decision.State.IN_APPROVAL
    decision.save(update_fields=["state"])
    move(row, Status.IN_APPROVAL, "submit_for_approval", by=by, at=at)
    return row


def _matter_of(application: Application, route: str) -> str:
    """The kind of matter, by which it is known who may decide, belongs to the route."""
    found = (
        Route.objects.filter(body=application.body, code=route).values_list("matter__code", flat=True).first()
    )
    return found or DEFAULT_MATTER


@transaction.atomic
def decide(
    *, application: Application, approval_id: int, decided_by: str, by: Actor, at: datetime
) -> Application:
    """決定する: called when the approval of exactly this draft has been granted."""
    row = locked(application)
    permissions.require(by.is_system)
    decision = Decision.objects.select_for_update().get(application=row)
    if decision.approval_id != approval_id:
        raise UnableToMove(row.number)
    decision.state = Decision.State.APPROVED
    decision.decided_by = decided_by
    decision.save(update_fields=["state", "decided_by"])
    row.decided_at = at
    move(row, Status.DECIDED, "decide", by=by, at=at, fields=("decided_at",))
    events.publish(ApplicationDecided(application_id=row.pk, kind=decision.kind), at=at, body=row.body.code)
    return row


@transaction.atomic
def take_back_from_approval(
    *, application: Application, approval_id: int, by: Actor, at: datetime
) -> Application:
    """差戻し・引戻し: the draft is back with its drafter, the review goes on."""
    row = locked(application)
    permissions.require(by.is_system)
    decision = Decision.objects.select_for_update().get(application=row)
    if decision.approval_id != approval_id:
        raise UnableToMove(row.number)
    decision.state = Decision.State.RETURNED
    decision.save(update_fields=["state"])
    # Staff read why at the approval; the applicant is told nothing of the inner way.
    move(row, Status.IN_REVIEW, "take_back_from_approval", by=by, at=at)
    return row

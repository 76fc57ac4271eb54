"""シートの版: freeze, send through approval, publish (rule REV). What was frozen never changes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from kencho.approvals import queries as approval_queries
from kencho.approvals import services as approvals
from kencho.approvals.document import Document, Section, Table
from kencho.approvals.models import ApprovalRequest, RequestState
from kencho.audit import services as audit
from kencho.foundation import actors, clock, events
from kencho.foundation.actors import Actor
from kencho.foundation.fiscal import FiscalYear
from kencho.organization.models import StaffMember, Unit
from kencho.organization.queries import staff_of_actor
from kencho.policy import frozen, permissions, queries, rules
from kencho.policy.events import SheetPublished
from kencho.policy.models import PolicyNode, SheetRevision
from kencho.policy.rules import FieldChange, RuleError, SheetStage, Trigger
from kencho.policy.services._errors import UnableToRevise
from kencho.policy.sheet import Cell, IndicatorRow, Sheet

SUBJECT_TYPE = "policy.sheet_revision"
MATTER = "policy_sheet"
ROUTE = "policy_sheet"
REVISION_URL = "policy:revision_show"
State = SheetRevision.State


@transaction.atomic
def open_revision(
    *, node: PolicyNode, sheet_year: int, trigger: str, reason: str, by: Actor, at: datetime
) -> SheetRevision:
    """版を作る: freeze the sheet as recorded now. The stage (案・確定・訂正) follows from the trigger (rule REV).

    Raises UnableToRevise: the trigger does not fit the stage, no reason, or nothing has changed.
    """
    permissions.require(permissions.may_edit(by, node))
    if not node.is_measure:
        raise UnableToRevise("not_a_measure")
    held = list(SheetRevision.objects.filter(node=node, sheet_year=sheet_year).order_by("number"))
    sheet = queries.sheet_of(node, sheet_year, at=at)
    before = held[-1].content if held else {}
    changed = frozen.differences(before, frozen.freeze(sheet)) if held else []
    revision = _appended(held, Trigger(trigger), changed, node, sheet_year, reason, by, at)
    content = frozen.freeze(
        replace(
            sheet,
            stage=str(revision.stage.text),
            revision=revision.number,
            dated=clock.day_of(at),
        )
    )
    made = SheetRevision.objects.create(
        node=node,
        sheet_year=sheet_year,
        number=revision.number,
        stage=revision.stage.value,
        trigger=revision.trigger.value,
        reason=revision.why,
        content=content,
        digest=frozen.digest_of(content),
        diff=changed,
        made_by=by.name,
        made_at=at,
    )
    _audit_open(made, by, at)
    return made


def _appended(
    held: Sequence[SheetRevision],
    trigger: Trigger,
    changed: Sequence[dict[str, str]],
    node: PolicyNode,
    sheet_year: int,
    reason: str,
    by: Actor,
    at: datetime,
) -> rules.Revision:
    history = tuple(_told(each) for each in held)
    changes = tuple(FieldChange(each["field"], each["old"], each["new"]) for each in changed)
    cell = f"{node} {FiscalYear(sheet_year).label}"
    try:
        found = rules.append(history, trigger, who=by.name, when=at, why=reason, changes=changes, cell=cell)
    except RuleError as wrong:
        raise UnableToRevise.by_rule(wrong) from wrong
    return found[-1]


def _told(each: SheetRevision) -> rules.Revision:
    changes = tuple(FieldChange(one["field"], one["old"], one["new"]) for one in each.diff)
    return rules.Revision(
        each.number,
        SheetStage(each.stage),
        Trigger(each.trigger),
        each.made_by,
        each.made_at,
        each.reason,
        changes,
    )


def _audit_open(revision: SheetRevision, by: Actor, at: datetime) -> None:
    audit.record(
        "policy.revision.open",
        revision,
        by=by,
        at=at,
        label=str(revision.node),
        body=revision.node.plan.body.code,
        details={"number": revision.number, "stage": revision.stage, "digest": revision.digest},
    )


def _locked(revision: SheetRevision) -> SheetRevision:
    return (
        SheetRevision.objects.select_for_update(of=("self",))
        .select_related("node__plan__body")
        .get(pk=revision.pk)
    )


@transaction.atomic
def submit_revision(
    *, revision: SheetRevision, division: Unit, by: Actor, at: datetime, drafter: StaffMember | None = None
) -> ApprovalRequest:
    """決裁に回す: the frozen content goes to those who decide. Raises UnableToRevise, `approvals` refusals."""
    row = _locked(revision)
    permissions.require(permissions.may_edit(by, row.node))
    if row.state not in {State.OPEN, State.RETURNED}:
        raise UnableToRevise("not_open")
    who = drafter or staff_of_actor(by)
    if who is None:
        raise UnableToRevise("not_staff")
    _discard_returned(row, at=at)
    sheet = queries.sheet_of_revision(row)
    label = f"{sheet.code} {sheet.name}"
    request = approvals.request_approval(
        matter=MATTER,
        route=_route(division),
        title=f"施策評価シート（{label}）{FiscalYear(row.sheet_year).label} {sheet.stage}",
        document=document_of(sheet, row),
        subject=approvals.Subject(SUBJECT_TYPE, str(row.pk), label, REVISION_URL),
        division=division,
        drafter=who,
        by=by,
        at=at,
    )
    row.state, row.approval_id = State.IN_APPROVAL, request.pk
    row.save(update_fields=["state", "approval_id"])
    _audit_move(row, "submit", by, at)
    return request


def _audit_move(revision: SheetRevision, verb: str, by: Actor, at: datetime) -> None:
    audit.record(
        f"policy.revision.{verb}",
        revision,
        by=by,
        at=at,
        label=str(revision.node),
        body=revision.node.plan.body.code,
        details={"number": revision.number},
    )


def _route(division: Unit) -> str:
    """The body's own route for sheets, where it has one; else the standard of the matter."""
    return ROUTE if approval_queries.active_route(division.body, ROUTE) else ""


def _discard_returned(revision: SheetRevision, *, at: datetime) -> None:
    """A case that came back must not be taken up again beside its successor."""
    if revision.approval_id is None:
        return
    states = [RequestState.RETURNED, RequestState.WITHDRAWN]
    old = ApprovalRequest.objects.filter(pk=revision.approval_id, state__in=states).first()
    if old is not None:
        approvals.discard(request=old, reason="出し直したため", by=actors.system("policy"), at=at)


@transaction.atomic
def publish_revision(
    *, revision: SheetRevision, approval_id: int, approved_by: str, by: Actor, at: datetime
) -> SheetRevision:
    """公表する: called when the approval of exactly this revision has been granted. Raises UnableToRevise."""
    row = _locked(revision)
    permissions.require(by.is_system)
    if row.approval_id != approval_id or row.state != State.IN_APPROVAL:
        raise UnableToRevise("approval_needed")
    # A content that no longer fits its digest must not reach the public.
    frozen.restore(row.content, row.digest)
    row.state, row.approved_by, row.published_at = State.PUBLISHED, approved_by, at
    row.save(update_fields=["state", "approved_by", "published_at"])
    _audit_move(row, "publish", by, at)
    told = SheetPublished(
        revision_id=row.pk,
        measure=row.node.code,
        sheet_year=row.sheet_year,
        stage=row.stage,
        published_at=at,
    )
    events.publish(told, at=at, body=row.node.plan.body.code)
    return row


@transaction.atomic
def return_revision(*, revision: SheetRevision, approval_id: int, by: Actor, at: datetime) -> SheetRevision:
    """差戻し・引戻し: the revision is back with its author."""
    return _moved(revision, approval_id, (State.IN_APPROVAL, State.RETURNED), "take_back", by, at)


@transaction.atomic
def resume_revision(*, revision: SheetRevision, approval_id: int, by: Actor, at: datetime) -> SheetRevision:
    """再び決裁に回った: the drafter put the returned case forward again, as it was, from the page of the approval."""
    return _moved(revision, approval_id, (State.RETURNED, State.IN_APPROVAL), "submit", by, at)


def _moved(
    revision: SheetRevision,
    approval_id: int,
    way: tuple[State, State],
    verb: str,
    by: Actor,
    at: datetime,
) -> SheetRevision:
    row = _locked(revision)
    permissions.require(by.is_system)
    if row.approval_id != approval_id or row.state != way[0]:
        raise UnableToRevise("not_open")
    row.state = way[1]
    row.save(update_fields=["state"])
    _audit_move(row, verb, by, at)
    return row


def document_of(sheet: Sheet, revision: SheetRevision) -> Document:
    """What those who decide read: why, the figures, and the code of the whole content."""
    figures = Table(
        columns=("目標項目", *(year.label for year in sheet.years)),
        rows=tuple(_line(row) for row in (*sheet.primary, *sheet.secondary)),
    )
    changes = Table(
        columns=("箇所", "前", "後"),
        rows=tuple((each["field"], each["old"], each["new"]) for each in revision.diff),
    )
    facts = (
        ("施策", f"{sheet.code} {sheet.name}"),
        ("主担当部局", sheet.lead_department),
        ("計画", sheet.plan_name),
        ("段階", sheet.stage),
        ("版", str(revision.number)),
        ("理由", revision.reason),
        ("内容のハッシュ（SHA-256）", revision.digest),
    )
    sections = [
        Section("伺い", ("次の施策評価シートを公表してよいか伺います。",), facts),
        Section("目標と実績", table=figures),
    ]
    if sheet.grade:
        judged = (("進展度", sheet.grade), ("判断理由", sheet.grade_reason))
        sections.append(Section("進展度", facts=judged))
    if revision.diff:
        sections.append(Section("前の版との違い", table=changes))
    return Document(sections=tuple(sections))


def _line(row: IndicatorRow) -> tuple[str, ...]:
    return (row.name, *(_both(year.target, year.actual) for year in row.years))


def _both(target: Cell, actual: Cell) -> str:
    return " / ".join(text for text in (target.text, actual.text) if text)

"""Publication straight from work: a view is declared, approved once, and refreshed every night."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kencho.approvals import services as approvals
from kencho.approvals.document import Document, Section, Table
from kencho.approvals.models import ApprovalRequest
from kencho.audit import services as audit
from kencho.catalog import permissions
from kencho.catalog.coarse import Plan, Shaped, shape
from kencho.catalog.models import Dataset, ResourceVersion, WorkView
from kencho.catalog.services._datasets import register_dataset
from kencho.catalog.services._errors import Reason, UnableToPublish, UnableToRegister
from kencho.catalog.services._fixing import Checked
from kencho.catalog.services._publishing import publish_version
from kencho.files import services as files
from kencho.foundation.actors import Actor
from kencho.foundation.registry import datasets
from kencho.organization.models import Unit

VIEW_SUBJECT = "catalog.work_view"
MATTER = "dataset_publication"
SAMPLE = 20
State = WorkView.State


@transaction.atomic
def declare_view(
    *,
    division: Unit,
    spec: str,
    plan: Plan,
    code: str,
    description: str,
    keywords: tuple[str, ...],
    by: Actor,
    at: datetime,
    **described: Any,
) -> WorkView:
    """業務からの公開を定める: a dataset of its own, filled from what an app declares. Raises UnableToRegister."""
    try:
        source = datasets.get(spec)
    except KeyError:
        raise UnableToRegister(Reason.UNKNOWN_VIEW) from None
    known = set(source.columns)
    if not plan.columns or any(name not in known for name, _how in plan.columns):
        raise UnableToRegister(Reason.UNKNOWN_VIEW)
    dataset = register_dataset(
        division=division,
        code=code,
        title=str(source.title),
        description=description,
        keywords=keywords,
        by=by,
        at=at,
        **described,
    )
    view = WorkView.objects.create(
        body=division.body,
        spec=spec,
        resource=dataset.resources.get(),
        columns=[[name, how] for name, how in plan.columns],
        quasi_identifiers=list(plan.quasi),
        count_column=plan.count_column,
        totals_by=list(plan.totals_by),
        k=plan.k,
    )
    _audit_view("catalog.work_view.declare", view, by, at, spec=spec)
    return view


def plan_of(view: WorkView) -> Plan:
    """The plan as it was declared."""
    return Plan(
        columns=[(name, how) for name, how in view.columns],
        quasi=view.quasi_identifiers,
        count_column=view.count_column,
        totals_by=view.totals_by,
        k=view.k,
    )


def shaped_now(view: WorkView) -> Shaped:
    """What would be published now. Raises KeyError when the app no longer declares it so."""
    source = datasets.get(view.spec)
    return shape(plan_of(view), source.columns, source.rows(view.body.code))


def as_csv(shaped: Shaped) -> bytes:
    """As CSV in UTF-8; equal tables give equal bytes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(shaped.header)
    writer.writerows(shaped.rows)
    return text.getvalue().encode()


@transaction.atomic
def request_view_approval(*, view: WorkView, by: Actor, at: datetime) -> ApprovalRequest:
    """公開の決裁を求める, once for all nights to come. Raises UnableToPublish."""
    row = _held(view)
    dataset = row.resource.dataset
    if not permissions.may_edit(by, dataset) or dataset.division is None:
        raise UnableToPublish(Reason.NOT_ALLOWED)
    if row.state != State.DRAFT:
        raise UnableToPublish(Reason.WRONG_STATE)
    try:
        request = approvals.request_approval(
            matter=MATTER,
            title=_("業務からのオープンデータ「%(title)s」の公開") % {"title": dataset.title},
            document=_document(row),
            subject=approvals.Subject(VIEW_SUBJECT, str(row.pk), dataset.title),
            division=dataset.division,
            by=by,
            at=at,
        )
    except approvals.UnableTo as refusal:
        raise UnableToPublish(Reason.NO_APPROVAL, refusal.message) from refusal
    row.state, row.approval_id = State.IN_APPROVAL, request.pk
    row.save(update_fields=["state", "approval_id"])
    _audit_view("catalog.work_view.request_approval", row, by, at, approval=request.pk)
    return request


def _document(view: WorkView) -> Document:
    shaped = shaped_now(view)
    sample = tuple(tuple(str(value) for value in row) for row in shaped.rows[:SAMPLE])
    return Document(
        (
            Section(
                _("伺い"),
                (_("次の表を、業務のデータから毎晩作って公開してよいか伺います。"),),
                (
                    (_("もとの表"), view.spec),
                    (_("列"), "、".join(f"{name}（{how}）" for name, how in view.columns)),
                    (_("組合せで人が分かる列"), "、".join(view.quasi_identifiers) or "―"),
                    (_("件数の列"), view.count_column or "―"),
                    (_("最も小さい集まり"), str(view.k)),
                    (_("外した行"), str(shaped.dropped)),
                    (_("秘匿した数"), str(shaped.hidden)),
                ),
            ),
            Section(_("いまの内容（はじめの行）"), table=Table(tuple(shaped.header), sample)),
        )
    )


@transaction.atomic
def decide_view(*, view: WorkView, approval_id: int, granted: bool, by: Actor, at: datetime) -> bool:
    """決裁された、戻された. False when another case is running."""
    row = _held(view)
    if not by.is_system or row.state != State.IN_APPROVAL or row.approval_id != approval_id:
        return False
    row.state = State.APPROVED if granted else State.DRAFT
    row.save(update_fields=["state"])
    _audit_view(f"catalog.work_view.{'approve' if granted else 'return'}", row, by, at, approval=approval_id)
    return True


@transaction.atomic
def stop_view(*, view: WorkView, by: Actor, at: datetime) -> WorkView:
    """毎晩の更新をやめる; what is published stays. Raises UnableToPublish."""
    row = _held(view)
    if not permissions.may_edit(by, row.resource.dataset):
        raise UnableToPublish(Reason.NOT_ALLOWED)
    row.state = State.STOPPED
    row.save(update_fields=["state"])
    _audit_view("catalog.work_view.stop", row, by, at)
    return row


@transaction.atomic
def publish_refreshed(
    *, view: WorkView, checked: Checked, digest: str, by: Actor, at: datetime
) -> ResourceVersion | None:
    """今夜の版を公開する under the standing approval. None when nothing changed, or the gate stopped it."""
    row = _held(view)
    if row.state != State.APPROVED or not by.is_system:
        return None
    row.refreshed_at = at
    if checked.is_stopped:
        row.problem = "gate"
        row.save(update_fields=["refreshed_at", "problem"])
        _audit_view("catalog.work_view.stop_at_gate", row, by, at)
        return None
    row.problem, row.last_digest = "", digest
    row.save(update_fields=["refreshed_at", "problem", "last_digest"])
    version = _version(row, checked, at)
    return publish_version(version=version, by=by, at=at)


@transaction.atomic
def note_unchanged(*, view: WorkView, at: datetime) -> None:
    """Tonight's table is last night's."""
    WorkView.objects.filter(pk=view.pk).update(refreshed_at=at, problem="")


@transaction.atomic
def note_problem(*, view: WorkView, problem: str, at: datetime) -> None:
    """Tonight's table could not be made; the published one stays."""
    WorkView.objects.filter(pk=view.pk).update(refreshed_at=at, problem=problem[:40])


def _version(view: WorkView, checked: Checked, at: datetime) -> ResourceVersion:
    resource = view.resource
    with checked.parquet.open("rb") as content:
        data = files.keep_stream(body=view.body, content=content, kind="parquet", at=at)
    last = resource.versions.aggregate(last=Max("number"))["last"] or 0
    version: ResourceVersion = resource.versions.create(
        number=last + 1,
        data=data,
        rows=checked.rows,
        schema=dict(checked.schema),
        notes=[dict(each) for each in checked.notes],
        findings=dict(checked.findings),
        quality=dict(checked.quality),
        gate=ResourceVersion.Gate.PASSED,
        gate_findings=[dict(each) for each in checked.gate_findings],
        state=ResourceVersion.State.APPROVED,
        approval_id=view.approval_id,
        made_at=at,
        made_by=_("業務からの公開"),
    )
    return version


def _held(view: WorkView) -> WorkView:
    return (
        WorkView.objects.select_for_update(of=("self",))
        .select_related("body", "resource__dataset__body", "resource__dataset__division__body")
        .get(pk=view.pk)
    )


def _audit_view(code: str, view: WorkView, by: Actor, at: datetime, **details: object) -> None:
    dataset: Dataset = view.resource.dataset
    audit.record(code, view, by=by, at=at, label=dataset.code, body=view.body.code, details=details)


__all__: Sequence[str] = [
    "VIEW_SUBJECT",
    "as_csv",
    "decide_view",
    "declare_view",
    "note_problem",
    "note_unchanged",
    "plan_of",
    "publish_refreshed",
    "request_view_approval",
    "shaped_now",
    "stop_view",
]

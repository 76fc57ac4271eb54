"""The way of a version to its approval and back."""

from datetime import date, datetime, time

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kencho.approvals import queries as approval_queries
from kencho.approvals import services as approvals
from kencho.approvals.document import Attachment, Document, Section
from kencho.approvals.models import ApprovalRequest
from kencho.audit import services as audit
from kencho.foundation import clock
from kencho.foundation.actors import Actor
from kencho.organization import queries as organization
from kencho.procedures import queries
from kencho.procedures.definition import Definition, DefinitionError, canonical, diff, load
from kencho.procedures.models import ProcedureVersion
from kencho.procedures.services._errors import UnableToSubmitVersion
from kencho.procedures.services._writing import hold

SUBJECT_TYPE = "procedures.version"
MATTER = "procedure_publication"
State = ProcedureVersion.State


@transaction.atomic
def submit_version(
    *, version: ProcedureVersion, in_force_on: date | None, reason: str, url: str, by: Actor, at: datetime
) -> ApprovalRequest:
    """公開の決裁を求める。``in_force_on`` を省くと決裁の時から。``url`` はこの版の定義（JSON）の場所。

    Raises DefinitionError when findings stand in the way, UnableToSubmitVersion.
    """
    locked = hold(version)
    if locked.state != State.DRAFT:
        raise UnableToSubmitVersion(_("この版は作成中ではありません。"))
    if in_force_on is not None and in_force_on < clock.day_of(at):
        raise UnableToSubmitVersion(_("公開する日は、今日か後の日にしてください。"))
    definition = load(locked.definition)
    if organization.division_by_code(locked.procedure.body, definition.office, clock.day_of(at)) is None:
        raise UnableToSubmitVersion(_("担当の所属が、いまの組織にありません。"))
    document = _document(locked, definition, in_force_on=in_force_on, reason=reason, url=url)
    try:
        request = _ask(locked, definition, document, by=by, at=at)
    except approvals.UnableTo as refusal:
        raise UnableToSubmitVersion(str(refusal.message)) from refusal
    locked.state = State.IN_APPROVAL
    locked.approval_id = request.pk
    locked.reason = reason.strip()[:200]
    locked.in_force_from = _beginning_of(in_force_on)
    locked.updated_at = at
    locked.save(update_fields=["state", "approval_id", "reason", "in_force_from", "updated_at"])
    audit.record(
        "procedures.version.submit",
        locked,
        by=by,
        at=at,
        label=str(locked),
        body=locked.procedure.body.code,
        details={"digest": locked.digest, "approval": request.pk},
    )
    return request


def _beginning_of(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), clock.JST)


def _ask(
    version: ProcedureVersion, definition: Definition, document: Document, *, by: Actor, at: datetime
) -> ApprovalRequest:
    """A returned case goes round again; otherwise a new one is drafted."""
    title = _("手続「%(title)s」第%(number)s版の公開") % {
        "title": definition.title,
        "number": version.number,
    }
    staff = organization.staff_of_actor(by)
    earlier = ApprovalRequest.objects.filter(pk=version.approval_id or 0).first()
    if (
        earlier is not None
        and staff is not None
        and earlier.may_be_resubmitted
        and approval_queries.acts_as_drafter(earlier, staff, clock.day_of(at))
    ):
        revision = approvals.Revision(title, document)
        return approvals.resubmit(request=earlier, revision=revision, by=by, at=at)
    return approvals.request_approval(
        matter=MATTER,
        title=title,
        document=document,
        subject=approvals.Subject(SUBJECT_TYPE, str(version.pk), str(version), "procedures:version_of_case"),
        division=version.procedure.division,
        by=by,
        at=at,
    )


def _document(
    version: ProcedureVersion, definition: Definition, *, in_force_on: date | None, reason: str, url: str
) -> Document:
    start = _("決裁の時から") if in_force_on is None else date_format(in_force_on, "DATE_FORMAT")
    question = Section(
        _("伺い"),
        (_("次の手続を、添付の定義のとおり公開してよいか伺います。"),),
        (
            (_("手続"), definition.title),
            (_("手続コード"), definition.code),
            (_("版"), _("第%(number)s版") % {"number": version.number}),
            (_("公開する日"), start),
            (_("理由"), reason.strip() or "―"),
        ),
    )
    content = canonical(version.definition)
    file = Attachment(f"{definition.code}-v{version.number}.json", version.digest, size=len(content), url=url)
    return Document((question, _changes(version, definition), _contents(definition)), (file,))


def _changes(version: ProcedureVersion, definition: Definition) -> Section:
    before = queries.version_before(version)
    if before is None:
        return Section(_("変更の内容"), (_("新しい手続です。"),))
    try:
        lines = tuple(change.text for change in diff(before.definition, definition))
    except DefinitionError:
        # The vocabulary may have become stricter since the earlier version was published.
        lines = (_("前の版とは比べられません。"),)
    heading = _("第%(number)s版からの変更") % {"number": before.number}
    return Section(heading, lines or (_("変更はありません。"),))


def _contents(definition: Definition) -> Section:
    period = definition.standard_processing_period
    facts = [
        (_("手続の種類"), definition.procedure_type),
        (_("概要"), definition.summary or "―"),
        (_("根拠"), "、".join(f"{one.law}{one.article}" for one in definition.legal_basis) or "―"),
        (_("標準処理期間"), _("%(days)s日") % {"days": period.total_days} if period else "―"),
        (_("審査基準"), "\n".join(one.text for one in definition.review_standards) or "―"),
    ]
    facts += [
        (page.title, "、".join(item.label for item in page.items if item.label)) for page in definition.pages
    ]
    facts += [
        (_("通知（%(label)s）") % {"label": one.label}, one.notice_text or "―")
        for one in definition.flow.decisions
    ]
    return Section(_("手続の内容"), facts=tuple(facts))


@transaction.atomic
def reopen_version(*, version: ProcedureVersion, approval_id: int, by: Actor, at: datetime) -> None:
    """差し戻された版、引き戻された版を、また作成中にする。Nothing happens when another case is running."""
    locked = hold(version)
    if locked.state != State.IN_APPROVAL or locked.approval_id != approval_id:
        return
    # The wished day is kept: the case may go round again without passing the desk of this app.
    locked.state = State.DRAFT
    locked.updated_at = at
    locked.save(update_fields=["state", "updated_at"])
    audit.record(
        "procedures.version.reopen",
        locked,
        by=by,
        at=at,
        label=str(locked),
        body=locked.procedure.body.code,
    )


@transaction.atomic
def take_up_again(*, version: ProcedureVersion, approval_id: int, by: Actor, at: datetime) -> bool:
    """決裁の画面から再提出された: the version waits again, if it is still what the approvers see."""
    locked = hold(version)
    request = ApprovalRequest.objects.get(pk=approval_id)
    shown = approval_queries.round_of(request).document.get("attachments") or [{}]
    same = shown[0].get("digest") == locked.digest
    if locked.state != State.DRAFT or locked.approval_id != approval_id or not same:
        return False
    locked.state = State.IN_APPROVAL
    locked.updated_at = at
    locked.save(update_fields=["state", "updated_at"])
    audit.record(
        "procedures.version.submit",
        locked,
        by=by,
        at=at,
        label=str(locked),
        body=locked.procedure.body.code,
        details={"digest": locked.digest, "approval": approval_id},
    )
    return True

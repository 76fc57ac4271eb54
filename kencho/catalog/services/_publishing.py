"""From a checked version to the public: 決裁, the day of publication, and the one row that makes it live."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kencho.approvals import services as approvals
from kencho.approvals.document import Attachment, Document, Section
from kencho.approvals.models import ApprovalRequest
from kencho.catalog import permissions
from kencho.catalog.due import next_due
from kencho.catalog.events import DatasetVersionPublished
from kencho.catalog.models import Dataset, Preparation, ResourceVersion
from kencho.catalog.services._common import KENCHO, hold_dataset, hold_version, note_act
from kencho.catalog.services._errors import Reason, UnableToPublish, UnableToWithdraw
from kencho.foundation import clock, events
from kencho.foundation.actors import Actor

SUBJECT_TYPE = "catalog.version"
MATTER = "dataset_publication"
State = ResourceVersion.State
Gate = ResourceVersion.Gate
OPEN_GATES = (Gate.PASSED, Gate.OVERRIDDEN)


def missing_for_publication(version: ResourceVersion) -> list[str]:
    """Labels of what a dataset still lacks before anybody can be asked to publish it."""
    dataset = version.resource.dataset
    missing = []
    if not dataset.description.strip():
        missing.append(_("説明"))
    if not dataset.keywords:
        missing.append(_("キーワード"))
    return missing


@transaction.atomic
def request_publication(
    *,
    version: ResourceVersion,
    note: str,
    by: Actor,
    at: datetime,
    publish_at: datetime | None = None,
) -> ApprovalRequest:
    """公開の決裁を求める; `publish_at` for a later moment. Raises UnableToPublish: GATE, INVALID, INCOMPLETE, …"""
    row = hold_version(version)
    dataset = row.resource.dataset
    _require_ready(row, by, at, publish_at)
    if dataset.division is None:
        raise UnableToPublish(Reason.NOT_ALLOWED)
    try:
        request = approvals.request_approval(
            matter=MATTER,
            title=_("オープンデータ「%(title)s」の公開（第%(number)s版）")
            % {"title": dataset.title, "number": row.number},
            document=document_of(row, note),
            subject=approvals.Subject(SUBJECT_TYPE, str(row.pk), str(dataset), "catalog:version_show"),
            division=dataset.division,
            by=by,
            at=at,
        )
    except approvals.UnableTo as refusal:
        raise UnableToPublish(Reason.NO_APPROVAL, refusal.message) from refusal
    row.state, row.approval_id, row.publish_at, row.note = (
        State.IN_APPROVAL,
        request.pk,
        publish_at,
        note.strip()[:400],
    )
    row.save(update_fields=["state", "approval_id", "publish_at", "note"])
    note_act(
        "catalog.version.request_publication", row, by=by, at=at, digest=row.data.digest, approval=request.pk
    )
    return request


def _require_ready(row: ResourceVersion, by: Actor, at: datetime, publish_at: datetime | None) -> None:
    if not permissions.may_edit(by, row.resource.dataset):
        raise UnableToPublish(Reason.NOT_ALLOWED)
    if row.state != State.READY:
        raise UnableToPublish(Reason.WRONG_STATE)
    if row.gate not in OPEN_GATES:
        raise UnableToPublish(Reason.GATE)
    if row.findings.get("blocking"):
        raise UnableToPublish(Reason.INVALID)
    if row.resource.dataset.state == Dataset.State.WITHDRAWN:
        raise UnableToPublish(Reason.WRONG_STATE)
    missing = missing_for_publication(row)
    if missing:
        raise UnableToPublish(Reason.INCOMPLETE, "、".join(missing))
    if publish_at is not None and publish_at <= at:
        raise UnableToPublish(Reason.PAST)
    live = row.resource.live
    if live is not None and live.data_id == row.data_id and live.schema == row.schema:
        raise UnableToPublish(Reason.ALREADY_LIVE)


def document_of(version: ResourceVersion, note: str) -> Document:
    """What the approvers read: what is published, from what it was made, how good it is, what the gate said."""
    dataset = version.resource.dataset
    quality = version.quality.get("total")
    sections = (
        Section(
            _("伺い"),
            (_("次のデータをオープンデータとして公開してよいか伺います。"),),
            (
                (_("データセット"), dataset.title),
                (_("表"), version.resource.title),
                (_("版"), str(version.number)),
                (_("利用ルール"), dataset.get_license_display()),
                (_("改版の説明"), note.strip() or "―"),
                (_("SHA-256"), version.data.digest),
            ),
        ),
        Section(
            _("内容"),
            facts=(
                (_("行数"), f"{version.rows:,}"),
                (_("データ項目"), "、".join(each["name"] for each in version.schema.get("fields", ()))),
                (_("整えるために変えたセル"), f"{version.changed_cells:,}"),
                (_("品質の点"), "―" if quality is None else str(quality)),
            ),
        ),
        Section(_("個人情報の確認"), _gate_lines(version)),
    )
    return Document(
        sections, (Attachment(f"{dataset.code}.parquet", version.data.digest, size=version.data.size),)
    )


def _gate_lines(version: ResourceVersion) -> tuple[str, ...]:
    passed = _("%(by)sが%(day)sに通しました。理由: %(reason)s")
    lines = [
        passed % {"by": each.by, "day": clock.day_of(each.at).isoformat(), "reason": each.reason}
        for each in version.overrides.all()
    ]
    return (str(version.get_gate_display()), *lines)


@transaction.atomic
def approve_publication(*, version: ResourceVersion, approval_id: int, by: Actor, at: datetime) -> bool:
    """決裁された: live at once, or on its day. False when another case is running."""
    row = hold_version(version)
    if not by.is_system or row.state != State.IN_APPROVAL or row.approval_id != approval_id:
        return False
    row.state = State.APPROVED
    row.save(update_fields=["state"])
    note_act("catalog.version.approve", row, by=by, at=at, digest=row.data.digest, approval=approval_id)
    if row.publish_at is None or row.publish_at <= at:
        publish_version(version=row, by=by, at=at)
    return True


@transaction.atomic
def return_publication(*, version: ResourceVersion, approval_id: int, by: Actor, at: datetime) -> bool:
    """差し戻された、引き戻された、廃案になった: approval may be asked for again."""
    row = hold_version(version)
    if not by.is_system or row.state != State.IN_APPROVAL or row.approval_id != approval_id:
        return False
    row.state = State.READY
    row.save(update_fields=["state"])
    note_act("catalog.version.return", row, by=by, at=at, approval=approval_id)
    return True


@transaction.atomic
def take_up_publication(*, version: ResourceVersion, approval_id: int, by: Actor, at: datetime) -> bool:
    """決裁の画面から再提出された: it waits again, since the document still names these very bytes."""
    row = hold_version(version)
    if not by.is_system or row.state != State.READY or row.approval_id != approval_id:
        return False
    row.state = State.IN_APPROVAL
    row.save(update_fields=["state"])
    note_act(
        "catalog.version.request_publication", row, by=by, at=at, digest=row.data.digest, approval=approval_id
    )
    return True


@transaction.atomic
def publish_version(*, version: ResourceVersion, by: Actor, at: datetime) -> ResourceVersion:
    """公開する: one transaction makes the new version live and the old one history. Raises UnableToPublish."""
    row = hold_version(version)
    if not by.is_system or row.state != State.APPROVED:
        raise UnableToPublish(Reason.WRONG_STATE)
    dataset = hold_dataset(row.resource.dataset)
    resource = row.resource
    previous = ResourceVersion.objects.filter(resource=resource, state=State.LIVE).first()
    if previous is not None:
        previous.state, previous.superseded_at = State.SUPERSEDED, at
        previous.save(update_fields=["state", "superseded_at"])
    row.state, row.published_at = State.LIVE, at
    row.save(update_fields=["state", "published_at"])
    resource.live = row
    resource.recipe = {**resource.recipe, **_recipe_of(row)}
    resource.save(update_fields=["live", "recipe"])
    _renew(dataset, row, at)
    note_act("catalog.version.publish", row, by=by, at=at, digest=row.data.digest, number=row.number)
    events.publish(
        DatasetVersionPublished(dataset.pk, row.pk, previous.pk if previous else 0, at),
        at=at,
        body=dataset.body.code,
    )
    return row


def _recipe_of(version: ResourceVersion) -> dict[str, object]:
    made = Preparation.objects.filter(version=version).first()
    if made is None or "recipe" not in made.choices:
        return {}
    return {
        "fixer": made.choices["recipe"],
        "names": made.choices.get("names", {}),
        "table": made.choices.get("table", 0),
    }


def _renew(dataset: Dataset, version: ResourceVersion, at: datetime) -> None:
    from kencho.catalog import queries

    dataset.state = Dataset.State.PUBLISHED
    dataset.published_at = dataset.published_at or at
    dataset.modified_at = at
    dataset.next_due_on = next_due(dataset.frequency, clock.day_of(at))
    dataset.reminded_on = None
    dataset.score = version.quality.get("total")
    dataset.search_text = queries.search_text_of(dataset)
    dataset.save()


def publish_due(*, at: datetime) -> int:
    """公開の日が来た版を公開する; returns how many."""
    due = ResourceVersion.objects.filter(
        Q(publish_at__isnull=True) | Q(publish_at__lte=at), state=State.APPROVED
    )
    done = 0
    for version in due.order_by("publish_at", "id"):
        try:
            publish_version(version=version, by=KENCHO, at=at)
        except UnableToPublish:
            # Another worker was faster.
            continue
        done += 1
    return done


@transaction.atomic
def withdraw_version(*, version: ResourceVersion, reason: str, by: Actor, at: datetime) -> ResourceVersion:
    """一つの版を取り下げる (for example a wrong figure): it stays in the history, without its data.

    When it was live, nothing of the resource is live until a corrected version is published. Raises UnableToWithdraw.
    """
    row = hold_version(version)
    if not permissions.may_edit(by, row.resource.dataset):
        raise UnableToWithdraw(Reason.NOT_ALLOWED)
    if row.state not in {State.LIVE, State.SUPERSEDED}:
        raise UnableToWithdraw(Reason.WRONG_STATE)
    if not reason.strip():
        raise UnableToWithdraw(Reason.NO_REASON)
    row.state, row.withdrawn_reason = State.WITHDRAWN, reason.strip()[:400]
    row.save(update_fields=["state", "withdrawn_reason"])
    if row.resource.live_id == row.pk:
        row.resource.live = None
        row.resource.save(update_fields=["live"])
    note_act("catalog.version.withdraw", row, by=by, at=at, number=row.number)
    return row

"""Versions: found on the shelf, put to approval with their files, and approved; another byte is another version."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kencho.approvals import services as approvals
from kencho.approvals.document import Attachment, Document, Section
from kencho.approvals.models import ApprovalRequest
from kencho.files import services as files
from kencho.foundation.actors import Actor
from kencho.organization.models import Body, Unit
from kencho.robots import queries, shelf
from kencho.robots.manifest import BadPackage, Finding, Package, read_package
from kencho.robots.models import RobotVersion
from kencho.robots.services._common import hold_version, note_act, require, require_administrator
from kencho.robots.services._errors import Refused, UnableTo

SUBJECT_TYPE = "robots.version"
MATTER = "robot_version"
State = RobotVersion.State
# A document of an approval is read by people; what is longer is in the attached bundle.
SHOWN_LINES = 400


@dataclass(frozen=True)
class PackageProblem:
    """A folder that is no usable package."""

    package: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Discovery:
    """What lies on the shelf: all versions found, those seen for the first time, and folders with findings."""

    found: tuple[RobotVersion, ...]
    new: tuple[RobotVersion, ...]
    problems: tuple[PackageProblem, ...]


def discover(*, body: Body, by: Actor, at: datetime) -> Discovery:
    """棚を調べる: every package as it lies there becomes a version of the body, once per content. Raises UnableTo."""
    require_administrator(by, body)
    found: list[RobotVersion] = []
    new: list[RobotVersion] = []
    problems: list[PackageProblem] = []
    for folder in shelf.folders():
        try:
            package = read_package(folder)
        except BadPackage as wrong:
            problems.append(PackageProblem(folder.name, wrong.findings))
            continue
        version, is_new = _version_of(body, package, by, at)
        found.append(version)
        if is_new:
            new.append(version)
    return Discovery(tuple(found), tuple(new), tuple(problems))


@transaction.atomic
def _version_of(body: Body, package: Package, by: Actor, at: datetime) -> tuple[RobotVersion, bool]:
    manifest = package.manifest
    known = RobotVersion.objects.filter(body=body, package=manifest.id, digest=package.digest).first()
    if known is not None:
        return known, False
    source = files.keep(body=body, content=package.source(), kind="json", at=at)
    version, is_new = RobotVersion.objects.get_or_create(
        body=body,
        package=manifest.id,
        digest=package.digest,
        defaults={
            "version": manifest.version,
            # Through JSON, so that dates and the like of YAML are texts.
            "manifest": json.loads(json.dumps(manifest.plain, ensure_ascii=False, default=str)),
            "source": source,
            "found_at": at,
        },
    )
    if is_new:
        note_act("robots.version.find", version, by=by, at=at, digest=version.digest)
    return version, is_new


@transaction.atomic
def request_version_approval(
    *, version: RobotVersion, division: Unit, reason: str, by: Actor, at: datetime
) -> ApprovalRequest:
    """版の承認を求める: the manifest and what changed since the last approved version go before those who decide.

    Raises UnableTo: not found state, or the folder no longer has exactly these bytes, or no way to a decision.
    """
    row = hold_version(version)
    require_administrator(by, row.body)
    require(division.body_id == row.body_id)
    if row.state != State.FOUND:
        raise UnableTo(Refused.WRONG_STATE)
    if shelf.digest_now(row.package) != row.digest:
        raise UnableTo(Refused.CHANGED)
    try:
        request = approvals.request_approval(
            matter=MATTER,
            title=_("ロボット「%(title)s」%(version)s版の使用")
            % {"title": row.manifest.get("title", row.package), "version": row.version},
            document=document_of(row, reason),
            subject=approvals.Subject(SUBJECT_TYPE, str(row.pk), str(row)),
            division=division,
            by=by,
            at=at,
        )
    except approvals.UnableTo as refusal:
        raise UnableTo(Refused.NO_APPROVAL, refusal.message) from refusal
    row.state, row.approval_id, row.asked_by = State.IN_APPROVAL, request.pk, by.name
    row.save(update_fields=["state", "approval_id", "asked_by"])
    note_act("robots.version.request_approval", row, by=by, at=at, digest=row.digest, approval=request.pk)
    return request


def document_of(version: RobotVersion, reason: str) -> Document:
    """What the approvers read: the manifest in words, the changes line by line, and the whole as an attachment."""
    manifest = queries.manifest_of(version)
    question = Section(
        _("伺い"),
        (_("次のロボットの版を、本番の相手のシステムに使ってよいか伺います。"),),
        (
            (_("ロボット"), manifest.title),
            (_("パッケージ"), manifest.id),
            (_("版"), manifest.version),
            (_("SHA-256"), version.digest),
            (_("理由"), reason.strip() or "―"),
        ),
    )
    declared = Section(
        _("宣言"),
        facts=(
            (_("つなぐ先"), "、".join(manifest.allowed_hosts)),
            (_("使う秘密"), "、".join(manifest.needs) or "―"),
            (_("一件の上限"), _("%(seconds)s秒") % {"seconds": manifest.max_seconds}),
            (_("重複を防ぐ鍵"), manifest.key),
            (_("登録するか"), _("登録する") if manifest.submits else _("読むだけ")),
            (_("段階"), "、".join(manifest.steps)),
            (
                _("入力の項目"),
                "、".join(
                    f"{each.title}{_('（個人に関する項目）') if each.is_personal else ''}"
                    for each in manifest.fields()
                ),
            ),
        ),
    )
    content = queries.source_bytes(version)
    bundle = Attachment(f"{version.package}-{version.version}.json", version.source.digest, size=len(content))
    return Document((question, declared, *_changes(version)), (bundle,))


def _changes(version: RobotVersion) -> tuple[Section, ...]:
    before = queries.last_approved(version)
    sections = [
        Section(
            _("変更の内容"),
            (
                _("%(version)s版（%(digest)s）からの変更です。")
                % {"version": before.version, "digest": before.digest[:12]}
                if before
                else _("承認された版はまだありません。すべてのファイルを示します。"),
            ),
        )
    ]
    left = SHOWN_LINES
    for change in queries.version_changes(version):
        if change.kind == "same":
            continue
        shown = change.lines[:left]
        left -= len(shown)
        lines = "\n".join(shown)
        if len(shown) < len(change.lines):
            lines += "\n" + _("（続きは添付のファイル一式にあります）")
        sections.append(Section(f"{change.name}（{change.label}）", (lines or "―",)))
    return tuple(sections)


@transaction.atomic
def approve_version(*, version: RobotVersion, approval_id: int, by: Actor, at: datetime) -> bool:
    """承認された: the version of exactly this case may be used. False when another case is running."""
    row = hold_version(version)
    require(by.is_system)
    if row.state != State.IN_APPROVAL or row.approval_id != approval_id:
        return False
    row.state, row.decided_at = State.APPROVED, at
    row.save(update_fields=["state", "decided_at"])
    note_act("robots.version.approve", row, by=by, at=at, digest=row.digest, approval=approval_id)
    return True


@transaction.atomic
def return_version(*, version: RobotVersion, approval_id: int, by: Actor, at: datetime) -> bool:
    """差し戻された、引き戻された、廃案になった: approval may be asked for again."""
    row = hold_version(version)
    require(by.is_system)
    if row.state != State.IN_APPROVAL or row.approval_id != approval_id:
        return False
    row.state = State.FOUND
    row.save(update_fields=["state"])
    note_act("robots.version.return", row, by=by, at=at, approval=approval_id)
    return True


@transaction.atomic
def take_up_version(*, version: RobotVersion, approval_id: int, by: Actor, at: datetime) -> bool:
    """決裁の画面から再提出された: it waits again, since the document still shows these very bytes."""
    row = hold_version(version)
    require(by.is_system)
    if row.state != State.FOUND or row.approval_id != approval_id:
        return False
    row.state = State.IN_APPROVAL
    row.save(update_fields=["state"])
    note_act("robots.version.request_approval", row, by=by, at=at, digest=row.digest, approval=approval_id)
    return True


@transaction.atomic
def retire_version(*, version: RobotVersion, by: Actor, at: datetime) -> RobotVersion:
    """使用をやめる: it never runs again, against whatever target. Raises UnableTo."""
    row = hold_version(version)
    require_administrator(by, row.body)
    if row.state not in {State.FOUND, State.APPROVED}:
        raise UnableTo(Refused.WRONG_STATE)
    row.state = State.RETIRED
    row.save(update_fields=["state"])
    note_act("robots.version.retire", row, by=by, at=at)
    return row

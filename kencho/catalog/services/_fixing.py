"""Between the two runs of the background task: the proposal, what the clerk decides, and the checked version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max

from kencho.catalog import permissions
from kencho.catalog.models import GateOverride, Preparation, ResourceVersion
from kencho.catalog.services._common import hold_preparation, hold_version, note_act
from kencho.catalog.services._errors import Reason, UnableToPrepare, UnableToPublish
from kencho.files import services as files
from kencho.foundation import queue
from kencho.foundation.actors import Actor

State = Preparation.State
Gate = ResourceVersion.Gate


@dataclass(frozen=True)
class Checked:
    """What the checks gave: the Parquet file, and everything found about it."""

    parquet: Path
    rows: int
    schema: Mapping[str, Any]
    findings: Mapping[str, Any]
    quality: Mapping[str, Any]
    gate_findings: Sequence[Mapping[str, Any]]
    is_stopped: bool
    notes: Sequence[Mapping[str, Any]] = ()
    changes: Path | None = None
    changed: int = 0
    recipe: Mapping[str, Any] | None = None


@transaction.atomic
def store_proposal(
    *, preparation: Preparation, summary: Mapping[str, Any], proposal: Path | None, by: Actor, at: datetime
) -> Preparation:
    """整え方の案ができた. A file that needs no look (nothing changed, nothing asked) goes on to the checks at once."""
    row = hold_preparation(preparation)
    if row.state != State.READING:
        return row
    if proposal is not None:
        with proposal.open("rb") as content:
            row.proposal = files.keep_stream(
                body=row.body, content=content, kind="json", at=at, quarantined=True
            )
    row.summary, row.state, row.changed_at, row.progress = dict(summary), State.PROPOSED, at, 0
    row.save(update_fields=["proposal", "summary", "state", "changed_at", "progress"])
    note_act("catalog.preparation.propose", row, by=by, at=at, changed=int(summary.get("changed", 0)))
    if summary.get("mode") == "plain":
        _check(row, at)
    return row


@transaction.atomic
def fail_preparation(
    *, preparation: Preparation, problem: str, params: Mapping[str, Any], by: Actor, at: datetime
) -> Preparation:
    """読み取れない: the code and its values are told at the preparation; the original stays for another try."""
    row = hold_preparation(preparation)
    if row.state not in {State.READING, State.CHECKING}:
        return row
    row.state, row.problem, row.changed_at = State.FAILED, problem[:40], at
    row.problem_params = {name: _plain(value) for name, value in params.items()}
    row.save(update_fields=["state", "problem", "problem_params", "changed_at"])
    note_act("catalog.preparation.fail", row, by=by, at=at, problem=row.problem)
    return row


def _plain(value: Any) -> Any:
    return value if isinstance(value, (int, float, bool)) else str(value)[:200]


@transaction.atomic
def choose_fixing(
    *,
    preparation: Preparation,
    without: Sequence[str] = (),
    table: int = 0,
    names: Mapping[str, str] | None = None,
    by: Actor,
    at: datetime,
) -> Preparation:
    """整え方を決める: which changes are taken back, which table, new names of columns. Raises UnableToPrepare."""
    row = hold_preparation(preparation)
    if not permissions.may_prepare(by, row):
        raise UnableToPrepare(Reason.NOT_ALLOWED)
    if row.state not in {State.PROPOSED, State.READY}:
        raise UnableToPrepare(Reason.WRONG_STATE)
    if not 0 <= table < max(1, len(row.summary.get("tables", []))):
        raise UnableToPrepare(Reason.UNKNOWN_TABLE)
    row.choices = {"without": sorted(set(without)), "table": table, "names": dict(names or {})}
    row.changed_at = at
    row.save(update_fields=["choices", "changed_at"])
    note_act("catalog.preparation.choose", row, by=by, at=at, taken_back=len(row.choices["without"]))
    _check(row, at)
    return row


def _check(row: Preparation, at: datetime) -> None:
    row.state, row.progress = State.CHECKING, 0
    row.save(update_fields=["state", "progress"])
    queue.enqueue("catalog.check_drop", {"preparation_id": str(row.pk)}, at=at, body=row.body.code)


@transaction.atomic
def store_version(
    *, preparation: Preparation, checked: Checked, by: Actor, at: datetime
) -> ResourceVersion | None:
    """検査済みの版を作る. None when the preparation was given up meanwhile, or another worker was faster."""
    row = hold_preparation(preparation)
    if row.state != State.CHECKING:
        return None
    body, resource = row.body, row.resource
    with checked.parquet.open("rb") as content:
        data = files.keep_stream(body=body, content=content, kind="parquet", at=at)
    changes = None
    if checked.changes is not None:
        with checked.changes.open("rb") as content:
            changes = files.keep_stream(body=body, content=content, kind="jsonl", at=at, quarantined=True)
    last = resource.versions.aggregate(last=Max("number"))["last"] or 0
    _drop_former(row, by, at)
    version = ResourceVersion.objects.create(
        resource=resource,
        number=last + 1,
        data=data,
        rows=checked.rows,
        schema=dict(checked.schema),
        notes=[dict(each) for each in checked.notes],
        findings=dict(checked.findings),
        quality=dict(checked.quality),
        gate=Gate.STOPPED if checked.is_stopped else Gate.PASSED,
        gate_findings=[dict(each) for each in checked.gate_findings],
        changes=changes,
        changed_cells=checked.changed,
        made_at=at,
        made_by=row.started_by,
    )
    row.version, row.state, row.progress, row.changed_at = version, State.READY, 100, at
    if checked.recipe is not None:
        row.choices = {**row.choices, "recipe": dict(checked.recipe)}
    row.save(update_fields=["version", "state", "progress", "changed_at", "choices"])
    note_act("catalog.version.make", version, by=by, at=at, digest=data.digest, rows=checked.rows)
    return version


def _drop_former(row: Preparation, by: Actor, at: datetime) -> None:
    """The version that an earlier choice gave, unless it went on."""
    former = row.version
    if former is not None and former.state == ResourceVersion.State.READY:
        former.state = ResourceVersion.State.DROPPED
        former.save(update_fields=["state"])
        note_act("catalog.version.drop", former, by=by, at=at)


@transaction.atomic
def override_gate(*, version: ResourceVersion, reason: str, by: Actor, at: datetime) -> GateOverride:
    """個人情報の確認を責任者が通す, with a reason and for exactly the findings of now. Raises UnableToPublish."""
    row = hold_version(version)
    if not permissions.may_override_gate(by, row):
        raise UnableToPublish(Reason.NOT_ALLOWED)
    if row.state != ResourceVersion.State.READY or row.gate != Gate.STOPPED:
        raise UnableToPublish(Reason.WRONG_STATE)
    if len(reason.strip()) < 5:
        raise UnableToPublish(Reason.NO_REASON)
    override = row.overrides.create(
        findings=row.gate_findings, reason=reason.strip()[:1000], by=by.name, at=at
    )
    row.gate = Gate.OVERRIDDEN
    row.save(update_fields=["gate"])
    note_act("catalog.version.override_gate", row, by=by, at=at, kinds=[f["kind"] for f in row.gate_findings])
    return override

"""Rule REV: revisions of a sheet are only ever added, and definitions of a series are closed, not changed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kencho.policy.rules._errors import RuleError

__all__ = [
    "DefinitionVersion",
    "FieldChange",
    "Revision",
    "SheetStage",
    "Trigger",
    "append",
    "close_and_add",
    "next_stage",
    "versions_at",
]


class SheetStage(StrEnum):
    """案 → 確定 → 訂正."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"

    @property
    def text(self) -> Promise:
        """The word on the sheet."""
        return _STAGES[self]


class Trigger(StrEnum):
    """Why a revision is made."""

    DRAFTED = "drafted"
    CONFIRMED = "confirmed"
    SUPPLEMENTED = "supplemented"
    TARGET_RAISED = "target_raised"
    DEFINITION_CHANGED = "definition_changed"
    ERRATUM = "erratum"
    OWNER_MOVED = "owner_moved"
    PLAN_SUCCEEDED = "plan_succeeded"

    @property
    def text(self) -> Promise:
        """What happened."""
        return _TRIGGERS[self]


_STAGES: dict[str, Promise] = {"draft": _("案"), "confirmed": _("確定"), "corrected": _("訂正")}

_TRIGGERS: dict[str, Promise] = {
    "drafted": _("案の作成"),
    "confirmed": _("案の確定"),
    "supplemented": _("補正予算"),
    "target_raised": _("目標値の引上げ"),
    "definition_changed": _("定義の変更"),
    "erratum": _("誤りの訂正"),
    "owner_moved": _("所管の移管"),
    "plan_succeeded": _("計画の承継"),
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of the sheet, before and after, as text."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Revision:
    """One entry of the history: who, when, why, what."""

    number: int
    stage: SheetStage
    trigger: Trigger
    who: str
    when: datetime
    why: str
    changes: tuple[FieldChange, ...]


def next_stage(stage: SheetStage | None, trigger: Trigger, *, cell: str) -> SheetStage:
    """The stage after a revision; `None` before the first one, which can only be the draft.

    A draft is confirmed once; an erratum exists only in what was confirmed and makes it 訂正; every other trigger
    makes a new revision of the same stage. Raises `RuleError` `trigger_not_allowed`.
    """
    if stage is None:
        if trigger is Trigger.DRAFTED:
            return SheetStage.DRAFT
        raise RuleError("trigger_not_allowed", cell, stage=_("作成前"), trigger=trigger.text)
    draft = stage is SheetStage.DRAFT
    if trigger is Trigger.ERRATUM and not draft:
        return SheetStage.CORRECTED
    if trigger is Trigger.CONFIRMED and draft:
        return SheetStage.CONFIRMED
    if trigger in {Trigger.ERRATUM, Trigger.CONFIRMED} or (trigger is Trigger.DRAFTED and not draft):
        raise RuleError("trigger_not_allowed", cell, stage=stage.text, trigger=trigger.text)
    return stage


def append(
    history: Sequence[Revision],
    trigger: Trigger,
    *,
    who: str,
    when: datetime,
    why: str,
    changes: Sequence[FieldChange],
    cell: str,
) -> tuple[Revision, ...]:
    """The history with one more revision; what was there stays as it is.

    The draft and its confirmation may be without changes. Raises `RuleError`: `author_missing`, `reason_missing`,
    `nothing_changed`, `revision_goes_back`, `old_value_differs`, `trigger_not_allowed`.
    """
    if not who.strip():
        raise RuleError("author_missing", cell)
    if not why.strip():
        raise RuleError("reason_missing", cell)
    stage = next_stage(history[-1].stage if history else None, trigger, cell=cell)
    if history and when < history[-1].when:
        raise RuleError("revision_goes_back", cell)
    _check_changes(history, trigger, changes, cell)
    number = len(history) + 1
    return (*history, Revision(number, stage, trigger, who.strip(), when, why.strip(), tuple(changes)))


def _check_changes(
    history: Sequence[Revision], trigger: Trigger, changes: Sequence[FieldChange], cell: str
) -> None:
    if not changes and trigger not in {Trigger.DRAFTED, Trigger.CONFIRMED}:
        raise RuleError("nothing_changed", cell)
    known = {entry.field: entry.new for revision in history for entry in revision.changes}
    for entry in changes:
        if entry.old == entry.new:
            raise RuleError("nothing_changed", entry.field)
        if known.get(entry.field, entry.old) != entry.old:
            raise RuleError("old_value_differs", entry.field)


@dataclass(frozen=True, slots=True)
class DefinitionVersion:
    """A definition and the fiscal years for which its series counts, both ends included; an open end is `None`."""

    version: int
    fy_from: int
    fy_to: int | None = None


def close_and_add(versions: Sequence[DefinitionVersion], effective_fy: int) -> tuple[DefinitionVersion, ...]:
    """A changed definition: the running series is closed with the year of change, in which both are computed.

    The years before stay under the old version, so no old figure is restated by a new definition. Raises
    `RuleError` `version_not_later` when the change does not lie after the start of the running version.
    """
    if not versions:
        return (DefinitionVersion(1, effective_fy),)
    running = versions[-1]
    if effective_fy <= running.fy_from:
        raise RuleError("version_not_later", str(effective_fy), year=running.fy_from)
    added = DefinitionVersion(running.version + 1, effective_fy)
    return (*versions[:-1], replace(running, fy_to=effective_fy), added)


def versions_at(versions: Sequence[DefinitionVersion], fy: int) -> tuple[DefinitionVersion, ...]:
    """The versions by which a year is computed: one, or two in the year of a change (the newer last)."""
    return tuple(
        entry for entry in versions if entry.fy_from <= fy and (entry.fy_to is None or fy <= entry.fy_to)
    )

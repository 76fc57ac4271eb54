"""Items: put into the queue once, and looked after by people when the robot cannot go on."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kencho.foundation import events
from kencho.foundation.actors import Actor
from kencho.foundation.csvfile import read_csv
from kencho.reforms import services as reforms
from kencho.robots import permissions, queries, shelf
from kencho.robots.events import RobotItemDone
from kencho.robots.feeds import NoSubject, feed_of
from kencho.robots.manifest import BadPackage, Manifest
from kencho.robots.models import Difference, Robot, RobotItem
from kencho.robots.services._common import hold_item, note_act, require
from kencho.robots.services._errors import Refused, UnableTo
from kencho.robots.words import Reason

State = RobotItem.State
LEFT = (State.FAILED, State.SET_ASIDE)


@transaction.atomic
def enqueue(
    *,
    robot: Robot,
    by: Actor,
    at: datetime,
    subject: str = "",
    input: dict[str, Any] | None = None,
    key: str = "",
) -> tuple[RobotItem, bool]:
    """待ち行列に入れる: once per key of the robot; the second of the pair says whether it is new.

    With a ``subject`` the input is made by the feed when the item is taken, and only its key is kept now. Without,
    ``input`` is kept until the item is done. Raises UnableTo (BAD_INPUT), feeds.NoSubject.
    """
    require(permissions.operates(by, robot))
    if subject:
        known = robot.items.filter(subject=subject).first()
        if known is not None:
            return known, False
    manifest = manifest_for(robot)
    values = input if input is not None else input_for(robot, manifest, subject)
    if not subject and manifest.problems(values):
        raise UnableTo(Refused.BAD_INPUT, "、".join(manifest.problems(values)))
    try:
        own_key = key or manifest.key_of(values)
    except KeyError as missing:
        raise UnableTo(Refused.BAD_INPUT, str(missing.args[0])) from missing
    if not own_key or (key and input is not None and manifest.key_of(values) != key):
        raise UnableTo(Refused.BAD_INPUT)
    return RobotItem.objects.get_or_create(
        robot=robot,
        key=own_key,
        defaults={
            "subject": subject,
            "input": {} if subject else values,
            "not_before": at,
            "created_at": at,
        },
    )


def manifest_for(robot: Robot) -> Manifest:
    """The manifest by which the robot's items are read: of its version, or of what lies on the shelf. Raises UnableTo."""
    if robot.version is not None:
        return queries.manifest_of(robot.version)
    try:
        return shelf.package(robot.package).manifest
    except (BadPackage, LookupError) as wrong:
        raise UnableTo(Refused.NO_PACKAGE, robot.package) from wrong


def input_for(robot: Robot, manifest: Manifest, subject: str) -> dict[str, Any]:
    """The input of a subject, only the fields that the manifest declares. Raises feeds.NoSubject."""
    feed = feed_of(manifest.feed)
    if feed is None or not subject:
        raise NoSubject(subject)
    declared = manifest.input["properties"]
    return {name: value for name, value in feed.input_of(robot, subject).items() if name in declared}


@dataclass(frozen=True)
class Imported:
    """How a file was taken: new items, those already known by their key, and what is wrong (then nothing was added)."""

    added: int
    known: int
    problems: tuple[str, ...] = ()


@transaction.atomic
def import_items(*, robot: Robot, content: bytes, by: Actor, at: datetime) -> Imported:
    """CSVを取り込む: all rows or none. The header names fields, or their titles in the manifest."""
    require(permissions.operates(by, robot))
    manifest = manifest_for(robot)
    names = {each.title: each.name for each in manifest.fields()} | {
        each.name: each.name for each in manifest.fields()
    }
    table = read_csv(content, required=(), optional=tuple(names))
    problems = [str(problem.message) for problem in table.problems]
    rows: list[tuple[str, dict[str, Any]]] = []
    seen: dict[str, int] = {}
    for row in table.rows if not problems else ():
        values = _values(manifest, {names[column]: cell for column, cell in row.values.items()})
        wrong = manifest.problems(values)
        if wrong:
            titles = {each.name: each.title for each in manifest.fields()}
            problems.append(
                _("%(line)s行目：%(fields)s を確かめてください。")
                % {"line": row.line, "fields": "、".join(titles.get(name, name) for name in wrong)}
            )
            continue
        key = manifest.key_of(values)
        if key in seen:
            problems.append(
                _("%(line)s行目：%(first)s行目と同じ鍵です。") % {"line": row.line, "first": seen[key]}
            )
        seen.setdefault(key, row.line)
        rows.append((key, values))
    if problems or not rows:
        return Imported(0, 0, tuple(problems or [_("取り込む行がありません。")]))
    known = set(robot.items.filter(key__in=list(seen)).values_list("key", flat=True))
    new = [(key, values) for key, values in rows if key not in known]
    RobotItem.objects.bulk_create(
        [RobotItem(robot=robot, key=key, input=values, not_before=at, created_at=at) for key, values in new],
        batch_size=500,
    )
    note_act("robots.item.import", robot, by=by, at=at, added=len(new), known=len(known))
    return Imported(len(new), len(known))


def _values(manifest: Manifest, cells: dict[str, str]) -> dict[str, Any]:
    """Texts of a file as values of the schema; an empty cell is no value."""
    made: dict[str, Any] = {}
    for name, cell in cells.items():
        text = cell.strip()
        kind = manifest.input["properties"][name].get("type", "string")
        if not text:
            continue
        if kind == "boolean":
            yes = {"1", "true", "yes", "はい", "○", "有"}
            no = {"0", "false", "no", "いいえ", "×", "無"}
            made[name] = True if text.lower() in yes else False if text.lower() in no else text
        elif kind == "integer" and text.lstrip("-").isdecimal():
            made[name] = int(text)
        else:
            made[name] = text
    return made


def _held(item: RobotItem, by: Actor) -> RobotItem:
    row = hold_item(item)
    require(permissions.operates(by, row.robot))
    return row


@transaction.atomic
def retry_item(*, item: RobotItem, by: Actor, at: datetime) -> RobotItem:
    """やり直す: what may have been submitted is looked up before anything is typed again. Raises UnableTo."""
    row = _held(item, by)
    if row.state not in {*LEFT, State.UNCERTAIN, State.REHEARSED}:
        raise UnableTo(Refused.WRONG_STATE)
    if not row.subject and not row.input:
        raise UnableTo(Refused.WRONG_STATE)
    row.state, due = State.WAITING, at
    if row.may_be_there:
        # The target may still be busy with the click: a look before that would not find what it stores after it.
        row.state, due = State.UNCERTAIN, max(at, row.not_before)
    row.attempts, row.reason, row.not_before, row.run = 0, "", due, None
    row.save(update_fields=["state", "attempts", "reason", "not_before", "run"])
    note_act("robots.item.retry", row, by=by, at=at, state=row.state)
    return row


@transaction.atomic
def set_aside(*, item: RobotItem, note: str, by: Actor, at: datetime) -> RobotItem:
    """引き取る: a person deals with it, the robot leaves it alone. Raises UnableTo."""
    row = _held(item, by)
    if row.state not in {State.WAITING, State.FAILED, State.UNCERTAIN, State.SET_ASIDE, State.REHEARSED}:
        raise UnableTo(Refused.WRONG_STATE)
    row.state, row.reason, row.run = State.SET_ASIDE, Reason.BY_PERSON, None
    row.note = note.strip()[:200] or row.note
    row.save(update_fields=["state", "reason", "note", "run"])
    note_act("robots.item.set_aside", row, by=by, at=at)
    return row


@transaction.atomic
def finish_by_hand(
    *, item: RobotItem, receipt: str, human_minutes: Decimal, note: str, by: Actor, at: datetime
) -> RobotItem:
    """手で済ませた: a person has entered it, or found it there; the minutes count against the hours saved. Raises UnableTo."""
    row = _held(item, by)
    if row.state not in {State.FAILED, State.SET_ASIDE, State.UNCERTAIN}:
        raise UnableTo(Refused.WRONG_STATE)
    if not receipt.strip() and row.reason != Reason.NO_SUBJECT:
        raise UnableTo(Refused.NO_RECEIPT)
    if human_minutes < 0 or human_minutes > 10_000:
        raise UnableTo(Refused.BAD_MINUTES)
    row.receipt, row.note = receipt.strip()[:80], note.strip()[:200] or row.note
    row.human_minutes += human_minutes
    close_item(row, at)
    note_act("robots.item.finish_by_hand", row, by=by, at=at)
    return row


def close_item(row: RobotItem, at: datetime) -> None:
    """Done: the input goes, the effect is recorded, others hear of it. Inside the caller's transaction."""
    row.state, row.done_at, row.input, row.reason, row.may_be_there = State.DONE, at, {}, "", True
    row.save(
        update_fields=[
            "state", "done_at", "input", "reason", "receipt", "note", "human_minutes", "seconds", "may_be_there",
        ]
    )  # fmt: skip
    reforms.record_effect(
        body=row.robot.body,
        subject=f"robots.robot:{row.robot.code}",
        evidence=f"robots.item:{row.pk}",
        human_minutes=row.human_minutes,
        completed_at=at,
        at=at,
    )
    events.publish(RobotItemDone(row.pk, row.robot_id), at=at, body=row.robot.body.code)


@transaction.atomic
def note_item(*, item: RobotItem, note: str, by: Actor, at: datetime) -> RobotItem:
    """書き込む. Raises UnableTo."""
    row = _held(item, by)
    row.note = note.strip()[:200]
    row.save(update_fields=["note"])
    note_act("robots.item.note", row, by=by, at=at)
    return row


@transaction.atomic
def close_difference(*, difference: Difference, note: str, by: Actor, at: datetime) -> Difference:
    """差を解消する: somebody has put it right or explained it; it opens again when the next run still sees it. Raises UnableTo."""
    row = (
        Difference.objects.select_for_update(of=("self",))
        .select_related("robot__body", "robot__division")
        .get(pk=difference.pk)
    )
    require(permissions.operates(by, row.robot))
    if row.closed_at is not None:
        raise UnableTo(Refused.WRONG_STATE)
    row.closed_at, row.closed_by, row.note = at, by.name, note.strip()[:200]
    row.save(update_fields=["closed_at", "closed_by", "note"])
    note_act("robots.difference.close", row, by=by, at=at, kind=row.kind)
    return row

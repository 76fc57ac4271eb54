"""What becomes of an item in a run. Each write begins with the fence, so that a run which was taken for dead changes nothing."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from kencho.files import services as files
from kencho.files.models import StoredFile
from kencho.foundation import events, group_commit
from kencho.robots.events import RobotItemLeft
from kencho.robots.manifest import Manifest
from kencho.robots.models import ItemFailure, RobotItem, RobotRun
from kencho.robots.services._common import note_act
from kencho.robots.services._items import close_item
from kencho.robots.services._runs import KENCHO, Fenced, count, fence
from kencho.robots.words import RETRIED, Reason, known

State = RobotItem.State
# How often a receipt is looked up again when the target's list cannot be read.
MORE_LOOKS: Final = 5
PNG: Final = b"\x89PNG\r\n\x1a\n"
MAX_PICTURE: Final = 8_000_000
_PLACE: Final = re.compile(r"(\S{1,60}\.(py|robot)(:\d{1,6})? )?[A-Za-z]{1,60}")
_RECEIPT: Final = re.compile(r"[\w./()（）第号-]{1,80}")


@dataclass(frozen=True)
class Failure:
    """What a child, or its end, said about an item: only names that the manifest knows."""

    reason: Reason
    step: str = ""
    field: str = ""
    place: str = ""
    picture: bytes = b""


def failure_from(message: Mapping[str, Any], manifest: Manifest) -> Failure:
    """A child's report, believed only as far as its words are known: nothing it typed can come through here."""
    step, field, place = (str(message.get(name, "")) for name in ("step", "field", "place"))
    try:
        picture = base64.b64decode(str(message.get("picture", "")), validate=True)
    except binascii.Error:
        picture = b""
    return Failure(
        reason=known(str(message.get("reason", ""))),
        step=step if step in manifest.steps else "",
        field=field if field in manifest.input["properties"] else "",
        place=place if _PLACE.fullmatch(place) else "",
        picture=picture if picture.startswith(PNG) and len(picture) <= MAX_PICTURE else b"",
    )


def take(run: RobotRun, at: datetime) -> tuple[RobotItem, bool] | None:
    """The next item, and whether its receipt is to be looked up first; None when nothing is due. Raises Fenced."""
    return group_commit.run(lambda: _take(run, at))


def _take(run: RobotRun, at: datetime) -> tuple[RobotItem, bool] | None:
    fence(run, at)
    order = [State.WAITING] if run.is_dry_run else [State.UNCERTAIN, State.WAITING, State.REHEARSED]
    for state in order:
        rows = RobotItem.objects.filter(robot=run.robot_id, state=state, not_before__lte=at)
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        item = rows.order_by("not_before", "id").first()
        if item is None:
            continue
        item.run, item.robot = run, run.robot
        if state == State.UNCERTAIN:
            item.save(update_fields=["run"])
            return item, True
        item.state, item.attempts = State.TAKEN, item.attempts + 1
        item.save(update_fields=["run", "state", "attempts"])
        return item, False
    return None


def announce(run: RobotRun, item: RobotItem, at: datetime) -> bool:
    """登録の操作の前に: stored durably before the child may click. False when it is not this run's to submit. Raises Fenced."""

    def write() -> int:
        fence(run, at)
        if (
            RobotRun.objects.filter(pk=run.pk)
            .exclude(robot__is_paused=False, robot__target__is_stopped=False)
            .exists()
        ):
            return 0
        return RobotItem.objects.filter(pk=item.pk, run=run, state=State.TAKEN).update(
            state=State.SUBMITTING, may_be_there=True
        )

    return not run.is_dry_run and group_commit.run(write) == 1


def _mine(run: RobotRun, item: RobotItem, at: datetime) -> RobotItem:
    """The row for writing, if this run still holds it. Raises Fenced."""
    fence(run, at)
    row = RobotItem.objects.select_for_update().filter(pk=item.pk, run=run).first()
    if row is None or row.state not in {State.TAKEN, State.SUBMITTING, State.UNCERTAIN}:
        raise Fenced
    row.robot = run.robot
    return row


def done(run: RobotRun, item: RobotItem, receipt: str, seconds: float, at: datetime) -> None:
    """済み: the receipt is known. Raises Fenced."""

    def write() -> None:
        row = _mine(run, item, at)
        row.receipt = receipt
        row.seconds = _seconds(seconds)
        close_item(row, at)
        count(run, done=1)
        note_act("robots.item.done", row, by=KENCHO, at=at, receipt=receipt)

    group_commit.run(write)


def _seconds(seconds: float) -> Decimal:
    return Decimal(str(round(min(max(seconds, 0.0), 999_999.0), 2)))


def rehearsed(run: RobotRun, item: RobotItem, seconds: float, at: datetime) -> None:
    """試し済み: everything was typed but the last click. Raises Fenced."""

    def write() -> None:
        row = _mine(run, item, at)
        row.state, row.reason, row.seconds, row.run = State.REHEARSED, "", _seconds(seconds), None
        # A rehearsal is no attempt at the real thing.
        row.attempts = max(0, row.attempts - 1)
        row.save(update_fields=["state", "reason", "seconds", "run", "attempts"])
        count(run, done=1)

    group_commit.run(write)


def returned(run: RobotRun, item: RobotItem, at: datetime) -> None:
    """Not begun, or held back before the click: waits as if nothing had happened. Raises Fenced."""

    def write() -> None:
        row = _mine(run, item, at)
        if row.state == State.TAKEN:
            row.state, row.run, row.attempts = State.WAITING, None, max(0, row.attempts - 1)
            row.save(update_fields=["state", "run", "attempts"])

    group_commit.run(write)


def not_there(run: RobotRun, item: RobotItem, manifest: Manifest, at: datetime) -> None:
    """The target's list does not have it: it may be typed again. Raises Fenced."""

    def write() -> None:
        row = _mine(run, item, at)
        row.may_be_there, row.run = False, None
        if row.attempts >= manifest.max_attempts:
            _leave(row, State.FAILED, Reason.TOO_MANY_ATTEMPTS, at)
            return
        row.state, row.not_before = State.WAITING, at
        row.save(update_fields=["state", "not_before", "may_be_there", "run"])

    group_commit.run(write)


def twice_there(run: RobotRun, item: RobotItem, receipts: list[str], at: datetime) -> None:
    """The target has it more than once: a person must put that right. Raises Fenced."""

    def write() -> None:
        row = _mine(run, item, at)
        row.receipt, row.run, row.may_be_there = "、".join(receipts)[:80], None, True
        _leave(row, State.SET_ASIDE, Reason.TWICE_THERE, at)
        count(run, failed=1)

    group_commit.run(write)


def failed(run: RobotRun, item: RobotItem, manifest: Manifest, failure: Failure, at: datetime) -> None:
    """失敗: before the click it is tried again or left; after it, only the target's list can say what happened.

    Raises Fenced.
    """
    picture = _kept(run, failure.picture, at)

    def write() -> None:
        row = _mine(run, item, at)
        ItemFailure.objects.create(
            item=row, run=run, at=at, step=failure.step, reason=failure.reason, field=failure.field,
            place=failure.place, screenshot=picture,
        )  # fmt: skip
        count(run, failed=1)
        row.run = None
        _after_failure(row, manifest, failure.reason, at)

    group_commit.run(write)


def _kept(run: RobotRun, picture: bytes, at: datetime) -> StoredFile | None:
    return files.keep(body=run.robot.body, content=picture, kind="png", at=at) if picture else None


def _after_failure(row: RobotItem, manifest: Manifest, reason: Reason, at: datetime) -> None:
    settle = timedelta(seconds=manifest.settle_seconds)
    if row.state == State.SUBMITTING:
        row.state, row.reason, row.not_before = State.UNCERTAIN, Reason.UNCERTAIN, at + settle
        row.save(update_fields=["state", "reason", "not_before", "run"])
    elif row.state == State.UNCERTAIN:
        # The receipt could not be looked up. It is never typed again on a guess.
        row.attempts += 1
        if row.attempts >= manifest.max_attempts + MORE_LOOKS:
            _leave(row, State.SET_ASIDE, Reason.UNCERTAIN, at)
            return
        row.not_before = at + max(settle, _delay(manifest, row.attempts))
        row.save(update_fields=["attempts", "not_before", "run"])
    elif reason in RETRIED and row.attempts < manifest.max_attempts:
        wait = timedelta(0) if reason == Reason.LOGGED_OUT else _delay(manifest, row.attempts)
        row.state, row.reason, row.not_before = State.WAITING, reason, at + wait
        row.save(update_fields=["state", "reason", "not_before", "run"])
    else:
        _leave(row, State.FAILED, reason, at)


def _delay(manifest: Manifest, attempts: int) -> timedelta:
    return timedelta(seconds=manifest.retry_seconds * 4 ** min(max(attempts - 1, 0), 4))


def _leave(row: RobotItem, state: str, reason: Reason, at: datetime) -> None:
    """On the list of those that wait for a person."""
    row.state, row.reason = state, reason
    row.save(update_fields=["state", "reason", "attempts", "receipt", "may_be_there", "run"])
    events.publish(RobotItemLeft(row.pk, row.robot_id, reason), at=at, body=row.robot.body.code)


def plain_receipts(receipts: Any, personal: list[str]) -> list[str] | None:
    """Receipt numbers as a child gave them; None when one is no number or quotes what was typed."""
    if not isinstance(receipts, list):
        return None
    texts = list(dict.fromkeys(str(each).strip() for each in receipts))
    for text in texts:
        if _RECEIPT.fullmatch(text) is None or any(len(one) > 1 and one in text for one in personal):
            return None
    return texts

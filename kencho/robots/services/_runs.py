"""Runs: begun with checks, held by one process at a time, and closed when that process is gone."""

import os
import socket
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from kencho.files import services as files
from kencho.foundation import actors, clock, events, group_commit, queue
from kencho.foundation.actors import Actor
from kencho.robots import permissions, queries, shelf
from kencho.robots.events import RobotRunEnded
from kencho.robots.feeds import NoSubject, feed_of
from kencho.robots.manifest import BadPackage
from kencho.robots.models import Robot, RobotItem, RobotRun, RobotVersion, Trigger
from kencho.robots.runner.process import is_alive, sweep
from kencho.robots.services._common import hold_robot, hold_run, note_act, require
from kencho.robots.services._errors import Refused, UnableTo
from kencho.robots.services._items import enqueue, manifest_for
from kencho.robots.words import Reason

State = RobotRun.State
Item = RobotItem.State
LEASE: Final = timedelta(seconds=60)
# Between two turns of the queue nobody holds the run; the queue may be busy with other work for a while.
HAND_OVER: Final = timedelta(minutes=15)
# After a run that failed, nothing starts by itself for this long.
PAUSE_AFTER_FAILURE: Final = timedelta(minutes=10)
KENCHO: Final = actors.system("robots")
_HOST: Final = socket.gethostname()
# Runs that this very process is working off.
held: set[int] = set()


def me() -> str:
    """This process as a holder of runs."""
    return f"{_HOST}:{os.getpid()}"


@transaction.atomic
def start_run(
    *,
    robot: Robot,
    by: Actor,
    at: datetime,
    trigger: str = Trigger.HAND,
    dry_run: bool | None = None,
    enqueues: bool = True,
) -> RobotRun:
    """運転を始める: checks everything that can be known before, then asks the queue for the work. Raises UnableTo.

    With ``enqueues`` false the caller works it off itself (the command line).
    """
    row = hold_robot(robot)
    require(permissions.operates(by, row))
    version = _startable(row)
    is_dry = row.is_dry_run if dry_run is None else dry_run
    if not due_items(row, at, dry_run=is_dry).exists():
        raise UnableTo(Refused.NOTHING_TO_DO)
    run = RobotRun.objects.create(
        robot=row,
        version=version,
        trigger=trigger,
        started_by=by.name,
        is_dry_run=is_dry,
        started_at=at,
        alive_until=at + HAND_OVER,
    )
    note_act("robots.run.start", run, by=by, at=at, trigger=trigger, dry_run=is_dry, digest=version.digest)
    if enqueues:
        continue_later(run, at)
    return run


def continue_later(run: RobotRun, at: datetime) -> None:
    """Ask the queue to go on with a run."""
    queue.enqueue("robots.work_run", {"run_id": run.pk}, at=at, body=run.robot.body.code)


def _startable(robot: Robot) -> RobotVersion:
    if robot.target.is_stopped:
        raise UnableTo(Refused.STOPPED)
    if robot.is_paused:
        raise UnableTo(Refused.PAUSED)
    if robot.runs.filter(state=State.RUNNING).exists():
        raise UnableTo(Refused.RUNNING)
    version = robot.version
    if version is None or version.state == RobotVersion.State.RETIRED:
        raise UnableTo(Refused.NO_VERSION)
    if robot.target.is_real and version.state != RobotVersion.State.APPROVED:
        raise UnableTo(Refused.NOT_APPROVED)
    if shelf.digest_now(version.package) != version.digest:
        raise UnableTo(Refused.CHANGED)
    return version


def due_items(robot: Robot, at: datetime, *, dry_run: bool) -> QuerySet[RobotItem]:
    """What a run would take: a dry run what waits; a real one also what was rehearsed, and receipts to look up."""
    states = [Item.WAITING] if dry_run else [Item.WAITING, Item.UNCERTAIN, Item.REHEARSED]
    return robot.items.filter(state__in=states, not_before__lte=at)


@transaction.atomic
def stop_run(*, run: RobotRun, by: Actor, at: datetime) -> RobotRun:
    """運転を止める: its process ends within seconds; what may have been submitted is looked up next time. Raises UnableTo."""
    row = hold_run(run)
    require(permissions.operates(by, row.robot))
    if row.state != State.RUNNING:
        raise UnableTo(Refused.WRONG_STATE)
    close_run(row, State.STOPPED, Reason.STOPPED, at)
    note_act("robots.run.stop", row, by=by, at=at)
    return row


def close_run(run: RobotRun, state: str, reason: str, at: datetime) -> bool:
    """End a run that is running, and give back what it held. Inside a transaction. False when it had ended before."""
    done = RobotRun.objects.filter(pk=run.pk, state=State.RUNNING).update(
        state=state, reason=reason, ended_at=at, holder=""
    )
    if not done:
        return False
    run.state, run.reason, run.ended_at, run.holder = state, reason, at, ""
    give_back(run, at)
    events.publish(RobotRunEnded(run.pk, run.robot_id, state), at=at, body=run.robot.body.code)
    return True


def give_back(run: RobotRun, at: datetime) -> None:
    """What was being typed waits again; what may have been submitted has its receipt looked up first."""
    settle = timedelta(seconds=queries.manifest_of(run.version).settle_seconds)
    held_items = RobotItem.objects.filter(run=run)
    held_items.filter(state=Item.TAKEN).update(
        state=Item.WAITING, not_before=at, reason=Reason.LOST, run=None
    )
    held_items.filter(state=Item.SUBMITTING).update(
        state=Item.UNCERTAIN, not_before=at + settle, reason=Reason.UNCERTAIN, may_be_there=True, run=None
    )
    held_items.filter(state=Item.UNCERTAIN).update(run=None)


def claim(run: RobotRun, at: datetime) -> bool:
    """Become the holder of a run that nobody holds. False when it has ended or another process lives and holds it."""
    if run.pk in held:
        return False

    def write() -> int:
        return RobotRun.objects.filter(pk=run.pk, state=State.RUNNING, holder="").update(
            holder=me(), alive_until=at + LEASE
        )

    return group_commit.run(write) == 1


class Fenced(Exception):
    """This process no longer holds the run: whatever it was about to write is somebody else's matter now."""


def fence(run: RobotRun, at: datetime) -> None:
    """First statement of every write of a run: only its holder may go on. Inside a transaction. Raises Fenced."""
    is_held = RobotRun.objects.filter(pk=run.pk, state=State.RUNNING, holder=me()).update(
        alive_until=at + LEASE
    )
    if not is_held:
        raise Fenced


def wants_stop(run: RobotRun) -> str:
    """Why the run must stop now, as its switches stand in the database: empty when it may go on."""
    row = (
        RobotRun.objects.filter(pk=run.pk)
        .values_list("state", "holder", "robot__is_paused", "robot__target__is_stopped")
        .first()
    )
    if row is None or row[0] != State.RUNNING or row[1] != me():
        return Reason.LOST
    if row[3]:
        return Reason.STOPPED
    return Reason.PAUSED if row[2] else ""


def hand_over(run: RobotRun, at: datetime) -> None:
    """Give the run back for another turn of the queue. Raises Fenced."""

    def write() -> None:
        fence(run, at)
        RobotRun.objects.filter(pk=run.pk).update(holder="", alive_until=at + HAND_OVER)
        continue_later(run, at)

    group_commit.run(write)


def log_place(run: RobotRun) -> Path:
    """Where the lines of a run are written while it goes on."""
    folder = Path(settings.VAR_DIR) / "robots"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"run-{run.pk}.jsonl"


def keep_log(run: RobotRun, at: datetime) -> None:
    """Keep the lines of a run that has ended with its row."""
    place = log_place(run)
    try:
        content = place.read_bytes()
    except FileNotFoundError:
        return
    with transaction.atomic():
        run.log = files.keep(body=run.robot.body, content=content, kind="jsonl", at=at)
        RobotRun.objects.filter(pk=run.pk).update(log=run.log)
    place.unlink(missing_ok=True)


def recover(*, at: datetime) -> list[RobotRun]:
    """途絶えた運転を閉じる: runs whose process is gone are closed, what they held waits again. Returns them."""
    sweep()
    lost = []
    running = RobotRun.objects.filter(state=State.RUNNING).select_related(
        "robot__body", "robot__target", "version__source__body"
    )
    for run in running:
        if run.pk in held or not _is_lost(run, at):
            continue
        if group_commit.run(lambda run=run: _close_lost(run, at)):  # type: ignore[misc]  # bound at once
            keep_log(run, at)
            lost.append(run)
    return lost


def _is_lost(run: RobotRun, at: datetime) -> bool:
    if run.alive_until < at:
        return True
    return bool(run.holder) and (run.holder == me() or is_alive(run.holder, _HOST) is False)


def _close_lost(run: RobotRun, at: datetime) -> bool:
    # Only if it still is as it was seen: its process may just have told that it lives.
    row = RobotRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if row.state != State.RUNNING or row.holder != run.holder or not _is_lost(row, at):
        return False
    if not close_run(run, State.LOST, Reason.LOST, at):
        return False
    note_act("robots.run.lose", run, by=KENCHO, at=at)
    return True


def start_due(*, at: datetime) -> list[RobotRun]:
    """時刻の来たもの、待ちのあるものを始める: schedules, events that left items, and what waits for another try."""
    begun = []
    robots = Robot.objects.filter(is_paused=False, target__is_stopped=False).select_related(
        "body", "division", "target", "version__source__body"
    )
    today, time_now = clock.day_of(at), at.astimezone(clock.JST).time()
    for robot in robots.filter(
        Q(start=Robot.Start.SCHEDULE, daily_at__lte=time_now) & ~Q(last_started_on=today)
    ):
        _fill(robot, at)
        Robot.objects.filter(pk=robot.pk).update(last_started_on=today)
    waiting = RobotItem.objects.filter(robot=OuterRef("pk"), not_before__lte=at)
    tried = waiting.filter(
        Q(state=Item.UNCERTAIN) | Q(state=Item.WAITING, attempts__gt=0) | Q(reason=Reason.LOST)
    )
    due = robots.filter(
        Q(Exists(tried), is_dry_run=False)
        | (~Q(start=Robot.Start.HAND) & Q(Exists(waiting.filter(state=Item.WAITING))))
    ).exclude(Exists(RobotRun.objects.filter(robot=OuterRef("pk"), state=State.RUNNING)))
    for robot in due:
        last = robot.runs.order_by("-id").first()
        if (
            last is not None
            and last.state == State.FAILED
            and last.ended_at is not None
            and last.ended_at > at - PAUSE_AFTER_FAILURE
        ):
            continue
        trigger = {Robot.Start.EVENT: Trigger.EVENT, Robot.Start.SCHEDULE: Trigger.SCHEDULE}
        try:
            begun.append(
                start_run(
                    robot=robot,
                    by=KENCHO,
                    at=at,
                    trigger=trigger.get(Robot.Start(robot.start), Trigger.RETRY),
                )
            )
        except UnableTo:
            # It stands in the console why it may not run; trying each minute needs no line in the log.
            continue
    return begun


def _fill(robot: Robot, at: datetime) -> None:
    """Put into the queue what the schedule's feed finds."""
    try:
        feed = feed_of(manifest_for(robot).feed)
    except (UnableTo, BadPackage):
        return
    for subject in feed.subjects(robot, at) if feed is not None else ():
        try:
            enqueue(robot=robot, subject=subject, by=KENCHO, at=at)
        except (UnableTo, NoSubject):
            continue


def count(run: RobotRun, *, done: int = 0, failed: int = 0) -> None:
    """Add to the counters of a run."""
    RobotRun.objects.filter(pk=run.pk).update(done=F("done") + done, failed=F("failed") + failed)

"""Helpers for tests: one of each thing of robots, without a target that answers."""

from dataclasses import dataclass
from datetime import timedelta

from kencho.foundation import actors, clock
from kencho.organization.testing import Cast
from kencho.robots import services
from kencho.robots.models import (
    Difference,
    ItemFailure,
    Robot,
    RobotItem,
    RobotRun,
    RobotVersion,
    Target,
    Trigger,
)

SETUP = actors.system("setup")
VALUES = {
    "number": "2026-000001",
    "applicant_name": "試験 太郎",
    "decided_on": "2026-06-01",
    "decision": "承認",
}


@dataclass(frozen=True)
class Robots:
    """One of each thing of robots."""

    target: Target
    version: RobotVersion
    robot: Robot
    run: RobotRun
    item: RobotItem
    failure: ItemFailure
    difference: Difference


def make_robots(cast: Cast) -> Robots:
    """Set up through the real services; what only a run leaves behind is written as it leaves it."""
    at = clock.now()
    target = services.register_target(
        body=cast.body,
        code="old-ledger",
        name="庁内台帳システム",
        base_url="http://127.0.0.1:9",
        is_real=False,
        by=SETUP,
        at=at,
    )
    found = services.discover(body=cast.body, by=SETUP, at=at).found
    version = next(each for each in found if each.package == "decided_to_ledger")
    robot = services.register_robot(
        division=cast.division,
        code="ledger",
        title="決定した申請を台帳へ",
        package=version.package,
        target=target,
        start=Robot.Start.HAND,
        by=SETUP,
        at=at,
    )
    robot = services.use_version(robot=robot, version=version, by=SETUP, at=at)
    item, _is_new = services.enqueue(robot=robot, input=dict(VALUES), by=SETUP, at=at)
    run = RobotRun.objects.create(
        robot=robot,
        version=version,
        trigger=Trigger.HAND,
        started_by="Kencho",
        state=RobotRun.State.FINISHED,
        started_at=at - timedelta(minutes=2),
        alive_until=at,
        ended_at=at,
        failed=1,
    )
    RobotItem.objects.filter(pk=item.pk).update(
        state=RobotItem.State.FAILED, reason="page_changed", attempts=3, run=run
    )
    failure = ItemFailure.objects.create(
        item=item, run=run, at=at, step="fill", reason="page_changed", field="applicant_name"
    )
    difference = Difference.objects.create(
        robot=robot,
        run=run,
        reference="2026-000002",
        kind=Difference.Kind.MISSING,
        first_seen_at=at,
        last_seen_at=at,
    )
    item.refresh_from_db()
    return Robots(target, version, robot, run, item, failure, difference)

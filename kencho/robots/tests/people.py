"""What the tests start from: an old system on a port, a target, robots of the cast's division."""

from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kencho.foundation import actors, clock
from kencho.organization.testing import Cast
from kencho.robots import services
from kencho.robots.models import Robot, RobotItem, RobotRun, RobotVersion, Target
from kencho.robots.tests.planted import ADDRESS, KANA, NAME, SECRETS, SHELF, TELEPHONE, entry
from kencho.robots.tests.standin.application import Old

BY = actors.system("tests")
__all__ = ["ADDRESS", "BY", "KANA", "NAME", "SECRETS", "SHELF", "TELEPHONE", "World", "entry"]


@dataclass
class World:
    """The cast with the old system and a target that leads to it."""

    cast: Cast
    old: Old
    url: str
    target: Target
    versions: dict[str, RobotVersion] = field(default_factory=dict)

    def robot(self, package: str = "plain_entry", code: str = "", **more: Any) -> Robot:
        """A robot of the cast's division that may run."""
        if package not in self.versions:
            found = services.discover(body=self.cast.body, by=BY, at=clock.now())
            self.versions = {version.package: version for version in found.found}
        robot = services.register_robot(
            division=self.cast.division,
            code=code or package.replace("_", "-"),
            title="試験",
            package=package,
            target=self.target,
            by=BY,
            at=clock.now(),
            **{"start": Robot.Start.HAND, **more},
        )
        return services.use_version(robot=robot, version=self.versions[package], by=BY, at=clock.now())

    def item(self, robot: Robot, number: str = "24000-26-000001-3", **more: Any) -> RobotItem:
        """An item typed by hand."""
        made, _is_new = services.enqueue(robot=robot, input=entry(number, **more), by=BY, at=clock.now())
        return made

    def run(self, robot: Robot, *, at: datetime | None = None, **more: Any) -> RobotRun:
        """Start it and work it off here, at another time when one is given."""
        with nullcontext() if at is None else clock.simulated(at):
            run = services.start_run(robot=robot, by=BY, at=clock.now(), enqueues=False, **more)
            return services.work_run(run=run)

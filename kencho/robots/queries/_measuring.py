"""Which reform counts a robot's cases, and which one its manifest would have."""

from dataclasses import dataclass

from kencho.reforms import queries as reforms
from kencho.reforms.models import ReformCase
from kencho.robots.models import Robot

SUBJECT = "robots.robot"


@dataclass(frozen=True)
class Measuring:
    """``bound`` is the reform to which done cases count; ``named`` the code that the manifest's ``baseline`` gives.

    ``offered`` is the reform of that code when nothing else counts to it, and this robot's cases count nowhere yet.
    """

    bound: ReformCase | None
    named: str
    offered: ReformCase | None

    @property
    def is_other(self) -> bool:
        """Whether the cases count to another reform than the manifest names."""
        return self.bound is not None and bool(self.named) and self.bound.code != self.named


def subject_for(robot: Robot) -> str:
    """How a reform names this robot."""
    return reforms.subject_of(SUBJECT, robot.code)


def measuring_of(robot: Robot) -> Measuring:
    """What is measured of a robot."""
    bound = reforms.reform_by_subject(robot.body, subject_for(robot))
    version = robot.version
    named = str(version.manifest.get("baseline", "")) if version else ""
    offered = reforms.by_code(robot.body, named) if named and bound is None else None
    return Measuring(bound, named, offered if offered is not None and _is_free(robot, offered) else None)


def _is_free(robot: Robot, reform: ReformCase) -> bool:
    """Nothing that exists counts to it: it is of no other app, of no other robot, and has not ended."""
    kind, _colon, code = reform.subject.partition(":")
    if kind != SUBJECT or reform.ended_on is not None:
        return False
    return not Robot.objects.filter(body=robot.body_id, code=code).exists()

"""What the services share: asking for rights, and rows held for writing."""

from datetime import datetime

from kencho.audit import services as audit
from kencho.foundation.actors import Actor
from kencho.organization.models import Body
from kencho.robots import permissions
from kencho.robots.models import Difference, Robot, RobotItem, RobotRun, RobotVersion, Target
from kencho.robots.services._errors import Refused, UnableTo


def require(is_allowed: bool) -> None:
    """Raises UnableTo unless it holds."""
    if not is_allowed:
        raise UnableTo(Refused.NOT_ALLOWED)


def require_administrator(by: Actor, body: Body) -> None:
    """Raises UnableTo for anybody else."""
    require(permissions.administers(by, body))


def hold_target(target: Target) -> Target:
    """The row, locked."""
    return Target.objects.select_for_update(of=("self",)).select_related("body").get(pk=target.pk)


def hold_robot(robot: Robot) -> Robot:
    """The row, locked."""
    return (
        Robot.objects.select_for_update(of=("self",))
        .select_related("body", "division", "target", "version")
        .get(pk=robot.pk)
    )


def hold_version(version: RobotVersion) -> RobotVersion:
    """The row, locked."""
    return (
        RobotVersion.objects.select_for_update(of=("self",))
        .select_related("body", "source")
        .get(pk=version.pk)
    )


def hold_run(run: RobotRun) -> RobotRun:
    """The row, locked."""
    return (
        RobotRun.objects.select_for_update(of=("self",))
        .select_related("robot__body", "robot__target", "robot__division", "version")
        .get(pk=run.pk)
    )


def hold_item(item: RobotItem) -> RobotItem:
    """The row, locked."""
    return (
        RobotItem.objects.select_for_update(of=("self",))
        .select_related("robot__body", "robot__target", "robot__division", "robot__version")
        .get(pk=item.pk)
    )


Row = Target | RobotVersion | Robot | RobotRun | RobotItem | Difference


def note_act(code: str, row: Row, *, by: Actor, at: datetime, **details: object) -> None:
    """One line in the audit log about a row of this app; ``details`` hold no personal data."""
    audit.record(code, row, by=by, at=at, label=_label_of(row), body=_body_of(row).code, details=details)


def _label_of(row: Row) -> str:
    if isinstance(row, RobotRun):
        return row.robot.code
    if isinstance(row, RobotItem):
        return f"{row.robot.code} {row.key}"
    if isinstance(row, (RobotVersion, Difference)):
        return str(row)
    return row.code


def _body_of(row: Row) -> Body:
    return row.robot.body if isinstance(row, (RobotRun, RobotItem, Difference)) else row.body

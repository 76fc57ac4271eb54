"""Who may do what: robots belong to a division; targets, robots and versions are set up by the system's administrators."""

from kencho.foundation.actors import Actor
from kencho.organization.models import Body, RoleAssignment
from kencho.organization.queries import Desk
from kencho.robots.models import Robot, RobotVersion, Target

ADMINISTRATOR = RoleAssignment.Role.SYSTEM_ADMIN


def may_see(desk: Desk) -> bool:
    """All staff: what they see are the robots of their division."""
    return True


def may_administer(desk: Desk) -> bool:
    """Targets, robots and versions."""
    return desk.has_role(ADMINISTRATOR)


def may_see_robot(desk: Desk, robot: Robot) -> bool:
    """The own division's, and for administrators all of the body."""
    return robot.body_id == desk.body.pk and (robot.division_id == desk.division.pk or may_administer(desk))


def may_operate(desk: Desk, robot: Robot) -> bool:
    """Starting, pausing, and looking after its items."""
    return may_see_robot(desk, robot)


def may_see_target(desk: Desk, target: Target) -> bool:
    """Targets of the own body that concern one: as an administrator, or as the division of a robot."""
    return target.body_id == desk.body.pk and (
        may_administer(desk) or target.robots.filter(division=desk.division).exists()
    )


def may_stop_target(desk: Desk, target: Target) -> bool:
    """Whoever has a robot against it may pull the switch for all."""
    return may_see_target(desk, target)


def may_resume_target(desk: Desk, target: Target) -> bool:
    """Only administrators put it on again."""
    return target.body_id == desk.body.pk and may_administer(desk)


def may_request_approval(desk: Desk, version: RobotVersion) -> bool:
    """Administrators of the body."""
    return version.body_id == desk.body.pk and may_administer(desk)


def administers(actor: Actor, body: Body) -> bool:
    """The same rule for the actor of a service."""
    return actor.is_system or (actor.body == body.code and actor.has_role(ADMINISTRATOR))


def operates(actor: Actor, robot: Robot) -> bool:
    """The same rule for the actor of a service."""
    if administers(actor, robot.body):
        return True
    return actor.body == robot.body.code and actor.division_id == robot.division_id


def stops(actor: Actor, target: Target) -> bool:
    """The same rule for the actor of a service."""
    if administers(actor, target.body):
        return True
    return (
        actor.body == target.body.code
        and actor.division_id is not None
        and target.robots.filter(division_id=actor.division_id).exists()
    )

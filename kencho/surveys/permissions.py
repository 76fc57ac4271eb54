"""Who may hold surveys, answer them and read their results. Everything is limited to one's own body."""

from kencho.foundation.actors import Actor
from kencho.organization.models import Body, RoleAssignment
from kencho.organization.queries import Desk
from kencho.surveys.models import Cycle, SurveyProgram

OWNER = RoleAssignment.Role.PLANNER


def may_manage(desk: Desk) -> bool:
    """Holding surveys belongs to 企画・評価."""
    return desk.has_role(OWNER)


def may_manage_program(desk: Desk, program: SurveyProgram) -> bool:
    """A survey of the own body."""
    return may_manage(desk) and program.body_id == desk.body.pk


def may_manage_cycle(desk: Desk, cycle: Cycle) -> bool:
    """A cycle of the own body."""
    return may_manage(desk) and cycle.body_id == desk.body.pk


def may_read_results(desk: Desk, cycle: Cycle) -> bool:
    """All staff of the body once it is published; its owner from the closing on, to see what will be published."""
    if cycle.body_id != desk.body.pk:
        return False
    return cycle.is_published or (cycle.is_counted and may_manage(desk))


def owns(actor: Actor, body: Body) -> bool:
    """The same rule for the actor of a service; Kencho itself opens and closes on time."""
    return actor.is_system or (actor.body == body.code and actor.has_role(OWNER))

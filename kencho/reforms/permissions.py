"""Who may do what. Hours saved name nobody, so all staff of the body may read them."""

from kencho.foundation.actors import Actor, ActorKind
from kencho.organization.models import Body, RoleAssignment, Unit
from kencho.organization.queries import Desk
from kencho.reforms.models import ReformCase

EVERYWHERE = (RoleAssignment.Role.PLANNER, RoleAssignment.Role.SYSTEM_ADMIN)
"""Roles that look after reforms of every division of their body."""


def may_read(desk: Desk) -> bool:
    """All staff."""
    return True


def may_register(actor: Actor, body: Body, division: Unit) -> bool:
    """Reforms of the own division; planning staff those of every division of the body."""
    if actor.is_system:
        return True
    if actor.kind != ActorKind.STAFF or actor.body != body.code or division.body_id != body.pk:
        return False
    return actor.division_id == division.pk or actor.has_role(*EVERYWHERE)


def may_edit(actor: Actor, reform: ReformCase) -> bool:
    """The division that does the work, and planning staff: the reform itself, its baselines and its deductions."""
    return may_register(actor, reform.body, reform.division)

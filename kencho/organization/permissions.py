"""Who may read and change the organisation. Everything is limited to the body in which one works."""

from kencho.organization.models import Assignment, Body, RoleAssignment, StaffMember, Unit
from kencho.organization.queries import Desk

Owned = Body | Unit | StaffMember


def body_id_of(thing: Owned | Assignment) -> int:
    """The body to which a row belongs."""
    if isinstance(thing, Body):
        return int(thing.pk)
    if isinstance(thing, Assignment):
        return thing.unit.body_id
    return thing.body_id


def may_read(desk: Desk, thing: Owned) -> bool:
    """The register of staff and units is open to all staff of the same body."""
    return body_id_of(thing) == desk.body.pk


def may_administer(desk: Desk) -> bool:
    """Opening the pages that change the organisation of one's own body."""
    return desk.has_role(RoleAssignment.Role.ORGANIZATION_ADMIN)


def may_change(desk: Desk, thing: Owned | Assignment) -> bool:
    """Changing one row: the role, and the row belongs to the own body."""
    return may_administer(desk) and body_id_of(thing) == desk.body.pk

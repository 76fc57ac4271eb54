"""Who may connect other systems."""

from kencho.organization.models import RoleAssignment
from kencho.organization.queries import Desk


def may_administer(desk: Desk) -> bool:
    """System administrators, within their body."""
    return desk.has_role(RoleAssignment.Role.SYSTEM_ADMIN)

"""Who may work on procedures: owners on those of their own division, administrators on all of the body."""

from kencho.organization.models import RoleAssignment
from kencho.organization.queries import Desk, division_by_code, successor_on
from kencho.procedures.models import Procedure, ProcedureVersion

Role = RoleAssignment.Role


def may_read(desk: Desk, procedure: Procedure) -> bool:
    """All staff of the same body."""
    return procedure.body_id == desk.body.pk


def may_create(desk: Desk) -> bool:
    """Owners for their division, administrators for every division."""
    return desk.has_role(Role.PROCEDURE_OWNER, Role.PROCEDURE_ADMIN)


def may_administer(desk: Desk) -> bool:
    """Looking after all procedures of the body."""
    return desk.has_role(Role.PROCEDURE_ADMIN)


def may_edit(desk: Desk, procedure: Procedure) -> bool:
    """An owner in the division in charge (after a reorganisation: its successor), or an administrator."""
    if procedure.body_id != desk.body.pk:
        return False
    if may_administer(desk):
        return True
    in_charge = successor_on(procedure.division, desk.day)
    return desk.has_role(Role.PROCEDURE_OWNER) and in_charge.pk == desk.division.pk


def may_submit(desk: Desk, version: ProcedureVersion) -> bool:
    """Whoever may edit, as long as the version is a draft."""
    return version.state == ProcedureVersion.State.DRAFT and may_edit(desk, version.procedure)


def may_discard(desk: Desk, version: ProcedureVersion) -> bool:
    """The same."""
    return may_submit(desk, version)


def may_assign(desk: Desk, office: str) -> bool:
    """Handing a procedure to a division: an owner only to the own one, an administrator to any of the body.

    An empty or unknown code is a finding of the definition, not a question of power.
    """
    if may_administer(desk):
        return True
    target = division_by_code(desk.body, office, desk.day) if office else None
    return target is None or target.pk == desk.division.pk

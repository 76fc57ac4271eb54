"""Who may do what with papers. They belong to the division that took them in; nobody else sees what is written on them."""

from django.core.exceptions import PermissionDenied

from kencho.foundation.actors import Actor, ActorKind
from kencho.intake.models import FormTemplate, ScanBatch
from kencho.organization.models import Body, RoleAssignment, Unit

Role = RoleAssignment.Role


def require(allowed: bool) -> None:
    """Stop with PermissionDenied (403) unless allowed."""
    if not allowed:
        raise PermissionDenied


def may_work(actor: Actor, division: Unit) -> bool:
    """Take in, verify and register: staff of the division, and Kencho itself."""
    return actor.is_system or (
        actor.kind == ActorKind.STAFF
        and actor.body == division.body.code
        and actor.division_id == division.pk
    )


def may_read(actor: Actor, batch: ScanBatch) -> bool:
    """See a batch and what is written on its pages."""
    return may_work(actor, batch.division)


def may_manage_forms(actor: Actor, division: Unit) -> bool:
    """Draw, use and retire forms: the division in charge of the procedure."""
    return may_work(actor, division)


def may_manage_form(actor: Actor, template: FormTemplate) -> bool:
    """One form, by the division in charge of its procedure."""
    return may_manage_forms(actor, template.version.procedure.division)


def may_manage_inlets(actor: Actor, body: Body) -> bool:
    """Folders and mailboxes reach outside Kencho: those who look after the system or the organisation."""
    return _is_staff_of(actor, body) and actor.has_role(Role.SYSTEM_ADMIN, Role.ORGANIZATION_ADMIN)


def may_calibrate(actor: Actor, body: Body) -> bool:
    """Decide how far the reader is trusted: the system's administrators."""
    return actor.is_system or (_is_staff_of(actor, body) and actor.has_role(Role.SYSTEM_ADMIN))


def _is_staff_of(actor: Actor, body: Body) -> bool:
    return actor.kind == ActorKind.STAFF and actor.body == body.code

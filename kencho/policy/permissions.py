"""Who may do what: planning staff (企画・評価) of the own body write, its staff read, everybody reads what is published."""

from django.core.exceptions import PermissionDenied

from kencho.foundation.actors import Actor, ActorKind
from kencho.organization.models import Body, RoleAssignment
from kencho.policy.models import PolicyNode, SheetRevision

STAFF = frozenset({ActorKind.STAFF, ActorKind.API})


def require(allowed: bool) -> None:
    """Stop with PermissionDenied (403) unless allowed."""
    if not allowed:
        raise PermissionDenied


def is_of(actor: Actor, body: Body) -> bool:
    """Staff of this body."""
    return actor.kind in STAFF and actor.body == body.code


def may_plan(actor: Actor, body: Body) -> bool:
    """Write plans, indicators, figures and sheets of a body: its planning staff, and Kencho itself."""
    return actor.is_system or (is_of(actor, body) and actor.has_role(RoleAssignment.Role.PLANNER))


def may_edit(actor: Actor, node: PolicyNode) -> bool:
    """Write what belongs to a node of the tree."""
    return may_plan(actor, node.plan.body)


def may_read(actor: Actor, node: PolicyNode) -> bool:
    """Read drafts and live figures: all staff of the body."""
    return actor.is_system or is_of(actor, node.plan.body)


def may_see_rows(actor: Actor, node: PolicyNode) -> bool:
    """See what the rows behind a figure are (labels, links): planning staff and auditors; the pages linked to ask again."""
    return may_edit(actor, node) or (
        is_of(actor, node.plan.body) and actor.has_role(RoleAssignment.Role.AUDITOR)
    )


def may_submit(actor: Actor, revision: SheetRevision) -> bool:
    """Put a revision before those who approve it."""
    waiting = {SheetRevision.State.OPEN, SheetRevision.State.RETURNED}
    return may_edit(actor, revision.node) and revision.state in waiting


def is_public(revision: SheetRevision) -> bool:
    """Whether everybody may read it."""
    return revision.state == SheetRevision.State.PUBLISHED

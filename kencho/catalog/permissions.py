"""Who may do what: a dataset belongs to a division; the open-data desk looks after those of the whole body."""

from kencho.catalog.models import Dataset, HarvestSource, Preparation, ResourceVersion
from kencho.foundation.actors import Actor, ActorKind
from kencho.organization.models import Body, RoleAssignment, Unit
from kencho.organization.queries import Desk

EVERYWHERE = (RoleAssignment.Role.PLANNER, RoleAssignment.Role.SYSTEM_ADMIN)
"""Roles that look after the datasets of every division of their body."""


def may_read(desk: Desk) -> bool:
    """All staff: what is being prepared in the own division, and the whole catalogue of the body."""
    return True


def may_register(actor: Actor, body: Body, division: Unit) -> bool:
    """Datasets of the own division; the open-data desk those of every division."""
    if actor.is_system:
        return True
    if actor.kind != ActorKind.STAFF or actor.body != body.code or division.body_id != body.pk:
        return False
    return actor.division_id == division.pk or actor.has_role(*EVERYWHERE)


def may_edit(actor: Actor, dataset: Dataset) -> bool:
    """The division that answers for it; harvested ones are changed where they come from."""
    return dataset.division is not None and may_register(actor, dataset.body, dataset.division)


def may_prepare(actor: Actor, preparation: Preparation) -> bool:
    """Whoever may edit the dataset."""
    return may_edit(actor, preparation.resource.dataset)


def may_override_gate(actor: Actor, version: ResourceVersion) -> bool:
    """特例は責任者だけ: planning staff and administrators of the body, never who made the version alone."""
    return actor.body == version.resource.dataset.body.code and actor.has_role(*EVERYWHERE)


def may_harvest(actor: Actor, source: HarvestSource) -> bool:
    """The open-data desk of the body that keeps the source."""
    return actor.is_system or (actor.body == source.keeper.code and actor.has_role(*EVERYWHERE))


def may_answer(actor: Actor, body: Body) -> bool:
    """要望・意見・活用事例: the open-data desk of the body."""
    return actor.is_system or (actor.body == body.code and actor.has_role(*EVERYWHERE))


def looks_after(desk: Desk) -> bool:
    """The open-data desk: harvest sources, requests, showcase, views over work."""
    return desk.has_role(*EVERYWHERE)


def may_see_desk(desk: Desk, dataset: Dataset) -> bool:
    """All staff of the body see what their body publishes and prepares."""
    return dataset.body_id == desk.body.pk

"""Several applications at once, each in its own transaction: one that cannot be done does not stop the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied

from kencho.applications.models import Application
from kencho.applications.services._common import UnableToMove
from kencho.applications.services._examine import UnableToAssign, accept, assign
from kencho.foundation.actors import Actor
from kencho.organization.models import StaffMember


@dataclass(frozen=True)
class BulkOutcome:
    """What was done, and the numbers of those for which it could not be done."""

    done: tuple[Application, ...]
    refused: tuple[Application, ...]


def bulk_accept(*, applications: Sequence[Application], by: Actor, at: datetime) -> BulkOutcome:
    """まとめて受付する。"""
    return _each(applications, lambda one: accept(application=one, by=by, at=at))


def bulk_assign(
    *, applications: Sequence[Application], staff: StaffMember | None, by: Actor, at: datetime
) -> BulkOutcome:
    """まとめて担当者を決める。"""
    return _each(applications, lambda one: assign(application=one, staff=staff, by=by, at=at))


def _each(applications: Sequence[Application], act: Callable[[Application], Application]) -> BulkOutcome:
    done: list[Application] = []
    refused: list[Application] = []
    for one in applications:
        try:
            done.append(act(one))
        except (UnableToMove, UnableToAssign, PermissionDenied):
            refused.append(one)
    return BulkOutcome(tuple(done), tuple(refused))

"""What all verbs share: moving along the state diagram, and noting the step where applicant and staff read it."""

from datetime import datetime

from django.db.models import QuerySet

from kencho.applications import queries
from kencho.applications.models import OPEN, Application, StatusChange
from kencho.audit import services as audit
from kencho.foundation.actors import Actor, ActorKind
from kencho.foundation.prepared import Prepared, insert
from kencho.foundation.statements import update


class UnableToMove(Exception):
    """The application is in a state from which this verb does not lead on; the message names it."""


def _rows(pk: int) -> QuerySet[Application]:
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related("body", "procedure", "version", "division")
        # The compiled definition is kept per version; its source is long.
        .defer("version__definition")
        .filter(pk=pk)
        .order_by()
    )


_row = Prepared(_rows, Application, ("id",))


def locked(application: Application) -> Application:
    """The row, locked for this transaction and read afresh."""
    return locked_by(application.pk)


def locked_by(pk: int) -> Application:
    """As ``locked``, by the key of the row. Raises Application.DoesNotExist."""
    row = _row.one(pk)
    if row is None:
        raise Application.DoesNotExist
    return row


def move(
    application: Application,
    status: str,
    verb: str,
    *,
    by: Actor,
    at: datetime,
    note: str = "",
    fields: tuple[str, ...] = (),
) -> None:
    """Change the status, keep the step, write the audit entry. ``fields`` names other changed columns to save."""
    if not application.can_move_to(status):
        raise UnableToMove(f"{application.number}: {application.get_status_display()}")
    application.status = status
    changed = {"status", *fields}
    if status not in OPEN:
        application.closed_at = at
        changed.add("closed_at")
    update(application, *sorted(changed))
    step(application, verb, by=by, at=at, note=note)


def step(application: Application, verb: str, *, by: Actor, at: datetime, note: str = "") -> None:
    """Keep a step of the application's life and audit it."""
    by_staff = by.kind in {ActorKind.STAFF, ActorKind.API}
    insert(
        StatusChange(
            application=application,
            verb=verb,
            status=application.status,
            at=at,
            by_name=by.name if by_staff else "",
            by_staff=by_staff,
            note=note[:400],
        )
    )
    audit.record(
        f"applications.application.{verb}",
        application,
        by=by,
        at=at,
        label=application.number,
        body=application.body.code,
        details={"status": application.status},
    )


def restart_clock(application: Application, *, at: datetime) -> None:
    """Work out the last day of the standard processing period anew."""
    application.due_on = queries.due_on(application, at)
    application.save(update_fields=["due_on"])

"""収受: an application that has arrived is entered in the division's register."""

from datetime import datetime

from django.db import transaction

from kencho.applications import queries
from kencho.applications.models import Application
from kencho.applications.services._common import locked, locked_by
from kencho.foundation.actors import Actor
from kencho.foundation.statements import update
from kencho.records import services as records
from kencho.records.models import Record


# No savepoint of its own: whoever calls this inside a transaction lets its errors end that one.
@transaction.atomic(savepoint=False)
def enter_in_register(*, application: Application, by: Actor, at: datetime) -> Record | None:
    """収受する; nothing when it was entered before (the message came twice)."""
    return _entered(locked(application), by, at)


@transaction.atomic(savepoint=False)
def enter_arrived(*, application_id: int, by: Actor) -> Record | None:
    """収受する, as of the time at which it arrived; nothing when it was entered before."""
    row = locked_by(application_id)
    return _entered(row, by, row.arrived_at)


def _entered(row: Application, by: Actor, at: datetime) -> Record | None:
    if row.record_id is not None:
        return None
    definition = queries.compiled_of(row).definition
    record = records.receive(
        body=row.body,
        division=row.division,
        title=f"{definition.title}（{row.number}）",
        subject=records.Subject("applications.application", str(row.pk)),
        classification=definition.classification,
        retention_years=definition.retention_years,
        by=by,
        at=at,
    )
    row.record_id = record.pk
    update(row, "record_id")
    return record

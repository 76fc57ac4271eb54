"""施行: what was approved, or comes from a definition file of the loader, applies from its day."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kencho.audit import services as audit
from kencho.foundation import events, queue
from kencho.foundation.actors import Actor
from kencho.organization.models import Body
from kencho.procedures import queries
from kencho.procedures.definition import Definition, digest, load
from kencho.procedures.events import ProcedurePublished
from kencho.procedures.models import Procedure, ProcedureVersion
from kencho.procedures.services._errors import UnableToPublish, UnableToSaveProcedure
from kencho.procedures.services._writing import (
    begin_version,
    create_procedure,
    hold,
    office_of,
    public_columns,
    save_version,
)

State = ProcedureVersion.State


@transaction.atomic
def publish(
    *, version: ProcedureVersion, approval_id: int, in_force_from: datetime, by: Actor, at: datetime
) -> ProcedureVersion:
    """決裁を受けた版を施行する: it applies from an instant, and the one before it ends there.

    Raises UnableToPublish unless exactly this approval was asked for the version, DefinitionError, and
    UnableToSaveProcedure when its office no longer exists.
    """
    locked = hold(version)
    if locked.state != State.IN_APPROVAL or locked.approval_id != approval_id:
        raise UnableToPublish(str(locked))
    return _put_in_force(locked, in_force_from=in_force_from, by=by, at=at)


def _put_in_force(
    version: ProcedureVersion, *, in_force_from: datetime, by: Actor, at: datetime
) -> ProcedureVersion:
    definition = load(version.definition)
    procedure = version.procedure
    office_of(procedure.body, definition.office, at)
    _end_earlier(procedure, in_force_from)
    version.state = State.PUBLISHED
    version.in_force_from = in_force_from
    version.save(update_fields=["state", "in_force_from"])
    _show(procedure, definition, in_force_from=in_force_from, at=at)
    audit.record(
        "procedures.version.publish",
        version,
        by=by,
        at=at,
        label=str(version),
        body=procedure.body.code,
        details={"digest": version.digest},
    )
    events.publish(
        ProcedurePublished(procedure_id=procedure.pk, version_id=version.pk, in_force_from=in_force_from),
        at=at,
        body=procedure.body.code,
    )
    return version


def _end_earlier(procedure: Procedure, at: datetime) -> None:
    """The version before ends here; one that would only have begun later never applies."""
    open_ended = procedure.versions.filter(state=State.PUBLISHED, in_force_until__isnull=True)
    for earlier in open_ended.filter(in_force_from__gte=at):
        earlier.in_force_until = earlier.in_force_from
        earlier.save(update_fields=["in_force_until"])
    open_ended.update(in_force_until=at)
    procedure.versions.filter(state=State.PUBLISHED, in_force_from__lt=at, in_force_until__gt=at).update(
        in_force_until=at
    )


def _show(procedure: Procedure, definition: Definition, *, in_force_from: datetime, at: datetime) -> None:
    Procedure.objects.filter(pk=procedure.pk).update(is_listed=True)
    shown = queries.versions_in_force(at).filter(procedure=procedure).exists()
    if in_force_from <= at or not shown:
        _write_columns(procedure, definition, at)
    if in_force_from > at:
        queue.enqueue(
            "procedures.show_version_in_force",
            {"procedure_id": procedure.pk},
            at=at,
            run_at=in_force_from,
            body=procedure.body.code,
        )


def _write_columns(procedure: Procedure, definition: Definition, at: datetime) -> None:
    division = office_of(procedure.body, definition.office, at)
    Procedure.objects.filter(pk=procedure.pk).update(division=division, **public_columns(definition))


@transaction.atomic
def refresh_columns(*, procedure: Procedure, at: datetime) -> None:
    """Lists and search show the version that applies now."""
    found = queries.in_force(procedure.body, procedure.code, at)
    if found is not None:
        _write_columns(procedure, found.definition, at)


@transaction.atomic
def load_definition(
    *, body: Body, data: Mapping[str, Any], in_force_from: datetime, by: Actor, at: datetime
) -> ProcedureVersion | None:
    """Bring in a definition file: a new procedure or a new version, published; nothing when it is in force already.

    Raises UnableToSaveProcedure while somebody works on a version of their own.
    """
    code = str(data.get("code", ""))
    procedure = Procedure.objects.filter(body=body, code=code).first()
    if procedure is None:
        version = create_procedure(body=body, data=data, by=by, at=at)
    else:
        if queries.version_in_work(procedure) is not None:
            raise UnableToSaveProcedure(_("作成中の版があるため、取り込めません。"))
        newest = procedure.versions.filter(state=State.PUBLISHED).order_by("-number").first()
        if newest is not None and newest.digest == digest(data):
            return None
        version = begin_version(procedure=procedure, by=by, at=at)
        version = save_version(version=version, data=data, revision=version.revision, by=by, at=at)
    return _put_in_force(hold(version), in_force_from=in_force_from, by=by, at=at)

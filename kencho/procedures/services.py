"""Writing procedures: drafts, publication by date, import of definition files."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from kencho.audit import services as audit
from kencho.foundation import clock, events
from kencho.foundation.actors import Actor
from kencho.foundation.text import fold
from kencho.organization import queries as organization
from kencho.organization.models import Body, Unit
from kencho.procedures.definition import Definition, DefinitionError, digest, load
from kencho.procedures.events import ProcedurePublished
from kencho.procedures.models import Procedure, ProcedureVersion


class UnableToSaveProcedure(Exception):
    """The definition cannot be kept; the message says why, in Japanese."""


class UnableToPublish(Exception):
    """The version is not in a state from which it can be published."""


def _office(body: Body, code: str, at: datetime) -> Unit:
    division = organization.division_by_code(body, code, clock.day_of(at))
    if division is None:
        raise UnableToSaveProcedure(f"所管所属のコード「{code}」は、この日に存在しません。")
    return division


def _public_columns(definition: Definition) -> dict[str, Any]:
    words = [
        definition.title,
        definition.title_en,
        definition.summary,
        definition.summary_en,
        *definition.keywords,
        *definition.life_events,
        *(basis.law for basis in definition.legal_basis),
    ]
    return {
        "title": definition.title,
        "title_en": definition.title_en,
        "summary": definition.summary,
        "summary_en": definition.summary_en,
        "kind": definition.procedure_type,
        "audience": definition.audience,
        "life_events": list(definition.life_events),
        "search_text": " ".join(fold(word) for word in words if word),
    }


@transaction.atomic
def create_procedure(*, body: Body, data: Mapping[str, Any], by: Actor, at: datetime) -> ProcedureVersion:
    """A new procedure with its first version in work. Raises DefinitionError, UnableToSaveProcedure."""
    definition = load(data)
    if Procedure.objects.filter(body=body, code=definition.code).exists():
        raise UnableToSaveProcedure(f"手続コード「{definition.code}」はすでに使われています。")
    procedure = Procedure.objects.create(
        body=body,
        code=definition.code,
        division=_office(body, definition.office, at),
        created_at=at,
        **_public_columns(definition),
    )
    version = ProcedureVersion.objects.create(
        procedure=procedure,
        number=1,
        definition=dict(data),
        digest=definition.digest,
        created_at=at,
        updated_at=at,
    )
    audit.record("procedures.procedure.create", procedure, by=by, at=at, label=procedure.code, body=body.code)
    return version


@transaction.atomic
def begin_version(*, procedure: Procedure, by: Actor, at: datetime) -> ProcedureVersion:
    """The version in work of a procedure, made from the newest one when there is none."""
    newest = procedure.versions.select_for_update().order_by("-number").first()
    if newest is None:
        raise UnableToSaveProcedure("この手続には、もとになる版がありません。")
    if newest.state in {ProcedureVersion.State.DRAFT, ProcedureVersion.State.IN_APPROVAL}:
        return newest
    version = ProcedureVersion.objects.create(
        procedure=procedure,
        number=newest.number + 1,
        definition=newest.definition,
        digest=newest.digest,
        created_at=at,
        updated_at=at,
    )
    audit.record(
        "procedures.version.begin", version, by=by, at=at, label=str(version), body=procedure.body.code
    )
    return version


@transaction.atomic
def save_version(
    *, version: ProcedureVersion, data: Mapping[str, Any], revision: int, by: Actor, at: datetime
) -> ProcedureVersion:
    """Keep a changed definition of the version in work; ``revision`` refuses to overwrite a colleague's newer text."""
    locked = ProcedureVersion.objects.select_for_update().select_related("procedure__body").get(pk=version.pk)
    if locked.state != ProcedureVersion.State.DRAFT:
        raise UnableToSaveProcedure("この版は作成中ではないため、変更できません。")
    if locked.revision != revision:
        raise UnableToSaveProcedure("ほかの人が先に保存しました。読み込み直してから変更してください。")
    if data.get("code") != locked.procedure.code:
        raise UnableToSaveProcedure("手続コードは変更できません。")
    locked.definition = dict(data)
    locked.digest = digest(data)
    locked.revision += 1
    locked.updated_at = at
    locked.save(update_fields=["definition", "digest", "revision", "updated_at"])
    audit.record(
        "procedures.version.save",
        locked,
        by=by,
        at=at,
        label=str(locked),
        body=locked.procedure.body.code,
        details={"digest": locked.digest},
    )
    return locked


@transaction.atomic
def publish(
    *, version: ProcedureVersion, in_force_from: datetime, by: Actor, at: datetime
) -> ProcedureVersion:
    """施行: the version applies from an instant; the one before it ends there. Raises DefinitionError if it has errors."""
    locked = ProcedureVersion.objects.select_for_update().select_related("procedure__body").get(pk=version.pk)
    if locked.state not in {ProcedureVersion.State.DRAFT, ProcedureVersion.State.IN_APPROVAL}:
        raise UnableToPublish(str(locked))
    definition = load(locked.definition)
    procedure = locked.procedure
    procedure.versions.filter(state=ProcedureVersion.State.PUBLISHED, in_force_until__isnull=True).update(
        in_force_until=in_force_from
    )
    locked.state = ProcedureVersion.State.PUBLISHED
    locked.in_force_from = in_force_from
    locked.save(update_fields=["state", "in_force_from"])
    Procedure.objects.filter(pk=procedure.pk).update(
        division=_office(procedure.body, definition.office, at), is_listed=True, **_public_columns(definition)
    )
    audit.record(
        "procedures.version.publish",
        locked,
        by=by,
        at=at,
        label=str(locked),
        body=procedure.body.code,
        details={"digest": locked.digest},
    )
    events.publish(
        ProcedurePublished(procedure_id=procedure.pk, version_id=locked.pk, in_force_from=in_force_from),
        at=at,
        body=procedure.body.code,
    )
    return locked


@transaction.atomic
def load_definition(
    *, body: Body, data: Mapping[str, Any], in_force_from: datetime, by: Actor, at: datetime
) -> ProcedureVersion | None:
    """Bring in a definition file: a new procedure or a new version, published; nothing when it is in force already."""
    code = str(data.get("code", ""))
    procedure = Procedure.objects.filter(body=body, code=code).first()
    if procedure is None:
        version = create_procedure(body=body, data=data, by=by, at=at)
    else:
        newest = procedure.versions.order_by("-number").first()
        if newest is not None and newest.digest == digest(data):
            return None
        version = begin_version(procedure=procedure, by=by, at=at)
        version = save_version(version=version, data=data, revision=version.revision, by=by, at=at)
    return publish(version=version, in_force_from=in_force_from, by=by, at=at)


__all__ = [
    "DefinitionError",
    "UnableToPublish",
    "UnableToSaveProcedure",
    "begin_version",
    "create_procedure",
    "load_definition",
    "publish",
    "save_version",
]

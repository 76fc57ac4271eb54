"""Procedures and their versions in work."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kencho.audit import services as audit
from kencho.foundation import clock
from kencho.foundation.actors import Actor
from kencho.organization import queries as organization
from kencho.organization.models import Body, Unit
from kencho.procedures.definition import Definition, digest, load
from kencho.procedures.models import Procedure, ProcedureVersion
from kencho.procedures.services._errors import (
    RevisionConflict,
    UnableToDiscardVersion,
    UnableToSaveProcedure,
)
from kencho.procedures.words import search_text

State = ProcedureVersion.State
# "new" is the address of the page that creates a procedure.
_CODE = re.compile(r"(?!new$)[a-z0-9][a-z0-9-]{0,59}")


def office_of(body: Body, code: str, at: datetime) -> Unit:
    """The division in charge; raises UnableToSaveProcedure when none has this code on the day."""
    division = organization.division_by_code(body, code, clock.day_of(at))
    if division is None:
        raise UnableToSaveProcedure(
            _("所管所属のコード「%(code)s」は、この日に存在しません。") % {"code": code}
        )
    return division


def public_columns(definition: Definition) -> dict[str, Any]:
    """What lists and search show of a complete definition."""
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
        "title": definition.title[:120],
        "title_en": definition.title_en[:200],
        "summary": definition.summary,
        "summary_en": definition.summary_en,
        "kind": definition.procedure_type,
        "audience": definition.audience,
        "life_events": list(definition.life_events),
        "search_text": search_text(words),
    }


def _draft_columns(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same of a definition that may still be incomplete."""
    title = str(data.get("title") or "")[:120] or _("（名前なし）")
    keywords = data.get("keywords")
    words = [title, *(str(one) for one in keywords if one)] if isinstance(keywords, list) else [title]
    return {
        "title": title,
        "summary": str(data.get("summary") or ""),
        "kind": str(data.get("procedure_type") or "")[:10],
        "search_text": search_text(words),
    }


def _first_version(
    body: Body, data: Mapping[str, Any], division: Unit, columns: dict[str, Any], by: Actor, at: datetime
) -> ProcedureVersion:
    code = str(data.get("code") or "")
    if not _CODE.fullmatch(code):
        raise UnableToSaveProcedure(_("手続コードは、英小文字・数字・ハイフンで、60文字以内にしてください。"))
    if Procedure.objects.filter(body=body, code=code).exists():
        raise UnableToSaveProcedure(_("手続コード「%(code)s」はすでに使われています。") % {"code": code})
    procedure = Procedure.objects.create(body=body, code=code, division=division, created_at=at, **columns)
    version = ProcedureVersion.objects.create(
        procedure=procedure,
        number=1,
        definition=dict(data),
        digest=digest(data),
        created_at=at,
        updated_at=at,
    )
    audit.record("procedures.procedure.create", procedure, by=by, at=at, label=code, body=body.code)
    return version


@transaction.atomic
def create_procedure(*, body: Body, data: Mapping[str, Any], by: Actor, at: datetime) -> ProcedureVersion:
    """A new procedure with a complete definition in work. Raises DefinitionError, UnableToSaveProcedure."""
    definition = load(data)
    division = office_of(body, definition.office, at)
    return _first_version(body, data, division, public_columns(definition), by, at)


@transaction.atomic
def start_procedure(*, division: Unit, data: Mapping[str, Any], by: Actor, at: datetime) -> ProcedureVersion:
    """手続を作りはじめる: a new procedure of a division whose definition may still have findings.

    Raises UnableToSaveProcedure for a code that is taken or cannot be one.
    """
    owned = {**data, "office": division.code}
    return _first_version(division.body, owned, division, _draft_columns(owned), by, at)


@transaction.atomic
def begin_version(*, procedure: Procedure, by: Actor, at: datetime) -> ProcedureVersion:
    """The version in work of a procedure, made from the newest one when there is none."""
    versions = list(procedure.versions.select_for_update().order_by("-number"))
    if not versions:
        raise UnableToSaveProcedure(_("この手続には、もとになる版がありません。"))
    newest = versions[0]
    if newest.state in {State.DRAFT, State.IN_APPROVAL}:
        return newest
    base = next((one for one in versions if one.state != State.DISCARDED), newest)
    version = ProcedureVersion.objects.create(
        procedure=procedure,
        number=newest.number + 1,
        definition=base.definition,
        digest=base.digest,
        created_at=at,
        updated_at=at,
    )
    audit.record(
        "procedures.version.begin", version, by=by, at=at, label=str(version), body=procedure.body.code
    )
    return version


def hold(version: ProcedureVersion) -> ProcedureVersion:
    """The row as it stands now, locked until the transaction ends."""
    return (
        ProcedureVersion.objects.select_for_update(of=("self",))
        .select_related("procedure__body", "procedure__division__body")
        .get(pk=version.pk)
    )


@transaction.atomic
def save_version(
    *, version: ProcedureVersion, data: Mapping[str, Any], revision: int, by: Actor, at: datetime
) -> ProcedureVersion:
    """Keep a changed definition of the version in work; ``revision`` refuses to overwrite a colleague's newer text.

    The definition may have findings. Raises RevisionConflict, UnableToSaveProcedure.
    """
    locked = hold(version)
    if locked.state != State.DRAFT:
        raise UnableToSaveProcedure(_("この版は作成中ではないため、変更できません。"))
    if locked.revision != revision:
        raise RevisionConflict(
            _("ほかの人が先に保存しました。内容を見比べてから、もう一度保存してください。")
        )
    if data.get("code") != locked.procedure.code:
        raise UnableToSaveProcedure(_("手続コードは変更できません。"))
    locked.definition = dict(data)
    locked.digest = digest(data)
    locked.revision += 1
    locked.updated_at = at
    locked.save(update_fields=["definition", "digest", "revision", "updated_at"])
    if not locked.procedure.is_listed:
        Procedure.objects.filter(pk=locked.procedure_id).update(**_draft_columns(data))
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
def discard_version(*, version: ProcedureVersion, by: Actor, at: datetime) -> ProcedureVersion:
    """作成中の版を取りやめる。決裁中の版は、先に引き戻す。 Raises UnableToDiscardVersion."""
    locked = hold(version)
    if locked.state != State.DRAFT:
        raise UnableToDiscardVersion(_("作成中の版だけ、取りやめることができます。"))
    locked.state = State.DISCARDED
    locked.updated_at = at
    locked.save(update_fields=["state", "updated_at"])
    audit.record(
        "procedures.version.discard",
        locked,
        by=by,
        at=at,
        label=str(locked),
        body=locked.procedure.body.code,
    )
    return locked

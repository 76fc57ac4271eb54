"""Reading procedures: what is in force, what the public finds."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Q, QuerySet

from kencho.foundation.text import fold
from kencho.organization.models import Body
from kencho.procedures.definition import Compiled, Definition, compiled
from kencho.procedures.models import Procedure, ProcedureVersion


@dataclass(frozen=True)
class InForce:
    """A procedure with the version that applies now."""

    procedure: Procedure
    version: ProcedureVersion
    compiled: Compiled

    @property
    def definition(self) -> Definition:
        """The definition in force."""
        return self.compiled.definition


@lru_cache(maxsize=256)
def _compiled_by_id(version_id: int, digest: str) -> Compiled:
    return compiled(ProcedureVersion.objects.values_list("definition", flat=True).get(pk=version_id))


def compiled_of(version: ProcedureVersion) -> Compiled:
    """The compiled definition of a version; kept per version and digest."""
    return _compiled_by_id(version.pk, version.digest)


def versions_in_force(at: datetime) -> QuerySet[ProcedureVersion]:
    """Published versions that apply at an instant."""
    return ProcedureVersion.objects.filter(
        Q(in_force_until__isnull=True) | Q(in_force_until__gt=at),
        state=ProcedureVersion.State.PUBLISHED,
        in_force_from__lte=at,
    )


def in_force(body: Body, code: str, at: datetime) -> InForce | None:
    """The procedure of this code as it stands at an instant, or nothing."""
    version = (
        versions_in_force(at)
        .filter(procedure__body=body, procedure__code=code)
        .select_related("procedure__body", "procedure__division")
        .defer("definition")
        .order_by("-number")
        .first()
    )
    return None if version is None else InForce(version.procedure, version, compiled_of(version))


def listed(body: Body | None, at: datetime) -> QuerySet[Procedure]:
    """Procedures that the public may find, of one body or of all."""
    found = Procedure.objects.filter(
        is_listed=True, pk__in=versions_in_force(at).values("procedure_id")
    ).select_related("body", "division")
    return found if body is None else found.filter(body=body)


def find(
    body: Body | None, at: datetime, *, words: str = "", life_event: str = "", division_id: int | None = None
) -> list[Procedure]:
    """Search by words (all must occur; width, kana and spelling forgiven), life event and office."""
    found = listed(body, at)
    if division_id is not None:
        found = found.filter(division_id=division_id)
    for word in words.split():
        found = found.filter(search_text__contains=fold(word))
    rows = list(found.order_by("title")[:500])
    return [row for row in rows if not life_event or life_event in row.life_events]


def versions_of(procedure: Procedure) -> QuerySet[ProcedureVersion]:
    """All versions, newest first."""
    return procedure.versions.order_by("-number")

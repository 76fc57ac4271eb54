"""Reading procedures: what is in force, what the public finds, what the desk works on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from kencho.foundation.text import fold
from kencho.organization.models import Body
from kencho.procedures.definition import Compiled, Definition, compiled
from kencho.procedures.models import Procedure, ProcedureVersion
from kencho.procedures.words import bare, score

State = ProcedureVersion.State
IN_WORK = (State.DRAFT, State.IN_APPROVAL)
MOST_FOUND = 500


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
        state=State.PUBLISHED,
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


def _with_words(found: QuerySet[Procedure], words: Sequence[str]) -> QuerySet[Procedure]:
    for word in words:
        wanted = Q(search_text__contains=fold(word))
        if bare(word):
            wanted |= Q(search_text__contains=bare(word))
        found = found.filter(wanted)
    return found


def find(
    body: Body | None,
    at: datetime,
    *,
    words: str = "",
    life_event: str = "",
    division_id: int | None = None,
    audience: str = "",
) -> list[Procedure]:
    """Search by words (all must occur; width, kana, okurigana and old shapes forgiven), occasion, office, audience.

    Those whose title holds the words come first.
    """
    found = listed(body, at)
    if division_id is not None:
        found = found.filter(division_id=division_id)
    if audience:
        # What is for both is for each.
        found = found.filter(audience__in=[audience, "both", ""])
    wanted = words.split()
    rows = list(_with_words(found, wanted).order_by("title")[:MOST_FOUND])
    rows.sort(key=lambda row: (sum(score(word, row.title) for word in wanted), row.title))
    return [row for row in rows if not life_event or life_event in row.life_events]


def occasions(found: Sequence[Procedure], most: int = 12) -> list[tuple[str, int]]:
    """Occasions (ライフイベント) among the procedures with their numbers, the frequent ones first."""
    return Counter(event for row in found for event in row.life_events).most_common(most)


def offices(found: Sequence[Procedure]) -> list[tuple[int, str, int]]:
    """Divisions among the procedures (id, name, number) in the order of their codes."""
    names = {row.division_id: (row.division.code, row.division.name) for row in found}
    counted = Counter(row.division_id for row in found)
    return [(pk, name, counted[pk]) for pk, (_code, name) in sorted(names.items(), key=lambda pair: pair[1])]


def versions_of(procedure: Procedure) -> QuerySet[ProcedureVersion]:
    """All versions, newest first."""
    return procedure.versions.order_by("-number")


def procedure_of(body: Body, code: str) -> Procedure | None:
    """The procedure of this body with this code, published or not."""
    return Procedure.objects.filter(body=body, code=code).select_related("body", "division").first()


def version_in_work(procedure: Procedure) -> ProcedureVersion | None:
    """The version that is being written or is before the approvers."""
    return procedure.versions.filter(state__in=IN_WORK).select_related("procedure__body").first()


def version_before(version: ProcedureVersion) -> ProcedureVersion | None:
    """The published version that this one follows."""
    earlier = ProcedureVersion.objects.filter(
        procedure_id=version.procedure_id, number__lt=version.number, state=State.PUBLISHED
    )
    return earlier.order_by("-number").first()


def on_desk(
    body: Body, at: datetime, *, words: str = "", division_id: int | None = None, state: str = ""
) -> QuerySet[Procedure]:
    """All procedures of a body with their versions (newest first, without the definitions)."""
    lean = ProcedureVersion.objects.defer("definition").order_by("-number")
    found = Procedure.objects.filter(body=body).select_related("body", "division")
    if division_id is not None:
        found = found.filter(division_id=division_id)
    if state == "in_force":
        found = found.filter(pk__in=versions_in_force(at).values("procedure_id"))
    elif state:
        found = found.filter(Exists(ProcedureVersion.objects.filter(procedure=OuterRef("pk"), state=state)))
    return _with_words(found, words.split()).prefetch_related(Prefetch("versions", lean, to_attr="history"))


def current(history: Sequence[ProcedureVersion], at: datetime) -> ProcedureVersion | None:
    """The one of these versions (newest first) that applies at an instant."""
    for version in history:
        started = version.in_force_from is not None and version.in_force_from <= at
        ended = version.in_force_until is not None and version.in_force_until <= at
        if version.state == State.PUBLISHED and started and not ended:
            return version
    return None

"""Forms that can be read on a day, and where scans are fetched from."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from django.db.models import Q, QuerySet

from kencho.foundation import clock
from kencho.intake.engine import templates as layouts
from kencho.intake.engine.shapes import Field, Template
from kencho.intake.models import FormTemplate, PaperRule, ScanInlet, Sheet
from kencho.organization.models import Body, Unit
from kencho.organization.queries import Desk, subtree_ids
from kencho.procedures import queries as procedures
from kencho.procedures.models import Procedure, ProcedureVersion

Origin = FormTemplate.Origin


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=clock.JST)


def readable_versions(division: Unit, on: date) -> QuerySet[ProcedureVersion]:
    """Versions of the division's procedures that applied at any time on the day of the stamp."""
    start = datetime.combine(on, time(0), tzinfo=clock.JST)
    return (
        ProcedureVersion.objects.filter(
            Q(in_force_until__isnull=True) | Q(in_force_until__gt=start),
            state=ProcedureVersion.State.PUBLISHED,
            in_force_from__lt=datetime.combine(on, time.max, tzinfo=clock.JST),
            procedure__division__in=_lines(division, on),
        )
        .select_related("procedure__body", "procedure__division")
        .order_by("procedure__code", "number")
    )


def _lines(division: Unit, on: date) -> Sequence[int]:
    """The division and those whose work it took over: procedures still name the old one for a while."""
    return subtree_ids(division, on)


def templates_for(division: Unit, on: date) -> QuerySet[FormTemplate]:
    """Forms in use that may lie in a pile of this division: printed ones of these versions, and drawn ones."""
    versions = readable_versions(division, on).values("pk")
    mine = Q(version__procedure__division__in=_lines(division, on))
    return FormTemplate.objects.filter(
        Q(origin=Origin.GENERATED, version__in=versions) | (Q(origin=Origin.DRAWN) & mine),
        body=division.body,
        state=FormTemplate.State.ACTIVE,
    ).select_related("version__procedure__body", "version__procedure__division", "blank__body")


def version_for(template: FormTemplate, on: date) -> ProcedureVersion:
    """The version under which a sheet is registered: the printed one; for other paper the one in force on that day."""
    if template.origin == Origin.GENERATED:
        return template.version
    found = procedures.in_force(template.body, template.version.procedure.code, _noon(on))
    return template.version if found is None else found.version


def engine_template(template: FormTemplate) -> Template:
    """The map as the reader wants it."""
    return layouts.from_data(template.layout)


def demanded_twice(procedure: Procedure) -> Sequence[str]:
    """The keys of the fields that a procedure wants typed by two people, whatever the form."""
    rule = PaperRule.objects.filter(procedure=procedure).first()
    return [] if rule is None else list(rule.double_entry)


def typed_twice(template: FormTemplate) -> frozenset[str]:
    """The keys of the fields of a form that two people type: its own, and those that its procedure demands."""
    return frozenset([*template.double_entry, *demanded_twice(template.version.procedure)])


def field_options(sheet: Sheet) -> Mapping[str, Field]:
    """The fields of the sheet's form by key: labels, options, whether something must stand there."""
    return {field.key: field for field in engine_template(sheet.template).fields}


def documents_of(sheet: Sheet) -> Sequence[tuple[str, str]]:
    """The documents that the procedure of a sheet asks for: key of the answers and name. Those in rows are left to the form."""
    plan = procedures.compiled_of(version_for(sheet.template, sheet.batch.arrived_on))
    return [
        (item.id, item.label_text())
        for page in plan.pages
        for item in page.items
        if item.type == "attachment"
    ]


def templates(desk: Desk) -> QuerySet[FormTemplate]:
    """Forms of the division's procedures, the newest first."""
    return (
        FormTemplate.objects.filter(version__procedure__division=desk.division)
        .exclude(origin=Origin.FREE)
        .select_related("version__procedure__division__body", "blank__body", "body")
        .order_by("-made_at", "-id")
    )


def template(desk: Desk, pk: int) -> FormTemplate | None:
    """One form of the division."""
    return templates(desk).filter(pk=pk).first()


def printable(desk: Desk, at: datetime) -> Sequence[procedures.InForce]:
    """Procedures of the division that can be printed as a form now."""
    found = (
        procedures.versions_in_force(at)
        .filter(procedure__division__in=_lines(desk.division, clock.day_of(at)), procedure__body=desk.body)
        .select_related("procedure__body", "procedure__division")
        .order_by("procedure__title", "number")
    )
    newest = {version.procedure_id: version for version in found}
    return [
        procedures.InForce(version.procedure, version, procedures.compiled_of(version))
        for version in newest.values()
    ]


def procedures_of(division: Unit, at: datetime) -> QuerySet[Procedure]:
    """Procedures in force of the division, to be named for paper that does not say what it is."""
    return Procedure.objects.filter(
        division__in=_lines(division, clock.day_of(at)),
        pk__in=procedures.versions_in_force(at).values("procedure_id"),
    ).order_by("title")


def inlets(body: Body) -> QuerySet[ScanInlet]:
    """Folders and mailboxes of a body."""
    return (
        ScanInlet.objects.filter(body=body)
        .select_related("division__body", "procedure", "body")
        .order_by("name", "id")
    )


def inlet(body: Body, pk: int) -> ScanInlet | None:
    """One inlet of a body."""
    return inlets(body).filter(pk=pk).first()

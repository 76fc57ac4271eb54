"""様式: maps of printed forms follow from the published version; those of older paper are drawn by a clerk."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import uuid4

from django.db import IntegrityError, transaction

from kencho.audit import services as audit
from kencho.files import services as files
from kencho.files.sanitize import recognise
from kencho.foundation.actors import Actor
from kencho.intake import form_maps, permissions, queries
from kencho.intake.engine import templates as layouts
from kencho.intake.engine.shapes import Markers, Template
from kencho.intake.models import FormTemplate, PaperRule, ScanBatch
from kencho.intake.services._errors import Reason, UnableTo
from kencho.organization.models import Unit
from kencho.procedures.models import ProcedureVersion

Origin, State = FormTemplate.Origin, FormTemplate.State


def generated_template(*, version: ProcedureVersion, by: Actor, at: datetime) -> FormTemplate:
    """The map of a version's printed form, made on demand; the same row whoever asks first. Raises UnableTo."""
    kept = FormTemplate.objects.filter(version=version, origin=Origin.GENERATED).first()
    if kept is not None:
        return kept
    try:
        map_of_it = form_maps.template_of(version)
        blank = form_maps.blank_pages(version)
    except layouts.UnusableTemplate as wrong:
        raise UnableTo(Reason.NO_PAPER_FORM) from wrong
    row = FormTemplate(
        body=version.procedure.body,
        version=version,
        code=map_of_it.id,
        title=version.procedure.title[:120],
        origin=Origin.GENERATED,
        state=State.ACTIVE,
        layout=layouts.to_data(map_of_it),
        pages=map_of_it.pages,
        made_by=by.name,
        made_at=at,
    )
    return _store(row, blank, "generate", by=by, at=at)


def free_template(*, version: ProcedureVersion, by: Actor, at: datetime) -> FormTemplate:
    """What a paper without a map is measured by: the fields of the printed form, wherever they stand."""
    kept = FormTemplate.objects.filter(version=version, origin=Origin.FREE).first()
    if kept is not None:
        return kept
    map_of_it = form_maps.template_of(version)
    row = FormTemplate(
        body=version.procedure.body,
        version=version,
        code=f"free:{version.procedure.code}:{version.digest[:16]}",
        title=version.procedure.title[:120],
        origin=Origin.FREE,
        state=State.ACTIVE,
        layout=layouts.to_data(map_of_it),
        pages=1,
        made_by=by.name,
        made_at=at,
    )
    return _store(row, None, "generate", by=by, at=at)


def ready_templates(*, division: Unit, on: date, by: Actor, at: datetime) -> list[FormTemplate]:
    """All forms that may lie in a pile of this division that was stamped on a day; printed ones are made now if need be."""
    made = FormTemplate.objects.filter(origin=Origin.GENERATED).values("version")
    for version in queries.readable_versions(division, on).exclude(pk__in=made):
        try:
            generated_template(version=version, by=by, at=at)
        except UnableTo:
            # A procedure whose form cannot be printed has no paper of ours that could lie in the pile.
            continue
    return list(queries.templates_for(division, on))


def free_template_of(*, batch: ScanBatch, by: Actor, at: datetime) -> FormTemplate | None:
    """The free form of a batch whose procedure somebody named."""
    if batch.procedure is None:
        return None
    version = (
        queries.readable_versions(batch.division, batch.arrived_on)
        .filter(procedure=batch.procedure)
        .order_by("-number")
        .first()
    )
    return None if version is None else free_template(version=version, by=by, at=at)


def _store(row: FormTemplate, blank: bytes | None, verb: str, *, by: Actor, at: datetime) -> FormTemplate:
    if blank is not None:
        row.blank = files.keep(body=row.body, content=blank, kind=_kind(blank), at=at)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _audit(row, verb, by=by, at=at)
    except IntegrityError:
        # Two workers met the same form at the same moment.
        return FormTemplate.objects.get(body=row.body, code=row.code)
    return row


def _kind(blank: bytes) -> str:
    import io

    return str(recognise(io.BytesIO(blank)).value)


def _audit(row: FormTemplate, verb: str, *, by: Actor, at: datetime) -> None:
    audit.record(
        f"intake.form_template.{verb}",
        row,
        by=by,
        at=at,
        label=row.code[:60],
        body=row.body.code,
        details={"revision": row.revision},
    )


@transaction.atomic
def draw_template(
    *,
    version: ProcedureVersion,
    title: str,
    layout: Template,
    blank: bytes | None,
    double_entry: Sequence[str] = (),
    by: Actor,
    at: datetime,
) -> FormTemplate:
    """様式の枠を描く: boxes over a blank sheet of older paper, as a draft. ``blank`` is PDF, PNG or JPEG, rebuilt before.

    Raises UnableTo for a map that cannot be used or that names what the procedure does not ask.
    """
    permissions.require(permissions.may_manage_forms(by, version.procedure.division))
    _require_known(version, layout)
    row = FormTemplate(
        body=version.procedure.body,
        version=version,
        code=f"drawn:{version.procedure.code[:60]}:{uuid4().hex[:12]}",
        title=title.strip()[:120] or version.procedure.title[:120],
        origin=Origin.DRAWN,
        state=State.DRAFT,
        pages=layout.pages,
        double_entry=_keys(double_entry, layout),
        made_by=by.name,
        made_at=at,
    )
    # A draft begins with the blank sheet alone; it is whole when it is activated.
    row.layout = _data(layout, row.code) if layout.fields else _named(layout, row.code)
    return _store(row, blank, "draw", by=by, at=at)


@transaction.atomic
def change_template(
    *,
    template: FormTemplate,
    title: str,
    layout: Template,
    double_entry: Sequence[str] = (),
    by: Actor,
    at: datetime,
) -> FormTemplate:
    """様式の枠を直す: sheets that were read before keep what was read. Raises UnableTo."""
    permissions.require(permissions.may_manage_form(by, template))
    row = (
        FormTemplate.objects.select_for_update(of=("self",))
        .select_related("version__procedure__division__body", "body")
        .get(pk=template.pk)
    )
    if row.origin != Origin.DRAWN:
        raise UnableTo(Reason.GENERATED)
    if row.state == State.RETIRED:
        raise UnableTo(Reason.WRONG_STATE)
    _require_known(row.version, layout)
    row.title = title.strip()[:120] or row.title
    row.layout = _data(layout, row.code)
    row.pages = layout.pages
    row.double_entry = _keys(double_entry, layout)
    row.revision += 1
    row.save()
    _audit(row, "change", by=by, at=at)
    return row


@transaction.atomic
def demand_double_entry(
    *, version: ProcedureVersion, keys: Sequence[str], by: Actor, at: datetime
) -> PaperRule:
    """二人で入力する項目を決める, for all forms of the procedure; keys that this version does not ask are left out.

    It counts for pages read from now on. Raises UnableTo.
    """
    procedure = version.procedure
    permissions.require(permissions.may_manage_forms(by, procedure.division))
    try:
        known = form_maps.template_of(version)
    except layouts.UnusableTemplate as wrong:
        raise UnableTo(Reason.NO_PAPER_FORM) from wrong
    wanted = _keys(keys, known)
    rule, _is_new = PaperRule.objects.update_or_create(
        procedure=procedure, defaults={"double_entry": wanted, "set_by": by.name, "set_at": at}
    )
    audit.record(
        "intake.paper_rule.set",
        rule,
        by=by,
        at=at,
        label=procedure.code[:60],
        body=procedure.body.code,
        details={"fields": wanted},
    )
    return rule


def activate_template(*, template: FormTemplate, by: Actor, at: datetime) -> FormTemplate:
    """様式を使い始める: from now on it is recognised. Raises UnableTo."""
    try:
        layouts.from_data(template.layout)
    except layouts.UnusableTemplate as wrong:
        raise UnableTo(Reason.UNUSABLE_LAYOUT, str(wrong)) from wrong
    return _move(template, State.ACTIVE, (State.DRAFT, State.RETIRED), "activate", by=by, at=at)


def retire_template(*, template: FormTemplate, by: Actor, at: datetime) -> FormTemplate:
    """様式の使用をやめる: sheets that were read with it go on. Raises UnableTo."""
    return _move(template, State.RETIRED, (State.DRAFT, State.ACTIVE), "retire", by=by, at=at)


@transaction.atomic
def _move(
    template: FormTemplate, to: str, before: Iterable[str], verb: str, *, by: Actor, at: datetime
) -> FormTemplate:
    permissions.require(permissions.may_manage_form(by, template))
    if template.origin != Origin.DRAWN:
        raise UnableTo(Reason.GENERATED)
    if not FormTemplate.objects.filter(pk=template.pk, state__in=list(before)).update(state=to):
        raise UnableTo(Reason.WRONG_STATE)
    template.state = to
    _audit(template, verb, by=by, at=at)
    return template


def _named(layout: Template, code: str) -> dict[str, object]:
    return layouts.to_data(replace(layout, id=code, markers=Markers.NONE))


def _data(layout: Template, code: str) -> dict[str, object]:
    """The map as data, checked like one from outside, under the name of its row."""
    try:
        return layouts.to_data(layouts.from_data(_named(layout, code)))
    except layouts.UnusableTemplate as wrong:
        raise UnableTo(Reason.UNUSABLE_LAYOUT, str(wrong)) from wrong


def _require_known(version: ProcedureVersion, layout: Template) -> None:
    known = {field.key for field in form_maps.template_of(version).fields}
    unknown = [field.label for field in layout.fields if field.key not in known]
    if unknown:
        raise UnableTo(Reason.UNKNOWN_FIELD, "、".join(unknown[:5]))


def _keys(wanted: Sequence[str], layout: Template) -> list[str]:
    known = {field.key for field in layout.fields}
    return [key for key in dict.fromkeys(wanted) if key in known]

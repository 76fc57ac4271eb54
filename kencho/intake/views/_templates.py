"""様式: printing the forms of the division's procedures, and drawing maps of older ones."""

import base64
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kencho.files import queries as files
from kencho.files import services as file_services
from kencho.foundation import clock
from kencho.foundation.paging import page_of
from kencho.foundation.ui import Kind as Look
from kencho.foundation.ui import Status
from kencho.intake import (
    drawing,
    form_maps,
    forms,
    permissions,
    pictures,
    queries,
    services,
    trial,
    values,
    words,
)
from kencho.intake.engine.documents import Unreadable
from kencho.intake.engine.shapes import Markers, PageReading, Template
from kencho.intake.engine.templates import UnusableTemplate
from kencho.intake.models import FormTemplate
from kencho.intake.views._common import crumbs, tabs
from kencho.organization.access import StaffRequest, staff_page
from kencho.procedures import queries as procedures

LIST = "intake:template_list"
State, Origin = FormTemplate.State, FormTemplate.Origin
LOOKS = {State.DRAFT: Look.WARNING, State.ACTIVE: Look.SUCCESS, State.RETIRED: Look.NEUTRAL}
BLANK_BYTES = 20_000_000
BLANK_KINDS = ("pdf", "png", "jpeg")


def _status(template: FormTemplate) -> Status:
    return Status(template.get_state_display(), LOOKS[State(template.state)])


def _template_or_404(request: StaffRequest, pk: int) -> FormTemplate:
    found = queries.template(request.desk, pk)
    if found is None:
        raise Http404
    return found


def _drawn_or_404(request: StaffRequest, pk: int) -> FormTemplate:
    found = _template_or_404(request, pk)
    if found.origin != Origin.DRAWN:
        raise Http404
    if not permissions.may_manage_form(request.desk.actor, found):
        raise PermissionDenied
    return found


def _in_charge_or_404(request: StaffRequest, code: str) -> procedures.InForce:
    """The procedure in force, for the division in charge of it."""
    desk = request.desk
    found = procedures.in_force(desk.body, code, clock.now())
    if found is None or not permissions.may_manage_forms(desk.actor, found.procedure.division):
        raise Http404
    return found


@staff_page("intake.read_template")
@require_safe
def template_list(request: StaffRequest) -> HttpResponse:
    """What can be printed, and the forms that are recognised."""
    desk, at = request.desk, clock.now()
    drawn = page_of(queries.templates(desk).filter(origin=Origin.DRAWN), request, "-made_at", "id")
    context = {
        "printable": queries.printable(desk, at),
        "drawn": [(each, _status(each)) for each in drawn.rows],
        "pager": drawn.pager,
        "tabs": tabs(desk, LIST),
        "breadcrumbs": crumbs(_("様式")),
    }
    return render(request, "intake/template_list.html", context)


@staff_page("intake.read_template")
@require_safe
def template_print(request: StaffRequest, code: str) -> HttpResponse:
    """様式を印刷する: PDF with markers and codes, so that the reader knows it again."""
    found = _in_charge_or_404(request, code)
    response = HttpResponse(form_maps.printed(found.version), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="form-{code}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@staff_page("intake.manage_template")
@require_http_methods(["GET", "POST"])
def template_double(request: StaffRequest, code: str) -> HttpResponse:
    """二人で入力する項目を決める, for every form of the procedure."""
    desk, at = request.desk, clock.now()
    found = _in_charge_or_404(request, code)
    keys = [(field.key, field.label) for field in form_maps.template_of(found.version).fields]
    form = forms.DoubleEntry(
        request.POST if request.method == "POST" else None,
        keys=keys,
        initial={"double_entry": queries.demanded_twice(found.procedure)},
    )
    # No box ticked is an answer too, so the form is bound by the method and not by what it holds.
    if request.method == "POST" and form.is_valid():
        try:
            services.demand_double_entry(
                version=found.version, keys=form.cleaned_data["double_entry"], by=desk.actor, at=at
            )
        except services.UnableTo as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("二人で入力する項目を決めました。これから読む分に効きます。"))
        return redirect(LIST)
    context = {
        "form": form,
        "procedure": found.procedure,
        "breadcrumbs": crumbs((_("様式"), reverse(LIST)), found.procedure.title),
    }
    return render(request, "intake/template_double.html", context, status=422 if form.errors else 200)


@staff_page("intake.manage_template")
@require_http_methods(["GET", "POST"])
def template_create(request: StaffRequest) -> HttpResponse:
    """以前からの様式を登録する: a blank scan, upon which boxes are drawn next."""
    desk, at = request.desk, clock.now()
    form = forms.BeginTemplate(request.POST or None, request.FILES or None, desk=desk, at=at)
    if request.method == "POST" and form.is_valid():
        made = _begun(request, form)
        if made is not None:
            return redirect("intake:template", made.pk)
    context = {
        "form": form,
        "has_procedures": bool(form.procedures),
        "breadcrumbs": crumbs((_("様式"), reverse(LIST)), _("以前からの様式を登録する")),
    }
    return render(request, "intake/template_create.html", context, status=422 if form.errors else 200)


def _begun(request: StaffRequest, form: forms.BeginTemplate) -> FormTemplate | None:
    desk, at, data = request.desk, clock.now(), form.cleaned_data
    found = procedures.in_force(desk.body, form.chosen().code, at)
    if found is None:
        raise Http404
    try:
        upload = file_services.receive(
            body=desk.body,
            content=data["blank"],
            name=data["blank"].name or "",
            owner=f"intake-blank:{desk.division.pk}",
            max_bytes=BLANK_BYTES,
            kinds=BLANK_KINDS,
            by=desk.actor,
            at=at,
        )
    except file_services.UnableToReceive as refused:
        form.add_error("blank", str(refused))
        return None
    clean = upload.clean_copy
    if clean is None:
        raise Http404
    blank = files.content(clean)
    pages, width, height = pictures.sheets_of(blank)
    layout = Template(id="drawn", pages=pages, fields=(), markers=Markers.NONE, width=width, height=height)
    try:
        return services.draw_template(
            version=found.version, title=data["title"], layout=layout, blank=blank, by=desk.actor, at=at
        )
    except services.UnableTo as refused:
        form.add_error("blank", refused.message)
        return None


@never_cache
@staff_page("intake.manage_template")
@require_http_methods(["GET", "POST"])
def template(request: StaffRequest, pk: int) -> HttpResponse:
    """枠を描く: boxes over the blank page, as a table and, with a script, with the mouse or the arrow keys."""
    row = _drawn_or_404(request, pk)
    printed, procedure = form_maps.template_of(row.version), row.version.procedure
    drawn = drawing.draft_of(row.layout)
    boxes = drawing.boxes_of(drawn)
    targets = drawing.targets_of(printed)
    labels = {field.key: field.label for field in printed.fields}
    keys = [(key, labels.get(key, key)) for key in drawing.keys_of(boxes)]
    data: QueryDict | None = request.POST if request.method == "POST" else None
    if data is not None and "more" in data:
        data = forms.with_more_rows(data)
    table = forms.boxes_form(targets, data=data, boxes=boxes)
    facts = forms.TemplateFacts(
        data, keys=keys, initial={"title": row.title, "double_entry": row.double_entry}
    )
    findings: list[drawing.Finding] = []
    if data is not None and "more" not in data:
        # Both are asked, so that all mistakes are told at once.
        is_valid = all([table.is_valid(), facts.is_valid()])
        if is_valid and _save(request, row, table, facts, findings):
            messages.success(request, _("枠を保存しました。"))
            return redirect("intake:template", row.pk)
    elif data is None:
        findings = drawing.compose(drawn, printed, boxes)[1] if boxes else []
    is_wrong = data is not None and "more" not in data
    context: dict[str, Any] = {
        "template": row,
        "status": _status(row),
        "form": facts,
        "table": table,
        "rows": list(table),
        "demanded": [labels[key] for key in queries.demanded_twice(procedure) if key in labels],
        "findings": [each.message for each in findings if each.row is None],
        "pages": _sheets(row, drawn),
        "may_change": row.state != State.RETIRED,
        "may_activate": row.state != State.ACTIVE and bool(boxes),
        "may_retire": row.state == State.ACTIVE,
        "try_form": forms.TryScan() if boxes else None,
        "breadcrumbs": crumbs((_("様式"), reverse(LIST)), row.title),
    }
    return render(request, "intake/template.html", context, status=422 if is_wrong else 200)


def _sheets(row: FormTemplate, drawn: Template) -> list[dict[str, Any]]:
    """The pages to draw upon, in millimetres: the drawing's units are those of the table."""
    return [
        {
            "number": number,
            "url": reverse("intake:template_image", args=[row.pk, number]),
            "width": drawn.width,
            "height": drawn.height,
        }
        for number in range(1, drawn.pages + 1)
    ]


def _save(
    request: StaffRequest,
    row: FormTemplate,
    table: Any,
    facts: forms.TemplateFacts,
    findings: list[drawing.Finding],
) -> bool:
    placed = [box for _form, box in table.placed()]
    made, found = drawing.compose(drawing.draft_of(row.layout), form_maps.template_of(row.version), placed)
    findings.extend(found)
    if any(each.is_error for each in found):
        table.show(found)
        return False
    drawn = set(drawing.keys_of(placed))
    double = [key for key in facts.cleaned_data["double_entry"] if key in drawn]
    try:
        services.change_template(
            template=row,
            title=facts.cleaned_data["title"],
            layout=made,
            double_entry=double,
            by=request.desk.actor,
            at=clock.now(),
        )
    except services.UnableTo as refused:
        findings.append(drawing.Finding(refused.message))
        return False
    except UnusableTemplate as unusable:
        findings.extend(drawing.Finding(each) for each in unusable.findings)
        return False
    return True


def _state(request: StaffRequest, pk: int, service: Any, done: str) -> HttpResponse:
    row = _drawn_or_404(request, pk)
    try:
        service(template=row, by=request.desk.actor, at=clock.now())
    except services.UnableTo as refused:
        messages.error(request, refused.message)
    except UnusableTemplate as unusable:
        for each in unusable.findings:
            messages.error(request, each)
    else:
        messages.success(request, done)
    return redirect("intake:template", row.pk)


@staff_page("intake.manage_template")
@require_POST
def template_activate(request: StaffRequest, pk: int) -> HttpResponse:
    """使いはじめる。"""
    return _state(request, pk, services.activate_template, _("この様式を使いはじめました。"))


@staff_page("intake.manage_template")
@require_POST
def template_retire(request: StaffRequest, pk: int) -> HttpResponse:
    """使用をやめる。"""
    return _state(request, pk, services.retire_template, _("この様式の使用をやめました。"))


@never_cache
@staff_page("intake.manage_template")
@require_http_methods(["GET", "POST"])
def template_try(request: StaffRequest, pk: int) -> HttpResponse:
    """試しに読む: one page with this template alone; shown and forgotten."""
    row = _drawn_or_404(request, pk)
    form = forms.TryScan(request.POST or None, request.FILES or None)
    reading: PageReading | None = None
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            reading = trial.read_first_page(row, form.cleaned_data["file"])
        except Unreadable as unreadable:
            refusal = str(unreadable.refusal)
        except trial.TooLarge:
            form.add_error("file", _("ファイルが大きすぎます。1ページだけにしてください。"))
        except trial.Busy:
            form.add_error(
                None, _("いま、ほかの人が試しに読んでいます。少し待って、もう一度試してください。")
            )
        except UnusableTemplate as unusable:
            for each in unusable.findings:
                form.add_error(None, each)
    if reading is not None and reading.refusal:
        refusal = str(reading.refusal)
    context = {
        "template": row,
        "form": form,
        "reading": reading,
        "refusal": words.refusal(refusal) if refusal else None,
        "lines": _lines(row, reading) if reading is not None and not refusal else [],
        "breadcrumbs": crumbs(
            (_("様式"), reverse(LIST)),
            (row.title, reverse("intake:template", args=[row.pk])),
            _("試しに読む"),
        ),
    }
    return render(request, "intake/template_try.html", context, status=422 if form.errors else 200)


def _lines(row: FormTemplate, reading: PageReading) -> list[dict[str, Any]]:
    """Each field with its picture as a data address: nothing of a trial is stored, so there is nothing to ask for."""
    known = {field.key: field for field in drawing.draft_of(row.layout).fields}
    found = []
    for each in reading.fields:
        spec, rect = known.get(each.key), each.crop
        box = (int(rect.x), int(rect.y), int(rect.width), int(rect.height))
        cut = pictures.crop(reading.image, box) if reading.image else b""
        found.append(
            {
                "label": spec.label if spec else each.key,
                "kind": words.kind(each.kind),
                "value": values.shown(each.kind, each.value, options=spec.options if spec else ()),
                "text": each.text,
                "is_blank": each.is_blank,
                "score": round(each.score, 3),
                "reasons": [words.reason(reason) for reason in each.reasons],
                "picture": f"data:image/png;base64,{base64.b64encode(cut).decode()}" if cut else "",
            }
        )
    return found

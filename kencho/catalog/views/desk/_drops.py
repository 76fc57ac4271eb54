"""A dropped file: sent whole or in parts, watched while it is read, its proposal decided."""

from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kencho.catalog import forms, queries, services
from kencho.catalog.models import Preparation
from kencho.catalog.views.desk._common import (
    crumbs,
    link_to,
    own_preparation,
    own_resource,
    preparation_status,
)
from kencho.catalog.wording import fixer as wording
from kencho.catalog.wording import tables as refusals
from kencho.foundation import clock
from kencho.foundation.ui import Progress
from kencho.organization.access import StaffRequest, staff_page

State = Preparation.State
UNDER_WAY = (State.READING, State.CHECKING)
SHOWN_CHANGES = 500
"""On one page; all of them are in the list of the version."""


@staff_page("catalog.may_edit")
@require_http_methods(["GET", "POST"])
def drop_create(request: StaffRequest, pk: int) -> HttpResponse:
    """ファイルを置く: whole, as a form without a script sends it."""
    resource = own_resource(request, pk)
    form = forms.Drop(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload, by, at = form.upload, request.desk.actor, clock.now()
        try:
            row = services.begin_preparation(
                resource=resource, name=upload.name or "", size=upload.size or 0, by=by, at=at
            )
            services.receive_part(preparation=row, offset=0, content=upload, by=by, at=at)
        except services.UnableToPrepare as refusal:
            form.add_error("file", refusal.message)
        else:
            return redirect("catalog:drop_show", row.pk)
    dataset = resource.dataset
    context = {
        "form": form,
        "resource": resource,
        "has_recipe": bool(resource.recipe.get("fixer")),
        "breadcrumbs": crumbs(link_to(dataset), _("ファイルを置く")),
    }
    return render(request, "catalog/desk/drop_create.html", context, status=422 if form.errors else 200)


def _refused(refusal: services.UnableTo, status: int = 422) -> JsonResponse:
    return JsonResponse({"code": refusal.reason.value, "message": refusal.message}, status=status)


def _received(row: Preparation) -> JsonResponse:
    return JsonResponse(
        {
            "received": row.received,
            "size": row.size,
            "part_url": reverse("catalog:drop_part", args=[row.pk]),
            "url": reverse("catalog:drop_show", args=[row.pk]),
        }
    )


@staff_page("catalog.may_edit")
@require_POST
def drop_begin(request: StaffRequest, pk: int) -> JsonResponse:
    """For the script: announce a file by name and size (bytes); its parts follow."""
    resource = own_resource(request, pk)
    size = request.POST.get("size", "")
    try:
        row = services.begin_preparation(
            resource=resource,
            name=request.POST.get("name", "")[:200],
            size=int(size) if size.isascii() and size.isdigit() and len(size) < 16 else 0,
            by=request.desk.actor,
            at=clock.now(),
        )
    except services.UnableToPrepare as refusal:
        return _refused(refusal)
    return _received(row)


@staff_page("catalog.may_edit")
@require_http_methods(["GET", "HEAD", "POST"])
def drop_part(request: StaffRequest, pk: UUID) -> JsonResponse:
    """A part from an offset (bytes). GET says how much has arrived, so that sending can go on after a break."""
    row = own_preparation(request, pk)
    if request.method != "POST":
        return _received(row)
    offset, part = request.POST.get("offset", ""), request.FILES.get("part")
    if not (offset.isascii() and offset.isdigit() and len(offset) < 16):
        offset = "-1"
    try:
        row = services.receive_part(
            preparation=row,
            offset=int(offset),
            content=part if part is not None else ContentFile(b""),
            by=request.desk.actor,
            at=clock.now(),
        )
    except services.UnableToPrepare as refusal:
        return _refused(refusal, 409 if refusal.reason == services.Reason.WRONG_PART else 422)
    return _received(row)


@staff_page("catalog.may_edit")
@require_safe
def drop_show(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Where the file is: arriving, being read, waiting for a decision, checked, or not readable."""
    return _page(request, own_preparation(request, pk))


def _page(request: StaffRequest, row: Preparation, form: forms.Fixing | None = None) -> HttpResponse:
    dataset = row.resource.dataset
    context: dict[str, Any] = {
        "row": row,
        "status": preparation_status(row),
        "progress": _progress(row),
        "problem": refusals.sentence(row.problem, row.problem_params) if row.problem else "",
        "breadcrumbs": crumbs(link_to(dataset), row.name),
    }
    if row.state in {State.PROPOSED, State.READY}:
        context.update(_proposal(row, form))
    return render(request, "catalog/desk/drop_show.html", context, status=422 if form is not None else 200)


def _proposal(row: Preparation, form: forms.Fixing | None) -> dict[str, Any]:
    proposal = queries.proposal_of(row)
    chosen = int(row.choices.get("table", row.resource.recipe.get("table", 0)))
    tables = proposal["tables"]
    chosen = chosen if chosen < len(tables) else 0
    taken_back = set(row.choices.get("without", ()))
    return {
        "form": form or forms.Fixing(tables=tables, chosen=chosen),
        "tables": tables,
        "table": tables[chosen] if tables else None,
        "names": {**row.resource.recipe.get("names", {}), **row.choices.get("names", {})},
        "changes": [
            {**each, "sentence": wording.sentence(each), "taken_back": each["id"] in taken_back}
            for each in proposal["changes"][:SHOWN_CHANGES]
        ],
        "more_changes": max(0, len(proposal["changes"]) - SHOWN_CHANGES),
        "questions": [wording.question(each) for each in proposal["questions"]],
        "differences": [wording.question(each) for each in proposal["differences"]],
        "notes": proposal["notes"],
    }


def _progress(row: Preparation) -> Progress | None:
    if row.state not in UNDER_WAY:
        return None
    label = _("ファイルを読んでいます") if row.state == State.READING else _("検査しています")
    return Progress(
        label=label,
        done=row.progress,
        total=100,
        message=_("このページを離れても続きます。"),
        poll_url=reverse("catalog:drop_state", args=[row.pk]),
        refresh_url=reverse("catalog:drop_show", args=[row.pk]),
    )


@staff_page("catalog.may_edit")
@require_safe
def drop_state(request: StaffRequest, pk: UUID) -> JsonResponse:
    """How far it is, for the script of the page."""
    row = own_preparation(request, pk)
    progress = _progress(row)
    url = reverse("catalog:drop_show", args=[row.pk])
    if progress is None:
        return JsonResponse({"done": 100, "total": 100, "message": "", "finished": True, "url": url})
    return JsonResponse(
        {
            "done": progress.done,
            "total": 100,
            "message": str(progress.message),
            "finished": False,
            "url": "",
        }
    )


@staff_page("catalog.may_edit")
@require_POST
def drop_choose(request: StaffRequest, pk: UUID) -> HttpResponse:
    """整え方を決める: boxes that were unticked are changes taken back."""
    row = own_preparation(request, pk)
    proposal = queries.proposal_of(row)
    form = forms.Fixing(request.POST, tables=proposal["tables"])
    if not form.is_valid():
        return _page(request, row, form)
    shown = set(request.POST.getlist("shown"))
    kept = set(request.POST.getlist("keep"))
    before = set(row.choices.get("without", ()))
    names = {
        name: request.POST.get(f"name_{place}", "").strip()[:200]
        for place, name in enumerate(proposal["tables"][form.table]["header"] if proposal["tables"] else ())
    }
    try:
        services.choose_fixing(
            preparation=row,
            without=sorted((before - shown) | (shown - kept)),
            table=form.table,
            names={name: given for name, given in names.items() if given and given != name},
            by=request.desk.actor,
            at=clock.now(),
        )
    except services.UnableToPrepare as refusal:
        form.add_error(None, refusal.message)
        return _page(request, row, form)
    return redirect("catalog:drop_show", pk)


@staff_page("catalog.may_edit")
@require_POST
def drop_stop(request: StaffRequest, pk: UUID) -> HttpResponse:
    """準備をやめる."""
    row = own_preparation(request, pk)
    try:
        services.drop_preparation(preparation=row, by=request.desk.actor, at=clock.now())
    except services.UnableToPrepare:
        return redirect("catalog:drop_show", pk)
    return redirect("catalog:dataset_desk", row.resource.dataset_id)

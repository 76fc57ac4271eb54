"""The procedure owner's desk: the list, creation, the versions of a procedure."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kencho.foundation import clock
from kencho.foundation.paging import page_of
from kencho.foundation.ui import Cell, Column, Crumb, Kind, Row, Status, Tab, Table, errors_of
from kencho.organization import queries as organization
from kencho.organization.access import StaffRequest, staff_page
from kencho.organization.queries import Desk
from kencho.procedures import editor, forms, permissions, queries, services
from kencho.procedures.models import Procedure, ProcedureVersion

State = ProcedureVersion.State
_KINDS = {
    State.DRAFT: Kind.INFO,
    State.IN_APPROVAL: Kind.WARNING,
    State.PUBLISHED: Kind.NEUTRAL,
    State.DISCARDED: Kind.NEUTRAL,
}


def procedure_or_404(request: StaffRequest, code: str) -> Procedure:
    """The procedure of the desk's body."""
    found = queries.procedure_of(request.desk.body, code)
    if found is None or not permissions.may_read(request.desk, found):
        raise Http404
    return found


def crumbs(*more: Crumb) -> list[Crumb]:
    """The way here."""
    return [Crumb(_("手続"), reverse("procedures:desk_list")), *more]


def status_of(version: ProcedureVersion, at: datetime) -> Status:
    """The state of a version in words."""
    if version.state != State.PUBLISHED:
        return Status(version.get_state_display(), _KINDS[State(version.state)])
    if queries.current([version], at):
        return Status(_("公開中"), Kind.SUCCESS)
    if version.in_force_from and version.in_force_from > at and version.in_force_until is None:
        return Status(_("公開予定"), Kind.INFO)
    return Status(_("終了"))


@staff_page("procedures.may_read")
@require_safe
def desk_list(request: StaffRequest) -> HttpResponse:
    """All procedures of the body, or those of the own division."""
    desk, now = request.desk, clock.now()
    form = forms.FindForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    box = "all" if request.GET.get("box") == "all" else "own"
    rows = queries.on_desk(
        desk.body,
        now,
        words=given.get("words", ""),
        state=given.get("state", ""),
        division_id=desk.division.pk if box == "own" else None,
    )
    page = page_of(rows, request, "title", "pk")
    return render(
        request,
        "procedures/desk_list.html",
        {
            "tabs": [
                Tab(_("自分の所属の手続"), "?box=own", current=box == "own"),
                Tab(_("すべての手続"), "?box=all", current=box == "all"),
            ],
            "table": _table(page.rows, now),
            "rows": page.rows,
            "pager": page.pager,
            "form": form,
            "active_count": sum(1 for value in given.values() if value),
            "clear_url": f"?box={box}",
            "may_create": permissions.may_create(desk),
            "breadcrumbs": [Crumb(_("手続"))],
        },
    )


def _table(rows: list[Procedure], now: datetime) -> Table:
    return Table(
        _("手続の一覧"),
        [Column(_("名前")), Column(_("公開")), Column(_("作業")), Column(_("担当")), Column(_("コード"))],
        [_row(row, now) for row in rows],
        hide_caption=True,
    )


def _row(row: Procedure, now: datetime) -> Row:
    history: list[ProcedureVersion] = getattr(row, "history", [])
    shown = queries.current(history, now)
    coming = next((one for one in history if status_of(one, now).label == _("公開予定")), None)
    work = next((one for one in history if one.state in queries.IN_WORK), None)
    public = shown or coming
    return Row(
        [
            Cell(row.title, reverse("procedures:procedure_desk", args=[row.code])),
            Cell(
                _("第%(n)s版") % {"n": public.number} if public else "―",
                status=status_of(public, now) if public else None,
            ),
            Cell(
                _("第%(n)s版") % {"n": work.number} if work else "―",
                status=status_of(work, now) if work else None,
            ),
            Cell(row.division.name),
            Cell(row.code),
        ]
    )


@staff_page("procedures.may_read")
@require_safe
def procedure_desk(request: StaffRequest, code: str) -> HttpResponse:
    """One procedure: its versions and what can be done."""
    procedure = procedure_or_404(request, code)
    now = clock.now()
    versions = list(queries.versions_of(procedure).defer("definition"))
    work = next((one for one in versions if one.state in queries.IN_WORK), None)
    shown = queries.current(versions, now)
    return render(
        request,
        "procedures/procedure_desk.html",
        {
            "procedure": procedure,
            "versions": [(one, status_of(one, now)) for one in versions],
            "work": work,
            "shown": shown,
            "may_edit": permissions.may_edit(request.desk, procedure),
            "breadcrumbs": crumbs(Crumb(procedure.title)),
        },
    )


def _divisions(desk: Desk) -> list[tuple[str, str]]:
    if permissions.may_administer(desk):
        found = organization.divisions_on(desk.body, desk.day)
        return [(one.code, one.name) for one in found]
    return [(desk.division.code, desk.division.name)]


@staff_page("procedures.may_create", may=permissions.may_create)
@require_http_methods(["GET", "POST"])
def procedure_create(request: StaffRequest) -> HttpResponse:
    """手続を作る: blank, from another one, or from a file."""
    desk = request.desk
    form = forms.CreateForm(
        request.POST or None,
        request.FILES or None,
        divisions=_divisions(desk),
        sources=Procedure.objects.filter(body=desk.body).order_by("title"),
        initial={"division": desk.division.code, "source": request.GET.get("from")},
    )
    if form.is_valid():
        try:
            version = _create(request, form.cleaned_data)
        except services.UnableToSaveProcedure as refusal:
            form.add_error("file" if form.cleaned_data["file"] else "code", str(refusal))
        else:
            messages.success(request, _("手続を作りました。公開するまで、ほかの人には見えません。"))
            return redirect("procedures:edit_pages", version.procedure.code)
    return render(
        request,
        "procedures/procedure_create.html",
        {
            "form": form,
            "errors": errors_of(form) if form.is_bound else [],
            "breadcrumbs": crumbs(Crumb(_("手続を作る"))),
        },
        status=422 if form.is_bound else 200,
    )


def _create(request: StaffRequest, given: dict[str, Any]) -> ProcedureVersion:
    desk, now = request.desk, clock.now()
    division = organization.division_by_code(desk.body, given["division"], desk.day)
    if division is None:
        raise services.UnableToSaveProcedure(_("担当する所属を選んでください。"))
    data = given["file"]
    if data is None:
        data = editor.skeleton(given["code"], given["title"], division.code)
        if given["source"] is not None:
            newest = queries.versions_of(given["source"]).first()
            if newest is not None:
                data = {**newest.definition, "code": given["code"], "title": given["title"]}
    return services.start_procedure(division=division, data=data, by=desk.actor, at=now)


@staff_page("procedures.may_edit", may=permissions.may_create)
@require_POST
def version_begin(request: StaffRequest, code: str) -> HttpResponse:
    """Begin the next version."""
    procedure = procedure_or_404(request, code)
    if not permissions.may_edit(request.desk, procedure):
        raise PermissionDenied
    services.begin_version(procedure=procedure, by=request.desk.actor, at=clock.now())
    return redirect("procedures:edit_pages", code)


@staff_page("procedures.may_read")
@require_safe
def version_of_case(request: StaffRequest, pk: int) -> HttpResponse:
    """From the approvers' page to the version."""
    version = get_object_or_404(
        ProcedureVersion.objects.select_related("procedure"), pk=pk, procedure__body=request.desk.body
    )
    return redirect("procedures:version_show", version.procedure.code, version.number)


def refuse(request: HttpRequest, text: str) -> None:
    """Tell why something was not done."""
    messages.error(request, text)

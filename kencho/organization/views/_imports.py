"""The register of staff as a file: read in with a preview of the differences, written out."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from kencho.foundation import clock
from kencho.organization import permissions, services
from kencho.organization.access import staff_page
from kencho.organization.forms import StaffImport, StaffImportApply
from kencho.organization.tables import UnreadableTable, csv_response, read_table
from kencho.organization.views._common import crumbs, desk_of_request, shown_day

SHOWN_ERRORS = 50


@staff_page("organization.import_staff", may=permissions.may_administer)
def staff_import(request: HttpRequest) -> HttpResponse:
    """Read a file and show what would change; nothing is written."""
    desk = desk_of_request(request)
    form = StaffImport(request.POST or None, request.FILES or None, initial={"on": desk.day})
    if request.method == "POST" and form.is_valid():
        try:
            rows = read_table(form.cleaned_data["file"], required=services.REQUIRED)
        except UnreadableTable as unreadable:
            form.add_error("file", str(unreadable))
        else:
            return _preview(request, rows, form.cleaned_data["on"])
    context = {
        "form": form,
        "title": _("名簿を読み込む"),
        "submit_label": _("違いを確かめる"),
        "back_url": reverse("organization:staff_list"),
        "lead": _("列：%(columns)s") % {"columns": "、".join(services.COLUMNS)},
        "breadcrumbs": crumbs((_("職員"), reverse("organization:staff_list")), _("名簿を読み込む")),
    }
    return render(request, "organization/form.html", context, status=422 if form.errors else 200)


def _preview(request: HttpRequest, rows: list[dict[str, str]], on: Any) -> HttpResponse:
    plan = services.plan_import(body=desk_of_request(request).body, rows=rows, on=on)
    table = json.dumps(rows, ensure_ascii=False)
    context = {
        "plan": plan,
        "day": on,
        "shown_errors": plan.errors[:SHOWN_ERRORS],
        "shown_absent": plan.absent[:SHOWN_ERRORS],
        "form": StaffImportApply(initial={"on": on.isoformat(), "table": table, "digest": plan.digest}),
        "breadcrumbs": crumbs((_("職員"), reverse("organization:staff_list")), _("名簿を読み込む")),
    }
    return render(
        request, "organization/staff_import_preview.html", context, status=422 if plan.errors else 200
    )


@require_POST
@staff_page("organization.import_staff", may=permissions.may_administer)
def staff_import_apply(request: HttpRequest) -> HttpResponse:
    """Carry out the differences that were shown; where the register has changed since, show them anew."""
    desk = desk_of_request(request)
    form = StaffImportApply(request.POST)
    rows = _rows_of(form.cleaned_data["table"]) if form.is_valid() else None
    if rows is None:
        return redirect("organization:staff_import")
    on = form.cleaned_data["on"]
    try:
        plan = services.apply_import(
            body=desk.body,
            rows=rows,
            on=on,
            digest=form.cleaned_data["digest"],
            by=desk.actor,
            at=clock.now(),
        )
    except services.UnableToImport as refused:
        messages.error(request, str(refused))
        return _preview(request, rows, on)
    messages.success(request, _("%(n)s件を反映しました。") % {"n": len(plan.changes)})
    return redirect("organization:staff_list")


def _rows_of(table: str) -> list[dict[str, str]] | None:
    try:
        rows = json.loads(table)
    except ValueError:
        return None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return None
    return [{str(key): str(value) for key, value in row.items()} for row in rows]


@require_safe
@staff_page("organization.export_staff", may=permissions.may_administer)
def staff_export(request: HttpRequest) -> HttpResponseBase:
    """The register as CSV, in the columns that can be read in again."""
    desk = desk_of_request(request)
    day = shown_day(request)
    return csv_response(
        f"staff-{day.isoformat()}.csv", services.COLUMNS, services.export_rows(desk.body, day)
    )

"""Lists that go out as files, and files that come in as applications."""

import base64
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kencho.applications import columns, exports, queries, services
from kencho.applications.desk_forms import InboxForm
from kencho.applications.forms_exchange import BeginImport, ChooseFormat
from kencho.applications.views._paper import desk_of
from kencho.foundation import clock, csvfile, xlsxfile
from kencho.foundation.models import Task, TaskState
from kencho.foundation.ui import Crumb, Progress
from kencho.organization.access import staff_page
from kencho.procedures import queries as procedures
from kencho.procedures.models import ProcedureVersion

SALT = "kencho.applications.import"
FRESH_SECONDS = 3600
SHOWN = 50


@staff_page("applications.export")
@require_safe
def application_export(request: HttpRequest) -> HttpResponseBase:
    """The filtered list as a file; without a format, the page on which to choose one."""
    desk = desk_of(request)
    filters = InboxForm(desk, request.GET)
    wanted = filters.wanted
    form = ChooseFormat(request.GET) if "format" in request.GET else ChooseFormat()
    if not form.is_valid():
        return _choose(request, form)
    division = filters.cleaned_data.get("division") or desk.division
    name = form.cleaned_data["format"]
    try:
        table = exports.export(desk=desk, division=division, wanted=wanted, format_name=name, at=clock.now())
    except exports.UnableToExport as refused:
        form.add_error(
            "format",
            _("Excelのファイルは%(n)s件までです。条件を絞るか、CSVを選んでください。")
            % {"n": f"{refused.most:,}"},
        )
        return _choose(request, form)
    file_name = f"applications-{desk.day:%Y%m%d}"
    if name == "xlsx":
        return _workbook(table.header, table.rows, file_name)
    return _csv(exports.as_csv(table, cp932=name == "cp932"), file_name)


def _choose(request: HttpRequest, form: ChooseFormat) -> HttpResponse:
    context = {
        "form": form,
        "filters": [
            (name, value) for name, values in request.GET.lists() for value in values if name != "format"
        ],
        "breadcrumbs": [Crumb(_("一覧をファイルにする"))],
    }
    return render(request, "applications/exchange_export.html", context, status=422 if form.errors else 200)


def _csv(content: csvfile.CsvExport, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(content, content_type=content.content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _workbook(header: Any, rows: Any, name: str) -> FileResponse:
    return FileResponse(
        exports.as_workbook(header, rows, _("申請")),
        as_attachment=True,
        filename=f"{name}.xlsx",
        content_type=xlsxfile.CONTENT_TYPE,
    )


def _crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb(_("表から登録する"), reverse("applications:import") if more else ""), *more]


@staff_page("applications.import")
@require_http_methods(["GET", "POST"])
def import_begin(request: HttpRequest) -> HttpResponse:
    """Choose a procedure and a file; POST shows what is in it and writes nothing."""
    desk, at = desk_of(request), clock.now()
    form = BeginImport(request.POST or None, request.FILES or None, desk=desk, at=at)
    if request.method == "POST" and form.is_valid():
        found = procedures.in_force(desk.body, form.chosen().code, at)
        if found is None:
            raise Http404
        content = form.cleaned_data["file"].read()
        return _preview(request, found.version, content, form.cleaned_data["channel"])
    context = {"form": form, "procedures": form.procedures.values(), "breadcrumbs": _crumbs()}
    return render(request, "applications/exchange_import.html", context, status=422 if form.errors else 200)


def _preview(request: HttpRequest, version: ProcedureVersion, content: bytes, channel: str) -> HttpResponse:
    plan = services.plan_import(version=version, content=content, at=clock.now())
    # The file travels with the page: nothing of it is kept before somebody says yes.
    token = {"version": version.pk, "channel": channel, "file": base64.b64encode(content).decode()}
    context = {
        "plan": plan,
        "procedure": version.procedure,
        "faulty": plan.faulty[:SHOWN],
        "lines": plan.lines[:SHOWN],
        "shown": SHOWN,
        "token": signing.dumps(token, salt=SALT, compress=True) if plan.is_valid else "",
        "breadcrumbs": _crumbs(Crumb(_("内容の確認"))),
    }
    return render(
        request, "applications/exchange_preview.html", context, status=200 if plan.is_valid else 422
    )


@require_POST
@staff_page("applications.import")
def import_start(request: HttpRequest) -> HttpResponse:
    """Queue the file that was shown."""
    try:
        kept = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=FRESH_SECONDS)
    except signing.BadSignature:
        messages.error(request, _("確認してから時間がたちました。ファイルをもう一度選んでください。"))
        return redirect("applications:import")
    version = ProcedureVersion.objects.select_related("procedure__body", "procedure__division__body").get(
        pk=kept["version"]
    )
    content = base64.b64decode(kept["file"])
    try:
        task = services.start_import(
            version=version,
            content=content,
            channel=kept["channel"],
            by=desk_of(request).actor,
            at=clock.now(),
        )
    except services.UnableToImport:
        return _preview(request, version, content, kept["channel"])
    return redirect("applications:import_progress", task.pk)


@staff_page("applications.import")
@require_safe
def import_template(request: HttpRequest, code: str, suffix: str) -> HttpResponseBase:
    """An empty table with the columns of a procedure."""
    desk, at = desk_of(request), clock.now()
    if suffix not in {"csv", "xlsx"} or code not in {each.code for each in queries.enterable(desk, at)}:
        raise Http404
    found = procedures.in_force(desk.body, code, at)
    if found is None:
        raise Http404
    header = exports.entry_headings(found.compiled, arrived=services.ARRIVED, rows=columns.GROUP_ROWS)
    if suffix == "xlsx":
        return _workbook(header, iter(()), code)
    return _csv(csvfile.CsvExport(header, ()), code)


def _task_or_404(request: HttpRequest, pk: int) -> Task:
    task = Task.objects.filter(
        pk=pk, name="applications.import_applications", owner=desk_of(request).actor.id
    ).first()
    if task is None:
        raise Http404
    return task


def _progress(task: Task) -> Progress:
    here = reverse("applications:import_progress", args=[task.pk])
    said = {
        TaskState.WAITING.value: _("順番を待っています。"),
        TaskState.RUNNING.value: _("登録しています。"),
        TaskState.FAILED.value: _("途中で止まりました。管理者に連絡してください。"),
    }
    return Progress(
        label=_("申請の登録"),
        done=task.progress_done,
        total=task.progress_total or None,
        message=task.message or said.get(task.state, ""),
        poll_url=reverse("applications:import_state", args=[task.pk]),
        refresh_url=here,
        finished=task.state in {TaskState.DONE, TaskState.FAILED},
    )


@staff_page("applications.import")
@require_safe
def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the import is."""
    context = {"progress": _progress(_task_or_404(request, pk)), "breadcrumbs": _crumbs(Crumb(_("進み具合")))}
    return render(request, "applications/exchange_progress.html", context)


@staff_page("applications.import")
@require_safe
def import_state(request: HttpRequest, pk: int) -> JsonResponse:
    """The same for the script of the page."""
    progress = _progress(_task_or_404(request, pk))
    return JsonResponse(
        {
            "done": progress.done,
            "total": progress.total or 0,
            "message": str(progress.message),
            "finished": progress.finished,
            "url": progress.refresh_url if progress.finished else "",
        }
    )

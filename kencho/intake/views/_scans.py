"""Scans of the division: the list, putting files in, one batch with its pages and sheets."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kencho.foundation import clock
from kencho.foundation.attempts import tried
from kencho.foundation.paging import page_of
from kencho.foundation.ui import Fact, Progress
from kencho.intake import forms, queries, services, words
from kencho.intake.models import ScanBatch, ScanPage, Sheet
from kencho.intake.views._common import HOME, batch_or_404, crumbs, page_or_404, sheet_or_404, tabs
from kencho.organization.access import StaffRequest, staff_page

UNDER_WAY = (ScanBatch.State.WAITING, ScanBatch.State.READING)
AGAIN = frozenset({"timed_out", "crashed"})


@staff_page("intake.work")
@require_safe
def scan_list(request: StaffRequest) -> HttpResponse:
    """The batches of the division, newest first, with what waits for somebody."""
    desk, at = request.desk, clock.now()
    form = forms.ListFilter(request.GET)
    found = page_of(_filtered(queries.batches(desk), form), request, "-received_at", "id")
    work = queries.work_left(desk, at)
    context: dict[str, Any] = {
        "form": form,
        "active_count": form.active_count,
        "clear_url": request.path,
        "rows": [(batch, words.batch_status(batch.state)) for batch in found.rows],
        "pager": found.pager,
        "work": work,
        "progress": _progress(desk),
        "tabs": tabs(desk, HOME, work=work),
        "breadcrumbs": crumbs(),
    }
    return render(request, "intake/scan_list.html", context)


def _number(rows: QuerySet[Any]) -> Subquery:
    """How many of these belong to the batch at hand; a subquery each, for two joins would multiply one another."""
    counted = rows.filter(batch=OuterRef("pk")).order_by().values("batch").annotate(n=Count("pk")).values("n")
    return Subquery(counted)


REFUSED = ScanPage.objects.filter(state=ScanPage.State.REFUSED)


def _filtered(rows: QuerySet[ScanBatch], form: forms.ListFilter) -> QuerySet[ScanBatch]:
    rows = rows.select_related("procedure").annotate(
        refused=_number(REFUSED),
        sheet_count=_number(Sheet.objects.exclude(state=Sheet.State.DISCARDED)),
        waiting=_number(Sheet.objects.filter(state=Sheet.State.VERIFYING)),
    )
    if not form.is_valid():
        return rows
    wanted = form.cleaned_data
    if wanted["state"] == "problem":
        rows = rows.filter(Q(state=ScanBatch.State.REFUSED) | Q(Exists(REFUSED.filter(batch=OuterRef("pk")))))
    elif wanted["state"]:
        rows = rows.filter(state=wanted["state"])
    if wanted["source"]:
        rows = rows.filter(source=wanted["source"])
    if wanted["arrived_on"]:
        rows = rows.filter(arrived_on=wanted["arrived_on"])
    return rows


def _progress(desk: Any) -> Progress | None:
    """How far the reader is with the batches of the division that are under way; None when none is."""
    rows = queries.batches(desk).filter(state__in=UNDER_WAY).values_list("pages_done", "pages_total")
    under_way = list(rows)
    if not under_way:
        return None
    done, total = sum(done for done, _total in under_way), sum(total for _done, total in under_way)
    return Progress(
        label=ngettext("%(n)d束を読み取っています", "%(n)d束を読み取っています", len(under_way))
        % {"n": len(under_way)},
        done=done,
        total=total or None,
        message=_("このページを離れても、読み取りは続きます。"),
        poll_url=reverse("intake:scan_state"),
        refresh_url=reverse(HOME),
    )


@staff_page("intake.work")
@require_safe
def scan_state(request: StaffRequest) -> JsonResponse:
    """The same for the script of the list."""
    return _polled(_progress(request.desk), reverse(HOME))


def _polled(progress: Progress | None, url: str) -> JsonResponse:
    if progress is None or progress.finished:
        return JsonResponse({"done": 0, "total": 0, "message": "", "finished": True, "url": url})
    return JsonResponse(
        {
            "done": progress.done,
            "total": progress.total or 0,
            "message": str(progress.message),
            "finished": False,
            "url": "",
        }
    )


@staff_page("intake.work")
@require_http_methods(["GET", "POST"])
def scan_upload(request: StaffRequest) -> HttpResponse:
    """スキャンを取り込む: one or more files; each becomes a batch."""
    desk, at = request.desk, clock.now()
    form = forms.UploadScan(request.POST or None, request.FILES or None, desk=desk, at=at)
    if request.method == "POST" and form.is_valid():
        received = _receive(request, form)
        if received and not form.errors:
            only = received[0] if len(received) == 1 else None
            return redirect("intake:batch", only.pk) if only else redirect(HOME)
    context = {
        "form": form,
        "has_procedures": bool(form.procedures),
        "breadcrumbs": crumbs(_("スキャンを取り込む")),
    }
    return render(request, "intake/scan_upload.html", context, status=422 if form.errors else 200)


def _receive(request: StaffRequest, form: forms.UploadScan) -> list[ScanBatch]:
    """Those that were taken. One wrong file does not keep the others out; it is named on the form."""
    desk, data, taken = request.desk, form.cleaned_data, []
    for file in data["scans"]:
        try:
            received = services.receive_scan(
                body=desk.body,
                division=desk.division,
                file=file,
                name=file.name or "",
                channel=data["channel"],
                arrived_on=data["arrived_on"],
                procedure=form.chosen(),
                by=desk.actor,
                at=clock.now(),
            )
        except services.UnableTo as refused:
            form.add_error("scans", f"{file.name}：{refused.message}")
            continue
        taken.append(received.batch)
        if received.is_repeat:
            messages.info(
                request, _("「%(name)s」は、前に取り込んだものと同じファイルです。") % {"name": file.name}
            )
    new = len(taken)
    if new:
        messages.success(
            request,
            ngettext("%(n)dファイルを取り込みました。", "%(n)dファイルを取り込みました。", new) % {"n": new},
        )
    return taken


@staff_page("intake.work")
@require_safe
def batch(request: StaffRequest, pk: UUID) -> HttpResponse:
    """One batch: what became of each page, and the sheets."""
    desk, at = request.desk, clock.now()
    row = batch_or_404(request, pk)
    pages = page_of(queries.pages_of(row).select_related("sheet"), request, "number", "id")
    sheets = list(queries.sheets_of(row))
    context: dict[str, Any] = {
        "batch": row,
        "status": words.batch_status(row.state),
        "facts": _facts(row),
        "refusal": words.refusal(row.refusal) if row.refusal else None,
        "progress": _batch_progress(row),
        "pages": [_page_line(page) for page in pages.rows],
        "pager": pages.pager,
        "sheets": [(sheet, words.sheet_status(sheet.state)) for sheet in sheets],
        "open_sheets": [sheet for sheet in sheets if sheet.state == Sheet.State.INCOMPLETE],
        "has_waiting": any(sheet.state == Sheet.State.VERIFYING for sheet in sheets),
        "name_form": forms.NameProcedure(desk=desk, at=at) if row.procedure_id is None else None,
        "breadcrumbs": crumbs(row.name),
    }
    return render(request, "intake/batch.html", context)


def _facts(row: ScanBatch) -> list[Fact]:
    return [
        Fact(_("届いた方法"), row.get_channel_display()),
        Fact(_("収受印の日"), row.arrived_on.strftime("%Y/%m/%d")),
        Fact(_("取込み元"), row.get_source_display()),
        Fact(_("取り込んだ人"), row.received_by),
        Fact(_("手続"), row.procedure.title if row.procedure else _("様式の印で見分ける")),
    ]


def _page_line(page: ScanPage) -> dict[str, Any]:
    is_refused = page.state == ScanPage.State.REFUSED
    return {
        "page": page,
        "status": words.page_status(page.state),
        "refusal": words.refusal(page.refusal) if is_refused else None,
        "is_refused": is_refused,
        "may_read_again": is_refused and page.refusal in AGAIN,
        "may_move": page.sheet is not None and page.sheet.state == Sheet.State.INCOMPLETE,
        "wants_procedure": is_refused and page.refusal == "unknown_form",
    }


def _batch_progress(row: ScanBatch) -> Progress | None:
    if row.state not in UNDER_WAY:
        return None
    here = reverse("intake:batch", args=[row.pk])
    return Progress(
        label=_("読み取っています"),
        done=row.pages_done,
        total=row.pages_total or None,
        message=_("このページを離れても、読み取りは続きます。"),
        poll_url=reverse("intake:batch_state", args=[row.pk]),
        refresh_url=here,
    )


@staff_page("intake.work")
@require_safe
def batch_state(request: StaffRequest, pk: UUID) -> JsonResponse:
    """How far the reader is, for the script of the page."""
    row = batch_or_404(request, pk)
    return _polled(_batch_progress(row), reverse("intake:batch", args=[row.pk]))


@staff_page("intake.work")
@require_POST
def batch_name_procedure(request: StaffRequest, pk: UUID) -> HttpResponse:
    """手続を決めて読み直す。"""
    desk, at = request.desk, clock.now()
    row = batch_or_404(request, pk)
    form = forms.NameProcedure(request.POST, desk=desk, at=at)
    procedure = form.chosen() if form.is_valid() else None
    if procedure is None:
        messages.error(request, _("手続を選んでください。"))
    else:
        tried(
            request,
            lambda: services.name_procedure(batch=row, procedure=procedure, by=desk.actor, at=at),
            _("手続を決めました。読めなかったページを読み直します。"),
        )
    return redirect("intake:batch", row.pk)


@staff_page("intake.work")
@require_safe
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """One page: its picture, what became of it, and what can be done."""
    row = page_or_404(request, pk)
    line = _page_line(row)
    siblings = queries.sheets_of(row.batch).filter(state=Sheet.State.INCOMPLETE)
    context = {
        **line,
        "batch": row.batch,
        "documents": _documents(row),
        "facts": [
            Fact(_("解像度"), _("%(n)d dpi") % {"n": row.dpi} if row.dpi else ""),
            Fact(_("回した角度"), _("%(n)d度") % {"n": row.rotation} if row.rotation else ""),
            Fact(_("位置合わせの残差"), f"{row.residual_mm} mm" if row.residual_mm else ""),
            Fact(_("消した個人番号"), _("%(n)d件") % {"n": row.masked_numbers} if row.masked_numbers else ""),
        ],
        "others": [sheet for sheet in siblings if sheet.pk != row.sheet_id] if line["may_move"] else [],
        "breadcrumbs": crumbs(
            (row.batch.name, reverse("intake:batch", args=[row.batch_id])),
            _("%(n)dページ") % {"n": row.number},
        ),
    }
    return render(request, "intake/page.html", context)


ENCLOSABLE = (ScanPage.State.REFUSED, ScanPage.State.SET_ASIDE, ScanPage.State.ENCLOSED)
MOST_SHEETS = 100


def _documents(row: ScanPage) -> list[tuple[str, str]]:
    """Which document of which sheet of the batch this page can be: what the form sends, and its words."""
    if row.state not in ENCLOSABLE:
        return []
    open_sheets = queries.sheets_of(row.batch).filter(state__in=[Sheet.State.VERIFYING, Sheet.State.READY])
    # All sheets of one form ask for the same documents: they are looked up once.
    of_form: dict[int, list[tuple[str, str]]] = {}
    found = []
    for sheet in open_sheets.select_related("batch")[:MOST_SHEETS]:
        if sheet.template_id not in of_form:
            of_form[sheet.template_id] = list(queries.documents_of(sheet))
        for key, label in of_form[sheet.template_id]:
            words_of = _("%(n)d件目の「%(label)s」") % {"n": sheet.number, "label": label}
            found.append((f"{sheet.pk}:{key}", words_of))
    return found


def _page_act(request: StaffRequest, pk: int, service: Any, done: str, **more: Any) -> HttpResponse:
    row = page_or_404(request, pk)
    tried(request, lambda: service(page=row, by=request.desk.actor, at=clock.now(), **more), done)
    return redirect("intake:batch", row.batch_id)


@staff_page("intake.work")
@require_POST
def page_again(request: StaffRequest, pk: int) -> HttpResponse:
    """もう一度読む。"""
    return _page_act(request, pk, services.read_again, _("もう一度読みます。"))


@staff_page("intake.work")
@require_POST
def page_set_aside(request: StaffRequest, pk: int) -> HttpResponse:
    """除く。"""
    return _page_act(request, pk, services.set_aside_page, _("ページを除きました。"))


@staff_page("intake.work")
@require_POST
def page_move(request: StaffRequest, pk: int) -> HttpResponse:
    """ほかの一件に移す。"""
    row = page_or_404(request, pk)
    wanted = request.POST.get("sheet", "")
    sheet = queries.sheets_of(row.batch).filter(pk=wanted).first() if wanted.isdecimal() else None
    if sheet is None:
        raise Http404
    return _page_act(request, pk, services.move_page, _("ページを移しました。"), sheet=sheet)


@staff_page("intake.work")
@require_POST
def page_enclose(request: StaffRequest, pk: int) -> HttpResponse:
    """添付書類にする: a page that is no form goes with a sheet of its batch."""
    row = page_or_404(request, pk)
    wanted, _colon, key = request.POST.get("document", "").partition(":")
    sheet = queries.sheets_of(row.batch).filter(pk=wanted).first() if wanted.isdecimal() else None
    if sheet is None:
        raise Http404
    done = _("添付書類にしました。")
    return _page_act(request, pk, services.enclose_page, done, sheet=sheet, key=key)


@staff_page("intake.work")
@require_POST
def sheet_accept_pages(request: StaffRequest, pk: int) -> HttpResponse:
    """このまま確認に進める: pages that are missing stay empty."""
    row = sheet_or_404(request, pk)
    act = lambda: services.accept_pages(sheet=row, by=request.desk.actor, at=clock.now())  # noqa: E731
    tried(request, act, _("このまま確認に進めます。"))
    return redirect("intake:batch", row.batch_id)


@staff_page("intake.work")
@require_POST
def register_ready(request: StaffRequest) -> HttpResponse:
    """登録待ちをまとめて登録する: by the queue, for there may be hundreds."""
    desk = request.desk
    number = services.register_ready(desk=desk, at=clock.now())
    messages.success(
        request, ngettext("%(n)d件を登録しています。", "%(n)d件を登録しています。", number) % {"n": number}
    )
    return redirect(HOME)

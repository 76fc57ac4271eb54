"""確認: the next sheet that needs an eye, its doubtful fields beside their pictures, and what becomes of it."""

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kencho.foundation import clock, wareki
from kencho.foundation.attempts import tried
from kencho.foundation.ui import FormError
from kencho.intake import forms, queries, services, values, variants, words
from kencho.intake.engine.shapes import TICKED
from kencho.intake.models import FieldResult, ScanPage, Sheet
from kencho.intake.views._common import crumbs, sheet_or_404, tabs
from kencho.organization.access import StaffRequest, staff_page

State = Sheet.State
VERIFY = "intake:verify"
# Sizes of a page that was kept without its picture: A4 at the dots of kept images.
A4 = (1654, 2339)
KEPT_DPI = 200


@never_cache
@staff_page("intake.work")
@require_http_methods(["GET", "POST"])
def verify(request: StaffRequest) -> HttpResponse:
    """What waits for an eye; POST takes the next sheet, which nobody else gets meanwhile."""
    desk, at = request.desk, clock.now()
    if request.method == "POST":
        return _next(request)
    work = queries.work_left(desk, at)
    context = {
        "work": work,
        "pace": queries.pace(desk, at),
        "held": queries.sheets(desk).filter(held_by=desk.staff, held_until__gt=at).first(),
        "tabs": tabs(desk, VERIFY, work=work),
        "breadcrumbs": crumbs(_("確認")),
    }
    return render(request, "intake/verify.html", context)


def _next(request: StaffRequest) -> HttpResponse:
    desk = request.desk
    sheet = services.take_next_sheet(staff=desk.staff, by=desk.actor, at=clock.now())
    if sheet is None:
        messages.info(request, _("確認を待っているものは、いまありません。"))
        return redirect(VERIFY)
    return redirect("intake:sheet", sheet.pk)


@never_cache
@staff_page("intake.work")
@require_http_methods(["GET", "POST"])
def sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """One sheet. POST: take it, put another shape of a letter in, or confirm everything that is shown."""
    row = sheet_or_404(request, pk)
    if request.method == "POST" and "take" in request.POST:
        desk = request.desk
        tried(
            request,
            lambda: services.take_sheet(sheet=row, staff=desk.staff, by=desk.actor, at=clock.now()),
            _("確認をはじめます。"),
        )
        return redirect("intake:sheet", row.pk)
    if row.state not in {State.VERIFYING, State.READY} or row.handed_over_at is not None:
        return redirect("intake:sheet_done", row.pk)
    shown = _shown_fields(request, row)
    form = forms.VerifyForm(
        shown, queries.field_options(row), request.POST if request.method == "POST" else None
    )
    if request.method == "POST":
        if "swap" in request.POST:
            form.swap(request.POST["swap"])
        elif "check" not in request.POST and form.is_valid:
            try:
                services.verify_fields(sheet=row, values=form.values, by=request.desk.actor, at=clock.now())
            except services.UnableTo as refused:
                messages.error(request, refused.message)
            else:
                return _finish(request, row)
    return _screen(request, row, form, with_errors=request.method == "POST" and "swap" not in request.POST)


def _shown_fields(request: StaffRequest, row: Sheet) -> list[FieldResult]:
    """What this clerk has to look at; ``?all=1`` everything. A blind field of a colleague's stays away from both."""
    mine = list(queries.to_look_at(row, request.desk.actor).select_related("page"))
    if not _wants_all(request):
        return mine
    keys = {each.pk for each in mine}
    done = {FieldResult.State.PASSED, FieldResult.State.VERIFIED}
    every = queries.fields_of(row).select_related("page")
    return [each for each in every if each.pk in keys or each.state in done]


def _wants_all(request: HttpRequest) -> bool:
    return bool(request.POST.get("all") or request.GET.get("all"))


def _screen(request: StaffRequest, row: Sheet, form: forms.VerifyForm, *, with_errors: bool) -> HttpResponse:
    desk, at = request.desk, clock.now()
    is_mine = row.held_by_id == desk.staff.pk and row.held_until is not None and row.held_until > at
    errors = [
        FormError(message, anchor=f"field-{line.pk}", label=line.result.label)
        for line, message in form.errors
    ]
    context: dict[str, Any] = {
        "sheet": row,
        "batch": row.batch,
        "is_mine": is_mine,
        "held_by_other": not is_mine and row.held_until is not None and row.held_until > at,
        "lines": form.lines,
        "errors": errors if with_errors else [],
        "pages": _pages(row, form.lines),
        "work": queries.work_left(desk, at),
        "pace": queries.pace(desk, at),
        "total": len(form.lines),
        "is_all": _wants_all(request),
        "others": queries.fields_of(row).count() - len(form.lines),
        "duplicates": queries.duplicates_of(row),
        "shapes_json": _json(variants.table() if any(line.with_shapes for line in form.lines) else {}),
        "eras_json": _json([[era.name, era.letter, era.start.isoformat()] for era in wareki.ERAS]),
        "discard_form": forms.Discard(),
        "breadcrumbs": crumbs(
            (row.batch.name, reverse("intake:batch", args=[row.batch_id])),
            _("%(n)d件目の確認") % {"n": row.number},
        ),
    }
    return render(request, "intake/sheet.html", context, status=422 if with_errors and errors else 200)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _pages(row: Sheet, lines: Sequence[forms.Line]) -> list[dict[str, Any]]:
    """The pages with the places of the fields, in pixels of the kept picture."""
    found = []
    for page in row.pages.exclude(state=ScanPage.State.SET_ASIDE).order_by("template_page", "number"):
        marks = [line for line in lines if line.result.page_id == page.pk]
        width, height = _size(row, page)
        found.append({"page": page, "width": width, "height": height, "lines": marks})
    return found


def _size(row: Sheet, page: ScanPage) -> tuple[int, int]:
    """Of the kept picture, from the paper's size: nothing has to be decoded for it."""
    layout = row.template.layout
    width, height = layout.get("width"), layout.get("height")
    if not (width and height):
        return A4
    return round(width / 25.4 * KEPT_DPI), round(height / 25.4 * KEPT_DPI)


@staff_page("intake.work")
@require_POST
def field_verify(request: StaffRequest, pk: int, field: int) -> JsonResponse:
    """One field, for the script of the screen: so that what was decided is kept even if the browser dies."""
    row = sheet_or_404(request, pk)
    found = next((each for each in _shown_fields(request, row) if each.pk == field), None)
    if found is None:
        raise Http404
    form = forms.VerifyForm([found], queries.field_options(row), request.POST)
    if not form.is_valid:
        return JsonResponse({"message": str(form.errors[0][1])}, status=422)
    try:
        done = services.verify_field(
            field=found, value=form.values[found.pk], by=request.desk.actor, at=clock.now()
        )
    except services.UnableTo as refused:
        return JsonResponse({"message": refused.message}, status=409)
    return JsonResponse(
        {
            "left": done.left,
            "shown": _said(form.lines[0], form.values[found.pk]),
            "url": reverse("intake:sheet_finish", args=[row.pk]),
        }
    )


def _said(line: forms.Line, value: Any) -> str:
    """What was confirmed, in words; nothing of a blind entry stays on the screen."""
    if line.is_blind:
        return str(_("入力しました"))
    options = line.spec.options if line.spec else ()
    if line.kind in TICKED and value is None:
        return str(_("印がない"))
    return values.shown(line.kind, value, options=options) or str(_("空欄"))


@staff_page("intake.work")
@require_POST
def sheet_finish(request: StaffRequest, pk: int) -> HttpResponse:
    """After the last field: register, and go on."""
    return _finish(request, sheet_or_404(request, pk))


def _finish(request: StaffRequest, row: Sheet) -> HttpResponse:
    """Register what is ready; what waits for a second person is let go."""
    desk, at = request.desk, clock.now()
    row.refresh_from_db()
    if row.state == State.VERIFYING:
        if not queries.to_look_at(row, desk.actor).exists():
            services.release_sheet(sheet=row, by=desk.actor, at=at)
            messages.success(request, _("確認しました。もう一人の入力を待っています。"))
            return redirect("intake:sheet_done", row.pk)
        return redirect("intake:sheet", row.pk)
    if row.state == State.READY and not _register(request, row):
        return redirect("intake:sheet", row.pk)
    return redirect("intake:sheet_done", row.pk)


def _register(request: StaffRequest, row: Sheet) -> bool:
    try:
        services.register(sheet=row, by=request.desk.actor, at=clock.now())
    except services.UnableTo as refused:
        messages.error(request, refused.message)
        _keep(request, row)
        return False
    return True


def _keep(request: StaffRequest, row: Sheet) -> None:
    """What the procedure refused goes on with the one who has just looked at it, unless somebody was faster."""
    desk = request.desk
    with suppress(services.UnableTo):
        services.take_sheet(sheet=row, staff=desk.staff, by=desk.actor, at=clock.now())


@staff_page("intake.work")
@require_POST
def sheet_register(request: StaffRequest, pk: int) -> HttpResponse:
    """申請として登録する。"""
    row = sheet_or_404(request, pk)
    if not _register(request, row):
        return redirect("intake:sheet", row.pk)
    return redirect("intake:sheet_done", row.pk)


@never_cache
@staff_page("intake.work")
@require_safe
def sheet_done(request: StaffRequest, pk: int) -> HttpResponse:
    """What became of a sheet: the application, papers that look like it, and the way to the next one."""
    row = sheet_or_404(request, pk)
    if row.state == State.VERIFYING and queries.to_look_at(row, request.desk.actor).exists():
        return redirect("intake:sheet", row.pk)
    desk, at = request.desk, clock.now()
    context = {
        "sheet": row,
        "batch": row.batch,
        "status": words.sheet_status(row.state),
        "application": row.application,
        "duplicates": queries.duplicates_of(row),
        "work": queries.work_left(desk, at),
        "pace": queries.pace(desk, at),
        "breadcrumbs": crumbs(
            (row.batch.name, reverse("intake:batch", args=[row.batch_id])),
            _("%(n)d件目") % {"n": row.number},
        ),
    }
    return render(request, "intake/sheet_done.html", context)


@staff_page("intake.work")
@require_POST
def sheet_release(request: StaffRequest, pk: int) -> HttpResponse:
    """あとにする: somebody else may take it."""
    row = sheet_or_404(request, pk)
    act = lambda: services.release_sheet(sheet=row, by=request.desk.actor, at=clock.now())  # noqa: E731
    tried(request, act, _("確認を中断しました。ここまでの確認は残っています。"))
    return redirect(VERIFY)


@staff_page("intake.work")
@require_POST
def sheet_hand_over(request: StaffRequest, pk: int) -> HttpResponse:
    """入力画面で続ける: where a paper needs more than its boxes say."""
    row, desk = sheet_or_404(request, pk), request.desk
    try:
        draft = services.hand_over(sheet=row, staff=desk.staff, by=desk.actor, at=clock.now())
    except services.UnableTo as refused:
        messages.error(request, refused.message)
        return redirect("intake:sheet", row.pk)
    messages.success(
        request, _("読み取った内容を、紙の申請の入力に移しました。「つづける」を押してください。")
    )
    return redirect(f"{reverse('applications:enter')}#entry-{draft.pk}")


@staff_page("intake.work")
@require_POST
def sheet_discard(request: StaffRequest, pk: int) -> HttpResponse:
    """取り消す。"""
    row, desk = sheet_or_404(request, pk), request.desk
    form = forms.Discard(request.POST)
    if not form.is_valid():
        messages.error(request, _("取り消す理由を書いてください。"))
        return redirect("intake:sheet", row.pk)
    reason = form.cleaned_data["reason"]
    tried(
        request,
        lambda: services.discard_sheet(sheet=row, reason=reason, by=desk.actor, at=clock.now()),
        _("取り消しました。"),
    )
    return redirect("intake:batch", row.batch_id)

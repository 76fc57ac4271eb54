"""What the desk does with one application: each POST does one thing and says so."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kencho.applications import desk_forms, permissions, queries, services
from kencho.applications.case import amendable_lines
from kencho.applications.models import Application
from kencho.applications.verbs import Verbs, verbs_of
from kencho.applications.views._case import show
from kencho.applications.views._desk_common import CASE, INBOX, case_or_404, frame
from kencho.foundation import clock
from kencho.organization.access import StaffRequest, staff_page

REFUSALS = (
    services.UnableToMove,
    services.UnableToAmend,
    services.UnableToRequestAmendment,
    services.UnableToTransfer,
    services.UnableToAssign,
    services.GroundsMissing,
    services.UnknownStandard,
)


def verbs_for(request: StaffRequest, application: Application) -> Verbs:
    """What this desk may do with the application now."""
    return verbs_of(request.desk.actor, application, queries.compiled_of(application).definition)


def reason_of(refusal: Exception, application: Application) -> str:
    """One sentence for whoever was refused."""
    application.refresh_from_db(fields=["status"])
    words = {
        services.UnableToAssign: _("この人は担当所属の職員ではないため、担当者にできません。"),
        services.UnableToTransfer: _("この所属には移送できません。移送先を選び直してください。"),
        services.GroundsMissing: _("理由の提示が必要です（行政手続法第8条）。"),
        services.UnableToRequestAmendment: _("いまは補正を求められません。状態と期限を確かめてください。"),
        services.UnknownStandard: _("審査基準が変わりました。画面を読み直してください。"),
    }
    return words.get(
        type(refusal),
        _(
            "いまの状態（%(status)s）では、この操作はできません。ほかの職員が先に処理していないか確かめてください。"
        )
        % {"status": application.get_status_display()},
    )


def act(
    request: StaffRequest, application: Application, verb: Callable[[], object], done: str
) -> HttpResponse:
    """Run the service; say what happened or why it could not. Either way one sees the case as it is now."""
    try:
        verb()
    except REFUSALS as refusal:
        messages.error(request, reason_of(refusal, application))
    else:
        messages.success(request, done)
    return redirect(CASE, application.pk)


@staff_page("applications.accept")
@require_POST
def accept(request: StaffRequest, pk: int) -> HttpResponse:
    """受付する。"""
    application = case_or_404(request, pk)
    return act(
        request,
        application,
        lambda: services.accept(application=application, by=request.desk.actor, at=clock.now()),
        _("受け付けました。"),
    )


@staff_page("applications.review")
@require_POST
def review(request: StaffRequest, pk: int) -> HttpResponse:
    """審査を始める。"""
    application = case_or_404(request, pk)
    return act(
        request,
        application,
        lambda: services.review(application=application, by=request.desk.actor, at=clock.now()),
        _("審査を始めました。"),
    )


@staff_page("applications.complete")
@require_POST
def complete(request: StaffRequest, pk: int) -> HttpResponse:
    """届出を完了とする。"""
    application = case_or_404(request, pk)
    return act(
        request,
        application,
        lambda: services.complete(application=application, by=request.desk.actor, at=clock.now()),
        _("届出の処理を完了しました。"),
    )


@staff_page("applications.assign")
@require_POST
def assign(request: StaffRequest, pk: int) -> HttpResponse:
    """担当者を決める。"""
    application = case_or_404(request, pk)
    permissions.require(verbs_for(request, application).assign)
    form = desk_forms.Assign(request.desk, request.POST, auto_id="assign_%s")
    if not form.is_valid():
        return show(request, application, assign_form=form)
    staff = form.cleaned_data["staff"]
    return act(
        request,
        application,
        lambda: services.assign(application=application, staff=staff, by=request.desk.actor, at=clock.now()),
        _("担当者を%(name)sにしました。") % {"name": staff.name} if staff else _("担当者なしにしました。"),
    )


@staff_page("applications.remark")
@require_POST
def remark(request: StaffRequest, pk: int) -> HttpResponse:
    """メモを残す。"""
    application, form = case_or_404(request, pk), desk_forms.NewRemark(request.POST, auto_id="remark_%s")
    if not form.is_valid():
        return show(request, application, remark_form=form)
    return act(
        request,
        application,
        lambda: services.remark(
            application=application, text=form.cleaned_data["text"], by=request.desk.actor, at=clock.now()
        ),
        _("メモを残しました。"),
    )


@staff_page("applications.checklist")
@require_POST
def checklist(request: StaffRequest, pk: int) -> HttpResponse:
    """審査基準を確認する。"""
    application = case_or_404(request, pk)
    permissions.require(verbs_for(request, application).checklist)
    definition = queries.compiled_of(application).definition
    form = desk_forms.Checklist(definition, list(application.checklist.all()), request.POST)
    if not form.is_valid():
        return show(request, application, checklist_form=form)
    findings = form.findings()
    if not findings:
        messages.info(request, _("変わったところはありません。"))
        return redirect(CASE, pk)
    return act(
        request,
        application,
        lambda: services.answer_checklist(
            application=application, findings=findings, by=request.desk.actor, at=clock.now()
        ),
        _("確認結果を保存しました。"),
    )


def _refused(
    request: StaffRequest, application: Application, form: Form, template: str, here: str, **more: object
) -> HttpResponse:
    """The page of a verb: with what was typed and what is wrong with it, or empty."""
    status = 422 if form.is_bound else 200
    context = {**frame(application, here), "form": form, **more}
    return render(request, f"applications/{template}.html", context, status=status)


@staff_page("applications.request_amendment")
@require_http_methods(["GET", "POST"])
def request_amendment(request: StaffRequest, pk: int) -> HttpResponse:
    """補正を求める: what to put right, item by item."""
    application = case_or_404(request, pk)
    permissions.require(permissions.may_examine(request.desk.actor, application))
    calendar = queries.calendar_of(application.body_id, clock.now())
    form = desk_forms.AskAmendment(
        amendable_lines(application, queries.compiled_of(application)),
        request.desk.day,
        request.POST or None,
        initial={"due_on": calendar.add(request.desk.day, queries.AMENDMENT_DAYS)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.request_amendment(
                application=application,
                items=form.asked,
                due_on=form.cleaned_data["due_on"],
                message=form.cleaned_data["message"],
                by=request.desk.actor,
                at=clock.now(),
            )
        except REFUSALS as refusal:
            form.add_error(None, reason_of(refusal, application))
        else:
            messages.success(request, _("補正を求めました。補正されるまで、標準処理期間は止まります。"))
            return redirect(CASE, pk)
    return _refused(request, application, form, "case_request_amendment", _("補正を求める"))


@staff_page("applications.transfer")
@require_http_methods(["GET", "POST"])
def transfer(request: StaffRequest, pk: int) -> HttpResponse:
    """正しい所属へ移送する。"""
    application = case_or_404(request, pk)
    permissions.require(permissions.works_on(request.desk.actor, application))
    form = desk_forms.Transfer(request.desk, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.transfer(
                application=application,
                division=form.cleaned_data["division"],
                reason=form.cleaned_data["reason"],
                by=request.desk.actor,
                at=clock.now(),
            )
        except REFUSALS as refusal:
            form.add_error(None, reason_of(refusal, application))
        else:
            words = {"number": application.number, "name": form.cleaned_data["division"].name}
            messages.success(request, _("%(number)sを%(name)sへ移送しました。") % words)
            return redirect(INBOX)
    return _refused(request, application, form, "case_transfer", _("移送する"))


@staff_page("applications.refuse")
@require_http_methods(["GET", "POST"])
def refuse(request: StaffRequest, pk: int) -> HttpResponse:
    """不受理とする。"""
    application = case_or_404(request, pk)
    permissions.require(permissions.works_on(request.desk.actor, application))
    form = desk_forms.Refuse(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.refuse(
                application=application,
                grounds=form.cleaned_data["grounds"],
                by=request.desk.actor,
                at=clock.now(),
            )
        except REFUSALS as refusal:
            form.add_error(None, reason_of(refusal, application))
        else:
            messages.success(request, _("不受理としました。申請者に理由を知らせます。"))
            return redirect(CASE, pk)
    return _refused(request, application, form, "case_refuse", _("不受理とする"))


@staff_page("applications.withdraw_for")
@require_http_methods(["GET", "POST"])
def withdraw_for(request: StaffRequest, pk: int) -> HttpResponse:
    """申請者の申出により取り下げる。"""
    application = case_or_404(request, pk)
    permissions.require(permissions.works_on(request.desk.actor, application))
    form = desk_forms.WithdrawFor(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw(
                application=application,
                reason=form.cleaned_data["reason"],
                by=request.desk.actor,
                at=clock.now(),
            )
        except REFUSALS as refusal:
            form.add_error(None, reason_of(refusal, application))
        else:
            messages.success(request, _("申請者の申出により、取下げとしました。"))
            return redirect(CASE, pk)
    return _refused(request, application, form, "case_withdraw", _("取下げの申出を記録する"))

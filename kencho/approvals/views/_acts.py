"""What one may do with a case: each POST does one thing and says so."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kencho.approvals import forms, services
from kencho.approvals.models import ApprovalRequest, RequestState
from kencho.approvals.views._case import case_or_404, show
from kencho.foundation import clock
from kencho.organization.access import StaffRequest, staff_page

INBOX = "approvals:approvals_waiting"
CASE = "approvals:approval_show"


def _do(
    request: StaffRequest, pk: int, act: Callable[[], object], done: str, *, then: str = CASE
) -> HttpResponse:
    """Run the service; say what happened or why it could not. After a refusal one sees the case as it is now."""
    try:
        act()
    except services.UnableTo as refusal:
        messages.error(request, refusal.message)
        return redirect(CASE, pk=pk)
    messages.success(request, done)
    return redirect(INBOX) if then == INBOX else redirect(then, pk=pk)


@staff_page("approvals.may_approve")
@require_POST
def approval_approve(request: StaffRequest, pk: int) -> HttpResponse:
    """承認する・決裁する。"""
    case, form = case_or_404(request, pk), forms.Approve(request.POST)
    if not form.is_valid():
        return show(request, case, approve_form=form)
    try:
        after = services.approve(
            request=case.request,
            digest=form.cleaned_data["digest"],
            comment=form.cleaned_data["comment"],
            by=request.desk.actor,
            at=clock.now(),
        )
    except services.UnableToApprove as refusal:
        messages.error(request, refusal.message)
        return redirect(CASE, pk=pk)
    messages.success(request, _approved(after))
    return redirect(INBOX)


def _approved(after: ApprovalRequest) -> str:
    if after.state == RequestState.APPROVED:
        return _("「%(title)s」を決裁しました。") % {"title": after.title}
    return _("「%(title)s」を承認しました。次の人に回ります。") % {"title": after.title}


@staff_page("approvals.may_send_back")
@require_POST
def approval_send_back(request: StaffRequest, pk: int) -> HttpResponse:
    """差し戻す。"""
    case, form = case_or_404(request, pk), forms.SendBack(request.POST, prefix="send_back")
    if not form.is_valid():
        return show(request, case, send_back_form=form)
    return _do(
        request,
        pk,
        lambda: services.send_back(
            request=case.request, reason=form.cleaned_data["reason"], by=request.desk.actor, at=clock.now()
        ),
        _("「%(title)s」を差し戻しました。") % {"title": case.request.title},
        then=INBOX,
    )


@staff_page("approvals.may_remark")
@require_POST
def approval_remark(request: StaffRequest, pk: int) -> HttpResponse:
    """コメントする。"""
    case, form = case_or_404(request, pk), forms.NewRemark(request.POST, prefix="remark")
    if not form.is_valid():
        return show(request, case, remark_form=form)
    return _do(
        request,
        pk,
        lambda: services.remark(
            request=case.request, text=form.cleaned_data["text"], by=request.desk.actor, at=clock.now()
        ),
        _("コメントを書きました。"),
    )


@staff_page("approvals.may_take_back")
@require_POST
def approval_take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """自分の承認を取り消す。"""
    case = case_or_404(request, pk)
    return _do(
        request,
        pk,
        lambda: services.take_back(request=case.request, by=request.desk.actor, at=clock.now()),
        _("承認を取り消しました。もう一度確認できます。"),
    )


@staff_page("approvals.may_pull_back")
@require_POST
def approval_pull_back(request: StaffRequest, pk: int) -> HttpResponse:
    """引き戻す。"""
    return _draft_act(
        request,
        pk,
        forms.PullBack,
        "pull_back",
        services.pull_back,
        "reason",
        _("引き戻しました。直してから、もう一度回付できます。"),
    )


@staff_page("approvals.may_resubmit")
@require_POST
def approval_resubmit(request: StaffRequest, pk: int) -> HttpResponse:
    """もう一度回付する。"""
    return _draft_act(
        request, pk, forms.Resubmit, "resubmit", services.resubmit, "note", _("もう一度回付しました。")
    )


@staff_page("approvals.may_discard")
@require_POST
def approval_discard(request: StaffRequest, pk: int) -> HttpResponse:
    """廃案にする。"""
    return _draft_act(
        request, pk, forms.Discard, "discard", services.discard, "reason", _("廃案にしました。")
    )


def _draft_act(
    request: StaffRequest,
    pk: int,
    form_class: type[Form],
    name: str,
    service: Callable[..., object],
    field: str,
    done: str,
) -> HttpResponse:
    """The drafter's verbs differ only in their form of one field and their service."""
    case, form = case_or_404(request, pk), form_class(request.POST, prefix=name)
    if not form.is_valid():
        return show(request, case, **{f"{name}_form": form})
    words = {field: form.cleaned_data[field]}
    return _do(
        request,
        pk,
        lambda: service(request=case.request, by=request.desk.actor, at=clock.now(), **words),
        done,
    )


@staff_page("approvals.may_review")
@require_POST
def approval_review(request: StaffRequest, pk: int) -> HttpResponse:
    """後閲する。"""
    case = case_or_404(request, pk)
    return _do(
        request,
        pk,
        lambda: services.review(request=case.request, by=request.desk.actor, at=clock.now()),
        _("「%(title)s」を後閲しました。") % {"title": case.request.title},
        then=INBOX,
    )

"""Deductions: upkeep, corrections, and set-up that is shown beside."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kencho.foundation import clock
from kencho.organization.access import StaffRequest, staff_page
from kencho.reforms import forms, services
from kencho.reforms.models import Deduction
from kencho.reforms.views._baselines import withdraw_page
from kencho.reforms.views._common import crumbs, link_to, own_reform


@staff_page("reforms.may_edit")
@require_http_methods(["GET", "POST"])
def deduction_create(request: StaffRequest, pk: int) -> HttpResponse:
    """差し引く時間を登録する。"""
    reform = own_reform(request, pk, to_edit=True)
    form = forms.DeductionEntry(request.POST or None, initial={"on": request.desk.day})
    if request.method == "POST" and form.is_valid():
        try:
            services.record_deduction(
                reform=reform, **form.cleaned_data, by=request.desk.actor, at=clock.now()
            )
        except services.UnableToDeduct as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("登録しました。"))
            return redirect("reforms:reform_show", pk)
    context = {"form": form, "reform": reform, "breadcrumbs": crumbs(link_to(reform), _("差し引く時間"))}
    return render(request, "reforms/deduction_create.html", context, status=422 if form.errors else 200)


@staff_page("reforms.may_edit")
@require_http_methods(["GET", "POST"])
def deduction_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """差し引く時間を取り消す。"""
    rows = Deduction.objects.filter(reform__body=request.desk.body)
    deduction = get_object_or_404(rows, pk=pk)
    reform = own_reform(request, deduction.reform_id, to_edit=True)

    def act(reason: str) -> None:
        services.withdraw_deduction(deduction=deduction, reason=reason, by=request.desk.actor, at=clock.now())

    return withdraw_page(
        request,
        act,
        _("差し引く時間を取り消す"),
        _("取り消した時間は、これからの計算で差し引きません。"),
        reverse("reforms:reform_show", args=[reform.pk]),
        crumbs(link_to(reform), _("取り消す")),
    )

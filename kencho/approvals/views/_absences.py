"""Absences and deputies."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kencho.approvals import forms, permissions, queries, services
from kencho.foundation import clock
from kencho.foundation.ui import Crumb
from kencho.organization.access import StaffRequest, staff_page


def _crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb(_("決裁"), reverse("approvals:approvals_waiting")), *more]


@staff_page("approvals.any_staff")
@require_safe
def absence_list(request: StaffRequest) -> HttpResponse:
    """My absences, those in which I am the deputy, and those that I may look after."""
    absences = queries.absences_seen_by(request.desk)
    able = queries.absence_choices(request.desk)[0].values_list("pk", flat=True)
    context = {
        "rows": [(each, each.staff_id in set(able)) for each in absences],
        "breadcrumbs": _crumbs(Crumb(_("不在と代理"))),
    }
    return render(request, "approvals/absence_list.html", context)


@staff_page("approvals.may_register_absence")
@require_http_methods(["GET", "POST"])
def absence_create(request: StaffRequest) -> HttpResponse:
    """不在を登録する。"""
    form = forms.NewAbsence(request.desk, request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not permissions.may_register_absence(request.desk, form.cleaned_data["staff"]):
            raise PermissionDenied
        try:
            services.register_absence(**form.cleaned_data, by=request.desk.actor, at=clock.now())
        except services.UnableToRegisterAbsence as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("不在を登録しました。"))
            return redirect("approvals:absence_list")
    context = {
        "form": form,
        "breadcrumbs": _crumbs(Crumb(_("不在と代理"), reverse("approvals:absence_list")), Crumb(_("登録"))),
    }
    return render(request, "approvals/absence_create.html", context, status=422 if form.errors else 200)


@staff_page("approvals.may_end_absence")
@require_POST
def absence_end(request: StaffRequest, pk: int) -> HttpResponse:
    """不在を終わらせる。"""
    absence = get_object_or_404(queries.absences_in(request.desk.body, request.desk.day), pk=pk)
    if not permissions.may_end_absence(request.desk, absence):
        raise PermissionDenied
    try:
        services.end_absence(absence=absence, by=request.desk.actor, at=clock.now())
    except services.UnableToEndAbsence as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("不在を終わらせました。"))
    return redirect("approvals:absence_list")

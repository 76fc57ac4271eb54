"""実績値 of one year on the desk: record, freeze, confirm, correct, restate."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kencho.foundation import clock
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.ui import Crumb, errors_of
from kencho.organization.access import StaffRequest, staff_page
from kencho.policy import forms, permissions, services
from kencho.policy.models import ActualStatus, Indicator
from kencho.policy.rules import Missing
from kencho.policy.services import Entry
from kencho.policy.views._common import indicator_crumbs, indicator_or_404, may_plan, saved
from kencho.policy.views._evidence import figure_context


@staff_page("policy.may_read")
@require_safe
def figure_desk(request: StaffRequest, pk: int, year: int) -> HttpResponse:
    """The figure of a year: its evidence, what is recorded, and what can be done with it."""
    return _page(request, indicator_or_404(request, pk), year)


def _page(request: StaffRequest, indicator: Indicator, year: int, **bound: Any) -> HttpResponse:
    at = clock.now()
    context = figure_context(indicator, year, at)
    held = context["held"]
    status = held.status if held is not None and held.value is not None else ActualStatus.LIVE.value
    title = _("%(year)s %(name)s") % {"year": FiscalYear(year).label, "name": indicator.name}
    forms_shown = {
        "record_form": forms.RecordForm(prefix="record"),
        "change_form": forms.ChangeForm(prefix="change"),
        **bound,
    }
    errors = [error for form in bound.values() for error in errors_of(form)]
    is_settled = status in {ActualStatus.CONFIRMED, ActualStatus.CORRECTED, ActualStatus.RESTATED}
    is_baseline = year < indicator.node.plan.fy_from
    return render(
        request,
        "policy/figure_desk.html",
        {
            **context,
            **forms_shown,
            "errors": errors,
            "title": title,
            "status": status,
            "is_settled": is_settled,
            "is_baseline": is_baseline,
            "is_over": clock.day_of(at) >= FiscalYear(year).end,
            "has_started": clock.day_of(at) >= FiscalYear(year).start,
            "may_edit": permissions.may_edit(request.desk.actor, indicator.node) and not is_baseline,
            "breadcrumbs": indicator_crumbs(indicator, Crumb(title)),
        },
        status=422 if errors else 200,
    )


@staff_page("policy.may_plan", may=may_plan)
@require_POST
def actual_freeze(request: StaffRequest, pk: int, year: int) -> HttpResponse:
    """数えた値を記録する, as an estimate or as final."""
    indicator = indicator_or_404(request, pk)
    is_final = request.POST.get("status") == ActualStatus.CONFIRMED
    status = ActualStatus.CONFIRMED if is_final else ActualStatus.PROVISIONAL
    try:
        services.freeze_actual(
            indicator=indicator, year=year, status=status, by=request.desk.actor, at=clock.now()
        )
    except services.UnableTo as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("数えた値を、もとの行とともに記録しました。"))
    return redirect("policy:figure_desk", indicator.pk, year)


@staff_page("policy.may_plan", may=may_plan)
@require_POST
def actual_confirm(request: StaffRequest, pk: int, year: int) -> HttpResponse:
    """見込値を確定する。"""
    indicator = indicator_or_404(request, pk)
    try:
        services.confirm_actual(indicator=indicator, year=year, by=request.desk.actor, at=clock.now())
    except services.UnableTo as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("見込値を確定しました。"))
    return redirect("policy:figure_desk", indicator.pk, year)


@staff_page("policy.may_plan", may=may_plan)
@require_POST
def actual_record(request: StaffRequest, pk: int, year: int) -> HttpResponse:
    """実績値を手で記録する。"""
    indicator = indicator_or_404(request, pk)
    form = forms.RecordForm(request.POST, prefix="record")
    at = clock.now()

    def write(given: dict[str, Any]) -> object:
        value = Missing(given["missing"]) if given["value"] is None else given["value"]
        entry = Entry(year, value, given["status"], at)
        return services.record_actual(indicator=indicator, entry=entry, by=request.desk.actor, at=at)

    if not saved(form, write):
        return _page(request, indicator, year, record_form=form)
    messages.success(request, _("実績値を記録しました。"))
    return redirect("policy:figure_desk", indicator.pk, year)


@staff_page("policy.may_plan", may=may_plan)
@require_POST
def actual_change(request: StaffRequest, pk: int, year: int) -> HttpResponse:
    """訂正する・遡及改定する。"""
    indicator = indicator_or_404(request, pk)
    form = forms.ChangeForm(request.POST, prefix="change")
    at: datetime = clock.now()

    def write(given: dict[str, Any]) -> object:
        act = services.correct_actual if given["kind"] == "correct" else services.restate_actual
        return act(
            indicator=indicator,
            year=year,
            value=given["value"],
            reason=given["reason"],
            by=request.desk.actor,
            at=at,
        )

    if not saved(form, write):
        return _page(request, indicator, year, change_form=form)
    messages.success(request, _("実績値を改めました。前の値は、経緯に残ります。"))
    return redirect("policy:figure_desk", indicator.pk, year)

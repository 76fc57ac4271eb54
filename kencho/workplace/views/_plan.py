"""The month of a staff member as a table of days."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kencho.foundation import clock
from kencho.organization import queries as organization
from kencho.organization.access import StaffRequest, staff_page
from kencho.workplace import forms, queries, services
from kencho.workplace.models import PlannedDay
from kencho.workplace.views._common import asked_month, crumbs, months_around
from kencho.workplace.words import day_status


@staff_page("workplace.may_plan")
@require_http_methods(["GET", "POST"])
def telework_plan(request: StaffRequest) -> HttpResponse:
    """月の計画: fill in, save as a draft, or ask for approval."""
    desk = request.desk
    month = asked_month(request, desk.day)
    rule = queries.rule_on(desk.body, max(month, desk.day))
    context: dict[str, Any] = {
        **months_around(month),
        "rule": rule,
        "breadcrumbs": crumbs(_("月の計画")),
        "today": desk.day,
    }
    if rule is None:
        return render(request, "workplace/telework_plan.html", context)
    plan = queries.plan_of(desk.staff, month)
    calendar = organization.calendar_of(desk.body)
    form = forms.MonthPlan(
        request.POST or None,
        rule=rule.rule,
        open_days={
            day: calendar.is_business_day(day) and day >= desk.day for day in queries.days_of_month(month)
        },
        planned=queries.live_days(plan),
        reason=plan.reason if plan else "",
    )
    if request.method == "POST" and form.is_valid() and _carried_out(request, form):
        return redirect(f"{reverse('workplace:telework_plan')}?month={month:%Y-%m}")
    context |= {
        "form": form,
        "plan": plan,
        "rows": [
            (row, day_status(row.planned.state) if row.planned else None)
            for row in form.rows()
            # Of what is past only what was planned is worth the room on a phone.
            if row.planned or row.day >= desk.day
        ],
        "decisions": plan.decisions.select_related("decided_by").order_by("-decided_at") if plan else (),
    }
    return render(request, "workplace/telework_plan.html", context, status=422 if form.errors else 200)


def _carried_out(request: StaffRequest, form: forms.MonthPlan) -> bool:
    desk, at = request.desk, clock.now()
    month = asked_month(request, desk.day)
    try:
        plan = services.save_plan(staff=desk.staff, month=month, days=form.wanted, by=desk.actor, at=at)
        if "submit" in request.POST:
            services.submit_plan(plan=plan, reason=form.cleaned_data["reason"], by=desk.actor, at=at)
    except services.UnableTo as refusal:
        _show(form, refusal)
        return False
    if "submit" in request.POST:
        messages.success(request, _("所属長に承認を求めました。"))
    else:
        messages.success(request, _("下書きを保存しました。承認を求めるまで、所属長には届きません。"))
    return True


def _show(form: forms.MonthPlan, refusal: services.UnableTo) -> None:
    if refusal.reason == services.Reason.REASON_NEEDED:
        form.add_error("reason", refusal.message)
    elif refusal.findings:
        form.show(refusal.findings)
    else:
        form.add_error(None, refusal.message)


@staff_page("workplace.may_plan")
@require_POST
def day_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """テレワークの日を取りやめる。"""
    rows = PlannedDay.objects.filter(staff=request.desk.staff).select_related("staff__body")
    planned = get_object_or_404(rows, pk=pk)
    try:
        services.cancel_day(planned=planned, by=request.desk.actor, at=clock.now())
    except services.UnableToCancelDay as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(
            request,
            _("%(month)d月%(day)d日のテレワークを取りやめました。")
            % {"month": planned.day.month, "day": planned.day.day},
        )
    return redirect(f"{reverse('workplace:telework_plan')}?month={planned.day:%Y-%m}")

"""The own division: who is where, its records as files, urgent use entered by the head."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kencho.foundation import clock
from kencho.organization import queries as organization
from kencho.organization.access import StaffRequest, staff_page
from kencho.workplace import exports, forms, permissions, queries, services
from kencho.workplace.models import Source
from kencho.workplace.views._common import asked_month, crumbs, file_response, months_around
from kencho.workplace.words import SHORT, SIGN


@staff_page("workplace.own_division")
@require_safe
def telework_calendar(request: StaffRequest) -> HttpResponse:
    """Day by person for the own division; nobody else sees it."""
    desk = request.desk
    month = asked_month(request, desk.day)
    calendar = organization.calendar_of(desk.body)
    lines = queries.calendar_of(desk, month)
    context = {
        **months_around(month),
        "today": desk.day,
        "division": desk.division,
        "days": [(day, calendar.is_business_day(day)) for day in queries.days_of_month(month)],
        "lines": lines,
        "has_any": any(seen for line in lines for _day, seen in line.cells),
        "signs": [(kind, SIGN[kind], SHORT[kind]) for kind in SIGN],
        "may_keep": permissions.may_keep_records(desk),
        "breadcrumbs": crumbs(_("所属の予定")),
    }
    return render(request, "workplace/telework_calendar.html", context)


@staff_page("workplace.may_keep_records", may=permissions.may_keep_records)
@require_safe
def telework_export(request: StaffRequest) -> HttpResponseBase:
    """Plans or results of the own division as a file; without a choice, the page on which to choose."""
    month = asked_month(request, request.desk.day)
    form = forms.ChooseFile(
        request.GET if "format" in request.GET else None, initial={"what": "results", "format": "csv"}
    )
    if not form.is_valid():
        context = {
            "form": form,
            **months_around(month),
            "breadcrumbs": crumbs(_("記録をファイルにする")),
        }
        return render(request, "workplace/telework_export.html", context, status=422 if form.errors else 200)
    table = exports.division_records(
        desk=request.desk, month=month, what=form.cleaned_data["what"], at=clock.now()
    )
    return file_response(table, form.cleaned_data["format"])


@staff_page("workplace.may_record")
@require_http_methods(["GET", "POST"])
def telework_record(request: StaffRequest) -> HttpResponse:
    """緊急のテレワークを所属長が記録する。"""
    desk = request.desk
    approvers = queries.approvers_on(desk.body, desk.day)
    if not approvers.units_of(desk.staff.pk):
        raise PermissionDenied
    rule = queries.rule_on(desk.body, desk.day)
    context: dict[str, Any] = {"rule": rule, "breadcrumbs": crumbs(_("緊急のテレワークを記録する"))}
    if rule is None:
        return render(request, "workplace/telework_record.html", context)
    form = forms.Record(request.POST or None, rule=rule.rule, body_id=desk.body.pk, initial={"on": desk.day})
    if request.method == "POST" and form.is_valid() and _recorded(request, form):
        messages.success(request, _("実績を記録しました。"))
        return redirect("workplace:telework_calendar")
    context |= {"form": form, "article": rule.rule.reporting.without_plan_article}
    return render(request, "workplace/telework_record.html", context, status=422 if form.errors else 200)


def _recorded(request: StaffRequest, form: forms.Record) -> bool:
    data = form.cleaned_data
    try:
        services.record_session(
            staff=data["number"],
            started_at=forms.moment(data["on"], data["started"]),
            ended_at=forms.moment(data["on"], data["ended"]),
            source=Source.MANUAL,
            kind=form.kind,
            place=form.place,
            note=data["note"],
            by=request.desk.actor,
            at=clock.now(),
        )
    except services.UnableToRecord as refusal:
        form.add_error(None, refusal.message)
        return False
    return True

"""The desk of one measure: how it stands now, and the ways to everything that can be written."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kencho.foundation import clock
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.ui import Crumb
from kencho.organization.access import StaffRequest, staff_page
from kencho.policy import forms, permissions, queries, services
from kencho.policy.models import DesiredState, PolicyNode
from kencho.policy.views._common import form_page, may_plan, measure_crumbs, measure_or_404, saved
from kencho.policy.views._files import file_of
from kencho.policy.views._glance import glance_context


def sheet_years(measure: PolicyNode, at: datetime) -> list[int]:
    """The years a sheet may be written for: those written, and those of the plan up to next year's."""
    plan = measure.plan
    last = min(FiscalYear.of(at).start_year, plan.fy_to) + 1
    return sorted({*queries.sheet_years_of(measure), *range(plan.fy_from, last + 1), plan.fy_from})


def sheet_year_of(request: StaffRequest, measure: PolicyNode, at: datetime) -> int:
    """The sheet year in the address (``?sheet=``), else the newest that has anything on it."""
    given = request.GET.get("sheet", "")
    years = sheet_years(measure, at)
    if given.isascii() and given.isdecimal() and int(given) in years:
        return int(given)
    written = queries.sheet_years_of(measure)
    return written[-1] if written else min(max(FiscalYear.of(at).start_year, years[0]), years[-1])


@staff_page("policy.may_read")
@require_safe
def measure_desk(request: StaffRequest, pk: int) -> HttpResponse:
    """施策 on the desk, with live figures."""
    measure = measure_or_404(request, pk)
    at = clock.now()
    sheet_year = sheet_year_of(request, measure, at)
    sheet = queries.sheet_of(measure, sheet_year, at=at, live=True)
    return render(
        request,
        "policy/measure_desk.html",
        {
            **glance_context(request, measure, sheet, at, with_parts=True),
            "sheet_year": sheet_year,
            "sheet_label": FiscalYear(sheet_year).label,
            "judged_year": sheet_year - 1,
            "indicators": list(queries.indicators_of(measure)),
            "revisions": queries.revisions_of(measure),
            "published": queries.published_revision(measure),
            "is_monitored_only": measure.plan.is_monitored_only,
            "may_edit": permissions.may_edit(request.desk.actor, measure),
            "breadcrumbs": measure_crumbs(measure),
        },
    )


@staff_page("policy.may_read")
@require_safe
def measure_file(request: StaffRequest, pk: int, year: int, form: str) -> HttpResponse:
    """The sheet as it is recorded now, as a file; what is published has its own address."""
    measure = measure_or_404(request, pk)
    at = clock.now()
    if year not in sheet_years(measure, at):
        raise Http404
    # A draft is dated by its day, so that two prints of one day are the same bytes.
    dated = datetime.combine(clock.day_of(at), datetime.min.time(), clock.JST)
    return file_of(queries.sheet_of(measure, year, at=at), form, at=dated)


@staff_page("policy.may_plan", may=may_plan)
@require_http_methods(["GET", "POST"])
def desired_state_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """めざす姿を書く。"""
    measure = measure_or_404(request, pk)
    now = DesiredState.objects.filter(node=measure).first()
    last = FiscalYear(measure.plan.fy_to)
    initial = {
        "heading": now.heading if now else _("めざす姿（%(year)s末での到達目標）") % {"year": last.label},
        "as_of": now.as_of if now else last.last_day,
        "text": now.text if now else "",
    }
    form = forms.DesiredStateForm(request.POST or None, initial=initial)
    by, at = request.desk.actor, clock.now()

    def write(given: dict[str, Any]) -> None:
        day: date = given["as_of"]
        services.set_desired_state(
            node=measure, heading=given["heading"], as_of=day, text=_unix(given["text"]), by=by, at=at
        )

    if saved(form, write):
        messages.success(request, _("めざす姿を書きました。"))
        return redirect("policy:measure_desk", measure.pk)
    context = {"title": _("めざす姿"), "breadcrumbs": measure_crumbs(measure, Crumb(_("めざす姿")))}
    return form_page(request, "policy/form.html", form, {**context, "submit_label": _("保存する")})


def _unix(text: str) -> str:
    # Browsers send CRLF; paragraphs are divided by an empty line.
    return text.replace("\r\n", "\n")

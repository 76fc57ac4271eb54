"""進展度 and the experts' comments on the desk."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kencho.foundation import clock
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.ui import Crumb
from kencho.organization.access import StaffRequest, staff_page
from kencho.policy import forms, queries, services
from kencho.policy.models import ExternalComment, Judgement, PolicyNode
from kencho.policy.profiles import profile_of
from kencho.policy.queries import Setting
from kencho.policy.views._common import form_page, may_plan, measure_crumbs, measure_or_404, saved


def _year_or_404(measure: PolicyNode, year: int) -> int:
    if year not in measure.plan.years:
        raise Http404
    return year


@staff_page("policy.may_plan", may=may_plan)
@require_http_methods(["GET", "POST"])
def judgement_edit(request: StaffRequest, pk: int, year: int) -> HttpResponse:
    """進展度を判断する, beside what the rule suggests and the figures it rests on."""
    measure = measure_or_404(request, pk)
    _year_or_404(measure, year)
    profile = profile_of(measure.plan)
    at = clock.now()
    form = forms.JudgementForm(profile.grades, request.POST or None)
    by = request.desk.actor
    if saved(form, lambda given: services.judge(node=measure, year=year, by=by, at=at, **given)):
        messages.success(request, _("進展度を判断しました。"))
        return redirect("policy:measure_desk", measure.pk)
    title = _("%(year)sの進展度") % {"year": FiscalYear(year).label}
    sheet = queries.sheet_of(measure, year + 1, at=at)
    suggestion = queries.suggestion_of(queries.series_of(measure, at), year, Setting(profile, at, live=False))
    context = {
        "measure": measure,
        "title": title,
        "suggested": suggestion.grade if suggestion else None,
        "needs_experts": suggestion.needs_experts if suggestion else False,
        "is_monitored_only": measure.plan.is_monitored_only,
        "rows": [
            (row, each)
            for row in (*sheet.primary, *sheet.secondary)
            for each in row.years
            if each.year == year
        ],
        "judgements": list(Judgement.objects.filter(node=measure, year=year).order_by("-pk")),
        "comments": list(ExternalComment.objects.filter(node=measure, year=year)),
        "year": year,
        "breadcrumbs": measure_crumbs(measure, Crumb(title)),
    }
    return form_page(request, "policy/judgement_edit.html", form, context)


@staff_page("policy.may_plan", may=may_plan)
@require_http_methods(["GET", "POST"])
def comment_create(request: StaffRequest, pk: int, year: int) -> HttpResponse:
    """外部有識者の所見を記録する。"""
    measure = measure_or_404(request, pk)
    _year_or_404(measure, year)
    form = forms.CommentForm(request.POST or None)
    by, at = request.desk.actor, clock.now()

    def write(given: dict[str, Any]) -> object:
        return services.add_comment(node=measure, year=year, by=by, at=at, **given)

    if saved(form, write):
        messages.success(request, _("外部有識者の所見を記録しました。"))
        return redirect("policy:judgement_edit", measure.pk, year)
    title = _("外部有識者の所見")
    context = {"title": title, "breadcrumbs": measure_crumbs(measure, Crumb(title))}
    return form_page(request, "policy/form.html", form, {**context, "submit_label": _("記録する")})

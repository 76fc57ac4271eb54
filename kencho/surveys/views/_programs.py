"""Programs: all surveys of the body, one of them with its versions and cycles, its figures over the years."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kencho.foundation import clock
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.ui import Crumb
from kencho.organization.access import StaffRequest, staff_page
from kencho.surveys import forms, permissions, queries, services
from kencho.surveys.models import Questionnaire
from kencho.surveys.trend import chart_of
from kencho.surveys.views._common import crumbs, owner_crumbs, program_or_404, status_of


@staff_page("surveys.may_manage", may=permissions.may_manage)
@require_safe
def program_list(request: StaffRequest) -> HttpResponse:
    """All surveys of the body."""
    context = {
        "programs": list(queries.programs_of(request.desk.body)),
        "breadcrumbs": crumbs(Crumb(_("アンケートの実施"))),
    }
    return render(request, "surveys/program_list.html", context)


@staff_page("surveys.may_manage", may=permissions.may_manage)
@require_http_methods(["GET", "POST"])
def program_create(request: StaffRequest) -> HttpResponse:
    """職員アンケートを作る。"""
    form = forms.NewProgram(request.POST or None)
    if request.method == "POST" and form.is_valid():
        desk, at = request.desk, clock.now()
        try:
            program = services.create_program(body=desk.body, **form.cleaned_data, by=desk.actor, at=at)
        except services.UnableToSaveQuestionnaire as refusal:
            form.add_error("code", refusal.message)
        else:
            made = services.begin_version(program=program, by=desk.actor, at=at)
            messages.success(request, _("アンケートを作りました。調査票に設問を置いてください。"))
            return redirect("surveys:questionnaire_edit", program.code, made.version)
    context = {"form": form, "breadcrumbs": owner_crumbs(None, Crumb(_("アンケートを作る")))}
    return render(request, "surveys/program_create.html", context, status=422 if form.errors else 200)


@staff_page("surveys.may_manage", may=permissions.may_manage)
@require_safe
def program_show(request: StaffRequest, code: str) -> HttpResponse:
    """One survey: versions of its questionnaire and its cycles."""
    program = program_or_404(request, code)
    cycles = queries.cycles_of(request.desk.body).filter(program=program)
    context = {
        "program": program,
        "versions": list(Questionnaire.objects.filter(program=program)),
        "cycles": [(each, status_of(each), FiscalYear(each.fiscal_year).label) for each in cycles],
        "breadcrumbs": owner_crumbs(None, Crumb(program.name)),
    }
    return render(request, "surveys/program_show.html", context)


@staff_page("surveys.may_manage", may=permissions.may_manage)
@require_POST
def version_begin(request: StaffRequest, code: str) -> HttpResponse:
    """新しい版を作り始める。"""
    program = program_or_404(request, code)
    try:
        made = services.begin_version(program=program, by=request.desk.actor, at=clock.now())
    except services.UnableToSaveQuestionnaire as refusal:
        messages.error(request, refusal.message)
        return redirect("surveys:program_show", program.code)
    return redirect("surveys:questionnaire_edit", program.code, made.version)


@staff_page("surveys.any_staff")
@require_safe
def program_trend(request: StaffRequest, code: str) -> HttpResponse:
    """The share of positive answers over the years, in the divisions of today."""
    program = program_or_404(request, code)
    newest = queries.latest_definition(program)
    asked = [question for question in newest.closed if question.positive] if newest else []
    question = next((q for q in asked if q.code == request.GET.get("question")), asked[0] if asked else None)
    cycles, rows = queries.trend_of(program, question.code) if question else ([], [])
    years = [FiscalYear(cycle.fiscal_year) for cycle in cycles]
    context = {
        "program": program,
        "questions": asked,
        "question": question,
        "years": years,
        "rows": rows,
        "chart": chart_of(years, [share.percent for share in rows[0].shares]) if rows else None,
        "breadcrumbs": crumbs(Crumb(program.name), Crumb(_("年ごとの移り変わり"))),
    }
    return render(request, "surveys/program_trend.html", context)

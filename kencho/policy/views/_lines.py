"""The lines of a sheet on the desk: 現状と課題, 取組方向, 主な事業 and their budgets."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kencho.foundation import clock
from kencho.foundation.actors import Actor
from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.ui import Crumb
from kencho.organization.access import StaffRequest, staff_page
from kencho.policy import forms, permissions, queries, services
from kencho.policy.models import BudgetLine, DirectionLine, Issue, PolicyNode, ProjectLine
from kencho.policy.services import ProjectFacts
from kencho.policy.views._common import form_page, may_plan, measure_crumbs, measure_or_404, saved
from kencho.policy.views._measure import sheet_years

Line = Issue | DirectionLine | ProjectLine


@dataclass(frozen=True)
class _Kind:
    """What differs between the three kinds of lines."""

    title: Callable[[], str]
    rows: Callable[[PolicyNode, int], list[Any]]
    form: Callable[..., django_forms.Form]
    write: Callable[[PolicyNode, int, dict[str, Any], Actor, datetime], object]
    initial: Callable[[Any], dict[str, Any]]


def _issues(node: PolicyNode, year: int) -> list[Issue]:
    return list(Issue.objects.filter(node=node, sheet_year=year).prefetch_related("programs"))


def _directions(node: PolicyNode, year: int) -> list[DirectionLine]:
    return list(DirectionLine.objects.filter(node=node, sheet_year=year).select_related("issue"))


def _projects(node: PolicyNode, year: int) -> list[ProjectLine]:
    rows = ProjectLine.objects.filter(node=node, sheet_year=year)
    return list(rows.select_related("program", "direction").prefetch_related("budgets"))


def _by_number(rows: list[Any], number: str) -> Any:
    return next((row for row in rows if str(row.number) == number), None)


def _write_issue(node: PolicyNode, year: int, given: dict[str, Any], by: Actor, at: datetime) -> object:
    wanted = set(given.get("programs", ()))
    programs = [one for one in queries.programs_of(node) if one.code in wanted]
    return services.write_issue(
        node=node,
        sheet_year=year,
        number=given["number"],
        text=given["text"],
        programs=programs,
        by=by,
        at=at,
    )


def _write_direction(node: PolicyNode, year: int, given: dict[str, Any], by: Actor, at: datetime) -> object:
    return services.write_direction(
        node=node,
        sheet_year=year,
        number=given["number"],
        text=given["text"],
        issue=_by_number(_issues(node, year), given["issue"]),
        by=by,
        at=at,
    )


def _write_project(node: PolicyNode, year: int, given: dict[str, Any], by: Actor, at: datetime) -> object:
    program = next(one for one in queries.programs_of(node) if one.code == given["program"])
    facts = ProjectFacts(
        name=given["name"],
        program=program,
        novelty=given["novelty"],
        direction=_by_number(_directions(node, year), given["direction"]),
        overview=given["overview"],
    )
    return services.write_project(
        node=node, sheet_year=year, number=given["number"], facts=facts, by=by, at=at
    )


KINDS = {
    "issue": _Kind(
        lambda: _("現状と課題"),
        _issues,
        lambda node, year, *args, **kwargs: forms.IssueForm(queries.programs_of(node), *args, **kwargs),
        _write_issue,
        lambda row: {"text": row.text, "programs": [one.code for one in row.programs.all()]},
    ),
    "direction": _Kind(
        lambda: _("取組方向"),
        _directions,
        lambda node, year, *args, **kwargs: forms.DirectionForm(_issues(node, year), *args, **kwargs),
        _write_direction,
        lambda row: {"text": row.text, "issue": str(row.issue.number) if row.issue else ""},
    ),
    "project": _Kind(
        lambda: _("主な事業"),
        _projects,
        lambda node, year, *args, **kwargs: forms.ProjectForm(
            queries.programs_of(node), _directions(node, year), *args, **kwargs
        ),
        _write_project,
        lambda row: {
            "name": row.name,
            "novelty": row.novelty,
            "program": row.program.code,
            "direction": str(row.direction.number) if row.direction else "",
            "overview": row.overview,
        },
    ),
}


def _year_or_404(measure: PolicyNode, year: int) -> int:
    if year not in sheet_years(measure, clock.now()):
        raise Http404
    return year


def _kind_or_404(kind: str) -> _Kind:
    if kind not in KINDS:
        raise Http404
    return KINDS[kind]


def _lines_url(measure: PolicyNode, year: int) -> str:
    return reverse("policy:lines_show", args=[measure.pk, year])


def _lines_crumbs(measure: PolicyNode, year: int, title: str = "") -> list[Crumb]:
    here = _("%(year)sの内容") % {"year": FiscalYear(year).label}
    if not title:
        return measure_crumbs(measure, Crumb(here))
    return measure_crumbs(measure, Crumb(here, _lines_url(measure, year)), Crumb(title))


@staff_page("policy.may_read")
@require_safe
def lines_show(request: StaffRequest, pk: int, year: int) -> HttpResponse:
    """What stands on the sheet of a year, each line with the way to change it."""
    measure = measure_or_404(request, pk)
    _year_or_404(measure, year)
    return render(
        request,
        "policy/lines_show.html",
        {
            "measure": measure,
            "year": year,
            "label": FiscalYear(year).label,
            "issues": _issues(measure, year),
            "directions": _directions(measure, year),
            "projects": _projects(measure, year),
            "has_programs": bool(queries.programs_of(measure)),
            "years": [(one, FiscalYear(one).label) for one in sheet_years(measure, clock.now())],
            "may_edit": permissions.may_edit(request.desk.actor, measure),
            "breadcrumbs": _lines_crumbs(measure, year),
        },
    )


@staff_page("policy.may_plan", may=may_plan)
@require_http_methods(["GET", "POST"])
def line_edit(request: StaffRequest, pk: int, year: int, kind: str, number: int) -> HttpResponse:
    """Write one line; number 0 stands for a new one at the end."""
    measure = measure_or_404(request, pk)
    _year_or_404(measure, year)
    told = _kind_or_404(kind)
    rows = told.rows(measure, year)
    row = _by_number(rows, str(number))
    if number and row is None:
        raise Http404
    following = max((one.number for one in rows), default=0) + 1
    initial = {"number": number or following, **(told.initial(row) if row else {})}
    form = told.form(measure, year, request.POST or None, initial=initial)
    if row is not None:
        # Another number would be another line beside this one.
        form.fields["number"].disabled = True
    by, at = request.desk.actor, clock.now()
    if saved(form, lambda given: told.write(measure, year, given, by, at)):
        messages.success(request, _("%(kind)sを書きました。") % {"kind": told.title()})
        return redirect("policy:lines_show", measure.pk, year)
    context = {
        "title": told.title(),
        "breadcrumbs": _lines_crumbs(measure, year, told.title()),
        "back_url": _lines_url(measure, year),
    }
    return form_page(request, "policy/form.html", form, {**context, "submit_label": _("保存する")})


@staff_page("policy.may_plan", may=may_plan)
@require_POST
def line_remove(request: StaffRequest, pk: int, year: int, kind: str, number: int) -> HttpResponse:
    """行を消す。"""
    measure = measure_or_404(request, pk)
    row = _by_number(_kind_or_404(kind).rows(measure, year), str(number))
    if row is None:
        raise Http404
    services.remove_line(line=row, by=request.desk.actor, at=clock.now())
    messages.success(request, _("消しました。公表した版には残ります。"))
    return redirect("policy:lines_show", measure.pk, year)


def _project_or_404(request: StaffRequest, pk: int) -> ProjectLine:
    rows = ProjectLine.objects.select_related("node__plan__body")
    return get_object_or_404(rows, pk=pk, node__plan__body=request.desk.body)


@staff_page("policy.may_plan", may=may_plan)
@require_http_methods(["GET", "POST"])
def budget_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """予算額を書く: the amounts of a project by year and stage."""
    project = _project_or_404(request, pk)
    form = forms.BudgetForm(request.POST or None, initial={"year": project.sheet_year})
    by, at = request.desk.actor, clock.now()
    if saved(form, lambda given: services.write_budget(project=project, by=by, at=at, **given)):
        messages.success(request, _("予算額を書きました。"))
        return redirect("policy:budget_edit", project.pk)
    title = _("%(name)sの予算額") % {"name": project.name}
    context = {
        "project": project,
        "title": title,
        "budgets": list(project.budgets.all()),
        "breadcrumbs": _lines_crumbs(project.node, project.sheet_year, title),
        "back_url": _lines_url(project.node, project.sheet_year),
        "submit_label": _("予算額を書く"),
    }
    return form_page(request, "policy/budget_edit.html", form, context)


@staff_page("policy.may_plan", may=may_plan)
@require_POST
def budget_remove(request: StaffRequest, pk: int) -> HttpResponse:
    """予算額を消す。"""
    rows = BudgetLine.objects.select_related("project__node__plan__body")
    line = get_object_or_404(rows, pk=pk, project__node__plan__body=request.desk.body)
    services.remove_budget(line=line, by=request.desk.actor, at=clock.now())
    messages.success(request, _("消しました。公表した版には残ります。"))
    return redirect("policy:budget_edit", line.project_id)

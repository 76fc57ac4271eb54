"""Routes: readable for all staff, changed by the organisation's administrators."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kencho.approvals import forms, permissions, queries, services
from kencho.approvals.models import Place, Route, StepRole
from kencho.foundation import clock
from kencho.foundation.ui import Crumb, errors_of
from kencho.organization.access import StaffRequest, staff_page

EMPTY_ROUTE = [{"order": 1, "role": StepRole.CIRCULATE}, {"order": 2, "role": StepRole.DECIDE}]


@staff_page("approvals.any_staff")
@require_safe
def route_list(request: StaffRequest) -> HttpResponse:
    """All routes of the body with their steps."""
    routes = list(queries.routes_of(request.desk.body))
    codes = {step.unit_code for route in routes for step in route.steps.all() if step.unit_code}
    names = queries.unit_names(request.desk.body, codes, request.desk.day)
    context = {
        "routes": [
            (
                route,
                [
                    (step, names.get(step.unit_code, step.unit_code) or step.get_place_display())
                    for step in route.steps.all()
                ],
            )
            for route in routes
        ],
        "may_edit": permissions.may_edit_rules(request.desk),
        "breadcrumbs": [Crumb(_("決裁"), reverse("approvals:approvals_waiting")), Crumb(_("回付経路"))],
    }
    return render(request, "approvals/route_list.html", context)


@staff_page("approvals.may_edit_rules", may=permissions.may_edit_rules)
@require_http_methods(["GET", "POST"])
def route_create(request: StaffRequest) -> HttpResponse:
    """回付経路を作る。"""
    return _edit(request, None)


@staff_page("approvals.may_edit_rules", may=permissions.may_edit_rules)
@require_http_methods(["GET", "POST"])
def route_edit(request: StaffRequest, code: str) -> HttpResponse:
    """回付経路を改める。"""
    route = queries.route_of(request.desk.body, code)
    if route is None:
        raise Http404
    return _edit(request, route)


def _edit(request: StaffRequest, route: Route | None) -> HttpResponse:
    desk = request.desk
    form = forms.RouteBasics(desk, request.POST or None, initial=_basics(route), existing=route is not None)
    steps = forms.RouteSteps(
        request.POST or None, prefix="steps", initial=_rows(route), form_kwargs={"desk": desk}
    )
    if request.method == "POST" and form.is_valid() and steps.is_valid():
        try:
            _save(
                request,
                form.cleaned_data,
                [row for row in steps.cleaned_data if row and not row.get("DELETE")],
            )
        except services.UnableToSaveRoute as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("回付経路を保存しました。進行中の案件は変わりません。"))
            return redirect("approvals:route_list")
    title = route.name if route else _("回付経路を作る")
    context = {
        "form": form,
        "steps": steps,
        "errors": [error for each in (form, *steps) for error in errors_of(each)] if form.is_bound else [],
        "title": title,
        "breadcrumbs": [
            Crumb(_("決裁"), reverse("approvals:approvals_waiting")),
            Crumb(_("回付経路"), reverse("approvals:route_list")),
            Crumb(title),
        ],
    }
    wrong = form.is_bound and (form.errors or not steps.is_valid())
    return render(request, "approvals/route_edit.html", context, status=422 if wrong else 200)


def _basics(route: Route | None) -> dict[str, Any]:
    if route is None:
        return {"is_active": True}
    return {
        "code": route.code,
        "name": route.name,
        "matter": route.matter.code,
        "is_default": route.is_default,
        "is_active": route.is_active,
    }


def _rows(route: Route | None) -> list[dict[str, Any]]:
    if route is None:
        return list(EMPTY_ROUTE)
    return [
        {
            "order": step.order,
            "role": step.role,
            "place": step.place,
            "unit_code": step.unit_code,
            "post": step.post.code if step.post else None,
        }
        for step in route.steps.all()
    ]


def _save(request: StaffRequest, basics: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    steps = [
        services.StepSpec(
            row["order"],
            StepRole(row["role"]),
            Place(row["place"] or Place.OWN_DIVISION),
            row["unit_code"],
            row["post"],
        )
        for row in sorted(rows, key=lambda row: row["order"])
    ]
    services.save_route(**basics, steps=steps, by=request.desk.actor, at=clock.now())

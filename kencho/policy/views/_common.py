"""What the pages of policy share: finding things of the own body, crumbs, refusals at their field."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kencho.foundation.fiscal import FiscalYear
from kencho.foundation.ui import Crumb, Tab, errors_of
from kencho.organization.access import StaffRequest
from kencho.organization.models import Body
from kencho.organization.queries import Desk
from kencho.policy import permissions, queries, services
from kencho.policy.models import Indicator, Plan, PolicyNode


def may_plan(desk: Desk) -> bool:
    """Planning staff of the body."""
    return permissions.may_plan(desk.actor, desk.body)


def plan_or_404(request: StaffRequest, code: str) -> Plan:
    """A plan of the desk's body."""
    found = queries.plan_of(request.desk.body, code)
    if found is None:
        raise Http404
    return found


def node_or_404(request: StaffRequest, pk: int) -> PolicyNode:
    """A node of a plan of the desk's body."""
    return get_object_or_404(queries.nodes_of(request.desk.body), pk=pk)


def measure_or_404(request: StaffRequest, pk: int) -> PolicyNode:
    """A measure (施策) of the desk's body."""
    return get_object_or_404(queries.measures_of(request.desk.body), pk=pk)


def indicator_or_404(request: StaffRequest, pk: int) -> Indicator:
    """An indicator of a measure of the desk's body."""
    rows = Indicator.objects.select_related("node__plan__body")
    return get_object_or_404(rows, pk=pk, node__plan__body=request.desk.body)


def public_measure_or_404(body: str, code: str) -> PolicyNode:
    """A measure of which a sheet is published."""
    office = get_object_or_404(Body, slug=body)
    found = queries.public_measures(office).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def crumbs(*more: Crumb) -> list[Crumb]:
    """The way here on the desk."""
    return [Crumb(_("政策評価"), reverse("policy:desk_list")), *more]


def plan_crumbs(plan: Plan, *more: Crumb) -> list[Crumb]:
    """The way to something of a plan."""
    return crumbs(Crumb(plan.name, reverse("policy:plan_show", args=[plan.code])), *more)


def measure_crumbs(node: PolicyNode, *more: Crumb) -> list[Crumb]:
    """The way to something of a measure."""
    here = Crumb(str(node), reverse("policy:measure_desk", args=[node.pk]) if more else "")
    return plan_crumbs(node.plan, here, *more)


def indicator_crumbs(indicator: Indicator, *more: Crumb) -> list[Crumb]:
    """The way to something of an indicator."""
    here = Crumb(indicator.name, reverse("policy:indicator_desk", args=[indicator.pk]) if more else "")
    return measure_crumbs(indicator.node, here, *more)


def refuse(form: forms.BaseForm, refusal: services.UnableTo) -> None:
    """Put a refusal at the field it names, or above the form."""
    form.add_error(refusal.cell if refusal.cell in form.fields else None, refusal.message)


def saved(form: forms.Form, act: Callable[[dict[str, Any]], object]) -> bool:
    """Run a service with what a bound form holds; a refusal goes into the form."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except services.UnableTo as refusal:
        refuse(form, refusal)
        return False
    return True


def form_page(request: HttpRequest, template: str, form: forms.Form, context: dict[str, Any]) -> HttpResponse:
    """A page with one form; 422 when what was sent cannot be taken."""
    return render(
        request,
        template,
        {"form": form, "errors": errors_of(form) if form.is_bound else [], **context},
        status=422 if form.errors else 200,
    )


def year_of(request: HttpRequest, name: str, allowed: list[int], otherwise: int | None) -> int | None:
    """A fiscal year from the address, if it is one of those allowed."""
    given = request.GET.get(name, "")
    year = int(given) if given.isascii() and given.isdecimal() and len(given) == 4 else None
    return year if year in allowed else otherwise


def year_tabs(years: list[int], current: int, link: Callable[[int], str]) -> list[Tab]:
    """A tab for each year."""
    return [Tab(FiscalYear(year).label, link(year), current=year == current) for year in years]


def page_number(request: HttpRequest) -> int:
    """``?page=``; the first page for anything that is no number."""
    given = request.GET.get("page", "")
    is_number = given.isascii() and given.isdecimal() and len(given) < 8
    return max(int(given), 1) if is_number else 1

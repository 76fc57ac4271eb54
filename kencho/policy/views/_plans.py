"""Plans and their trees on the desk."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kencho.foundation import clock
from kencho.foundation.actors import Actor
from kencho.foundation.ui import Crumb
from kencho.organization.access import StaffRequest, staff_page
from kencho.organization.models import Body
from kencho.policy import forms, queries, services
from kencho.policy.models import Plan, PolicyNode
from kencho.policy.services import NodeFacts, PlanFacts
from kencho.policy.views._common import (
    crumbs,
    form_page,
    may_plan,
    node_or_404,
    plan_crumbs,
    plan_or_404,
    saved,
)

_BELOW = {
    PolicyNode.Level.POLICY: [PolicyNode.Level.MEASURE],
    PolicyNode.Level.MEASURE: [PolicyNode.Level.PROGRAM],
    PolicyNode.Level.PROGRAM: [PolicyNode.Level.PROJECT],
}
_TOP = [PolicyNode.Level.POLICY, PolicyNode.Level.MEASURE]


@staff_page("policy.may_read")
@require_safe
def desk_list(request: StaffRequest) -> HttpResponse:
    """All plans of the body with their trees."""
    plans = list(queries.plans_of(request.desk.body))
    return render(
        request,
        "policy/desk_list.html",
        {
            "trees": [(plan, queries.tree_of(plan)) for plan in plans],
            "may_edit": may_plan(request.desk),
            "breadcrumbs": [Crumb(_("政策評価"))],
        },
    )


@staff_page("policy.may_plan", may=may_plan)
@require_http_methods(["GET", "POST"])
def plan_create(request: StaffRequest) -> HttpResponse:
    """計画を作る。"""
    body = request.desk.body
    form = forms.PlanForm(body, request.POST or None, initial={"profile": "mie-2020"})
    by, at = request.desk.actor, clock.now()
    if saved(
        form,
        lambda given: services.create_plan(
            body=body, code=given["code"], facts=_plan_facts(body, given), by=by, at=at
        ),
    ):
        messages.success(request, _("計画を作りました。次に、政策や施策を加えます。"))
        return redirect("policy:plan_show", form.cleaned_data["code"])
    context = {"title": _("計画を作る"), "breadcrumbs": crumbs(Crumb(_("計画を作る")))}
    return form_page(request, "policy/form.html", form, {**context, "submit_label": _("計画を作る")})


def _plan_facts(body: Body, given: dict[str, Any]) -> PlanFacts:
    return PlanFacts(
        name=given["name"],
        fy_from=given["fy_from"],
        fy_to=given["fy_to"],
        profile=given["profile"],
        kpi_mode=given["kpi_mode"],
        predecessor=queries.plan_of(body, given["predecessor"]) if given["predecessor"] else None,
        marking=given["marking"],
    )


@staff_page("policy.may_plan", may=may_plan)
@require_http_methods(["GET", "POST"])
def plan_edit(request: StaffRequest, plan: str) -> HttpResponse:
    """計画を直す。"""
    found = plan_or_404(request, plan)
    form = forms.PlanForm(
        request.desk.body,
        request.POST or None,
        existing=found,
        initial={
            "code": found.code,
            "name": found.name,
            "fy_from": found.fy_from,
            "fy_to": found.fy_to,
            "profile": found.profile,
            "kpi_mode": found.kpi_mode,
            "predecessor": found.predecessor.code if found.predecessor else "",
            "marking": found.marking,
        },
    )
    by, at = request.desk.actor, clock.now()
    if saved(
        form,
        lambda given: services.edit_plan(plan=found, facts=_plan_facts(found.body, given), by=by, at=at),
    ):
        messages.success(request, _("計画を直しました。"))
        return redirect("policy:plan_show", found.code)
    context = {"title": _("計画を直す"), "breadcrumbs": plan_crumbs(found, Crumb(_("直す")))}
    return form_page(request, "policy/form.html", form, {**context, "submit_label": _("保存する")})


@staff_page("policy.may_read")
@require_safe
def plan_show(request: StaffRequest, plan: str) -> HttpResponse:
    """One plan: its tree, and what can be added."""
    found = plan_or_404(request, plan)
    return render(
        request,
        "policy/plan_show.html",
        {
            "plan": found,
            "branches": queries.tree_of(found),
            "may_edit": may_plan(request.desk),
            "breadcrumbs": crumbs(Crumb(found.name)),
        },
    )


@staff_page("policy.may_plan", may=may_plan)
@require_http_methods(["GET", "POST"])
def node_create(request: StaffRequest, plan: str) -> HttpResponse:
    """政策・施策・基本事業・事務事業を加える; ``?parent=`` names what it stands below."""
    found = plan_or_404(request, plan)
    parent = _parent(request, found)
    levels = _BELOW.get(PolicyNode.Level(parent.level), []) if parent else _TOP
    if not levels:
        raise Http404
    form = forms.NodeForm([str(level) for level in levels], request.POST or None)
    by, at = request.desk.actor, clock.now()
    made: list[PolicyNode] = []
    if saved(form, lambda given: made.append(_create_node(found, parent, given, by, at))):
        messages.success(request, _("「%(name)s」を加えました。") % {"name": made[0]})
        if made[0].is_measure:
            return redirect("policy:measure_desk", made[0].pk)
        return redirect("policy:plan_show", found.code)
    title = _("「%(name)s」の下に加える") % {"name": parent} if parent else _("政策・施策を加える")
    context = {"title": title, "breadcrumbs": plan_crumbs(found, Crumb(title))}
    return form_page(request, "policy/form.html", form, {**context, "submit_label": _("加える")})


def _parent(request: StaffRequest, plan: Plan) -> PolicyNode | None:
    given = request.GET.get("parent", "")
    if not given:
        return None
    if not given.isascii() or not given.isdecimal():
        raise Http404
    found = node_or_404(request, int(given))
    if found.plan_id != plan.pk:
        raise Http404
    return found


def _create_node(
    plan: Plan, parent: PolicyNode | None, given: dict[str, Any], by: Actor, at: datetime
) -> PolicyNode:
    facts = NodeFacts(given["name"], given["fy_from"], given["fy_to"])
    node = services.create_node(
        plan=plan, level=given["level"], code=given["code"], facts=facts, parent=parent, by=by, at=at
    )
    _lead(node, given, by, at)
    return node


def _lead(node: PolicyNode, given: dict[str, Any], by: Actor, at: datetime) -> None:
    """Only what changed becomes a new row of the history."""
    if not given["lead"]:
        return
    year = given["lead_from"] or node.fy_from
    now = queries.lead_of(node, year)
    if now is not None and now.name == given["lead"]:
        return
    unit = queries.unit_named(node.plan.body, given["lead"], year)
    services.assign_lead(node=node, name=given["lead"], unit=unit, from_year=year, by=by, at=at)


@staff_page("policy.may_plan", may=may_plan)
@require_http_methods(["GET", "POST"])
def node_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """名称、期間、主担当を直す。"""
    node = node_or_404(request, pk)
    lead = queries.lead_of(node, node.fy_to)
    form = forms.NodeForm(
        [node.level],
        request.POST or None,
        existing=True,
        initial={
            "level": node.level,
            "code": node.code,
            "name": node.name,
            "lead": lead.name if lead else "",
            "lead_from": lead.from_year if lead else "",
            "fy_from": node.fy_from,
            "fy_to": node.fy_to,
        },
    )
    by, at = request.desk.actor, clock.now()
    if saved(form, lambda given: _edit_node(node, given, by, at)):
        messages.success(request, _("「%(name)s」を直しました。") % {"name": node})
        if node.is_measure:
            return redirect("policy:measure_desk", node.pk)
        return redirect("policy:plan_show", node.plan.code)
    context = {"title": str(node), "breadcrumbs": plan_crumbs(node.plan, Crumb(str(node)))}
    return form_page(request, "policy/form.html", form, {**context, "submit_label": _("保存する")})


def _edit_node(node: PolicyNode, given: dict[str, Any], by: Actor, at: datetime) -> None:
    facts = NodeFacts(given["name"], given["fy_from"], given["fy_to"], node.predecessor)
    services.edit_node(node=node, facts=facts, by=by, at=at)
    _lead(node, given, by, at)

"""What waits for the head of the division, or who acts for them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kencho.foundation import clock
from kencho.organization.access import StaffRequest, staff_page
from kencho.workplace import forms, queries, services
from kencho.workplace.queries import Waiting
from kencho.workplace.telework_rules import Finding, Rule
from kencho.workplace.views._common import crumbs

MAX_BULK = 200


@staff_page("workplace.any_staff")
@require_safe
def telework_approvals(request: StaffRequest) -> HttpResponse:
    """Plans on which the reader may decide; those that ask for an exception are marked."""
    context = {
        "waiting": queries.waiting_for(request.desk.staff, request.desk.day),
        "breadcrumbs": crumbs(_("承認")),
    }
    return render(request, "workplace/telework_approvals.html", context)


def _waiting(request: StaffRequest, pk: int) -> Waiting:
    """The plan, if the reader may decide on it; for everybody else it does not exist."""
    for each in queries.waiting_for(request.desk.staff, request.desk.day):
        if each.plan.pk == pk:
            return each
    raise Http404


def _rule(waiting: Waiting) -> Rule:
    found = queries.rule_on(waiting.plan.body, waiting.days[0].day)
    if found is None:
        raise Http404
    return found.rule


def _findings(waiting: Waiting) -> tuple[Finding, ...]:
    rule = queries.rule_on(waiting.plan.body, waiting.days[0].day)
    asked_at = waiting.plan.submitted_at
    if rule is None or asked_at is None:
        return ()
    return services.findings_of(waiting.plan, rule, clock.day_of(asked_at))


@staff_page("workplace.may_decide")
@require_safe
def telework_review(request: StaffRequest, pk: int) -> HttpResponse:
    """One plan with what the rule says about it."""
    return _review(request, _waiting(request, pk), None)


def _review(request: StaffRequest, waiting: Waiting, refuse: forms.Refuse | None) -> HttpResponse:
    rule = _rule(waiting)
    context: dict[str, Any] = {
        "waiting": waiting,
        "findings": _findings(waiting),
        "rule": rule,
        "refuse_form": refuse or forms.Refuse(articles=rule.articles, initial={"digest": waiting.digest}),
        "breadcrumbs": crumbs((_("承認"), reverse("workplace:telework_approvals")), _("計画を確かめる")),
    }
    status = 422 if refuse is not None and refuse.errors else 200
    return render(request, "workplace/telework_review.html", context, status=status)


@staff_page("workplace.may_decide")
@require_POST
def telework_approve(request: StaffRequest, pk: int) -> HttpResponse:
    """計画を承認する。"""
    waiting = _waiting(request, pk)
    try:
        services.approve_plan(
            plan=waiting.plan,
            digest=request.POST.get("digest", ""),
            by=request.desk.actor,
            at=clock.now(),
        )
    except services.UnableToDecide as refusal:
        messages.error(request, refusal.message)
        return redirect("workplace:telework_review", pk)
    messages.success(request, _("%(name)sさんの計画を承認しました。") % {"name": waiting.plan.staff.name})
    return redirect("workplace:telework_approvals")


@staff_page("workplace.may_decide")
@require_POST
def telework_refuse(request: StaffRequest, pk: int) -> HttpResponse:
    """計画を承認しない。"""
    waiting = _waiting(request, pk)
    form = forms.Refuse(request.POST, articles=_rule(waiting).articles)
    if not form.is_valid():
        return _review(request, waiting, form)
    try:
        services.refuse_plan(plan=waiting.plan, **form.cleaned_data, by=request.desk.actor, at=clock.now())
    except services.UnableToDecide as refusal:
        form.add_error(None, refusal.message)
        return _review(request, waiting, form)
    messages.success(
        request, _("%(name)sさんの計画を承認しませんでした。") % {"name": waiting.plan.staff.name}
    )
    return redirect("workplace:telework_approvals")


@staff_page("workplace.may_decide")
@require_POST
def telework_bulk_approve(request: StaffRequest) -> HttpResponse:
    """まとめて承認する: first the list to be confirmed, then the deed."""
    picked = dict(value.partition(":")[::2] for value in request.POST.getlist("pick")[:MAX_BULK])
    chosen = [
        each
        for each in queries.waiting_for(request.desk.staff, request.desk.day)
        if str(each.plan.pk) in picked
    ]
    if not chosen:
        messages.error(request, _("承認する計画を選んでください。"))
        return redirect("workplace:telework_approvals")
    if "confirmed" not in request.POST:
        context = {
            "waiting": chosen,
            "breadcrumbs": crumbs((_("承認"), reverse("workplace:telework_approvals")), _("まとめて承認")),
        }
        return render(request, "workplace/telework_bulk_approve.html", context)
    outcome = services.bulk_approve(
        choices=[(each.plan, picked[str(each.plan.pk)]) for each in chosen],
        by=request.desk.actor,
        at=clock.now(),
    )
    if number := len(outcome.approved):
        messages.success(
            request,
            ngettext("%(n)d件の計画を承認しました。", "%(n)d件の計画を承認しました。", number)
            % {"n": number},
        )
    for plan, refusal in outcome.refused:
        messages.error(request, f"{plan.staff.name}：{refusal.message}")
    return redirect("workplace:telework_approvals")

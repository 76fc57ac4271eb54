"""専決の定め: readable for all staff, set and ended by the organisation's administrators."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kencho.approvals import forms, permissions, queries, services
from kencho.foundation import clock
from kencho.foundation.ui import Crumb
from kencho.organization.access import StaffRequest, staff_page


def _crumbs(title: str = "") -> list[Crumb]:
    start = [Crumb(_("決裁"), reverse("approvals:approvals_waiting"))]
    if not title:
        return [*start, Crumb(_("専決の定め"))]
    return [*start, Crumb(_("専決の定め"), reverse("approvals:rule_list")), Crumb(title)]


@staff_page("approvals.any_staff")
@require_safe
def rule_list(request: StaffRequest) -> HttpResponse:
    """Who may decide what today."""
    context = {
        "rules": queries.rules_of(request.desk.body, request.desk.day),
        "may_edit": permissions.may_edit_rules(request.desk),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "approvals/rule_list.html", context)


@staff_page("approvals.may_edit_rules", may=permissions.may_edit_rules)
@require_http_methods(["GET", "POST"])
def rule_create(request: StaffRequest) -> HttpResponse:
    """専決を定める。"""
    form = forms.NewRule(request.desk, request.POST or None, initial={"valid_from": request.desk.day})
    if request.method == "POST" and form.is_valid():
        substitutes = sorted(form.cleaned_data.pop("substitutes"), key=lambda post: post.rank)
        try:
            services.set_rule(
                **form.cleaned_data, substitutes=substitutes, by=request.desk.actor, at=clock.now()
            )
        except services.UnableToSetRule as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("専決を定めました。"))
            return redirect("approvals:rule_list")
    context = {"form": form, "breadcrumbs": _crumbs(_("専決を定める"))}
    return render(request, "approvals/rule_create.html", context, status=422 if form.errors else 200)


@staff_page("approvals.may_edit_rules", may=permissions.may_edit_rules)
@require_http_methods(["GET", "POST"])
def rule_end(request: StaffRequest, pk: int) -> HttpResponse:
    """専決の定めを終わらせる。"""
    rule = get_object_or_404(queries.rules_of(request.desk.body), pk=pk)
    form = forms.EndRule(request.POST or None, initial={"on": request.desk.day})
    if request.method == "POST" and form.is_valid():
        try:
            services.end_rule(rule=rule, on=form.cleaned_data["on"], by=request.desk.actor, at=clock.now())
        except services.UnableToEndRule as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("専決の定めを終わらせました。"))
            return redirect("approvals:rule_list")
    context = {"form": form, "rule": rule, "breadcrumbs": _crumbs(str(rule))}
    return render(request, "approvals/rule_end.html", context, status=422 if form.errors else 200)

"""A checked version: what was found, the gate, publication, withdrawal."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kencho.catalog import forms, permissions, queries, services
from kencho.catalog.models import ResourceVersion
from kencho.catalog.views.desk._common import crumbs, gate_status, link_to, own_version, version_status
from kencho.catalog.wording import fixer as fixing
from kencho.catalog.wording import gate as gates
from kencho.catalog.wording import quality as qualities
from kencho.catalog.wording import tables as tables_wording
from kencho.foundation import clock
from kencho.organization.access import StaffRequest, staff_page

State = ResourceVersion.State
PAGE = 200


@staff_page("catalog.may_read", may=permissions.may_read)
@require_safe
def version_show(request: StaffRequest, pk: int) -> HttpResponse:
    """The whole case of a version on one page, for its makers and its approvers."""
    version = own_version(request, pk)
    return _page(request, version)


def _page(
    request: StaffRequest, version: ResourceVersion, form: forms.Publication | None = None
) -> HttpResponse:
    dataset = version.resource.dataset
    actor = request.desk.actor
    context: dict[str, Any] = {
        "version": version,
        "dataset": dataset,
        "status": version_status(version),
        "gate": gate_status(version),
        "gate_findings": [
            {
                **each,
                "label": gates.kind_label(each["kind"]),
                "sentence": gates.kind_sentence(each),
                "remedy_sentence": gates.remedy_sentence(each["remedy"]),
            }
            for each in version.gate_findings
        ],
        "overrides": list(version.overrides.order_by("at")),
        "findings": [
            {**each, "sentence": tables_wording.finding(each)} for each in version.findings.get("counts", ())
        ],
        "losses": [
            {
                **each,
                "sentence": qualities.loss_sentence(each),
                "remedy_sentence": qualities.remedy_sentence(each["remedy"]),
            }
            for each in version.quality.get("losses", ())
        ],
        "fields": version.schema.get("fields", ()),
        "missing": services.missing_for_publication(version),
        "form": form or forms.Publication(),
        "may_edit": permissions.may_edit(actor, dataset),
        "may_publish": permissions.may_edit(actor, dataset) and version.state == State.READY,
        "may_override": permissions.may_override_gate(actor, version) and version.state == State.READY,
        "is_open": version.gate != ResourceVersion.Gate.STOPPED,
        "breadcrumbs": crumbs(link_to(dataset), _("第%(n)s版") % {"n": version.number}),
    }
    return render(request, "catalog/desk/version_show.html", context, status=422 if form is not None else 200)


@staff_page("catalog.may_read", may=permissions.may_read)
@require_safe
def version_changes(request: StaffRequest, pk: int) -> HttpResponse:
    """Every cell that differs from the file, with its rule."""
    version = own_version(request, pk)
    page = Paginator(list(queries.change_lines(version)), PAGE).get_page(request.GET.get("page"))
    context = {
        "version": version,
        "page": page,
        "changes": [{**each, "sentence": fixing.sentence(each)} for each in page.object_list],
        "breadcrumbs": crumbs(
            link_to(version.resource.dataset), _("第%(n)s版で直したセル") % {"n": version.number}
        ),
    }
    return render(request, "catalog/desk/version_changes.html", context)


@staff_page("catalog.may_override_gate")
@require_http_methods(["GET", "POST"])
def version_override(request: StaffRequest, pk: int) -> HttpResponse:
    """個人情報の確認を責任者が通す."""
    version = own_version(request, pk)
    if not permissions.may_override_gate(request.desk.actor, version):
        raise Http404
    form = forms.Override(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.override_gate(
                version=version, reason=form.cleaned_data["reason"], by=request.desk.actor, at=clock.now()
            )
        except services.UnableToPublish as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("判断を記録しました。"))
            return redirect("catalog:version_show", pk)
    context = {
        "form": form,
        "version": version,
        "gate_findings": [gates.kind_sentence(each) for each in version.gate_findings],
        "breadcrumbs": crumbs(link_to(version.resource.dataset), _("個人情報の確認を通す")),
    }
    return render(request, "catalog/desk/version_override.html", context, status=422 if form.errors else 200)


@staff_page("catalog.may_edit")
@require_http_methods(["POST"])
def version_publish(request: StaffRequest, pk: int) -> HttpResponse:
    """公開の決裁を求める."""
    version = own_version(request, pk)
    if not permissions.may_edit(request.desk.actor, version.resource.dataset):
        raise Http404
    form = forms.Publication(request.POST)
    if form.is_valid():
        try:
            services.request_publication(
                version=version, **form.cleaned_data, by=request.desk.actor, at=clock.now()
            )
        except services.UnableToPublish as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("決裁を求めました。決裁されると公開されます。"))
            return redirect("catalog:version_show", pk)
    return _page(request, version, form)


@staff_page("catalog.may_edit")
@require_http_methods(["GET", "POST"])
def version_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """一つの版を取り下げる."""
    version = own_version(request, pk)
    if not permissions.may_edit(request.desk.actor, version.resource.dataset):
        raise Http404
    form = forms.Withdrawal(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw_version(
                version=version, reason=form.cleaned_data["reason"], by=request.desk.actor, at=clock.now()
            )
        except services.UnableToWithdraw as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("取り下げました。"))
            return redirect("catalog:version_show", pk)
    context = {
        "form": form,
        "version": version,
        "breadcrumbs": crumbs(link_to(version.resource.dataset), _("版を取り下げる")),
    }
    return render(request, "catalog/desk/version_withdraw.html", context, status=422 if form.errors else 200)

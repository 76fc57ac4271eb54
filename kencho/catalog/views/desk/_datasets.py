"""Datasets of the division: the list with what is under way, one of them, describing and withdrawing."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kencho.catalog import forms, permissions, queries, services
from kencho.catalog.models import Dataset, ResourceVersion
from kencho.catalog.views.desk._common import (
    crumbs,
    link_to,
    own_dataset,
    preparation_status,
    version_status,
)
from kencho.foundation import clock
from kencho.foundation.paging import page_of
from kencho.organization.access import StaffRequest, staff_page

MOST_PREPARATIONS = 20


@staff_page("catalog.may_read", may=permissions.may_read)
@require_safe
def dataset_list(request: StaffRequest) -> HttpResponse:
    """The datasets of the division (or of the whole body), and the files that are being prepared."""
    desk = request.desk
    whole = request.GET.get("scope") == "body"
    found = page_of(queries.datasets_of_desk(desk, whole_body=whole), request, "-created_at", "-id")
    preparations = list(queries.preparations_of_desk(desk)[:MOST_PREPARATIONS])
    context: dict[str, Any] = {
        "whole": whole,
        "rows": found.rows,
        "pager": found.pager,
        "today": desk.day,
        "preparations": [(each, preparation_status(each)) for each in preparations],
        "breadcrumbs": crumbs(),
    }
    return render(request, "catalog/desk/dataset_list.html", context)


@staff_page("catalog.may_edit")
@require_http_methods(["GET", "POST"])
def dataset_create(request: StaffRequest) -> HttpResponse:
    """データセットを登録する."""
    form = forms.Description(request.POST or None, posts=request.desk.body.posts.order_by("rank"))
    if request.method == "POST" and form.is_valid():
        try:
            dataset = services.register_dataset(
                division=request.desk.division,
                by=request.desk.actor,
                at=clock.now(),
                **{**form.cleaned_data, "keywords": tuple(form.cleaned_data["keywords"])},
            )
        except services.UnableToRegister as refusal:
            form.add_error("code" if "code" in refusal.reason.value else None, refusal.message)
        else:
            messages.success(request, _("登録しました。次に、ファイルを置いてください。"))
            return redirect("catalog:dataset_desk", dataset.pk)
    context = {"form": form, "breadcrumbs": crumbs(_("データセットを登録する"))}
    return render(request, "catalog/desk/dataset_create.html", context, status=422 if form.errors else 200)


@staff_page("catalog.may_read", may=permissions.may_read)
@require_safe
def dataset_desk(request: StaffRequest, pk: int) -> HttpResponse:
    """One dataset with its tables, versions and files under way."""
    dataset = own_dataset(request, pk)
    resources = list(dataset.resources.select_related("live"))
    versions: dict[int, list[ResourceVersion]] = {each.pk: [] for each in resources}
    for version in (
        ResourceVersion.objects.filter(resource__dataset=dataset)
        .exclude(state=ResourceVersion.State.DROPPED)
        .order_by("-number")
    ):
        versions[version.resource_id].append(version)
    preparations = queries.preparations_of_dataset(dataset)
    context = {
        "dataset": dataset,
        "may_edit": permissions.may_edit(request.desk.actor, dataset),
        "is_published": dataset.state == Dataset.State.PUBLISHED,
        "tables": [
            (each, [(version, version_status(version)) for version in versions[each.pk]])
            for each in resources
        ],
        "preparations": [(each, preparation_status(each)) for each in preparations],
        "breadcrumbs": crumbs(dataset.title),
    }
    return render(request, "catalog/desk/dataset_show.html", context)


@staff_page("catalog.may_edit")
@require_http_methods(["GET", "POST"])
def dataset_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """説明を変える."""
    dataset = own_dataset(request, pk, to_edit=True)
    form = forms.Description(request.POST or None, posts=dataset.body.posts.order_by("rank"), dataset=dataset)
    if request.method == "POST" and form.is_valid():
        try:
            services.describe_dataset(
                dataset=dataset, values=form.cleaned_data, by=request.desk.actor, at=clock.now()
            )
        except services.UnableToRegister as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("変更しました。"))
            return redirect("catalog:dataset_desk", pk)
    context = {"form": form, "dataset": dataset, "breadcrumbs": crumbs(link_to(dataset), _("説明を変える"))}
    return render(request, "catalog/desk/dataset_edit.html", context, status=422 if form.errors else 200)


@staff_page("catalog.may_edit")
@require_http_methods(["GET", "POST"])
def dataset_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """公開をやめる, with a reason that the public reads."""
    dataset = own_dataset(request, pk, to_edit=True)
    form = forms.Withdrawal(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw_dataset(
                dataset=dataset, reason=form.cleaned_data["reason"], by=request.desk.actor, at=clock.now()
            )
        except services.UnableToWithdraw as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("公開をやめました。ページには理由が出ています。"))
            return redirect("catalog:dataset_desk", pk)
    context = {"form": form, "dataset": dataset, "breadcrumbs": crumbs(link_to(dataset), _("公開をやめる"))}
    return render(request, "catalog/desk/dataset_withdraw.html", context, status=422 if form.errors else 200)

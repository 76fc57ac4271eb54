"""Requests for data, opinions and works made of the data: sent by anybody, shown after somebody has looked."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kencho.catalog import queries, services
from kencho.catalog.models import Dataset
from kencho.catalog.views.public._common import crumbs, dataset_crumb, dataset_or_404
from kencho.catalog.views.public._forms import (
    MOST_DATASETS,
    DataRequestForm,
    FeedbackForm,
    Sent,
    ShowcaseForm,
)
from kencho.foundation import clock, paging
from kencho.foundation.access import public
from kencho.foundation.actors import Actor, ActorKind
from kencho.foundation.api import count, counted
from kencho.foundation.client import address_of
from kencho.foundation.ui import Crumb
from kencho.organization.models import Body

MOST_SENT = 10
SECONDS = 3600
PLACE = "opendata-voice"
GUEST = Actor(ActorKind.GUEST, "new", "")


def _taken(request: HttpRequest, form: Sent, take: Callable[[], object]) -> bool:
    """Take what was sent, unless too much comes from one place; what a program sent is thanked for and dropped."""
    if not form.is_valid():
        return False
    if counted(PLACE, address_of(request), SECONDS) >= MOST_SENT:
        form.add_error(None, _("短い時間に多く送られました。一時間ほどたってから、もう一度送ってください。"))
        return False
    count(PLACE, address_of(request), SECONDS)
    if not form.is_by_program:
        try:
            take()
        except services.UnableToHear as refused:
            form.add_error(None, refused.message)
            return False
    messages.success(request, _("受け取りました。確かめてから載せます。ありがとうございました。"))
    return True


@public("requests for data and their state")
@require_safe
def request_list(request: HttpRequest, body: str) -> HttpResponse:
    """データの要望."""
    office = get_object_or_404(Body, slug=body)
    page = paging.page_of(queries.shown_requests(office), request, "-received_at", "-id")
    return render(
        request,
        "catalog/public/request_list.html",
        {
            "body": office,
            "requests": page.rows,
            "pager": page.pager,
            "breadcrumbs": crumbs(office, Crumb(_("データの要望"))),
        },
    )


@public("anybody may ask for data")
@require_http_methods(["GET", "HEAD", "POST"])
def request_create(request: HttpRequest, body: str) -> HttpResponse:
    """データの公開を求める."""
    office = get_object_or_404(Body, slug=body)
    form = DataRequestForm(request.POST or None)

    def take() -> None:
        services.request_data(
            body=office,
            by=GUEST,
            at=clock.now(),
            **{name: form.cleaned_data[name] for name in ("title", "details", "purpose", "email")},
        )

    if form.data and _taken(request, form, take):
        return redirect("catalog:request_list", body=office.slug)
    context = {
        "body": office,
        "form": form,
        "days": services.ANSWER_DAYS,
        "breadcrumbs": crumbs(
            office,
            Crumb(_("データの要望"), reverse("catalog:request_list", args=[office.slug])),
            Crumb(_("データの公開を求める")),
        ),
    }
    return render(request, "catalog/public/request_create.html", context)


@public("anybody may say what they think of a dataset")
@require_http_methods(["GET", "HEAD", "POST"])
def feedback_create(request: HttpRequest, body: str, code: str) -> HttpResponse:
    """意見を送る."""
    dataset = dataset_or_404(body, code)
    form = FeedbackForm(request.POST or None)
    useful: dict[str, bool | None] = {"yes": True, "no": False}

    def take() -> None:
        services.give_feedback(
            dataset=dataset,
            text=form.cleaned_data["text"],
            is_useful=useful.get(form.cleaned_data["is_useful"]),
            by=GUEST,
            at=clock.now(),
        )

    if form.data and _taken(request, form, take):
        return redirect("catalog:dataset_show", body=body, code=code)
    context: dict[str, Any] = {
        "body": dataset.body,
        "dataset": dataset,
        "form": form,
        "breadcrumbs": crumbs(dataset.body, dataset_crumb(dataset), Crumb(_("意見を送る"))),
    }
    return render(request, "catalog/public/feedback_create.html", context)


@public("works made of open data")
@require_safe
def showcase_list(request: HttpRequest, body: str) -> HttpResponse:
    """活用事例."""
    office = get_object_or_404(Body, slug=body)
    rows = queries.shown_showcases(office).prefetch_related("datasets__body")
    page = paging.page_of(rows, request, "-proposed_at", "-id")
    return render(
        request,
        "catalog/public/showcase_list.html",
        {
            "body": office,
            "showcases": page.rows,
            "pager": page.pager,
            "published": Dataset.State.PUBLISHED,
            "breadcrumbs": crumbs(office, Crumb(_("活用事例"))),
        },
    )


@public("anybody may tell of what they made of the data")
@require_http_methods(["GET", "HEAD", "POST"])
def showcase_create(request: HttpRequest, body: str) -> HttpResponse:
    """活用事例を知らせる."""
    office = get_object_or_404(Body, slug=body)
    form = ShowcaseForm(request.POST or None, datasets=queries.published(office)[:MOST_DATASETS])

    def take() -> None:
        services.propose_showcase(
            body=office,
            datasets=form.datasets,
            by=GUEST,
            at=clock.now(),
            **{name: form.cleaned_data[name] for name in ("title", "description", "url", "maker")},
        )

    if form.data and _taken(request, form, take):
        return redirect("catalog:showcase_list", body=office.slug)
    context = {
        "body": office,
        "form": form,
        "breadcrumbs": crumbs(
            office,
            Crumb(_("活用事例"), reverse("catalog:showcase_list", args=[office.slug])),
            Crumb(_("活用事例を知らせる")),
        ),
    }
    return render(request, "catalog/public/showcase_create.html", context)

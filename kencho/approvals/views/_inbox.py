"""What waits for me, what I owe a look, what I sent, what I did; and approving several at once."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from kencho.approvals import forms, queries, services
from kencho.approvals.models import ApprovalRequest, ApprovalStep
from kencho.approvals.views._case import status_of
from kencho.foundation import clock
from kencho.foundation.paging import Page, page_of
from kencho.foundation.ui import Crumb, Tab
from kencho.organization.access import StaffRequest, staff_page

M = TypeVar("M", bound=Model)
WAITING, REVIEW, SENT, DONE = "waiting", "review", "sent", "done"
BOXES = {
    WAITING: gettext_lazy("確認待ち"),
    REVIEW: gettext_lazy("後閲"),
    SENT: gettext_lazy("起案したもの"),
    DONE: gettext_lazy("確認したもの"),
}
MAX_BULK = 100


@staff_page("approvals.any_staff")
@require_safe
def approvals_waiting(request: StaffRequest) -> HttpResponse:
    """The inbox in four boxes."""
    box = request.GET.get("box", WAITING)
    box = box if box in BOXES else WAITING
    form = forms.InboxFilter(request.desk, {**request.GET.dict(), "box": box})
    context: dict[str, Any] = {
        "box": box,
        "form": form,
        "active_count": sum(bool(request.GET.get(name)) for name in ("q", "matter")),
        "clear_url": f"{request.path}?box={box}",
        "tabs": _tabs(request, box),
        "breadcrumbs": [Crumb(_("決裁"))],
    }
    if box == SENT:
        sent = page_of(
            _narrowed(queries.sent_by(request.desk.staff), form, ""), request, "-requested_at", "-id"
        )
        context |= {"rows": [(each, status_of(each.state)) for each in sent.rows], "pager": sent.pager}
    else:
        page = _steps(request, box, form)
        context |= {"rows": page.rows, "pager": page.pager}
    return render(request, "approvals/approvals_waiting.html", context)


def _steps(request: StaffRequest, box: str, form: forms.InboxFilter) -> Page[ApprovalStep]:
    staff, day = request.desk.staff, request.desk.day
    if box == WAITING:
        rows, order = queries.waiting_for(staff, day), ("activated_at", "id")
    elif box == REVIEW:
        rows, order = queries.reviews_owed(staff, day), ("decided_at", "id")
    else:
        rows, order = queries.done_by(staff), ("-decided_at", "-id")
    return page_of(_narrowed(rows, form, "round__request__"), request, *order)


def _narrowed(rows: QuerySet[M], form: forms.InboxFilter, prefix: str) -> QuerySet[M]:
    if not form.is_valid():
        return rows
    for word in form.cleaned_data["q"].split():
        rows = rows.filter(**{f"{prefix}title__icontains": word})
    if form.cleaned_data["matter"]:
        rows = rows.filter(**{f"{prefix}matter": form.cleaned_data["matter"]})
    return rows


def _tabs(request: StaffRequest, box: str) -> list[Tab]:
    counts = {
        WAITING: queries.count_waiting(request.desk.staff, request.desk.day),
        REVIEW: queries.reviews_owed(request.desk.staff, request.desk.day).count(),
    }
    return [
        Tab(label, f"{request.path}?box={name}", counts.get(name), current=name == box)
        for name, label in BOXES.items()
        # A box that most people never need appears only when something lies in it.
        if name != REVIEW or counts[REVIEW] or box == REVIEW
    ]


@staff_page("approvals.may_approve")
@require_POST
def approvals_bulk_approve(request: StaffRequest) -> HttpResponse:
    """まとめて承認する: first the list to be confirmed, then the deed."""
    picked = dict(_picked(request.POST.getlist("pick")))
    steps = {
        step.round.request_id: step
        for step in queries.waiting_for(request.desk.staff, request.desk.day).filter(
            round__request__in=picked
        )
    }
    if not steps:
        messages.error(request, _("承認する案件を選んでください。"))
        return redirect("approvals:approvals_waiting")
    if "confirmed" not in request.POST:
        context = {
            "steps": [(step, f"{pk}:{step.round.digest}") for pk, step in steps.items()],
            "breadcrumbs": [
                Crumb(_("決裁"), reverse("approvals:approvals_waiting")),
                Crumb(_("まとめて承認")),
            ],
        }
        return render(request, "approvals/approvals_bulk_approve.html", context)
    outcome = services.bulk_approve(
        choices=[(step.round.request, picked[pk]) for pk, step in steps.items()],
        by=request.desk.actor,
        at=clock.now(),
    )
    _report(request, outcome.approved, outcome.refused)
    return redirect("approvals:approvals_waiting")


def _picked(values: Iterable[str]) -> Iterable[tuple[int, str]]:
    for value in list(values)[:MAX_BULK]:
        pk, _colon, digest = value.partition(":")
        if pk.isdecimal():
            yield int(pk), digest


def _report(
    request: StaffRequest,
    approved: tuple[ApprovalRequest, ...],
    refused: tuple[tuple[ApprovalRequest, services.Reason], ...],
) -> None:
    if approved:
        n = len(approved)
        messages.success(
            request, ngettext("%(n)d件を承認しました。", "%(n)d件を承認しました。", n) % {"n": n}
        )
    for case, reason in refused:
        messages.warning(
            request,
            _("「%(title)s」は承認できませんでした。%(reason)s")
            % {"title": case.title, "reason": reason.label},
        )

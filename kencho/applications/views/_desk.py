"""The inbox of a division, and what is done with several applications at once."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kencho.applications import desk_forms, inbox, queries, services
from kencho.applications.case import due_tag
from kencho.applications.models import Application, Channel, Status
from kencho.applications.queries import InboxFilter
from kencho.applications.status import kind_of
from kencho.applications.views._desk_common import INBOX, crumbs
from kencho.foundation import clock
from kencho.foundation.business_days import BusinessCalendar
from kencho.foundation.ui import Crumb, Pager, Tab
from kencho.foundation.ui import Status as Shown
from kencho.organization.access import StaffRequest, staff_page
from kencho.organization.models import Unit
from kencho.organization.queries import Desk

MAX_BULK = 100
ACTIONS = ("accept", "assign")
# Tabs for what one works on; the rest is chosen among the conditions.
TABS = (Status.SUBMITTED, Status.ACCEPTED, Status.IN_REVIEW, Status.AWAITING_AMENDMENT, Status.IN_APPROVAL)


def division_of(desk: Desk, form: desk_forms.InboxForm) -> Unit:
    """The division whose inbox is shown: one's own; auditors may choose another."""
    form.is_valid()
    chosen: Unit | None = form.cleaned_data.get("division")
    return chosen or desk.division


@staff_page("applications.read_inbox")
@require_safe
def inbox_page(request: StaffRequest) -> HttpResponse:
    """The applications of the division: tabs, conditions, one page."""
    desk = request.desk
    form = desk_forms.InboxForm(desk, request.GET)
    wanted, division = form.wanted, division_of(desk, form)
    calendar = queries.calendar_of(desk.body.pk, clock.now())
    found = inbox.page(
        division,
        desk.staff,
        wanted,
        due_edge=inbox.due_edge(wanted, calendar, desk.day),
        token=request.GET.get("page"),
        until=_instant(request.GET.get("until", "")),
    )
    context = {
        "form": form,
        "division": division,
        "rows": _rows(found.rows, calendar, desk.day),
        "status": wanted.status,
        "tabs": _tabs(request, wanted, inbox.counts(division, calendar, desk.day)),
        "pager": Pager(
            _link(request, found.previous_token), _link(request, found.next_token), len(found.rows)
        ),
        "older_url": _older(request, found.older),
        "window": inbox.WINDOW,
        "is_first": "page" not in request.GET,
        "clear_url": f"{request.path}?status={wanted.status or 'all'}",
        "active_count": form.active_count,
        "bulk_form": desk_forms.BulkAssign(desk, auto_id="bulk_%s"),
        "export_url": _export_url(form),
        "may_bulk": division.pk == desk.division.pk,
        "breadcrumbs": [Crumb(_("申請の受付箱"))],
    }
    return render(request, "applications/desk_inbox.html", context)


def _rows(
    rows: list[Any], calendar: BusinessCalendar, today: date
) -> list[tuple[Any, Shown, Shown | None, str]]:
    """Each row with its state, its mark of lateness, and how it came if not online."""
    soon = inbox.due_edge(InboxFilter(due="soon"), calendar, today)
    states = {status.value: Shown(str(status.label), kind_of(status)) for status in Status}
    channels = {each.value: "" if each == Channel.ONLINE else str(each.label) for each in Channel}
    return [
        (row, states[row.status], due_tag(row.status, row.due_on, today, soon), channels[row.channel])
        for row in rows
    ]


def _tabs(request: HttpRequest, wanted: InboxFilter, counts: Mapping[str, inbox.Count]) -> list[Tab]:
    everything = inbox.total([counts[status] for status in inbox.OPEN_STATUSES])
    tabs = [
        _tab(
            request,
            _("未完了"),
            {"status": "open"},
            everything,
            current=wanted.status == "open" and not wanted.due,
        )
    ]
    tabs += [
        _tab(
            request,
            str(status.label),
            {"status": status.value},
            counts[status],
            current=wanted.status == status,
        )
        for status in TABS
    ]
    overdue = {"status": "open", "due": "overdue"}
    tabs.append(_tab(request, _("超過"), overdue, counts["overdue"], current=wanted.due == "overdue"))
    tabs.append(_tab(request, _("すべて"), {"status": "all"}, None, current=wanted.status == ""))
    return tabs


def _tab(
    request: HttpRequest, label: str, query: Mapping[str, str], count: inbox.Count | None, *, current: bool
) -> Tab:
    """A tab keeps the other conditions, but for the due date, which is a tab of its own."""
    kept = request.GET.copy()
    for name in ("page", "until", "due", "status"):
        kept.pop(name, None)
    kept.update(query)
    shown = label
    if count is not None and count.more:
        shown = _("%(label)s（%(n)s件以上）") % {"label": label, "n": f"{count.number:,}"}
    return Tab(
        shown,
        f"{request.path}?{kept.urlencode()}",
        count.number if count and not count.more else None,
        current=current,
    )


def _link(request: HttpRequest, token: str | None) -> str:
    if token is None:
        return ""
    query = request.GET.copy()
    query["page"] = token
    return f"?{query.urlencode()}"


def _older(request: HttpRequest, edge: datetime | None) -> str:
    if edge is None:
        return ""
    query = request.GET.copy()
    query.pop("page", None)
    query["until"] = edge.isoformat()
    return f"?{query.urlencode()}"


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def _export_url(form: desk_forms.InboxForm) -> str:
    """The same conditions at the export."""
    given = {name: form.data[name] for name in form.fields if form.data.get(name)}
    return f"{reverse('applications:export')}?{urlencode(given)}"


@staff_page("applications.bulk")
@require_POST
def bulk(request: StaffRequest) -> HttpResponse:
    """まとめて受付・担当者の割当て: first the list to be confirmed, then the deed."""
    action = request.POST.get("action", "")
    if action not in ACTIONS:
        raise Http404
    picked = [
        int(value)
        for value in request.POST.getlist("pick")[:MAX_BULK]
        if value.isascii() and value.isdecimal()
    ]
    rows = (
        queries.visible_to(request.desk)
        .filter(pk__in=picked)
        .select_related("procedure", "body")
        .order_by(*inbox.ORDER)
    )
    applications = list(rows.defer("answers"))
    if not applications:
        messages.error(request, _("申請を選んでください。"))
        return redirect(INBOX)
    form = desk_forms.BulkAssign(request.desk, request.POST)
    if not form.is_valid():
        messages.error(request, _("担当者を選び直してください。"))
        return redirect(INBOX)
    if "confirmed" in request.POST:
        return _do_bulk(request, action, applications, form)
    context = {
        "action": action,
        "form": form,
        "staff": form.cleaned_data["staff"],
        "applications": [
            (each, Shown(each.get_status_display(), kind_of(each.status))) for each in applications
        ],
        "passed_over": sum(each.status != Status.SUBMITTED for each in applications)
        if action == "accept"
        else 0,
        "breadcrumbs": crumbs(Crumb(_("まとめて処理"))),
    }
    return render(request, "applications/desk_bulk.html", context)


def _do_bulk(
    request: StaffRequest, action: str, applications: list[Application], form: desk_forms.BulkAssign
) -> HttpResponse:
    by, at = request.desk.actor, clock.now()
    if action == "accept":
        outcome = services.bulk_accept(applications=applications, by=by, at=at)
    else:
        outcome = services.bulk_assign(
            applications=applications, staff=form.cleaned_data["staff"], by=by, at=at
        )
    n = len(outcome.done)
    if n and action == "accept":
        messages.success(
            request, ngettext("%(n)d件を受け付けました。", "%(n)d件を受け付けました。", n) % {"n": n}
        )
    elif n:
        messages.success(
            request, ngettext("%(n)d件の担当者を決めました。", "%(n)d件の担当者を決めました。", n) % {"n": n}
        )
    if outcome.refused:
        numbers = "、".join(each.number for each in outcome.refused)
        messages.warning(
            request, _("次の申請は、いまの状態ではできませんでした：%(numbers)s") % {"numbers": numbers}
        )
    return redirect(f"{reverse(INBOX)}?status=open")

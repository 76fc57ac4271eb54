"""Items: one with its attempts and pictures, what a person may do about it, and all that wait for a person."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kencho.foundation import clock
from kencho.foundation.paging import page_of
from kencho.foundation.ui import Cell, Column, Row, Table
from kencho.organization.access import StaffRequest, staff_page
from kencho.robots import forms, permissions, queries, services, words
from kencho.robots.models import RobotItem
from kencho.robots.views._common import act, crumbs, found, item_status, moment, own_robot, robot_crumb
from kencho.robots.views._robots import items_table

State = RobotItem.State
CSP_OF_A_PICTURE = "default-src 'none'; sandbox"


def own_item(request: StaffRequest, pk: int) -> RobotItem:
    """An item of the desk. Raises Http404."""
    return found(queries.item_of(request.desk, pk))


@staff_page("robots.may_see", may=permissions.may_see)
@require_safe
def item_left(request: StaffRequest) -> HttpResponse:
    """Everything that waits for a person, of all robots of the desk."""
    page = page_of(queries.items_for_people(request.desk), request, "-id")
    context = {
        "table": items_table(page.rows, with_robot=True) if page.rows else None,
        "pager": page.pager,
        "breadcrumbs": crumbs(_("人が見る件")),
    }
    return render(request, "robots/item_left.html", context)


@staff_page("robots.may_see", may=permissions.may_see)
@require_safe
def item_show(request: StaffRequest, pk: int) -> HttpResponse:
    """One item: where it stands, why, what to do, its attempts with pictures."""
    return _page(request, own_item(request, pk), None)


def _page(request: StaffRequest, item: RobotItem, finish: forms.Finish | None) -> HttpResponse:
    robot = item.robot
    failures = list(queries.failures_of(item)[:20])
    may_retry = item.state in {State.FAILED, State.SET_ASIDE, State.UNCERTAIN, State.REHEARSED} and bool(
        item.subject or item.input
    )
    context: dict[str, Any] = {
        "item": item,
        "robot": robot,
        "status": item_status(item),
        "reason": words.reason_label(item.reason),
        "action": words.action_of(item.reason),
        "subject_url": queries.subject_url(item),
        "failures": [(each, words.reason_label(each.reason)) for each in failures],
        "may_operate": permissions.may_operate(request.desk, robot),
        "may_retry": may_retry,
        # Nobody knows whether it was submitted: then trying again begins with looking it up in the target.
        "is_uncertain": item.state == State.UNCERTAIN or item.may_be_there,
        "may_finish": item.state in queries.FOR_PEOPLE,
        "may_set_aside": item.state in {State.WAITING, State.FAILED, State.UNCERTAIN, State.REHEARSED},
        "finish": finish
        or forms.Finish(initial={"receipt": item.receipt, "note": item.note}, prefix="finish"),
        "aside": forms.Note(prefix="aside"),
        "note": forms.Note(initial={"note": item.note}),
        "breadcrumbs": crumbs(robot_crumb(robot), item.key),
        "form": finish,
    }
    return render(request, "robots/item_show.html", context, status=422 if finish is not None else 200)


def _url(item: RobotItem) -> str:
    return reverse("robots:item_show", args=[item.pk])


@staff_page("robots.may_operate")
@require_POST
def item_retry(request: StaffRequest, pk: int) -> HttpResponse:
    """やり直す; what may have been submitted is looked up first."""
    item = own_item(request, pk)
    return act(
        request,
        lambda: services.retry_item(item=item, by=request.desk.actor, at=clock.now()),
        _("待ちに戻しました。次の運転で処理します。"),
        _url(item),
    )


@staff_page("robots.may_operate")
@require_POST
def item_set_aside(request: StaffRequest, pk: int) -> HttpResponse:
    """引き取る。"""
    item = own_item(request, pk)
    form = forms.Note(request.POST, prefix="aside")
    note = form.cleaned_data["note"] if form.is_valid() else ""
    return act(
        request,
        lambda: services.set_aside(item=item, note=note, by=request.desk.actor, at=clock.now()),
        _("引き取りました。ロボットはこの件に手を付けません。"),
        _url(item),
    )


@staff_page("robots.may_operate")
@require_POST
def item_finish(request: StaffRequest, pk: int) -> HttpResponse:
    """手で済ませた。"""
    item = own_item(request, pk)
    form = forms.Finish(request.POST, prefix="finish")
    if form.is_valid():
        try:
            services.finish_by_hand(item=item, **form.cleaned_data, by=request.desk.actor, at=clock.now())
        except services.UnableTo as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("済みにしました。"))
            return redirect(_url(item))
    return _page(request, item, form)


@staff_page("robots.may_operate")
@require_POST
def item_note(request: StaffRequest, pk: int) -> HttpResponse:
    """書き込む。"""
    item = own_item(request, pk)
    form = forms.Note(request.POST)
    if not form.is_valid():
        messages.error(request, _("書き込みは200字までにしてください。"))
        return redirect(_url(item))
    return act(
        request,
        lambda: services.note_item(
            item=item, note=form.cleaned_data["note"], by=request.desk.actor, at=clock.now()
        ),
        _("書き込みました。"),
        _url(item),
    )


@staff_page("robots.may_see", may=permissions.may_see)
@require_safe
def failure_picture(request: StaffRequest, pk: int) -> HttpResponse:
    """The picture of the page when it failed, with personal fields blacked out."""
    content = queries.screenshot(found(queries.failure_of(request.desk, pk)))
    if content is None:
        raise Http404
    return HttpResponse(
        content,
        content_type="image/png",
        headers={"Cache-Control": "private, no-store", "Content-Security-Policy": CSP_OF_A_PICTURE},
    )


@staff_page("robots.may_see", may=permissions.may_see)
@require_safe
def difference_list(request: StaffRequest, pk: int) -> HttpResponse:
    """What the ledger and the office do not agree on; closed ones too when asked for."""
    robot = own_robot(request, pk)
    shows_all = request.GET.get("all") == "1"
    page = page_of(queries.differences_of(robot, only_open=not shows_all), request, "-id")
    columns = [
        Column(_("番号")),
        Column(_("差")),
        Column(_("違う項目")),
        Column(_("最初に見た日時")),
        Column(_("扱い")),
    ]
    rows = [
        Row(
            [
                Cell(each.reference),
                Cell(each.get_kind_display()),
                Cell(_("、").join(map(str, each.fields)) or "―"),
                moment(each.first_seen_at),
                Cell(_("解消した（%(who)s）%(note)s") % {"who": each.closed_by, "note": each.note})
                if each.closed_at
                else Cell(_("解消する"), url=reverse("robots:difference_close", args=[each.pk])),
            ],
            attention=each.is_open,
        )
        for each in page.rows
    ]
    context = {
        "robot": robot,
        "shows_all": shows_all,
        "table": Table(_("照合の差"), columns, rows, hide_caption=True) if rows else None,
        "pager": page.pager,
        "breadcrumbs": crumbs(robot_crumb(robot), _("照合の差")),
    }
    return render(request, "robots/difference_list.html", context)


@staff_page("robots.may_operate")
@require_http_methods(["GET", "POST"])
def difference_close(request: StaffRequest, pk: int) -> HttpResponse:
    """差を解消する: it was put right, or has its reason."""
    difference = found(queries.difference_of(request.desk, pk))
    back = reverse("robots:difference_list", args=[difference.robot_id])
    form = forms.Note(request.POST or None)
    close: Callable[..., object] = services.close_difference
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        return act(
            request,
            lambda: close(difference=difference, note=note, by=request.desk.actor, at=clock.now()),
            _("解消しました。次の運転でまだ違っていれば、また現れます。"),
            back,
        )
    context = {
        "form": form,
        "title": _("差「%(difference)s」を解消する") % {"difference": difference},
        "back_url": back,
        "breadcrumbs": crumbs(robot_crumb(difference.robot), (_("照合の差"), back), _("解消する")),
    }
    return render(request, "robots/form.html", context, status=422 if form.errors else 200)

"""Targets, and the switch that stops everything that types into one."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kencho.foundation import clock
from kencho.foundation.ui import Cell, Column, Fact, Kind, Row, Status, Table
from kencho.organization.access import StaffRequest, staff_page
from kencho.robots import forms, permissions, queries, secrets, services
from kencho.robots.models import Target
from kencho.robots.views._common import act, crumbs, deeds, moment, own_target, robot_crumb, robot_status

LAST_DEEDS = 20


def _list_crumb() -> tuple[str, str]:
    return _("相手のシステム"), reverse("robots:target_list")


def _annotated(rows: Iterable[Any]) -> Iterable[Any]:
    """Rows with what the query has counted beside their own columns."""
    return rows


def target_status(target: Target) -> Status:
    """Whether robots may type into it."""
    return Status(_("止めている"), Kind.DANGER) if target.is_stopped else Status(_("使える"), Kind.SUCCESS)


@staff_page("robots.may_see", may=permissions.may_see)
@require_safe
def target_list(request: StaffRequest) -> HttpResponse:
    """The targets that concern the desk."""
    columns = [
        Column(_("名称")),
        Column(_("状態")),
        Column(_("入口のURL")),
        Column(_("本番か")),
        Column(_("ロボット"), number=True),
    ]
    rows = [
        Row(
            [
                Cell(each.name, url=reverse("robots:target_show", args=[each.pk])),
                Cell(status=target_status(each)),
                Cell(each.base_url),
                Cell(_("本番") if each.is_real else _("練習用")),
                Cell(each.robot_count),
            ],
            attention=each.is_stopped,
        )
        for each in _annotated(queries.targets_of(request.desk))
    ]
    context = {
        "table": Table(_("相手のシステム"), columns, rows, hide_caption=True) if rows else None,
        "may_administer": permissions.may_administer(request.desk),
        "breadcrumbs": crumbs(_("相手のシステム")),
    }
    return render(request, "robots/target_list.html", context)


@staff_page("robots.may_see", may=permissions.may_see)
@require_safe
def target_show(request: StaffRequest, pk: int) -> HttpResponse:
    """A target: its switch, settings, robots, and who changed what."""
    desk, target = request.desk, own_target(request, pk)
    robots = [each for each in _annotated(queries.robots_of(desk)) if each.target_id == target.pk]
    entries = queries.deeds_about_target(target).order_by("-id")[:LAST_DEEDS]
    columns = [Column(_("日時")), Column(_("だれが")), Column(_("何をしたか"))]
    rows = [Row([moment(each.at), Cell(each.who), Cell(each.what)]) for each in deeds(entries, target.body)]
    context: dict[str, Any] = {
        "target": target,
        "status": target_status(target),
        "facts": [
            Fact(_("コード"), target.code),
            Fact(_("入口のURL"), target.base_url),
            Fact(_("本番か"), _("本番") if target.is_real else _("練習用")),
            Fact(_("利用者名の参照名"), _named(target, target.account_ref)),
            Fact(_("暗証の参照名"), _named(target, target.credential_ref)),
        ],
        "robots": [
            (each, robot_crumb(each)[1], robot_status(each, is_running=each.is_running)) for each in robots
        ],
        "history": Table(_("変更の記録"), columns, rows, hide_caption=True) if rows else None,
        "may_administer": permissions.may_administer(desk),
        "may_stop": permissions.may_stop_target(desk, target),
        "may_resume": permissions.may_resume_target(desk, target),
        "breadcrumbs": crumbs(_list_crumb(), target.name),
    }
    return render(request, "robots/target_show.html", context)


def _named(target: Target, reference: str) -> str:
    """The reference with the variable that it means: it has the code of the body, so that nobody names another body's."""
    if not reference:
        return ""
    return _("%(reference)s（サーバーでは %(name)s）") % {
        "reference": reference,
        "name": secrets.name_of(target.body.code, reference),
    }


@staff_page("robots.may_administer", may=permissions.may_administer)
@require_http_methods(["GET", "POST"])
def target_create(request: StaffRequest) -> HttpResponse:
    """相手のシステムを登録する。"""
    form = forms.TargetEntry(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            target = services.register_target(
                body=request.desk.body, **form.cleaned_data, by=request.desk.actor, at=clock.now()
            )
        except services.UnableTo as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("登録しました。"))
            return redirect("robots:target_show", target.pk)
    return _form_page(request, form, _("相手のシステムを登録する"), reverse("robots:target_list"))


@staff_page("robots.may_administer", may=permissions.may_administer)
@require_http_methods(["GET", "POST"])
def target_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """相手のシステムを変える。"""
    target = own_target(request, pk)
    form = forms.TargetEntry(request.POST or None, target=target)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_target(target=target, **form.cleaned_data, by=request.desk.actor, at=clock.now())
        except services.UnableTo as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("保存しました。次の運転から使います。"))
            return redirect("robots:target_show", pk)
    title = _("「%(name)s」を変える") % {"name": target.name}
    return _form_page(request, form, title, reverse("robots:target_show", args=[pk]))


def _form_page(request: StaffRequest, form: Any, title: str, back: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "back_url": back,
        "breadcrumbs": crumbs(_list_crumb(), title),
    }
    return render(request, "robots/form.html", context, status=422 if form.errors else 200)


@staff_page("robots.may_stop_target")
@require_http_methods(["GET", "POST"])
def target_stop(request: StaffRequest, pk: int) -> HttpResponse:
    """この相手へのロボットをすべて止める, once the reason is given."""
    target = own_target(request, pk)
    if not permissions.may_stop_target(request.desk, target):
        raise PermissionDenied
    form = forms.Stop(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.stop_target(
                target=target, reason=form.cleaned_data["reason"], by=request.desk.actor, at=clock.now()
            )
        except services.UnableTo as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("止めました。運転中のロボットは数秒のうちに終わります。"))
            return redirect("robots:target_show", pk)
    context = {
        "form": form,
        "target": target,
        "breadcrumbs": crumbs(
            _list_crumb(), (target.name, reverse("robots:target_show", args=[pk])), _("止める")
        ),
    }
    return render(request, "robots/target_stop.html", context, status=422 if form.errors else 200)


@staff_page("robots.may_resume_target", may=permissions.may_administer)
@require_POST
def target_resume(request: StaffRequest, pk: int) -> HttpResponse:
    """再開する。"""
    target = own_target(request, pk)
    return act(
        request,
        lambda: services.resume_target(target=target, by=request.desk.actor, at=clock.now()),
        _("再開しました。"),
        reverse("robots:target_show", args=[pk]),
    )

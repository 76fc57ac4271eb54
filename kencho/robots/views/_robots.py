"""Robots: the list, one robot with its items, settings, starting and pausing, input by CSV, who changed what."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kencho.foundation import clock
from kencho.foundation.paging import page_of
from kencho.foundation.ui import Cell, Column, Fact, Row, Stat, Table
from kencho.foundation.ui import Kind as StatusKind
from kencho.organization.access import StaffRequest, staff_page
from kencho.organization.queries import divisions_on
from kencho.reforms import permissions as reform_permissions
from kencho.robots import forms, permissions, queries, services
from kencho.robots.models import Robot, RobotItem
from kencho.robots.views._common import (
    act,
    crumbs,
    deeds,
    item_status,
    moment,
    own_robot,
    robot_crumb,
    robot_status,
    run_status,
)
from kencho.robots.words import reason_label

State = RobotItem.State
LAST_RUNS = 5


@staff_page("robots.may_see", may=permissions.may_see)
@require_safe
def robot_list(request: StaffRequest) -> HttpResponse:
    """The robots of the desk: what they do, what waits, what failed, when they last ran."""
    desk = request.desk
    robots = list(queries.robots_of(desk))
    last = queries.last_runs(robots)
    context: dict[str, Any] = {
        "table": _list_table(robots, last) if robots else None,
        "left": queries.items_for_people(desk).count(),
        "stopped": [each for each in queries.targets_of(desk) if each.is_stopped],
        "may_administer": permissions.may_administer(desk),
        "breadcrumbs": crumbs()[:1],
    }
    return render(request, "robots/robot_list.html", context)


def _list_table(robots: Sequence[Any], last: dict[int, Any]) -> Table:
    columns = [
        Column(_("ロボット")),
        Column(_("状態")),
        Column(_("相手")),
        Column(_("待ち"), number=True),
        Column(_("人が見る件"), number=True),
        Column(_("済み"), number=True),
        Column(_("最後の運転")),
    ]
    rows = [
        Row(
            [
                Cell(each.title, url=robot_crumb(each)[1]),
                Cell(status=robot_status(each, is_running=each.is_running)),
                Cell(each.target.name),
                Cell(f"{each.waiting:,}"),
                Cell(f"{each.needs_person + each.uncertain:,}"),
                Cell(f"{each.done:,}"),
                moment(last.get(each.pk)),
            ],
            attention=bool(each.needs_person or each.uncertain),
        )
        for each in robots
    ]
    return Table(_("ロボット"), columns, rows, hide_caption=True)


@staff_page("robots.may_see", may=permissions.may_see)
@require_safe
def robot_show(request: StaffRequest, pk: int) -> HttpResponse:
    """One robot: its state, figures, items, last runs, settings, and what may be done."""
    desk, robot = request.desk, own_robot(request, pk)
    form = forms.ItemFilter(request.GET)
    page = page_of(queries.items_of(robot, **form.conditions), request, "-id")
    counts = queries.counts_of(robot)
    running = queries.running_of(robot)
    runs = list(queries.runs_of(robot)[:LAST_RUNS])
    measuring = queries.measuring_of(robot)
    left = sum(counts.get(state, 0) for state in queries.FOR_PEOPLE)
    url = robot_crumb(robot)[1]
    context: dict[str, Any] = {
        "robot": robot,
        "status": robot_status(robot, is_running=running is not None),
        "running": running,
        "stats": [
            Stat(_("待ち"), counts.get(State.WAITING, 0), _("件"), url=f"{url}?state=waiting"),
            Stat(
                _("人が見る件"),
                left,
                _("件"),
                url=reverse("robots:item_left"),
                kind=StatusKind.WARNING if left else StatusKind.NEUTRAL,
            ),
            Stat(_("済み"), counts.get(State.DONE, 0), _("件"), url=f"{url}?state=done"),
        ],
        "measuring": measuring,
        "may_bind": measuring.offered is not None
        and permissions.may_operate(desk, robot)
        and reform_permissions.may_edit(desk.actor, measuring.offered),
        "facts": _facts(robot),
        "runs": _runs_table(runs) if runs else None,
        "items": items_table(page.rows) if page.rows else None,
        "pager": page.pager,
        "form": form,
        "active_count": form.active_count,
        "clear_url": url,
        "difference_count": queries.differences_of(robot).count(),
        "may_operate": permissions.may_operate(desk, robot),
        "may_administer": permissions.may_administer(desk),
        "breadcrumbs": crumbs(robot.title),
    }
    return render(request, "robots/robot_show.html", context)


def _facts(robot: Robot) -> list[Fact]:
    start = robot.get_start_display()
    if robot.start == Robot.Start.SCHEDULE and robot.daily_at:
        start = f"{start}（{robot.daily_at:%H:%M}）"
    version = robot.version
    return [
        Fact(_("所属"), robot.division.name),
        Fact(_("相手のシステム"), robot.target.name),
        Fact(_("本番か"), _("本番") if robot.target.is_real else _("練習用")),
        Fact(_("始め方"), start),
        Fact(_("手続"), robot.procedure_code or _("所属のすべての手続")),
        Fact(_("試し"), _("いつも登録の手前で止める") if robot.is_dry_run else _("ふだんは登録まで行う")),
        Fact(_("使う版"), f"{version.version}（{version.digest[:8]}）" if version else _("未定")),
    ]


def items_table(rows: Sequence[RobotItem], *, with_robot: bool = False) -> Table:
    """Items with state, reason and receipt."""
    columns = [
        Column(_("鍵")),
        *([Column(_("ロボット"))] if with_robot else []),
        Column(_("状態")),
        Column(_("理由")),
        Column(_("受付番号")),
        Column(_("試みた回数"), number=True),
        Column(_("登録した日時")),
    ]
    made = [
        Row(
            [
                Cell(each.key, url=reverse("robots:item_show", args=[each.pk])),
                *([Cell(each.robot.title)] if with_robot else []),
                Cell(status=item_status(each)),
                Cell(reason_label(each.reason) or "―"),
                Cell(each.receipt or "―"),
                Cell(each.attempts),
                moment(each.done_at),
            ],
            attention=each.state in queries.FOR_PEOPLE,
        )
        for each in rows
    ]
    return Table(_("件の表"), columns, made, hide_caption=True)


def _runs_table(runs: Sequence[Any]) -> Table:
    columns = [
        Column(_("始めた日時")),
        Column(_("状態")),
        Column(_("きっかけ")),
        Column(_("済み"), number=True),
        Column(_("失敗"), number=True),
    ]
    rows = [
        Row(
            [
                Cell(moment(each.started_at).text, url=reverse("robots:run_show", args=[each.pk])),
                Cell(status=run_status(each)),
                Cell(f"{each.get_trigger_display()}{_('（試し）') if each.is_dry_run else ''}"),
                Cell(each.done),
                Cell(each.failed),
            ]
        )
        for each in runs
    ]
    return Table(_("最近の運転の一覧"), columns, rows, hide_caption=True)


@staff_page("robots.may_operate")
@require_POST
def robot_start(request: StaffRequest, pk: int) -> HttpResponse:
    """運転を始める, or only try."""
    robot, is_dry = own_robot(request, pk), "dry" in request.POST
    try:
        run = services.start_run(
            robot=robot, dry_run=True if is_dry else None, by=request.desk.actor, at=clock.now()
        )
    except services.UnableTo as refusal:
        messages.error(request, refusal.message)
        return redirect("robots:robot_show", pk)
    messages.success(request, _("試しの運転を始めました。") if run.is_dry_run else _("運転を始めました。"))
    return redirect("robots:run_show", run.pk)


@staff_page("robots.may_operate")
@require_POST
def robot_pause(request: StaffRequest, pk: int) -> HttpResponse:
    """一時停止する。"""
    robot = own_robot(request, pk)
    return act(
        request,
        lambda: services.pause_robot(robot=robot, by=request.desk.actor, at=clock.now()),
        _("一時停止しました。待ちの件は残っています。"),
        robot_crumb(robot)[1],
    )


@staff_page("robots.may_operate")
@require_POST
def robot_resume(request: StaffRequest, pk: int) -> HttpResponse:
    """一時停止を解く。"""
    robot = own_robot(request, pk)
    return act(
        request,
        lambda: services.resume_robot(robot=robot, by=request.desk.actor, at=clock.now()),
        _("一時停止を解きました。"),
        robot_crumb(robot)[1],
    )


@staff_page("robots.may_operate")
@require_http_methods(["GET", "POST"])
def robot_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """設定を変える。"""
    robot = own_robot(request, pk)
    form = forms.RobotChange(
        request.POST or None,
        robot=robot,
        procedures=queries.procedures_of(
            request.desk, of_all_divisions=permissions.may_administer(request.desk)
        ),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_robot(robot=robot, **form.cleaned_data, by=request.desk.actor, at=clock.now())
        except services.UnableTo as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("保存しました。"))
            return redirect("robots:robot_show", pk)
    return _form_page(request, form, _("ロボットの設定"), robot, "robots:robot_show")


@staff_page("robots.may_administer", may=permissions.may_administer)
@require_http_methods(["GET", "POST"])
def robot_create(request: StaffRequest) -> HttpResponse:
    """ロボットを登録する。"""
    desk = request.desk
    targets = {str(each.pk): each for each in queries.targets_of(desk)}
    divisions = {str(each.pk): each for each in divisions_on(desk.body, desk.day)}
    form = forms.RobotEntry(
        request.POST or None,
        packages=queries.packages_of(desk),
        procedures=queries.procedures_of(desk, of_all_divisions=permissions.may_administer(desk)),
        targets=targets.values(),
        divisions=divisions.values(),
    )
    if request.method == "POST" and form.is_valid():
        chosen = dict(form.cleaned_data)
        try:
            robot = services.register_robot(
                target=targets[chosen.pop("target")],
                division=divisions[chosen.pop("division")],
                **chosen,
                by=desk.actor,
                at=clock.now(),
            )
        except services.UnableTo as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("登録しました。使う版を決めてください。"))
            return redirect("robots:robot_use_version", robot.pk)
    return _form_page(request, form, _("ロボットを登録する"), None, "robots:robot_list")


@staff_page("robots.may_administer", may=permissions.may_administer)
@require_http_methods(["GET", "POST"])
def robot_use_version(request: StaffRequest, pk: int) -> HttpResponse:
    """使う版を決める。"""
    robot = own_robot(request, pk)
    versions = {str(each.pk): each for each in queries.usable_versions(robot)}
    form = forms.UseVersion(
        request.POST or None,
        versions=versions.values(),
        initial={"version": str(robot.version_id or "")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.use_version(
                robot=robot,
                version=versions[form.cleaned_data["version"]],
                by=request.desk.actor,
                at=clock.now(),
            )
        except services.UnableTo as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("次の運転からこの版を使います。"))
            return redirect("robots:robot_show", pk)
    context = {
        "form": form,
        "robot": robot,
        "has_versions": bool(versions),
        "breadcrumbs": crumbs(robot_crumb(robot), _("使う版")),
    }
    return render(request, "robots/robot_use_version.html", context, status=422 if form.errors else 200)


def _form_page(request: StaffRequest, form: Any, title: str, robot: Robot | None, back: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "back_url": reverse(back, args=[robot.pk]) if robot else reverse(back),
        "breadcrumbs": crumbs(robot_crumb(robot), title) if robot else crumbs(title),
    }
    return render(request, "robots/form.html", context, status=422 if form.errors else 200)


@staff_page("robots.may_operate")
@require_http_methods(["GET", "POST"])
def robot_import(request: StaffRequest, pk: int) -> HttpResponse:
    """件をCSVで加える: all rows or none."""
    robot = own_robot(request, pk)
    form = forms.Import(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            taken = services.import_items(
                robot=robot, content=form.cleaned_data["file"], by=request.desk.actor, at=clock.now()
            )
        except services.UnableTo as refusal:
            form.add_error(None, refusal.message)
        else:
            for problem in taken.problems[:20]:
                form.add_error("file", problem)
            if not taken.problems:
                text = _("%(added)s件を加えました。%(known)s件はすでにありました。")
                messages.success(request, text % {"added": taken.added, "known": taken.known})
                return redirect("robots:robot_show", pk)
    version = robot.version
    context = {
        "form": form,
        "robot": robot,
        "fields": queries.input_fields(version) if version else [],
        "breadcrumbs": crumbs(robot_crumb(robot), _("件を加える")),
    }
    return render(request, "robots/robot_import.html", context, status=422 if form.errors else 200)


@staff_page("robots.may_see", may=permissions.may_see)
@require_safe
def robot_history(request: StaffRequest, pk: int) -> HttpResponse:
    """Who changed what: the robot itself, its target, its versions, newest first."""
    robot = own_robot(request, pk)
    page = page_of(queries.deeds_about(robot), request, "-id")
    columns = [Column(_("日時")), Column(_("だれが")), Column(_("何をしたか")), Column(_("内容"))]
    rows = [
        Row([moment(each.at), Cell(each.who), Cell(each.what), Cell(each.details or "―")])
        for each in deeds(page.rows, robot.body)
    ]
    context = {
        "robot": robot,
        "table": Table(_("変更の記録"), columns, rows, hide_caption=True) if rows else None,
        "pager": page.pager,
        "breadcrumbs": crumbs(robot_crumb(robot), _("変更の記録")),
    }
    return render(request, "robots/robot_history.html", context)

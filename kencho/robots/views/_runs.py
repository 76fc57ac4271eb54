"""Runs: the list, and one of them line by line."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from kencho.foundation import clock
from kencho.foundation.paging import page_of
from kencho.foundation.ui import Cell, Column, Fact, Row, Table
from kencho.organization.access import StaffRequest, staff_page
from kencho.robots import permissions, queries, services, words
from kencho.robots.models import Robot, RobotRun
from kencho.robots.views._common import act, crumbs, found, moment, own_robot, robot_crumb, run_status

MOST_LINES = 500


def own_run(request: StaffRequest, pk: int) -> RobotRun:
    """A run of the desk. Raises Http404."""
    return found(queries.run_of(request.desk, pk))


@staff_page("robots.may_see", may=permissions.may_see)
@require_safe
def run_list(request: StaffRequest, pk: int) -> HttpResponse:
    """All runs of a robot, newest first."""
    robot = own_robot(request, pk)
    page = page_of(queries.runs_of(robot), request, "-id")
    columns = [
        Column(_("始めた日時")),
        Column(_("状態")),
        Column(_("理由")),
        Column(_("きっかけ")),
        Column(_("始めた人")),
        Column(_("版")),
        Column(_("済み"), number=True),
        Column(_("失敗"), number=True),
    ]
    rows = [
        Row(
            [
                Cell(moment(each.started_at).text, url=reverse("robots:run_show", args=[each.pk])),
                Cell(status=run_status(each)),
                Cell(words.reason_label(each.reason) or "―"),
                Cell(f"{each.get_trigger_display()}{_('（試し）') if each.is_dry_run else ''}"),
                Cell(each.started_by),
                Cell(each.version.version),
                Cell(each.done),
                Cell(each.failed),
            ]
        )
        for each in page.rows
    ]
    context = {
        "robot": robot,
        "table": Table(_("運転の一覧"), columns, rows, hide_caption=True) if rows else None,
        "pager": page.pager,
        "breadcrumbs": crumbs(robot_crumb(robot), _("運転")),
    }
    return render(request, "robots/run_list.html", context)


@staff_page("robots.may_see", may=permissions.may_see)
@require_safe
def run_show(request: StaffRequest, pk: int) -> HttpResponse:
    """One run: how it ended, and its log with names of steps and fields, never values."""
    run = own_run(request, pk)
    robot = run.robot
    lines = queries.log_lines(run)
    seconds = (run.ended_at - run.started_at).total_seconds() if run.ended_at else None
    context: dict[str, Any] = {
        "run": run,
        "robot": robot,
        "status": run_status(run),
        "reason": words.reason_label(run.reason),
        "action": words.action_of(run.reason),
        "is_running": run.state == RobotRun.State.RUNNING,
        "facts": [
            Fact(_("きっかけ"), run.get_trigger_display()),
            Fact(_("始めた人"), run.started_by),
            Fact(_("種類"), _("試し（登録の手前で止める）") if run.is_dry_run else _("登録まで行う")),
            Fact(_("版"), f"{run.version.version}（{run.version.digest[:8]}）"),
            Fact(_("始めた日時"), str(moment(run.started_at).text)),
            Fact(_("終わった日時"), str(moment(run.ended_at).text)),
            Fact(_("かかった時間"), _("%(s).0f秒") % {"s": seconds} if seconds is not None else _("―")),
            Fact(_("済んだ件数"), f"{run.done:,}"),
            Fact(_("失敗した件数"), f"{run.failed:,}"),
        ],
        "lines": _lines_table(lines[-MOST_LINES:], robot) if lines else None,
        "left_out": max(0, len(lines) - MOST_LINES),
        "may_operate": permissions.may_operate(request.desk, robot),
        "breadcrumbs": crumbs(
            robot_crumb(robot),
            (_("運転"), reverse("robots:run_list", args=[robot.pk])),
            str(moment(run.started_at).text),
        ),
    }
    return render(request, "robots/run_show.html", context)


EVENTS = {
    "started": _lazy("ブラウザーを始めた"),
    "unready": _lazy("始められない"),
    "begin": _lazy("件を始めた"),
    "step": _lazy("段階に入った"),
    "submit": _lazy("登録の操作をした"),
    "withheld": _lazy("登録の操作を控えた"),
    "failed": _lazy("失敗した"),
    "rehearsed": _lazy("登録の手前で止めた（試し）"),
    "twice": _lazy("相手に二つあった"),
    "found": _lazy("相手に登録されていた"),
    "not_there": _lazy("相手になかった"),
    "done": _lazy("済んだ"),
    "handed_over": _lazy("次の番に引き継いだ"),
    "fenced": _lazy("ほかの処理に譲った"),
    "ended": _lazy("運転を終えた"),
}


def _lines_table(lines: list[dict[str, Any]], robot: Robot) -> Table:
    """The log as people read it; an event of another version as it stands."""
    keys = queries.keys_of(robot, {line["item"] for line in lines if isinstance(line.get("item"), int)})
    columns = [
        Column(_("時刻")),
        Column(_("出来事")),
        Column(_("件")),
        Column(_("段階")),
        Column(_("項目")),
        Column(_("理由")),
    ]
    rows = [
        Row(
            [
                Cell(_clock(str(line.get("at", ""))), datetime=str(line.get("at", ""))),
                Cell(EVENTS.get(str(line.get("event")), str(line.get("event", "")))),
                _item_cell(line.get("item"), keys),
                Cell(str(line.get("step") or "―")),
                Cell(str(line.get("field") or "―")),
                Cell(words.reason_label(str(line.get("reason", ""))) or "―"),
            ]
        )
        for line in lines
    ]
    return Table(_("記録の一覧"), columns, rows, hide_caption=True)


def _clock(text: str) -> str:
    """The time of day in Japan of a line; what cannot be read as it stands."""
    try:
        return datetime.fromisoformat(text).astimezone(clock.JST).strftime("%H:%M:%S")
    except ValueError:
        return text or "―"


def _item_cell(item: object, keys: dict[int, str]) -> Cell:
    if isinstance(item, int) and item in keys:
        return Cell(keys[item], url=reverse("robots:item_show", args=[item]))
    return Cell(str(item) if item else "―")


@staff_page("robots.may_operate")
@require_POST
def run_stop(request: StaffRequest, pk: int) -> HttpResponse:
    """運転を止める。"""
    run = own_run(request, pk)
    return act(
        request,
        lambda: services.stop_run(run=run, by=request.desk.actor, at=clock.now()),
        _("止めました。登録の途中だった件は、次の運転で相手を確かめます。"),
        reverse("robots:run_show", args=[pk]),
    )

"""What several pages of the console share."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kencho.audit import sentences
from kencho.audit.models import Entry
from kencho.foundation import clock
from kencho.foundation.actors import ActorKind
from kencho.foundation.attempts import tried
from kencho.foundation.ui import Cell, Crumb, Kind, Status
from kencho.organization.access import StaffRequest
from kencho.organization.models import Body, StaffMember
from kencho.robots import permissions, queries
from kencho.robots.models import Robot, RobotItem, RobotRun, RobotVersion, Target

Text = str | Promise
T = TypeVar("T")

ITEM_KINDS = {
    RobotItem.State.WAITING: Kind.NEUTRAL,
    RobotItem.State.TAKEN: Kind.INFO,
    RobotItem.State.SUBMITTING: Kind.INFO,
    RobotItem.State.UNCERTAIN: Kind.WARNING,
    RobotItem.State.DONE: Kind.SUCCESS,
    RobotItem.State.REHEARSED: Kind.NEUTRAL,
    RobotItem.State.FAILED: Kind.DANGER,
    RobotItem.State.SET_ASIDE: Kind.WARNING,
}
RUN_KINDS = {
    RobotRun.State.RUNNING: Kind.INFO,
    RobotRun.State.FINISHED: Kind.SUCCESS,
    RobotRun.State.STOPPED: Kind.WARNING,
    RobotRun.State.FAILED: Kind.DANGER,
    RobotRun.State.LOST: Kind.DANGER,
}
VERSION_KINDS = {
    RobotVersion.State.FOUND: Kind.WARNING,
    RobotVersion.State.IN_APPROVAL: Kind.INFO,
    RobotVersion.State.APPROVED: Kind.SUCCESS,
    RobotVersion.State.RETIRED: Kind.NEUTRAL,
}


def item_status(item: RobotItem) -> Status:
    """The state of an item as a tag."""
    return Status(item.get_state_display(), ITEM_KINDS[RobotItem.State(item.state)])


def run_status(run: RobotRun) -> Status:
    """The state of a run as a tag."""
    return Status(run.get_state_display(), RUN_KINDS[RobotRun.State(run.state)])


def version_status(version: RobotVersion) -> Status:
    """The state of a version as a tag."""
    return Status(version.get_state_display(), VERSION_KINDS[RobotVersion.State(version.state)])


def robot_status(robot: Robot, *, is_running: bool) -> Status:
    """What a robot does now, the gravest first."""
    if robot.target.is_stopped:
        return Status(_("相手を止めている"), Kind.DANGER)
    if robot.is_paused:
        return Status(_("一時停止中"), Kind.WARNING)
    if is_running:
        return Status(_("運転中"), Kind.INFO)
    if robot.version is None:
        return Status(_("版が未定"), Kind.WARNING)
    return Status(_("待機"), Kind.SUCCESS)


def moment(at: datetime | None) -> Cell:
    """A moment in Japan, or a dash."""
    if at is None:
        return Cell("―")
    return Cell(at.astimezone(clock.JST).strftime("%Y-%m-%d %H:%M"), datetime=at.isoformat())


def crumbs(*steps: tuple[Text, str] | Text) -> list[Crumb]:
    """Breadcrumbs below the list of robots."""
    first = Crumb(_("ロボット"), reverse("robots:robot_list"))
    return [first, *(Crumb(step[0], step[1]) if isinstance(step, tuple) else Crumb(step) for step in steps)]


def robot_crumb(robot: Robot) -> tuple[str, str]:
    """A robot as a step of the breadcrumbs."""
    return robot.title, reverse("robots:robot_show", args=[robot.pk])


def found(thing: T | None) -> T:
    """The thing. Raises Http404 for none, whether it does not exist or is not this desk's."""
    if thing is None:
        raise Http404
    return thing


def own_robot(request: StaffRequest, pk: int) -> Robot:
    """A robot of the desk. Raises Http404."""
    return found(queries.robot_of(request.desk, pk))


def own_target(request: StaffRequest, pk: int) -> Target:
    """A target of the desk. Raises Http404."""
    return found(queries.target_of(request.desk, pk))


def own_version(request: StaffRequest, pk: int, *, to_change: bool = False) -> RobotVersion:
    """A version of the desk. Raises Http404, and PermissionDenied where it may only be read."""
    version = found(queries.version_of(request.desk, pk))
    if to_change and not permissions.may_administer(request.desk):
        raise PermissionDenied
    return version


def act(request: StaffRequest, do: Callable[[], object], word: str, back: str) -> HttpResponse:
    """Call a service, say how it went, go back."""
    tried(request, do, word)
    return redirect(back)


@dataclass(frozen=True)
class Deed:
    """An entry of the audit log as it is read here."""

    at: datetime
    who: str
    what: str
    details: str


DETAIL_WORDS = {
    "start": "始め方",
    "procedure": "手続",
    "daily_at": "時刻",
    "is_dry_run": "試し",
    "version": "版",
    "package": "パッケージ",
    "target": "相手",
    "is_real": "本番",
    "added": "加えた件数",
    "known": "すでにあった件数",
}


def deeds(entries: Iterable[Entry], body: Body) -> list[Deed]:
    """Entries with the names of staff; two queries at any number."""
    rows = list(entries)
    prefix = f"{body.code}:"
    numbers = {each.actor_id.removeprefix(prefix) for each in rows if each.actor_id.startswith(prefix)}
    named = StaffMember.objects.filter(body=body, number__in=numbers).values_list("number", "name")
    names = {prefix + number: f"{name}（{number}）" for number, name in named}
    return [
        Deed(
            at=each.at,
            who=names.get(each.actor_id)
            or (_("Kencho（自動）") if each.actor_kind == ActorKind.SYSTEM else each.actor_id),
            what=sentences.of(each.action),
            details="、".join(
                f"{DETAIL_WORDS[key]}：{value}"
                for key, value in sorted(each.details.items())
                if key in DETAIL_WORDS and value not in ("", None)
            ),
        )
        for each in rows
    ]

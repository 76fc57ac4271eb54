"""Robots: a package put to work by a division against a target."""

from datetime import datetime, time
from typing import Any

from django.db import transaction

from kencho.foundation.actors import Actor
from kencho.organization.models import Unit
from kencho.procedures.models import Procedure
from kencho.reforms import services as reforms
from kencho.robots import permissions, queries, shelf
from kencho.robots.feeds import feed_of
from kencho.robots.manifest import BadPackage, Manifest
from kencho.robots.models import Robot, RobotVersion, Target
from kencho.robots.services._common import hold_robot, note_act, require, require_administrator
from kencho.robots.services._errors import Refused, UnableTo
from kencho.robots.services._targets import CODE

Start = Robot.Start


@transaction.atomic
def register_robot(
    *,
    division: Unit,
    code: str,
    title: str,
    package: str,
    target: Target,
    start: str,
    by: Actor,
    at: datetime,
    procedure_code: str = "",
    daily_at: time | None = None,
    parameters: dict[str, Any] | None = None,
    is_dry_run: bool = False,
) -> Robot:
    """ロボットを登録する。Its version is chosen by ``use_version``. Raises UnableTo."""
    body = division.body
    require_administrator(by, body)
    if CODE.fullmatch(code) is None or Robot.objects.filter(body=body, code=code).exists():
        raise UnableTo(Refused.BAD_CODE)
    if target.body_id != body.pk:
        raise UnableTo(Refused.OTHER_BODY)
    manifest = _manifest(package)
    _check(manifest, title, start, daily_at, parameters)
    robot = Robot.objects.create(
        body=body,
        division=division,
        code=code,
        title=title.strip(),
        package=package,
        target=target,
        start=start,
        procedure_code=procedure_code,
        daily_at=daily_at,
        parameters=parameters or {},
        is_dry_run=is_dry_run,
        created_at=at,
    )
    note_act("robots.robot.register", robot, by=by, at=at, package=package, target=target.code)
    return robot


@transaction.atomic
def change_robot(
    *,
    robot: Robot,
    title: str,
    start: str,
    procedure_code: str,
    daily_at: time | None,
    is_dry_run: bool,
    by: Actor,
    at: datetime,
    parameters: dict[str, Any] | None = None,
) -> Robot:
    """設定を変更する: the division whose robot it is, or an administrator. Raises UnableTo."""
    row = hold_robot(robot)
    require(permissions.operates(by, row))
    _check(_manifest(row.package), title, start, daily_at, parameters)
    if procedure_code and procedure_code != row.procedure_code and not permissions.administers(by, row.body):
        # A robot brings what its procedure's applications say before its own division.
        own = Procedure.objects.filter(body=row.body_id, division=row.division_id, code=procedure_code)
        require(own.exists())
    row.title, row.start, row.procedure_code = title.strip(), start, procedure_code
    row.daily_at, row.is_dry_run = daily_at, is_dry_run
    if parameters is not None:
        row.parameters = parameters
    row.save(update_fields=["title", "start", "procedure_code", "daily_at", "is_dry_run", "parameters"])
    note_act(
        "robots.robot.change",
        row,
        by=by,
        at=at,
        start=start,
        procedure=procedure_code,
        daily_at=daily_at.isoformat() if daily_at else "",
        is_dry_run=is_dry_run,
    )
    return row


def _manifest(package: str) -> Manifest:
    try:
        return shelf.package(package).manifest
    except (BadPackage, LookupError) as wrong:
        raise UnableTo(Refused.NO_PACKAGE, package) from wrong


def _check(
    manifest: Manifest, title: str, start: str, daily_at: time | None, parameters: dict[str, Any] | None
) -> None:
    if not title.strip() or start not in Start.values:
        raise UnableTo(Refused.EMPTY)
    if parameters is not None and not isinstance(parameters, dict):
        raise UnableTo(Refused.BAD_PARAMETERS)
    if start == Start.SCHEDULE and daily_at is None:
        raise UnableTo(Refused.NO_TIME)
    if start != Start.HAND and feed_of(manifest.feed) is None:
        raise UnableTo(Refused.NO_FEED)


@transaction.atomic
def use_version(*, robot: Robot, version: RobotVersion, by: Actor, at: datetime) -> Robot:
    """使う版を決める: against a real target only an approved one. Counts from the next run on. Raises UnableTo."""
    row = hold_robot(robot)
    require_administrator(by, row.body)
    if version.body_id != row.body_id or version.package != row.package:
        raise UnableTo(Refused.OTHER_BODY)
    if version.state == RobotVersion.State.RETIRED:
        raise UnableTo(Refused.WRONG_STATE)
    if row.target.is_real and version.state != RobotVersion.State.APPROVED:
        raise UnableTo(Refused.NOT_APPROVED)
    row.version = version
    row.save(update_fields=["version"])
    note_act("robots.robot.use_version", row, by=by, at=at, version=version.version, digest=version.digest)
    return row


@transaction.atomic
def bind_reform(*, robot: Robot, by: Actor, at: datetime) -> Robot:
    """減った時間の基準に結び付ける: the reform that the manifest names as ``baseline`` counts this robot's cases from now on.

    Raises UnableTo when there is none that nothing else counts to, or the reform is not the actor's to change.
    """
    row = hold_robot(robot)
    require(permissions.operates(by, row))
    reform = queries.measuring_of(row).offered
    if reform is None:
        raise UnableTo(Refused.NO_REFORM)
    text = reforms.ReformText(
        title=reform.title,
        solution=reform.solution,
        subject=queries.subject_for(row),
        began_on=reform.began_on,
        note=reform.note,
    )
    try:
        reforms.save_reform(
            body=row.body, division=reform.division, code=reform.code, text=text, by=by, at=at
        )
    except reforms.UnableTo as refused:
        raise UnableTo(Refused.NO_REFORM, refused.message) from refused
    note_act("robots.robot.bind_reform", row, by=by, at=at, reform=reform.code)
    return row


@transaction.atomic
def pause_robot(*, robot: Robot, by: Actor, at: datetime) -> Robot:
    """一時停止する: a run in progress is ended, its items wait. Raises UnableTo."""
    row = hold_robot(robot)
    require(permissions.operates(by, row))
    if row.is_paused:
        raise UnableTo(Refused.WRONG_STATE)
    row.is_paused = True
    row.save(update_fields=["is_paused"])
    note_act("robots.robot.pause", row, by=by, at=at)
    return row


@transaction.atomic
def resume_robot(*, robot: Robot, by: Actor, at: datetime) -> Robot:
    """一時停止を解く. Raises UnableTo."""
    row = hold_robot(robot)
    require(permissions.operates(by, row))
    if not row.is_paused:
        raise UnableTo(Refused.WRONG_STATE)
    row.is_paused = False
    row.save(update_fields=["is_paused"])
    note_act("robots.robot.resume", row, by=by, at=at)
    return row

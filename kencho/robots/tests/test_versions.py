"""Versions: found, shown with their differences, decided, and bound to their bytes."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kencho.applications.testing import load_routes
from kencho.approvals import services as approvals
from kencho.approvals.models import ApprovalRequest
from kencho.foundation import clock, queue
from kencho.foundation.actors import Actor
from kencho.organization.models import Body, RoleAssignment, StaffMember
from kencho.organization.testing import Cast, desk, grant
from kencho.procedures.models import Procedure
from kencho.robots import queries, secrets, services
from kencho.robots.models import Robot, RobotVersion, Target
from kencho.robots.tests.people import BY, SHELF

State = RobotVersion.State


@pytest.fixture
def folder(shelf: None, settings: Any, tmp_path: Path) -> Path:
    """A shelf of the test with one package."""
    place = tmp_path / "shelf" / "plain_entry"
    place.mkdir(parents=True)
    for name in ("manifest.yaml", "robot.py"):
        (place / name).write_bytes((SHELF / "plain_entry" / name).read_bytes())
    settings.ROBOTS_DIRS = [str(tmp_path / "shelf")]
    return place


@pytest.fixture
def admin(cast: Cast) -> Actor:
    """An administrator of the cast's body."""
    load_routes(cast.body)
    grant(cast.clerk, RoleAssignment.Role.SYSTEM_ADMIN)
    return desk(cast.clerk, clock.day_of(clock.now())).actor


def _found(cast: Cast) -> RobotVersion:
    found = services.discover(body=cast.body, by=BY, at=clock.now()).found
    return next(version for version in found if version.package == "plain_entry")


def _actor(staff: StaffMember) -> Actor:
    return desk(staff, clock.day_of(clock.now())).actor


def _ask(version: RobotVersion, cast: Cast, by: Actor) -> ApprovalRequest:
    return services.request_version_approval(
        version=version, division=cast.division, reason="台帳の登録に使うため", by=by, at=clock.now()
    )


def _decide(request: ApprovalRequest, cast: Cast) -> None:
    approvals.approve(
        request=request, digest=request.rounds.latest("pk").digest, by=_actor(cast.chief), at=clock.now()
    )
    queue.drain(strict=True)


def _target(cast: Cast, *, is_real: bool) -> Target:
    return services.register_target(
        body=cast.body, code="ledger", name="台帳", base_url="http://127.0.0.1:9", is_real=is_real, by=BY, at=clock.now()
    )  # fmt: skip


def _robot(cast: Cast, target: Target) -> Robot:
    return services.register_robot(
        division=cast.division, code="entry", title="登録", package="plain_entry", target=target,
        start=Robot.Start.HAND, by=BY, at=clock.now(),
    )  # fmt: skip


def test_a_package_is_found_once_per_content(cast: Cast, folder: Path) -> None:
    first = _found(cast)
    assert (first.state, first.version) == (State.FOUND, "1.0.0")
    assert _found(cast) == first
    (folder / "robot.py").write_text((folder / "robot.py").read_text() + "# もう一行\n")
    second = _found(cast)
    assert (second.pk == first.pk, second.digest == first.digest) == (False, False)
    assert queries.version_files(first)["robot.py"] != queries.version_files(second)["robot.py"]
    assert (queries.on_shelf(first), queries.on_shelf(second)) == (False, True)


def test_a_broken_package_is_a_problem_with_findings(cast: Cast, folder: Path) -> None:
    (folder / "manifest.yaml").write_text("id: x\n")
    found = services.discover(body=cast.body, by=BY, at=clock.now())
    assert [problem.package for problem in found.problems] == ["plain_entry"]
    assert found.problems[0].findings


def test_approval_shows_the_files_and_then_the_difference(cast: Cast, folder: Path, admin: Actor) -> None:
    first = _found(cast)
    request = _ask(first, cast, admin)
    shown = json.dumps(request.rounds.get().document, ensure_ascii=False)
    assert "class PlainEntry(Robot)" in shown
    assert first.digest in shown
    _decide(request, cast)
    first.refresh_from_db()
    assert first.state == State.APPROVED
    assert first.decided_at is not None
    (folder / "robot.py").write_text((folder / "robot.py").read_text() + "# もう一行\n")
    second = _found(cast)
    assert queries.last_approved(second) == first
    again = _ask(second, cast, admin)
    shown = json.dumps(again.rounds.get().document, ensure_ascii=False)
    assert "+# もう一行" in shown
    assert "class PlainEntry(Robot)" not in shown
    kinds = {change.name: change.kind for change in queries.version_changes(second)}
    assert kinds == {"manifest.yaml": "same", "robot.py": "changed"}


def test_a_returned_version_may_be_asked_for_again(cast: Cast, folder: Path, admin: Actor) -> None:
    version = _found(cast)
    request = _ask(version, cast, admin)
    with pytest.raises(services.UnableTo):
        _ask(version, cast, admin)
    approvals.send_back(request=request, reason="説明が足りない", by=_actor(cast.chief), at=clock.now())
    queue.drain(strict=True)
    version.refresh_from_db()
    assert version.state == State.FOUND
    _decide(_ask(version, cast, admin), cast)
    version.refresh_from_db()
    assert version.state == State.APPROVED


def test_a_folder_that_changed_since_it_was_found_cannot_be_asked_for(
    cast: Cast, folder: Path, admin: Actor
) -> None:
    version = _found(cast)
    (folder / "robot.py").write_text("x = 1\n")
    with pytest.raises(services.UnableTo) as refused:
        _ask(version, cast, admin)
    assert refused.value.reason == services.Refused.CHANGED


def test_only_an_approved_version_may_meet_a_real_target(cast: Cast, folder: Path, admin: Actor) -> None:
    version = _found(cast)
    robot = _robot(cast, _target(cast, is_real=True))
    with pytest.raises(services.UnableTo) as refused:
        services.use_version(robot=robot, version=version, by=admin, at=clock.now())
    assert refused.value.reason == services.Refused.NOT_APPROVED
    _decide(_ask(version, cast, admin), cast)
    version.refresh_from_db()
    robot = services.use_version(robot=robot, version=version, by=admin, at=clock.now())
    assert list(queries.usable_versions(robot)) == [version]
    services.retire_version(version=version, by=admin, at=clock.now())
    with pytest.raises(services.UnableTo):
        services.start_run(robot=robot, by=admin, at=clock.now())


def test_a_rehearsal_target_that_becomes_real_stops_unapproved_versions(
    cast: Cast, folder: Path, admin: Actor
) -> None:
    target = _target(cast, is_real=False)
    robot = services.use_version(robot=_robot(cast, target), version=_found(cast), by=admin, at=clock.now())
    services.change_target(
        target=target, name="台帳", base_url=target.base_url, is_real=True, by=admin, at=clock.now()
    )
    with pytest.raises(services.UnableTo) as refused:
        services.start_run(robot=Robot.objects.get(pk=robot.pk), by=admin, at=clock.now())
    assert refused.value.reason == services.Refused.NOT_APPROVED


def test_who_may_set_up_and_who_may_operate(cast: Cast, folder: Path, admin: Actor) -> None:
    target = _target(cast, is_real=False)
    robot = _robot(cast, target)
    version = _found(cast)
    at = clock.now()
    chief, stranger, foreigner = (
        _actor(staff) for staff in (cast.chief, cast.other_division_clerk, cast.other_body_clerk)
    )
    for who in (chief, stranger, foreigner):
        for act in (
            lambda who=who: services.use_version(robot=robot, version=version, by=who, at=at),
            lambda who=who: services.discover(body=cast.body, by=who, at=at),
            lambda who=who: services.resume_target(target=target, by=who, at=at),
            lambda who=who: _ask(version, cast, who),
        ):
            with pytest.raises(services.UnableTo) as refused:
                act()
            assert refused.value.reason == services.Refused.NOT_ALLOWED
    for who in (stranger, foreigner):
        with pytest.raises(services.UnableTo):
            services.pause_robot(robot=robot, by=who, at=at)
        with pytest.raises(services.UnableTo):
            services.stop_target(target=target, reason="x", by=who, at=at)
    services.pause_robot(robot=robot, by=chief, at=at)
    # The division of a robot may pull the switch, but not put it on again.
    services.stop_target(target=target, reason="変な動き", by=chief, at=at)
    with pytest.raises(services.UnableTo):
        services.resume_target(target=target, by=chief, at=at)
    services.resume_target(target=target, by=admin, at=at)
    day = date(2026, 6, 1) + timedelta(days=1)
    assert queries.robot_of(desk(cast.clerk, day), robot.pk) == robot
    assert queries.robot_of(desk(cast.other_division_clerk, day), robot.pk) is None
    assert queries.robot_of(desk(cast.other_body_clerk, day), robot.pk) is None


def test_a_real_target_cannot_be_called_a_rehearsal(cast: Cast, folder: Path, admin: Actor) -> None:
    target = _target(cast, is_real=True)
    with pytest.raises(services.UnableTo) as refused:
        services.change_target(
            target=target, name="台帳", base_url=target.base_url, is_real=False, by=admin, at=clock.now()
        )
    assert refused.value.reason == services.Refused.WAS_REAL


def test_a_secret_is_of_one_body_and_of_real_targets_or_others(
    cast: Cast, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def register(body: Body, code: str, *, is_real: bool, url: str = "https://ledger.example.jp") -> Target:
        return services.register_target(
            body=body, code=code, name="台帳", base_url=url, is_real=is_real, credential_ref="LEDGER_PASSWORD",
            by=BY, at=clock.now(),
        )  # fmt: skip

    register(cast.body, "first", is_real=True)
    register(cast.body, "second", is_real=True)
    with pytest.raises(services.UnableTo) as refused:
        register(cast.body, "third", is_real=False)
    assert refused.value.reason == services.Refused.REFERENCE_TAKEN
    # The same name at another body is another secret, and the first cannot be named from there.
    foreign = register(cast.other_body, "third", is_real=False)
    monkeypatch.setenv("KENCHO_ROBOT_SECRET_240001_LEDGER_PASSWORD", "mie")
    monkeypatch.setenv("KENCHO_ROBOT_SECRET_LEDGER_PASSWORD", "anybody")
    assert secrets.resolve(cast.body.code, "LEDGER_PASSWORD") == "mie"
    for reference in (foreign.credential_ref, "240001_LEDGER_PASSWORD"):
        with pytest.raises(secrets.NoSecret):
            secrets.resolve(cast.other_body.code, reference)
    with pytest.raises(services.UnableTo) as refused:
        register(cast.body, "fourth", is_real=True, url="https://:secret@ledger.example.jp")
    assert refused.value.reason == services.Refused.BAD_URL


def test_a_division_cannot_point_its_robot_at_anothers_applications(
    cast: Cast, folder: Path, admin: Actor
) -> None:
    robot = _robot(cast, _target(cast, is_real=False))
    others = desk(cast.other_division_clerk, clock.day_of(clock.now())).division
    for code, division in (("own", cast.division), ("foreign", others)):
        Procedure.objects.create(
            body=cast.body, code=code, title=code, division=division, created_at=clock.now()
        )

    def change(code: str, by: Actor) -> None:
        services.change_robot(
            robot=robot, title="登録", start=Robot.Start.HAND, procedure_code=code, daily_at=None,
            is_dry_run=False, by=by, at=clock.now(),
        )  # fmt: skip

    change("own", _actor(cast.chief))
    with pytest.raises(services.UnableTo) as refused:
        change("foreign", _actor(cast.chief))
    assert refused.value.reason == services.Refused.NOT_ALLOWED
    change("foreign", admin)

"""Runs against the old system without a browser: every fault ends with one entry, or on the list of a person."""

import shutil
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kencho.foundation import clock
from kencho.reforms.models import EffectRecord, ReformCase
from kencho.robots import queries, services
from kencho.robots.models import Robot, RobotItem, RobotRun
from kencho.robots.services import _outcomes as outcomes
from kencho.robots.services import _runs as runs
from kencho.robots.services._outcomes import Failure
from kencho.robots.tests.people import BY, SHELF, World
from kencho.robots.words import Reason

State = RobotItem.State
LATER = timedelta(minutes=5)


def test_items_are_typed_once_and_their_input_is_forgotten(world: World) -> None:
    robot = world.robot()
    items = [world.item(robot, f"N-{n}") for n in range(3)]
    run = world.run(robot)
    assert (run.state, run.reason, run.done, run.failed) == (RobotRun.State.FINISHED, "", 3, 0)
    assert world.old.numbers() == ["N-0", "N-1", "N-2"]
    for item, entry in zip(items, world.old.entries, strict=True):
        item.refresh_from_db()
        assert (item.state, item.receipt, item.input) == (State.DONE, entry["receipt"], {})
    assert world.old.log_ins == 1
    with pytest.raises(services.UnableTo) as refused:
        world.run(robot)
    assert refused.value.reason == services.Refused.NOTHING_TO_DO


def test_a_dry_run_changes_nothing_there_and_the_real_one_follows(world: World) -> None:
    robot = world.robot()
    item = world.item(robot)
    run = world.run(robot, dry_run=True)
    item.refresh_from_db()
    assert (item.state, run.is_dry_run, run.done, world.old.entries) == (State.REHEARSED, True, 1, [])
    assert item.input
    world.run(robot)
    item.refresh_from_db()
    assert item.state == State.DONE
    assert len(world.old.entries) == 1


def test_an_error_after_storing_is_looked_up_and_never_typed_again(world: World) -> None:
    world.old.faults.fails_late = 1.0
    robot = world.robot()
    item = world.item(robot)
    world.run(robot)
    item.refresh_from_db()
    assert (item.state, item.may_be_there) == (State.UNCERTAIN, True)
    # Not before the old system has had its time.
    assert item.not_before > clock.now()
    world.run(robot, at=clock.now() + LATER)
    item.refresh_from_db()
    assert (item.state, item.receipt) == (State.DONE, "R-000001")
    assert world.old.numbers() == [item.key]


def test_an_error_before_storing_is_looked_up_and_then_typed_again(world: World) -> None:
    robot = world.robot()
    item = world.item(robot)
    world.old.faults.logs_out = 1.0
    world.run(robot)
    item.refresh_from_db()
    assert (item.state, item.failures.get().reason) == (State.UNCERTAIN, Reason.LOGGED_OUT)
    world.old.faults.logs_out = 0.0
    run = world.run(robot, at=clock.now() + LATER)
    item.refresh_from_db()
    assert (item.state, item.attempts, run.done) == (State.DONE, 2, 1)
    assert world.old.numbers() == [item.key]


@pytest.fixture
def hasty(world: World, settings: Any, tmp_path: Path) -> Robot:
    """The same robot with little patience: an item may take two seconds."""
    folder = tmp_path / "shelf" / "plain_entry"
    shutil.copytree(SHELF / "plain_entry", folder, ignore=shutil.ignore_patterns("__pycache__"))
    manifest = folder / "manifest.yaml"
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace("max_seconds: 20", "max_seconds: 2"), encoding="utf-8"
    )
    settings.ROBOTS_DIRS = [str(tmp_path / "shelf")]
    return world.robot()


@pytest.mark.parametrize("is_stored", [True, False])
def test_a_target_that_hangs_after_the_click_is_asked_what_it_has(
    world: World, hasty: Robot, is_stored: bool
) -> None:
    world.old.faults.hangs, world.old.faults.hangs_early = is_stored, not is_stored
    item = world.item(hasty)
    world.run(hasty)
    item.refresh_from_db()
    failure = item.failures.get()
    assert (item.state, item.reason, item.may_be_there) == (State.UNCERTAIN, Reason.UNCERTAIN, True)
    assert (failure.reason, failure.step, item.attempts) == (Reason.HUNG, "submit", 1)
    assert item.not_before > clock.now()
    # Nor does pressing "again" look while the target may still be at it: what is stored a moment later would be twice.
    services.retry_item(item=item, by=BY, at=clock.now())
    with pytest.raises(services.UnableTo) as refused:
        world.run(hasty)
    assert refused.value.reason == services.Refused.NOTHING_TO_DO
    world.old.faults.hangs = world.old.faults.hangs_early = False
    world.run(hasty, at=clock.now() + LATER)
    item.refresh_from_db()
    assert (item.state, item.receipt) == (State.DONE, "R-000001")
    assert (world.old.numbers(), item.attempts) == ([item.key], 0 if is_stored else 1)


def test_what_the_target_stored_twice_goes_to_a_person(world: World) -> None:
    world.old.faults.stores_twice = world.old.faults.fails_late = 1.0
    robot = world.robot()
    item = world.item(robot)
    world.run(robot)
    world.run(robot, at=clock.now() + LATER)
    item.refresh_from_db()
    assert (item.state, item.reason, item.receipt) == (
        State.SET_ASIDE,
        Reason.TWICE_THERE,
        "R-000001、R-000002",
    )
    desk_items = queries.items_of(robot, state=State.SET_ASIDE)
    assert list(desk_items) == [item]


def test_a_receipt_that_cannot_be_looked_up_is_never_guessed(world: World) -> None:
    world.old.faults.fails_late = 1.0
    robot = world.robot()
    item = world.item(robot)
    world.run(robot)
    world.old.faults.fails = 1.0
    at = clock.now()
    for _look in range(40):
        item.refresh_from_db()
        if item.state != State.UNCERTAIN:
            break
        at = max(at, item.not_before) + timedelta(seconds=1)
        world.run(robot, at=at)
    assert (item.state, item.reason, item.may_be_there) == (State.SET_ASIDE, Reason.UNCERTAIN, True)
    assert len(world.old.entries) == 1
    # Even a person's wish to try again begins with the look-up.
    services.retry_item(item=item, by=BY, at=at)
    item.refresh_from_db()
    assert item.state == State.UNCERTAIN
    world.old.faults.fails = 0.0
    world.run(robot, at=at)
    item.refresh_from_db()
    assert item.state == State.DONE
    assert len(world.old.entries) == 1


def test_what_the_target_does_not_take_is_left_with_a_reason_and_an_action(world: World) -> None:
    robot = world.robot()
    bad, good = world.item(robot, "N-1", applicant_name="髙橋"), world.item(robot, "N-2")
    run = world.run(robot)
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, bad.reason, good.state) == (State.FAILED, Reason.REJECTED, State.DONE)
    assert (run.done, run.failed) == (1, 1)
    from kencho.robots.words import action_of

    assert "やり直す" in action_of(bad.reason)


def test_a_wrong_password_ends_the_run_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENCHO_ROBOT_SECRET_240001_LEDGER_PASSWORD", "wrong")
    robot = world.robot()
    for n in range(4):
        world.item(robot, f"N-{n}")
    run = world.run(robot)
    assert (run.state, run.reason) == (RobotRun.State.FAILED, Reason.SIGN_IN_FAILED)
    assert world.old.log_ins == 1


def test_a_missing_password_is_said_before_anything_starts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KENCHO_ROBOT_SECRET_240001_LEDGER_PASSWORD")
    robot = world.robot()
    item = world.item(robot)
    run = world.run(robot)
    item.refresh_from_db()
    assert (run.state, run.reason, item.state) == (RobotRun.State.FAILED, Reason.NO_SECRET, State.WAITING)


def test_many_failures_in_a_row_end_the_run(world: World) -> None:
    world.old.faults.fails = 1.0
    robot = world.robot()
    for n in range(12):
        world.item(robot, f"N-{n}")
    run = world.run(robot)
    assert (run.state, run.reason, run.failed) == (RobotRun.State.FAILED, Reason.MANY_FAILURES, 5)
    assert robot.items.filter(state=State.WAITING).count() == 12
    # And nothing begins by itself for a while.
    assert services.start_due(at=clock.now()) == []
    assert [each.robot for each in services.start_due(at=clock.now() + timedelta(minutes=11))] == [robot]


def test_the_switch_ends_a_run_in_the_middle(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    robot = world.robot()
    for n in range(50):
        world.item(robot, f"N-{n}")
    done = outcomes.done

    def stop_after_three(*arguments: object) -> None:
        done(*arguments)  # type: ignore[arg-type]  # handed on untouched
        if len(world.old.entries) == 3:
            services.stop_target(target=world.target, reason="試験", by=BY, at=clock.now())

    monkeypatch.setattr(outcomes, "done", stop_after_three)
    run = world.run(robot)
    assert (run.state, run.reason, run.done) == (RobotRun.State.STOPPED, Reason.STOPPED, 3)
    assert len(world.old.entries) == 3
    assert robot.items.filter(state=State.WAITING).count() == 47
    with pytest.raises(services.UnableTo) as refused:
        world.run(robot)
    assert refused.value.reason == services.Refused.STOPPED


def test_the_switch_holds_back_the_very_click(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    robot = world.robot()
    item = world.item(robot)
    announce = outcomes.announce

    def stop_first(*arguments: object) -> bool:
        services.pause_robot(robot=robot, by=BY, at=clock.now())
        return announce(*arguments)  # type: ignore[arg-type]  # as above

    monkeypatch.setattr(outcomes, "announce", stop_first)
    run = world.run(robot)
    item.refresh_from_db()
    assert (run.state, run.reason) == (RobotRun.State.STOPPED, Reason.PAUSED)
    assert (item.state, item.may_be_there, world.old.entries) == (State.WAITING, False, [])


def test_a_person_stops_a_run_and_it_writes_nothing_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot = world.robot()
    items = [world.item(robot, f"N-{n}") for n in range(3)]
    settle = outcomes.done

    def stop_before(run: RobotRun, *arguments: object) -> None:
        services.stop_run(run=run, by=BY, at=clock.now())
        settle(run, *arguments)  # type: ignore[arg-type]  # as above

    monkeypatch.setattr(outcomes, "done", stop_before)
    run = world.run(robot)
    assert run.state == RobotRun.State.STOPPED
    items[0].refresh_from_db()
    # It was clicked: whoever goes on looks it up.
    assert (items[0].state, len(world.old.entries)) == (State.UNCERTAIN, 1)
    monkeypatch.setattr(outcomes, "done", settle)
    world.run(robot, at=clock.now() + LATER)
    assert world.old.numbers() == ["N-0", "N-1", "N-2"]


def test_a_lost_run_is_closed_and_what_it_held_is_safe(world: World) -> None:
    robot = world.robot()
    typed, clicked = world.item(robot, "N-1"), world.item(robot, "N-2")
    at = clock.now()
    run = services.start_run(robot=robot, by=BY, at=at, enqueues=False)
    assert runs.claim(run, at)
    first = outcomes.take(run, at)
    second = outcomes.take(run, at)
    assert first is not None
    assert second is not None
    assert [first[0], second[0]] == [typed, clicked]
    assert outcomes.announce(run, clicked, at)
    # Its process is alive (it is this one) and told so a moment ago, but this one does not work on it: it was reborn.
    assert [each.pk for each in services.recover(at=at)] == [run.pk]
    typed.refresh_from_db()
    clicked.refresh_from_db()
    assert (typed.state, typed.attempts) == (State.WAITING, 1)
    assert (clicked.state, clicked.may_be_there) == (State.UNCERTAIN, True)
    assert clicked.not_before > at
    # The one that was taken for dead can write no more.
    with pytest.raises(runs.Fenced):
        outcomes.done(run, clicked, "R-1", 1.0, at)
    with pytest.raises(runs.Fenced):
        outcomes.announce(run, typed, at)
    with pytest.raises(runs.Fenced):
        outcomes.take(run, at)
    assert services.recover(at=at) == []
    begun = services.start_due(at=at)
    assert [each.robot for each in begun] == [robot]


def test_a_run_of_another_machine_is_lost_only_when_its_time_is_over(world: World) -> None:
    robot = world.robot()
    world.item(robot)
    at = clock.now()
    run = services.start_run(robot=robot, by=BY, at=at, enqueues=False)
    RobotRun.objects.filter(pk=run.pk).update(holder="elsewhere:1", alive_until=at + timedelta(seconds=60))
    assert services.recover(at=at) == []
    assert [each.pk for each in services.recover(at=at + timedelta(seconds=61))] == [run.pk]


def test_attempts_end_on_the_list(world: World) -> None:
    robot = world.robot()
    item = world.item(robot)
    manifest = services.manifest_for(robot)
    at = clock.now()
    run = services.start_run(robot=robot, by=BY, at=at, enqueues=False)
    runs.claim(run, at)
    for attempt in range(1, manifest.max_attempts + 1):
        taken = outcomes.take(run, at)
        assert taken is not None
        assert taken[0].attempts == attempt
        outcomes.failed(run, item, manifest, Failure(Reason.TIMEOUT, step="fill"), at)
    item.refresh_from_db()
    assert (item.state, item.reason, item.failures.count()) == (State.FAILED, Reason.TIMEOUT, 10)
    assert outcomes.take(run, at) is None


def test_a_long_run_goes_on_in_turns(world: World) -> None:
    robot = world.robot()
    for n in range(3):
        world.item(robot, f"N-{n}")
    run = services.start_run(robot=robot, by=BY, at=clock.now(), enqueues=False)
    run = services.work_run(run=run, seconds=0.0)
    assert (run.state, run.holder, run.done) == (RobotRun.State.RUNNING, "", 0)
    run = services.work_run(run=run)
    assert (run.state, run.done) == (RobotRun.State.FINISHED, 3)


def test_hours_saved_are_recorded_with_the_minutes_of_people(world: World) -> None:
    robot = world.robot()
    reform = ReformCase.objects.create(
        body=world.cast.body,
        division=world.cast.division,
        code="entry",
        title="登録",
        solution=ReformCase.Solution.RPA,
        subject=f"robots.robot:{robot.code}",
        began_on=world.cast.day,
    )
    good, bad = world.item(robot, "N-1"), world.item(robot, "N-2", applicant_name="髙橋")
    world.run(robot)
    from decimal import Decimal

    services.finish_by_hand(
        item=bad, receipt="R-9", human_minutes=Decimal("4.5"), note="", by=BY, at=clock.now()
    )
    found = {each.evidence: each.human_minutes for each in EffectRecord.objects.filter(reform=reform)}
    assert found == {f"robots.item:{good.pk}": 0, f"robots.item:{bad.pk}": Decimal("4.5")}
    bad.refresh_from_db()
    assert (bad.state, bad.input) == (State.DONE, {})


def test_two_processes_cannot_run_one_robot(world: World) -> None:
    robot = world.robot()
    world.item(robot)
    run = services.start_run(robot=robot, by=BY, at=clock.now(), enqueues=False)
    with pytest.raises(services.UnableTo) as refused:
        services.start_run(robot=robot, by=BY, at=clock.now(), enqueues=False)
    assert refused.value.reason == services.Refused.RUNNING
    RobotRun.objects.filter(pk=run.pk).update(holder="elsewhere:1")
    began = time.monotonic()
    services.work_run(run=run)
    assert (world.old.entries, time.monotonic() - began < 1) == ([], True)

"""The shipped robots in a real browser against the old system."""

from datetime import timedelta

import pytest

from kencho.foundation import clock
from kencho.robots import queries
from kencho.robots.models import Difference, ItemFailure, Robot, RobotItem, RobotRun
from kencho.robots.tests.people import NAME, World
from kencho.robots.words import Reason

State = RobotItem.State
pytestmark = pytest.mark.browser


def test_an_entry_arrives_with_every_field_whatever_the_layout(world: World) -> None:
    robot = world.robot("decided_to_ledger")
    world.item(robot, "N-1", amount="12000")
    world.old.faults.answers_twice = 1.0
    world.run(robot)
    world.old.faults.variant = "moved"
    world.old.faults.answers_twice = 0.0
    world.item(robot, "N-2", decision="不承認", is_issued=False)
    world.run(robot)
    first, second = world.old.entries
    assert first == {
        "number": "N-1",
        "name": NAME,
        "kana": "ホウオウイン キョウマ",
        "address": "三重県津市広明町十三番地の謎",
        "telephone": "059-224-9999",
        "subject": "図書館の利用",
        "decided_on": "2026-06-10",
        "amount": "12000",
        "decision": "承認",
        "issued": "はい",
        "receipt": "R-000001",
    }
    assert (second["decision"], second["issued"]) == ("不承認", "いいえ")
    assert list(robot.items.order_by("id").values_list("state", "receipt")) == [
        (State.DONE, "R-000001"),
        (State.DONE, "R-000002"),
    ]


@pytest.mark.parametrize("variant", ["renamed", "doubled"])
def test_a_changed_page_is_not_guessed_at(world: World, variant: str) -> None:
    world.old.faults.variant = variant
    robot = world.robot("decided_to_ledger")
    item = world.item(robot)
    robot.items.update(attempts=2)
    world.run(robot)
    item.refresh_from_db()
    failure = item.failures.get()
    assert (item.state, item.reason, world.old.entries) == (State.FAILED, Reason.PAGE_CHANGED, [])
    assert (failure.step, failure.field) == (
        "fill",
        "applicant_name" if variant == "renamed" else "applicant_address",
    )
    assert queries.screenshot(failure)


def test_faults_of_the_old_system_one_after_another(world: World) -> None:
    """Cut names, refused letters, a session lost at the click, an error behind it: each has its end."""
    robot = world.robot("decided_to_ledger")
    cut = world.item(robot, "N-1")
    world.old.faults.cuts_names = 3
    world.run(robot)
    cut.refresh_from_db()
    assert (cut.state, cut.failures.get().field) == (State.WAITING, "applicant_name")
    assert cut.reason == Reason.WRONG_ON_PAGE
    world.old.faults.cuts_names = 0
    world.item(robot, "N-2", applicant_name="髙橋")
    world.old.faults.logs_out = 1.0
    at = clock.now() + timedelta(minutes=10)
    world.run(robot, at=at)
    world.old.faults.logs_out, world.old.faults.fails_late = 0.0, 1.0
    world.run(robot, at=at + timedelta(minutes=10))
    world.old.faults.fails_late = 0.0
    world.run(robot, at=at + timedelta(minutes=20))
    states = dict(robot.items.values_list("key", "state"))
    assert states == {"N-1": State.DONE, "N-2": State.FAILED}
    assert world.old.numbers() == ["N-1"]
    reasons = list(ItemFailure.objects.filter(item=cut).order_by("id").values_list("reason", flat=True))
    assert len(reasons) == 3


def test_the_ledger_is_fetched_and_compared(world: World) -> None:
    for n in range(3):
        world.old.store({"number": f"X-{n}", **dict.fromkeys(("name", "kana", "address", "telephone", "subject", "decided_on", "amount", "decision", "issued"), "")})  # fmt: skip
    world.old.store(dict(world.old.entries[0]))
    from datetime import time

    robot = world.robot("ledger_reconcile", start=Robot.Start.SCHEDULE, daily_at=time(0, 0))
    from kencho.robots import services

    begun = services.start_due(at=clock.now())
    assert [each.robot for each in begun] == [robot]
    run = services.work_run(run=begun[0])
    assert (run.state, run.reason, run.done) == (RobotRun.State.FINISHED, "", 1)
    found = {(each.reference, each.kind) for each in queries.differences_of(robot)}
    assert found == {
        ("X-0", Difference.Kind.TWICE),
        *((f"X-{n}", Difference.Kind.UNKNOWN) for n in range(3)),
    }
    # Once a day, however often the clock is looked at.
    assert services.start_due(at=clock.now()) == []


def test_robot_framework_tasks_run_under_the_same_rules(world: World) -> None:
    robot = world.robot("framework_entry")
    item = world.item(robot, "N-1")
    world.old.faults.fails_late = 1.0
    world.run(robot)
    assert item.failures.count() == 1
    world.old.faults.fails_late = 0.0
    other = world.item(robot, "N-2")
    run = world.run(robot, at=clock.now() + timedelta(minutes=5))
    item.refresh_from_db()
    other.refresh_from_db()
    assert (item.state, other.state, run.failed) == (State.DONE, State.DONE, 0)
    assert sorted(world.old.numbers()) == ["N-1", "N-2"]

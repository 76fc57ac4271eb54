"""Items: in the queue once, from files or by hand, and what people do with them."""

from decimal import Decimal

import pytest

from kencho.foundation import clock
from kencho.robots import queries, services
from kencho.robots.models import Robot, RobotItem
from kencho.robots.tests.people import BY, World, entry

State = RobotItem.State


def _csv(*lines: str) -> bytes:
    return "\n".join(["受付番号,氏名又は名称,決定年月日,決定区分,通知済み", *lines]).encode()


def test_a_key_is_in_the_queue_once(world: World) -> None:
    robot = world.robot()
    first = world.item(robot, "N-1")
    again, is_new = services.enqueue(
        robot=robot, input=entry("N-1", applicant_name="別人"), by=BY, at=clock.now()
    )
    assert (again, is_new, again.input["applicant_name"]) == (first, False, entry()["applicant_name"])
    other = world.robot(code="other")
    assert world.item(other, "N-1") != first


@pytest.mark.parametrize("wrong", [{"decision": "保留"}, {"applicant_name": ""}, {"extra": "x"}])
def test_what_does_not_fit_is_not_taken(world: World, wrong: dict[str, str]) -> None:
    robot = world.robot()
    with pytest.raises(services.UnableTo) as refused:
        world.item(robot, **wrong)
    assert refused.value.reason == services.Refused.BAD_INPUT
    assert "保留" not in refused.value.message


def test_a_file_is_taken_whole_or_not_at_all(world: World) -> None:
    robot = world.robot()
    bad = services.import_items(
        robot=robot,
        content=_csv("N-1,山田,2026-06-01,承認,はい", "N-2,,2026-06-01,保留,", "N-1,川田,2026-06-01,承認,"),
        by=BY,
        at=clock.now(),
    )
    assert (bad.added, robot.items.count()) == (0, 0)
    assert [problem[:4] for problem in bad.problems] == ["3行目：", "4行目："]
    assert "保留" not in "".join(bad.problems)
    good = _csv("N-1,山田,2026-06-01,承認,はい", "N-2,川田,2026-06-01,不承認,いいえ")
    done = services.import_items(robot=robot, content=good, by=BY, at=clock.now())
    assert (done.added, done.known, done.problems) == (2, 0, ())
    again = services.import_items(robot=robot, content=good, by=BY, at=clock.now())
    assert (again.added, again.known) == (0, 2)
    assert [item.input["is_issued"] for item in robot.items.order_by("id")] == [True, False]
    run = world.run(robot)
    assert run.done == 2


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", "名前\nx".encode(), "受付番号\n".encode()])
def test_a_file_that_is_none_says_so(world: World, content: bytes) -> None:
    robot = world.robot()
    taken = services.import_items(robot=robot, content=content, by=BY, at=clock.now())
    assert taken.added == 0
    assert taken.problems


def test_a_person_takes_an_item_and_finishes_it(world: World) -> None:
    robot = world.robot()
    item = world.item(robot)
    services.set_aside(item=item, note="電話で確認", by=BY, at=clock.now())
    with pytest.raises(services.UnableTo):
        world.run(robot)
    with pytest.raises(services.UnableTo):
        services.finish_by_hand(
            item=item, receipt="", human_minutes=Decimal(1), note="", by=BY, at=clock.now()
        )
    with pytest.raises(services.UnableTo):
        services.finish_by_hand(
            item=item, receipt="R-1", human_minutes=Decimal(-1), note="", by=BY, at=clock.now()
        )
    done = services.finish_by_hand(
        item=item, receipt="R-1", human_minutes=Decimal("2.5"), note="", by=BY, at=clock.now()
    )
    assert (done.state, done.receipt, done.note) == (State.DONE, "R-1", "電話で確認")
    with pytest.raises(services.UnableTo):
        services.retry_item(item=item, by=BY, at=clock.now())
    assert world.old.entries == []


def test_the_list_of_people_holds_everything_that_waits_for_them(world: World) -> None:
    from kencho.organization.testing import desk

    robot = world.robot()
    for state in State:
        RobotItem.objects.create(
            robot=robot, key=state.value, state=state, not_before=clock.now(), created_at=clock.now(), done_at=clock.now()
        )  # fmt: skip
    own = desk(world.cast.clerk, world.cast.day)
    other = desk(world.cast.other_division_clerk, world.cast.day)
    assert {item.state for item in queries.items_for_people(own)} == {
        State.FAILED,
        State.SET_ASIDE,
        State.UNCERTAIN,
    }
    assert list(queries.items_for_people(other)) == []
    shown = queries.robots_of(own).get()
    counts = [getattr(shown, name) for name in ("waiting", "uncertain", "needs_person", "done")]
    assert counts == [3, 1, 2, 1]


def test_a_robot_that_no_event_can_feed_is_refused(world: World) -> None:
    with pytest.raises(services.UnableTo) as refused:
        world.robot(start=Robot.Start.SCHEDULE)
    assert refused.value.reason == services.Refused.NO_TIME

"""The queue: nothing is lost, nothing happens twice in the database, failures wait and are kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from unittest import mock

import pytest
from django.db import connection, transaction
from django.utils import timezone

from kencho.foundation import clock, events, group_commit, queue
from kencho.foundation.models import Task, TaskState

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, 9, 0, tzinfo=clock.JST)


@dataclass(frozen=True)
class SampleHappened(events.Event):
    """A fact for these tests."""

    thing_id: int
    on: date
    at: datetime


class Unlucky(Exception):
    """Raised by a function of these tests."""


@pytest.fixture
def no_works() -> Iterator[None]:
    """Nothing but what the test itself registers."""
    with mock.patch.dict(queue.works, clear=True):
        yield


@pytest.fixture
def heard(no_works: None, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What two subscribers have heard; both are forgotten after the test."""
    seen: list[Any] = []
    monkeypatch.setattr(events, "_subscribers", {})

    @events.subscriber(SampleHappened)
    def first(event: SampleHappened) -> None:
        seen.append(("first", event))

    @events.subscriber(SampleHappened)
    def second(event: SampleHappened) -> None:
        seen.append(("second", event))

    return seen


def _publish() -> SampleHappened:
    event = SampleHappened(thing_id=7, on=date(2026, 6, 1), at=AT)
    events.publish(event, at=AT)
    return event


def test_each_subscriber_hears_an_event_once_with_its_dates_restored(heard: list[Any]) -> None:
    event = _publish()
    with clock.simulated(AT):
        assert queue.drain(strict=True) == 3
        assert queue.drain(strict=True) == 0
    assert sorted(heard, key=lambda pair: pair[0]) == [("first", event), ("second", event)]


def test_an_event_of_a_transaction_that_fails_was_never_told(heard: list[Any]) -> None:
    with transaction.atomic():
        _publish()
        transaction.set_rollback(True)
    with clock.simulated(AT):
        queue.drain()
    assert heard == []


def test_an_event_without_subscribers_leaves_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_subscribers", {})
    _publish()
    assert not Task.objects.exists()


def test_what_a_failing_function_wrote_is_undone_and_it_is_tried_again_later(no_works: None) -> None:
    calls: list[int] = []

    def work() -> None:
        calls.append(1)
        Task.objects.create(kind="work", name="trace", created_at=AT, run_at=AT + timedelta(days=900))
        if len(calls) < 3:
            raise Unlucky

    queue.register("test.work", work)
    task = queue.enqueue("test.work", {}, at=AT)
    moment = AT
    for _turn in range(3):
        with clock.simulated(moment):
            queue.drain()
        moment += timedelta(hours=1)
    task.refresh_from_db()
    assert (task.state, task.attempts) == (TaskState.DONE, 3)
    assert Task.objects.filter(name="trace").count() == 1


def test_it_gives_up_after_the_last_attempt_and_keeps_the_reason(no_works: None) -> None:
    last: list[bool] = []

    def work() -> None:
        last.append(queue.is_last_attempt())
        raise Unlucky("sorry")

    queue.register("test.work", work)
    task = queue.enqueue("test.work", {}, at=AT)
    moment = AT
    for _turn in range(queue.MAX_ATTEMPTS + 2):
        with clock.simulated(moment):
            queue.drain()
        moment += timedelta(days=3)
    task.refresh_from_db()
    assert (task.state, task.attempts) == (TaskState.FAILED, queue.MAX_ATTEMPTS)
    assert "sorry" in task.error
    assert last == [False] * (queue.MAX_ATTEMPTS - 1) + [True]


def test_a_lease_that_ran_out_is_taken_again(no_works: None) -> None:
    queue.register("test.work", lambda: None)
    queue.enqueue("test.work", {}, at=AT)
    assert len(queue.lease(10, at=AT)) == 1
    assert queue.lease(10, at=AT + timedelta(minutes=1)) == []
    assert len(queue.lease(10, at=AT + queue.LEASE + timedelta(seconds=1))) == 1


def test_leases_of_dead_processes_of_this_machine_are_given_back(no_works: None) -> None:
    queue.register("test.work", lambda: None)
    queue.enqueue("test.work", {}, at=AT)
    queue.lease(10, at=AT)
    assert queue.release_abandoned() == 0
    Task.objects.update(leased_by=_dead_worker())
    assert queue.release_abandoned() == 1
    assert Task.objects.get().state == TaskState.WAITING


def test_the_same_key_asks_once() -> None:
    names = queue.registered()
    first = queue.enqueue(names[0], {}, at=AT, once_key="k")
    assert queue.enqueue(names[0], {}, at=AT, once_key="k").pk == first.pk


def test_periodic_works_are_stored_once_a_slot(no_works: None) -> None:
    queue.register("test.hourly", lambda: None, every=timedelta(hours=1))
    for minutes in (0, 5, 59, 60):
        queue.schedule_periodic(AT + timedelta(minutes=minutes))
    assert Task.objects.filter(name="test.hourly").count() == 2


def test_done_tasks_are_erased_after_their_time() -> None:
    old = timezone.now() - timedelta(days=queue.KEPT_DAYS + 1)
    Task.objects.create(kind="work", name="x", state="done", created_at=old, run_at=old, finished_at=old)
    failed = Task.objects.create(
        kind="work", name="x", state="failed", created_at=old, run_at=old, finished_at=old
    )
    assert queue.erase_done(timezone.now()) == 1
    assert list(Task.objects.all()) == [failed]


def test_unknown_work_is_refused() -> None:
    with pytest.raises(queue.UnknownWork):
        queue.enqueue("nobody.knows", {}, at=AT)


class Death(BaseException):
    """The worker is killed in the middle of a task of these tests."""


def _trace(name: str) -> None:
    Task.objects.create(kind="work", name=name, created_at=AT, run_at=AT + timedelta(days=900))


def _traces() -> list[str]:
    return sorted(Task.objects.filter(run_at__gt=AT + timedelta(days=899)).values_list("name", flat=True))


def test_a_bad_task_takes_nobody_with_it(no_works: None) -> None:
    def bad() -> None:
        _trace("bad")
        raise Unlucky

    queue.register("test.good", lambda: _trace("good"))
    queue.register("test.bad", bad)
    for name in ("test.good", "test.bad", "test.good"):
        queue.enqueue(name, {}, at=AT)
    failures = queue.work_off(queue.lease(10, at=AT))
    assert [each.name for each in failures] == ["test.bad"]
    assert _traces() == ["good", "good"]
    assert list(Task.objects.filter(name="test.bad").values_list("state", "attempts")) == [("waiting", 1)]
    assert set(Task.objects.filter(name="test.good").values_list("state", flat=True)) == {"done"}


def test_a_group_that_cannot_be_committed_is_judged_one_by_one(
    no_works: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue.register("test.work", lambda n: _trace(f"n{n}"))
    for n in range(3):
        queue.enqueue("test.work", {"n": n}, at=AT)

    real = group_commit.run

    def commits_only_single_ones(work: partial[Any]) -> Any:
        with transaction.atomic():
            result = real(work)
            if Task.objects.filter(state=TaskState.DONE).count() > 1:
                raise Unlucky
        Task.objects.filter(state=TaskState.DONE).update(state="filed")
        return result

    taken = queue.lease(10, at=AT)
    monkeypatch.setattr(group_commit, "run", commits_only_single_ones)
    monkeypatch.setattr("kencho.foundation.queue._running.GROUP_SECONDS", 60)
    assert queue.work_off(taken) == []
    assert _traces() == ["n0", "n1", "n2"]


def test_a_reaction_that_fails_is_kept_and_tried_again_while_the_others_hold(
    heard: list[Any],
) -> None:
    luck: list[bool] = [False, True]

    @events.subscriber(SampleHappened)
    def third(event: SampleHappened) -> None:
        _trace("third")
        if not luck.pop(0):
            raise Unlucky

    _publish()
    with clock.simulated(AT):
        queue.drain()
    assert [name for name, _event in heard] == ["first", "second"]
    assert _traces() == []
    event = Task.objects.get(kind=Task.Kind.EVENT)
    kept = Task.objects.get(name__endswith="third")
    assert (event.state, kept.state, kept.attempts) == (TaskState.DONE, TaskState.WAITING, 1)
    with clock.simulated(AT + timedelta(hours=1)):
        queue.drain(strict=True)
    assert [name for name, _event in heard] == ["first", "second"]
    assert _traces() == ["third"]


def test_what_brings_its_worker_down_is_found_alone(heard: list[Any]) -> None:
    @events.subscriber(SampleHappened)
    def third(event: SampleHappened) -> None:
        raise Death

    _publish()
    for _life in range(4):
        try:
            while taken := queue.lease(10, at=AT):
                queue.work_off(taken)
        except Death:
            Task.objects.filter(state=TaskState.RUNNING).update(leased_by=_dead_worker())
            queue.release_abandoned()
    states = dict(Task.objects.filter(kind=Task.Kind.WORK).values_list("name", "state"))
    assert [state for name, state in states.items() if not name.endswith("third")] == ["done", "done"]
    assert Task.objects.get(kind=Task.Kind.EVENT).state == TaskState.DONE


def _dead_worker() -> str:
    return f"{queue.worker_name().rpartition(':')[0]}:4194304"


def test_what_was_done_outside_is_noted_with_the_mark(no_works: None) -> None:
    sent: list[int] = []

    def send(n: int) -> queue.Note:
        assert not connection.in_atomic_block or connection.savepoint_ids == []
        sent.append(n)
        if n == 1:
            raise Unlucky
        return partial(_trace, f"sent{n}")

    queue.register("test.send", send, atomic=False)
    for n in range(3):
        queue.enqueue("test.send", {"n": n}, at=AT)
    failures = queue.work_off(queue.lease(10, at=AT))
    assert sent == [0, 1, 2]
    assert len(failures) == 1
    assert _traces() == ["sent0", "sent2"]
    assert list(Task.objects.filter(name="test.send").order_by("id").values_list("state", flat=True)) == [
        "done",
        "waiting",
        "done",
    ]


def test_a_note_that_fails_spoils_no_other(no_works: None) -> None:
    def send(n: int) -> queue.Note:
        def note() -> None:
            _trace(f"sent{n}")
            if n == 1:
                raise Unlucky

        return note

    queue.register("test.send", send, atomic=False)
    for n in range(3):
        queue.enqueue("test.send", {"n": n}, at=AT)
    assert len(queue.work_off(queue.lease(10, at=AT))) == 1
    assert _traces() == ["sent0", "sent2"]


def test_a_worker_that_is_told_to_stop_gives_back_what_it_has_not_begun(no_works: None) -> None:
    queue.register("test.work", lambda: None, atomic=False)
    queue.enqueue("test.work", {}, at=AT)
    assert queue.work_off(queue.lease(10, at=AT), until=lambda: True) == []
    assert queue.give_back() == 1
    assert Task.objects.get().state == TaskState.WAITING

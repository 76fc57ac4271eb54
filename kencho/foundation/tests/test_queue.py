"""The queue: nothing is lost, nothing happens twice in the database, failures wait and are kept."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from kencho.foundation import clock, events, queue
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
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What two subscribers have heard; both are forgotten after the test."""
    seen: list[Any] = []
    monkeypatch.setattr(events, "_subscribers", {})
    monkeypatch.setattr(queue, "_works", {})

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


def test_what_a_failing_function_wrote_is_undone_and_it_is_tried_again_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queue, "_works", {})
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


def test_it_gives_up_after_the_last_attempt_and_keeps_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_works", {})
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


def test_a_lease_that_ran_out_is_taken_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_works", {})
    queue.register("test.work", lambda: None)
    queue.enqueue("test.work", {}, at=AT)
    assert len(queue.lease(10, at=AT)) == 1
    assert queue.lease(10, at=AT + timedelta(minutes=1)) == []
    assert len(queue.lease(10, at=AT + queue.LEASE + timedelta(seconds=1))) == 1


def test_leases_of_dead_processes_of_this_machine_are_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_works", {})
    queue.register("test.work", lambda: None)
    queue.enqueue("test.work", {}, at=AT)
    queue.lease(10, at=AT)
    assert queue.release_abandoned() == 0
    host = queue.worker_name().rpartition(":")[0]
    Task.objects.update(leased_by=f"{host}:4194304")
    assert queue.release_abandoned() == 1
    assert Task.objects.get().state == TaskState.WAITING


def test_the_same_key_asks_once() -> None:
    names = queue.registered()
    first = queue.enqueue(names[0], {}, at=AT, once_key="k")
    assert queue.enqueue(names[0], {}, at=AT, once_key="k").pk == first.pk


def test_periodic_works_are_stored_once_a_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_works", {})
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

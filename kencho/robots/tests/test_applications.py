"""Decided applications: an event puts their number into the queue, the robot carries them, the ledger is compared."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from kencho.applications import queries as applications
from kencho.applications import services as application_services
from kencho.applications.models import Application, Status
from kencho.applications.testing import apply, publish
from kencho.approvals import services as approvals
from kencho.foundation import clock, queue
from kencho.organization.testing import desk
from kencho.records.office_seals import make_demo_seals
from kencho.robots import queries, services
from kencho.robots.models import Difference, Robot, RobotItem
from kencho.robots.tests.people import BY, World

State = RobotItem.State
PROCEDURE = "library-card"


@pytest.fixture(autouse=True)
def seals(world: World, settings: object, tmp_path: Path) -> None:
    """A demo authority for this test."""
    settings.SEALS_DIR = tmp_path / "seals"  # type: ignore[attr-defined]  # pytest-django's settings take any name
    make_demo_seals([world.cast.body], at=clock.now() - timedelta(days=400))


def _decided(world: World, count: int = 1) -> list[Application]:
    """Applications that went the whole way to their decision; events are not yet told."""
    cast = world.cast
    version = publish(cast, PROCEDURE)
    at = clock.now()
    clerk, chief = desk(cast.clerk, clock.day_of(at)).actor, desk(cast.chief, clock.day_of(at)).actor
    made = []
    for seed in range(count):
        application = apply(version, seed=seed + 1, at=at)
        queue.drain(strict=True)
        application.refresh_from_db()
        application_services.accept(application=application, by=clerk, at=at)
        application_services.review(application=application, by=clerk, at=at)
        kind = applications.compiled_of(application).definition.flow.decisions[0].code
        application_services.draft_decision(
            application=application, kind=kind, grounds="", text="発行します。", by=clerk, at=at
        )
        request = application_services.submit_for_approval(
            application=application, drafter=cast.clerk, by=clerk, at=at
        )
        for who in (chief, desk(cast.head, clock.day_of(at)).actor):
            request.refresh_from_db()
            if request.state == "pending":
                digest = request.rounds.latest("pk").digest
                approvals.approve(request=request, digest=digest, by=who, at=at)
        made.append(application)
    return made


def test_a_decision_is_carried_and_nothing_personal_is_copied(world: World) -> None:
    robot = world.robot(start=Robot.Start.EVENT, procedure_code=PROCEDURE)
    (application,) = _decided(world)
    queue.drain(strict=True)
    application.refresh_from_db()
    assert application.status in {Status.DECIDED, Status.ISSUED}
    item = robot.items.get()
    assert (item.key, item.subject, item.input) == (
        application.number,
        f"applications.application:{application.pk}",
        {},
    )
    begun = services.start_due(at=clock.now())
    run = services.work_run(run=begun[0])
    item.refresh_from_db()
    assert (run.done, item.state) == (1, State.DONE)
    (entry,) = world.old.entries
    assert entry["number"] == application.number
    assert "".join(entry["name"].split()) == "".join(application.applicant_name.split())
    assert entry["address"]
    assert entry["decision"] == "承認"
    # Told again (a notice, a second delivery), it is still one item.
    services.enqueue(robot=robot, subject=item.subject, by=BY, at=clock.now())
    assert robot.items.count() == 1
    own = desk(world.cast.clerk, clock.day_of(clock.now()))
    seen = queries.item_of(own, item.pk)
    assert seen is not None
    assert queries.subject_url(seen).endswith(f"/{application.pk}/")


def test_a_robot_of_another_procedure_or_moment_is_not_asked(world: World) -> None:
    other = world.robot(code="other", start=Robot.Start.EVENT, procedure_code="tax-certificate")
    late = world.robot(
        code="late", start=Robot.Start.EVENT, procedure_code=PROCEDURE, parameters={"when": "never"}
    )
    _decided(world)
    queue.drain(strict=True)
    assert (other.items.count(), late.items.count()) == (0, 0)


def test_an_application_that_is_no_longer_there_goes_to_a_person(world: World) -> None:
    robot = world.robot(start=Robot.Start.EVENT, procedure_code=PROCEDURE)
    (application,) = _decided(world)
    queue.drain(strict=True)
    Application.objects.filter(pk=application.pk).update(status=Status.IN_REVIEW)
    run = world.run(robot)
    item = robot.items.get()
    assert (item.state, item.reason, run.done, world.old.entries) == (State.FAILED, "no_subject", 0, [])


def test_ledgers_are_compared_by_number_and_field(world: World) -> None:
    carrier = world.robot(start=Robot.Start.EVENT, procedure_code=PROCEDURE)
    judge = world.robot(
        "ledger_reconcile",
        procedure_code=PROCEDURE,
        parameters={"grace_hours": 0},
    )
    first, second, third = _decided(world, 3)
    queue.drain(strict=True)
    world.run(carrier)
    manifest = queries.manifest_of(world.versions["ledger_reconcile"])
    run = services.start_run(robot=_with_day(judge), by=BY, at=clock.now(), enqueues=False)
    rows = [
        {
            "number": entry["number"],
            "applicant_name": entry["name"],
            "applicant_address": entry["address"],
            "decision": entry["decision"],
        }
        for entry in world.old.entries
    ]
    at = clock.now() + timedelta(minutes=1)
    assert services.reconcile(run=run, manifest=manifest, rows=rows, at=at) == (0, 0)
    changed = [
        {**rows[0], "applicant_name": "別の人", "applicant_address": rows[0]["applicant_address"] + " "},
        rows[1],
        rows[1],
        {"number": "X-1", "applicant_name": "誰か"},
    ]
    assert services.reconcile(run=run, manifest=manifest, rows=changed, at=at) == (4, 0)
    found = {each.reference: each for each in queries.differences_of(judge)}
    assert {number: each.kind for number, each in found.items()} == {
        first.number: Difference.Kind.DIFFERENT,
        second.number: Difference.Kind.TWICE,
        third.number: Difference.Kind.MISSING,
        "X-1": Difference.Kind.UNKNOWN,
    }
    assert found[first.number].fields == ["applicant_name"]
    kept = json.dumps(
        list(Difference.objects.values("reference", "kind", "fields", "note")), ensure_ascii=False
    )
    assert "別の人" not in kept
    assert "誰か" not in kept
    # Seen again, it is the same line; put right, it closes; closed by a person, it opens again if it is still there.
    assert services.reconcile(run=run, manifest=manifest, rows=changed, at=at) == (4, 0)
    services.close_difference(difference=found["X-1"], note="別の団体の分", by=BY, at=at)
    assert services.reconcile(run=run, manifest=manifest, rows=changed, at=at) == (4, 0)
    assert judge.differences.count() == 5
    assert services.reconcile(run=run, manifest=manifest, rows=rows, at=at) == (0, 4)
    assert list(queries.differences_of(judge)) == []


def _with_day(robot: Robot) -> Robot:
    services.enqueue(robot=robot, subject="robots.day:2026-06-01", by=BY, at=clock.now())
    return robot

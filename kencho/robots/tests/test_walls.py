"""What a robot cannot do: be root, go elsewhere, quote what it typed, take more than its share, or claim what it did not do."""

import http.server
import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers

from kencho.foundation import clock
from kencho.robots import queries, services
from kencho.robots.models import ItemFailure, RobotItem, RobotRun
from kencho.robots.runner.process import descendants
from kencho.robots.tests.people import ADDRESS, KANA, NAME, SHELF, TELEPHONE, World
from kencho.robots.tests.standin.application import PASSWORD
from kencho.robots.words import Reason

State = RobotItem.State
PLANTED = (NAME, NAME.split()[0], KANA, ADDRESS, TELEPHONE, PASSWORD)


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """Another server on this machine, and what it was asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_the_browsers_process_has_no_rights_and_goes_nowhere_else(
    world: World, elsewhere: tuple[str, list[str]]
) -> None:
    url, asked = elsewhere
    other_name = url.replace("127.0.0.1", "localhost")
    robot = world.robot("wandering")
    acts = [
        "look_around",
        f"go {url}/1",
        f"embed {url}/2",
        f"embed {other_name}/3",
        f"http_elsewhere {url}/4",
    ]
    for n, act in enumerate(acts):
        world.item(robot, f"N-{n}", subject_title=act)
    robot.items.update(attempts=9)
    run = world.run(robot)
    seen, *others = robot.items.order_by("id")
    uid = 65534 if os.getuid() == 0 else os.getuid()
    assert seen.receipt == f"uid{uid}-env0-django0-home1"
    assert [each.reason for each in others] == [Reason.HOST_REFUSED] * 4
    assert asked == []
    assert {line["sandbox"] for line in queries.log_lines(run) if line["event"] == "started"} == {True}


def test_a_redirect_to_elsewhere_is_seen(world: World, elsewhere: tuple[str, list[str]]) -> None:
    url, asked = elsewhere
    world.old.faults.leads_to = url.replace("127.0.0.1", "localhost")
    robot = world.robot("decided_to_ledger")
    world.item(robot)
    robot.items.update(attempts=2)
    world.run(robot)
    assert (robot.items.get().reason, asked) == (Reason.HOST_REFUSED, [])


def test_nothing_typed_is_in_logs_rows_files_or_failures(world: World, tmp_path: Path) -> None:
    robot = world.robot("wandering")
    acts = ["quote", "receipt_of_name", "fill_form", "never_submits", "change_itself"]
    for n, act in enumerate(acts):
        world.item(robot, f"N-{n}", subject_title=act)
    robot.items.update(attempts=9)
    run = world.run(robot)
    found = {each.item.key: each for each in ItemFailure.objects.select_related("item")}
    assert (found["N-0"].reason, found["N-0"].step, found["N-0"].field) == (Reason.ROBOT_ERROR, "", "")
    assert found["N-0"].place.startswith("robot.py:")
    assert (found["N-1"].reason, robot.items.get(key="N-1").receipt) == (Reason.ROBOT_ERROR, "")
    assert robot.items.get(key="N-1").state in {State.UNCERTAIN, State.FAILED}
    assert (found["N-2"].reason, found["N-2"].field) == (Reason.REJECTED, "applicant_address")
    assert found["N-3"].reason == Reason.ROBOT_ERROR
    assert found["N-4"].reason == Reason.ROBOT_ERROR
    # Items that wait hold their input; nothing else may.
    robot.items.update(input={})
    run.refresh_from_db()
    assert run.log is not None
    rows = "".join(
        serializers.serialize("json", model._default_manager.all(), ensure_ascii=False)
        for model in (*apps.get_app_config("robots").get_models(), *apps.get_app_config("audit").get_models())
    )
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert json.dumps(queries.log_lines(run))
    for text in PLANTED:
        assert text not in rows
        assert text.encode() not in files
        assert json.dumps(text)[1:-1].encode() not in files


def test_pictures_of_different_people_are_the_same_picture(world: World) -> None:
    robot = world.robot("wandering")
    world.item(robot, "N-1", subject_title="fill_form")
    world.item(
        robot,
        "N-2",
        subject_title="fill_form",
        applicant_name="佐々木 小次郎左衛門",
        applicant_address="四日市",
    )
    world.run(robot)
    pictures = [queries.screenshot(each) for each in ItemFailure.objects.order_by("id")]
    assert len(pictures) == 2
    assert pictures[0] is not None
    assert pictures[0] == pictures[1]
    assert len(pictures[0]) > 3000


def _copied(package: str, settings: Any, tmp_path: Path, **lines: str) -> Path:
    """A package in a shelf of the test, with lines of its manifest changed."""
    own = tmp_path / "shelf"
    shutil.copytree(SHELF / package, own / package, ignore=shutil.ignore_patterns("__pycache__"))
    manifest = own / package / "manifest.yaml"
    kept = [line for line in manifest.read_text().splitlines() if line.partition(":")[0] not in lines]
    manifest.write_text("\n".join([*kept, *(f"{name}: {value}" for name, value in lines.items())]) + "\n")
    settings.ROBOTS_DIRS = [str(own)]
    return own / package


def test_too_long_too_much_and_dead_are_told_apart(world: World, settings: Any, tmp_path: Path) -> None:
    _copied("wandering", settings, tmp_path, browser="false", max_seconds="4", max_memory_mb="150")
    robot = world.robot("wandering")
    for n, act in enumerate(("sleep", "eat", "die")):
        world.item(robot, f"N-{n}", subject_title=act)
    robot.items.update(attempts=9)
    # The browser of the page tests may live in this same process; only what the robot started must be gone.
    others = set(descendants(os.getpid()))
    world.run(robot)
    assert list(robot.items.order_by("id").values_list("reason", flat=True)) == [
        Reason.HUNG,
        Reason.TOO_MUCH_MEMORY,
        Reason.CRASHED,
    ]
    assert set(descendants(os.getpid())) <= others


def test_what_a_killed_process_left_is_removed(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen(["true"])
    ended.wait()
    gone, kept = tmp_path / f"kencho-robot-{ended.pid}-a", tmp_path / f"kencho-robot-{os.getpid()}-b"
    for place in (gone, kept):
        (place / "tmp").mkdir(parents=True)
        (place / "tmp" / "profile").write_text(NAME)
    services.recover(at=clock.now())
    assert (gone.exists(), kept.exists()) == (False, True)
    robot = world.robot()
    world.item(robot)
    world.run(robot)
    # A run that ends as it should leaves nothing itself.
    assert list(tmp_path.glob("kencho-robot-*")) == [kept]


def test_a_changed_byte_does_not_run(world: World, settings: Any, tmp_path: Path) -> None:
    folder = _copied("plain_entry", settings, tmp_path)
    robot = world.robot()
    item = world.item(robot)
    run = services.start_run(robot=robot, by=services.KENCHO, at=item.created_at, enqueues=False)
    with (folder / "robot.py").open("a") as file:
        file.write("\n")
    run = services.work_run(run=run)
    assert (run.state, run.reason, world.old.entries) == (RobotRun.State.FAILED, Reason.CHANGED, [])
    with pytest.raises(services.UnableTo) as refused:
        world.run(robot)
    assert refused.value.reason == services.Refused.CHANGED

"""Robots against an old system: seconds per record in a real browser, and thousands of items while processes are killed."""

import os
import statistics
import time
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from kencho.foundation import actors, clock
from kencho.organization.models import Unit
from kencho.robots import services
from kencho.robots.models import Robot, RobotRun
from kencho.robots.tests.drill import Drill
from kencho.robots.tests.planted import SHELF, entry, secrets_of
from kencho.robots.tests.standin.application import Faults, Old
from kencho.robots.tests.standin.server import serving
from scripts.bench._report import line, many, sized

BY = actors.system("bench")
FAULTS = Faults(slow=0.02, slow_seconds=0.5, fails=0.01, fails_late=0.02, logs_out=0.01)


class NotExactlyOnce(Exception):
    """An item is in the old system twice or not at all."""


def run() -> None:
    """The browser first, on a quiet old system; then the crashes, on a bad one."""
    settings.ROBOTS_DIRS = [str(SHELF)]
    _browser(sized(20, 4))
    _crashes(many(10_000, 200), sized(20, 2), sized(60, 4))


def _browser(records: int) -> None:
    old = Old()
    with serving(old) as url:
        python = _seconds(url, "decided_to_ledger", records)
        framework = _seconds(url, "framework_entry", records)
    if len(old.entries) != 2 * records:
        raise NotExactlyOnce(len(old.entries))
    line(
        "robots",
        "台帳システムへの登録、1件の秒数の中央値（Chromium、隔離つき、確認画面の照合と受付番号まで）",
        ours=python,
        against="同じ登録を Robot Framework のタスクで",
        theirs=framework,
        ratio=framework / python,
        rows=records,
        once=True,
    )


def _seconds(url: str, package: str, records: int) -> float:
    """Median seconds per record of one run, as the run itself noted them."""
    at = clock.now()
    division = Unit.objects.filter(level=Unit.Level.DIVISION).select_related("body").order_by("pk")[0]
    os.environ.update(secrets_of(division.body.code))
    code = package.replace("_", "-")
    target = services.register_target(
        body=division.body, code=f"{code}-{urlsplit(url).port}", name="旧台帳", base_url=url, is_real=False,
        account_ref="LEDGER_ACCOUNT", credential_ref="LEDGER_PASSWORD", by=BY, at=at,
    )  # fmt: skip
    found = services.discover(body=division.body, by=BY, at=at).found
    robot = services.register_robot(
        division=division, code=code, title="測定", package=package, target=target, start=Robot.Start.HAND,
        by=BY, at=at,
    )  # fmt: skip
    version = next(each for each in found if each.package == package)
    robot = services.use_version(robot=robot, version=version, by=BY, at=at)
    for number in range(records):
        services.enqueue(robot=robot, input=entry(f"B-{number:05}"), by=BY, at=at)
    run = services.work_run(run=services.start_run(robot=robot, by=BY, at=clock.now(), enqueues=False))
    if run.state != RobotRun.State.FINISHED or run.done != records:
        raise NotExactlyOnce(f"{package}: {run.state} {run.reason} {run.done}")
    return statistics.median(float(each.seconds or 0) for each in robot.items.all())


def _crashes(items: int, kills: int, child_kills: int) -> None:
    old = Old(FAULTS, seed=406)
    with serving(old) as url:
        drill = Drill(Path(settings.VAR_DIR), old, url)
        drill.shelve("plain_entry", settle_seconds="2", retry_seconds="0", max_attempts="10")
        drill.prepare("plain_entry", items)
        began = time.perf_counter()
        outcome = drill.run(kills=kills, child_kills=child_kills, seed=406)
        seconds = time.perf_counter() - began
    told = {
        name: value for name, value in asdict(outcome).items() if name not in {"items", "seconds", "not_done"}
    }
    left = sum(outcome.not_done.values())
    line(
        "robots",
        "一件一取引の待ち行列、件/秒（HTTPだけのロボット、kill -9 と相手の不調を混ぜて、二重と失いを数える）",
        ours=items / seconds,
        against="二重と失いの件数（0でなければ測定は失敗）",
        theirs=float(outcome.duplicates + outcome.lost),
        ratio=1.0,
        rows=items,
        left_for_people=left,
        seconds=seconds,
        once=True,
        **told,
    )
    if outcome.duplicates or outcome.lost or outcome.wrong_receipts or left:
        raise NotExactlyOnce(str(outcome))

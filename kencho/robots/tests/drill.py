"""A drill: a robot works off many items while its processes are killed at random; the old system's own ledger is the judge."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kencho.robots.runner.process import descendants
from kencho.robots.shelf import SHIPPED
from kencho.robots.tests.planted import SHELF, secrets_of
from kencho.robots.tests.standin.application import Old

ROOT = Path(__file__).resolve().parents[3]
BODY = "990003"
OWN = "robot_id = (SELECT id FROM robots_robot WHERE code = 'drill')"
# No progress for so long means that it hangs.
PATIENCE = 240


@dataclass
class Outcome:
    """What the ledger and the queue say in the end."""

    items: int
    entries: int
    duplicates: int
    lost: int
    not_done: dict[str, int]
    wrong_receipts: int
    kills: int
    child_kills: int
    failed_once: int
    seconds: float


@dataclass
class Drill:
    """A site of its own in a folder, whose robot types into an old system that is not killed."""

    var: Path
    old: Old
    url: str
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """Of every process of the drill."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KENCHO_")}
        return {
            **kept,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "KENCHO_VAR": str(self.var),
            "KENCHO_SECRET_KEY": "drill",
            "KENCHO_ROBOTS_DIR": str(self.var / "shelf"),
            "PYTHONWARNINGS": "ignore",
            "OMP_NUM_THREADS": "1",
            **secrets_of(BODY),
            **self.extra,
        }

    def shelve(self, package: str, **lines: str) -> None:
        """Put a package on the drill's shelf, with lines of its manifest changed."""
        source = next(place / package for place in (SHIPPED, SHELF) if (place / package).is_dir())
        folder = self.var / "shelf" / package
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__"))
        manifest = folder / "manifest.yaml"
        kept = [line for line in manifest.read_text().splitlines() if line.partition(":")[0] not in lines]
        manifest.write_text("\n".join([*kept, *(f"{name}: {value}" for name, value in lines.items())]) + "\n")

    def migrate(self) -> None:
        """An empty site."""
        self._python("django", "migrate", "--verbosity", "0", "--no-input")

    def prepare(self, package: str, count: int) -> None:
        """A body, the robot ``drill``, and its items."""
        self._python("kencho.robots.tests.drill_rows", package, str(count), self.url)

    def _python(self, *arguments: str) -> None:
        subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, env=self.environment, check=True)

    def start(self) -> subprocess.Popen[bytes]:
        """The robot in a process of its own, until nothing waits any more."""
        return subprocess.Popen(
            [sys.executable, "-m", "django", "robots", "run", "drill", "--wait"],
            cwd=ROOT,
            env=self.environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def run(self, *, kills: int, child_kills: int, seed: int) -> Outcome:
        """Work everything off; ``kills`` times the whole process dies by kill -9, ``child_kills`` times its child."""
        began = time.monotonic()
        lots = random.Random(seed)
        count = self._number(f"SELECT count(*) FROM robots_robotitem WHERE {OWN}")
        plan = ["parent"] * kills + ["child"] * child_kills
        lots.shuffle(plan)
        step = max(1, count // (len(plan) + 1))
        process = self.start()
        try:
            for number, whom in enumerate(plan, start=1):
                wanted = min(count - 1, lots.randint((number - 1) * step, number * step))
                self._await(process, lambda wanted=wanted: len(self.old.entries) >= wanted)  # type: ignore[misc]  # bound at once
                time.sleep(lots.uniform(0, 0.05))
                if whom == "parent":
                    self._kill(process)
                    process = self.start()
                else:
                    self._kill_child(process)
            self._await(process, lambda: process.poll() is not None)
        finally:
            self._kill(process)
        return self._outcome(kills, child_kills, time.monotonic() - began)

    def _await(self, process: subprocess.Popen[bytes], is_so: Callable[[], bool]) -> None:
        last, since = -1, time.monotonic()
        while not is_so():
            seen = len(self.old.entries)
            if seen != last:
                last, since = seen, time.monotonic()
            if time.monotonic() - since > PATIENCE or process.poll() not in {None, 0}:
                raise AssertionError(f"stopped at {seen} entries, exit {process.poll()}")
            time.sleep(0.01)

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGKILL)
        process.wait()

    def _kill_child(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            children = descendants(process.pid)
            if children:
                os.kill(random.Random(len(self.old.entries)).choice(children), signal.SIGKILL)
                return
            time.sleep(0.02)

    def _number(self, query: str) -> int:
        return int(str(self._rows(query)[0][0]))

    def _rows(self, query: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.var / "kencho.sqlite3", timeout=30) as database:
            return database.execute(query).fetchall()

    def _outcome(self, kills: int, child_kills: int, seconds: float) -> Outcome:
        items = {
            str(key): (str(state), str(receipt))
            for key, state, receipt in self._rows(
                f"SELECT key, state, receipt FROM robots_robotitem WHERE {OWN}"
            )
        }
        there = Counter(self.old.numbers())
        receipts = {entry["number"]: entry["receipt"] for entry in self.old.entries}
        return Outcome(
            items=len(items),
            entries=len(self.old.entries),
            duplicates=sum(times - 1 for times in there.values()),
            lost=len(items.keys() - there.keys()),
            not_done=dict(Counter(state for state, _receipt in items.values() if state != "done")),
            wrong_receipts=sum(receipts.get(key) != receipt for key, (_state, receipt) in items.items()),
            kills=kills,
            child_kills=child_kills,
            failed_once=self._number(
                f"SELECT count(DISTINCT item_id) FROM robots_itemfailure WHERE item_id IN (SELECT id FROM robots_robotitem WHERE {OWN})"
            ),
            seconds=seconds,
        )

"""From a dropped CP932 CSV of a million rows to a table that answers, beside the mere checking of it by Frictionless.

Ours decodes, checks, stores, writes the CSV for download, opens the table for queries and answers the first page with
its count; theirs only says whether the file is valid. CPU time is the steadier figure on a shared machine.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from kencho.catalog.tables import hosting
from kencho.catalog.tables.process import PreparationProcess
from kencho.catalog.tables.rows import Query, QueryPool, TableRef
from kencho.catalog.tables.schema import Schema
from scripts.bench import _facilities as facilities
from scripts.bench._report import line, many, rounds
from scripts.bench._server import children_of

CHECK = """
import json, sys
from frictionless import Resource, Schema, system
schema = Schema.from_descriptor(json.load(open(sys.argv[2])))
with system.use_context(trusted=True):
    report = Resource(path=sys.argv[1], schema=schema, encoding="cp932", format="csv").validate()
print(json.dumps({"valid": report.valid, "rows": report.tasks[0].stats.get("rows")}))
"""


class NotValid(Exception):
    """One of the two finds something wrong with a file that has no faults."""


@dataclass(frozen=True)
class Cost:
    """What a run took: seconds by the clock, CPU seconds, the largest process in megabytes."""

    wall: float
    cpu: float
    peak: float
    steps: dict[str, float]


def run() -> None:
    """CPU, wall and memory of both, by turns."""
    rows = many(1_000_000, 20_000)
    with tempfile.TemporaryDirectory(prefix="kencho-bench-publish-") as folder:
        place = Path(folder)
        size = facilities.write_csv(place / "dropped.csv", rows)
        (place / "schema.json").write_text(json.dumps(facilities.schema()), encoding="utf-8")
        ours, theirs = [], []
        for _round in range(rounds()):
            ours.append(_publish(place, rows))
            theirs.append(_check(place, rows))
        _report(ours, theirs, rows, size / 1e6)


def _publish(place: Path, rows: int) -> Cost:
    steps: dict[str, float] = {}
    began, cpu = time.perf_counter(), _children_cpu()

    def step(name: str) -> None:
        steps[name] = time.perf_counter() - began

    with _Watch() as watch:
        stored, text = place / "table.parquet", place / "download.csv"
        made = PreparationProcess(desk=place).run(
            "prepare",
            inputs={"file": place / "dropped.csv"},
            outputs={"parquet": stored, "csv": text},
            params={"name": "施設.csv", "schema": facilities.schema()},
        )
        if not made["is_valid"] or made["rows"] != rows or text.stat().st_size < rows:
            raise NotValid(str(made["counts"]))
        step("stored")
        with QueryPool(desk=place) as pool:
            table = TableRef(stored, made["digest"], Schema.from_data(made["schema"]))
            if pool.rows(table, Query()).total != rows:
                raise NotValid("total")
            step("answered")
    return Cost(steps["answered"], _children_cpu() - cpu, watch.peak, steps)


def _check(place: Path, rows: int) -> Cost:
    began, cpu = time.perf_counter(), _children_cpu()
    with _Watch() as watch:
        done = subprocess.run(
            [sys.executable, "-c", CHECK, "dropped.csv", "schema.json"],
            cwd=place, capture_output=True, text=True, check=True,
        )  # fmt: skip
    found = json.loads(done.stdout.splitlines()[-1])
    if not found["valid"] or found["rows"] != rows:
        raise NotValid(str(found))
    return Cost(time.perf_counter() - began, _children_cpu() - cpu, watch.peak, {})


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class _Watch:
    """The largest resident memory of any child meanwhile."""

    def __init__(self) -> None:
        self.peak = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(0.05):
            for pid in _children():
                self.peak = max(self.peak, hosting.resident(pid) / 1e6)


def _children() -> list[int]:
    try:
        return children_of(os.getpid())
    except OSError:
        # One ended while it was looked at.
        return []


def _report(ours: list[Cost], theirs: list[Cost], rows: int, megabytes: float) -> None:
    steps: dict[str, Any] = {
        f"until_{name}": median(each.steps[name] for each in ours) for name in ours[0].steps
    }
    line(
        "publish",
        "CP932のCSVを落としてから、判定・検査・格納・CSVダウンロード・最初の応答まで、CPU秒",
        ours=median(each.cpu for each in ours),
        against="frictionless validate だけ（同じファイル、同じスキーマ）",
        theirs=median(each.cpu for each in theirs),
        ratio=median(there.cpu / here.cpu for here, there in zip(ours, theirs, strict=True)),
        rows=rows,
        megabytes=megabytes,
        wall=median(each.wall for each in ours),
        theirs_wall=median(each.wall for each in theirs),
        peak_megabytes=max(each.peak for each in ours),
        theirs_peak_megabytes=max(each.peak for each in theirs),
        **steps,
    )

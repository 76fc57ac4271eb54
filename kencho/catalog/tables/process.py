"""Jobs over hostile files, each in a child of its own that is offline, bounded in memory and time, and may be stopped.

A job is a function of `kencho.catalog` that takes paths and parameters and gives plain data; what it writes stands on a
desk of its own and is moved to its place only when the job has ended well.
"""

import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from kencho.catalog.tables.hosting import MEGABYTE, Child, Progress
from kencho.catalog.tables.refusals import Refused

MEMORY: Final = 1024 * MEGABYTE
MOST_WRITTEN: Final = 16 * 1024 * MEGABYTE
JOBS: Final = {
    "inspect": "kencho.catalog.tables.jobs.looking:inspect",
    "read": "kencho.catalog.tables.jobs.looking:read",
    "infer": "kencho.catalog.tables.jobs.looking:infer",
    "prepare": "kencho.catalog.tables.jobs.preparing:prepare",
    "export": "kencho.catalog.tables.jobs.exporting:export",
    "stats": "kencho.catalog.tables.jobs.exporting:stats",
}
_OWN: Final = re.compile(r"kencho\.catalog(?:\.[a-z][a-z0-9_]*)+:[a-z][a-z0-9_]*")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,40}")


class PreparationProcess:
    """Runs jobs; each run starts and ends a child, so no file can leave anything behind for the next."""

    def __init__(self, *, desk: Path | None = None, memory: int = MEMORY, threads: int = 2) -> None:
        """`desk`: where work in progress stands, best on the disk of the results; `memory`: most resident bytes."""
        self._desk = desk
        self._memory = memory
        self._threads = threads

    def run(
        self,
        job: str,
        *,
        inputs: Mapping[str, Path],
        outputs: Mapping[str, Path] | None = None,
        params: Mapping[str, Any] | None = None,
        seconds: float = 900.0,
        progress: Progress | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> dict[str, Any]:
        """Run a job by its short name or as ``kencho.catalog.…:function``.

        `stop` is asked about twenty times a second. Raises `Refused` with the job's codes, or `timed_out`,
        `too_much_memory`, `crashed`, `stopped`, `unknown_job`, `no_isolation`; then no output was touched.
        """
        entry = JOBS.get(job, job)
        if not _OWN.fullmatch(entry):
            raise Refused("unknown_job", job=job[:80])
        outputs = outputs or {}
        if unfit := [name for name in outputs if not _NAME.fullmatch(name)]:
            raise ValueError(unfit)
        child = Child(
            "kencho.catalog.tables.jobs.running:run",
            memory=self._memory,
            threads=self._threads,
            readable=inputs.values(),
            most_written=MOST_WRITTEN,
            desk=self._desk,
        )
        try:
            made = {name: child.desk / f"out-{name}" for name in outputs}
            message = {
                "job": entry,
                "inputs": {name: str(path.resolve()) for name, path in inputs.items()},
                "outputs": {name: str(path) for name, path in made.items()},
                "params": dict(params or {}),
            }
            answer = child.ask(message, seconds=seconds, during=job, progress=progress, stop=stop)
            for name, path in outputs.items():
                if made[name].is_file() and not made[name].is_symlink():
                    _move(made[name], path)
            return dict(answer["answer"])
        finally:
            child.end()


def _move(made: Path, place: Path) -> None:
    """Put a finished file in its place in one step, also from another disk."""
    beside = place.with_name(f".{place.name}.{made.parent.name}")
    shutil.move(made, beside)
    beside.chmod(0o640)
    beside.replace(place)

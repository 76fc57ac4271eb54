"""Files that are made once from what never changes, and kept under a name that says from what.

A file stands at its place only when it is whole. What cannot be made is remembered beside it, so that nobody waits
for it twice; what may pass (the machine was busy) is forgotten after ten minutes.
"""

import fcntl
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.core.cache import cache

from kencho.catalog.tables.refusals import Refused

PASSING: Final = frozenset({"timed_out", "too_much_memory", "crashed", "stopped", "no_isolation"})
"""Refusals that another try may not meet."""
RETRY_SECONDS: Final = 600
Run = Callable[[Path], Mapping[str, Any]]


@dataclass(frozen=True)
class Kept:
    """One such file."""

    place: Path

    @property
    def is_made(self) -> bool:
        """Whether it is there."""
        return self.place.is_file()

    @property
    def refusal(self) -> Refused | None:
        """Why it cannot be made, as far as that is known."""
        told = self._beside("refused")
        try:
            age = time.time() - told.stat().st_mtime
            said = json.loads(told.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if said["code"] in PASSING and age > RETRY_SECONDS:
            return None
        return Refused(said["code"], **said["params"])

    @property
    def report(self) -> dict[str, Any]:
        """What was told when it was made."""
        try:
            report: dict[str, Any] = json.loads(self._beside("report").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return report

    def make(self, run: Run) -> Path:
        """The finished file; `run` puts it at its place in one step and returns its report. Raises Refused.

        Two that want it at once wait for one.
        """
        if self.is_made:
            return self.place
        self.place.parent.mkdir(parents=True, exist_ok=True)
        with self._alone():
            # Somebody else may have made it while this one waited.
            if self.place.is_file():
                return self.place
            known = self.refusal
            if known is not None:
                raise known
            try:
                report = run(self.place)
            except Refused as refused:
                self._tell("refused", {"code": refused.code, "params": _plain(refused.params)})
                raise
            self._tell("report", report)
            self._beside("refused").unlink(missing_ok=True)
        return self.place

    def note_progress(self, stage: str, done: int, total: int) -> None:
        """How far it is, for those who wait."""
        cache.set(f"{self._key}:progress", [done, total], RETRY_SECONDS)

    @property
    def progress(self) -> tuple[int, int] | None:
        """Done and in all; None before anything was told."""
        told = cache.get(f"{self._key}:progress")
        return (int(told[0]), int(told[1])) if told else None

    def is_first_asked(self) -> bool:
        """Whether nobody asked for it in the last minutes; says yes to one of many at once."""
        return bool(cache.add(f"{self._key}:asked", 1, RETRY_SECONDS))

    @property
    def _key(self) -> str:
        return f"catalog:kept:{hashlib.sha256(self.place.name.encode()).hexdigest()[:32]}"

    def _beside(self, what: str) -> Path:
        return self.place.with_name(f"{self.place.name}.{what}")

    def _tell(self, what: str, said: Mapping[str, Any]) -> None:
        half = self._beside("half")
        half.write_text(json.dumps(said, ensure_ascii=False, default=str), encoding="utf-8")
        half.replace(self._beside(what))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._beside("lock").open("a") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, int | float | str) else str(value) for name, value in params.items()
    }

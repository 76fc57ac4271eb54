"""How far a history has come: kept beside the database, so that one that was interrupted goes on where it stopped.

The state is written before its transaction is committed, under the key of the last audit entry. Whether the commit came
through is seen from the log itself: the state whose entry is the last one is the one that holds.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from kencho.audit.models import Entry
from kencho.organization.models import Body


@dataclass(frozen=True)
class Terms:
    """What a history was asked to be."""

    first: date
    last: date
    applications: int
    seed: int

    def plain(self) -> list[Any]:
        """As JSON values."""
        return [self.first.isoformat(), self.last.isoformat(), self.applications, self.seed]

    @classmethod
    def of(cls, plain: list[Any]) -> "Terms":
        """From JSON values."""
        first, last, applications, seed = plain
        return cls(date.fromisoformat(first), date.fromisoformat(last), applications, seed)


def begun(body: Body) -> Terms | None:
    """The history that was begun for a body and not finished. Raises UnableToResume."""
    state = Checkpoint(body).load()
    return None if state is None else Terms.of(state["terms"])


class UnableToResume(Exception):
    """A history was interrupted, and other things have happened in this database since, or another one was asked for."""


class Checkpoint:
    """The kept states of one body's history: the newest, and the one before it."""

    def __init__(self, body: Body) -> None:
        folder = Path(settings.VAR_DIR)
        self._newest = folder / f"demo-{body.code}.json"
        self._before = folder / f"demo-{body.code}-before.json"

    def keep(self, state: dict[str, Any]) -> None:
        """Call inside the transaction whose end it tells, as its last step."""
        if self._newest.exists():
            self._newest.replace(self._before)
        self._newest.write_text(json.dumps({"entry": _last_entry(), **state}), encoding="utf-8")

    def load(self) -> dict[str, Any] | None:
        """The state that holds; None when no history was begun. Raises UnableToResume."""
        kept = [state for state in map(_read, (self._newest, self._before)) if state is not None]
        if not kept:
            return None
        last = _last_entry()
        for state in kept:
            if state["entry"] == last:
                return state
        raise UnableToResume

    def forget(self) -> None:
        """The history is told to its end."""
        self._newest.unlink(missing_ok=True)
        self._before.unlink(missing_ok=True)


def _last_entry() -> str:
    last = Entry.objects.order_by("-pk").values_list("key", flat=True).first()
    return "" if last is None else last.hex


def _read(file: Path) -> dict[str, Any] | None:
    try:
        state: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        # Not written yet, or cut off by what interrupted the history: then the state before it holds.
        return None
    return state

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
class Span:
    """A period [first, last] in which so many applications arrive."""

    first: date
    last: date
    applications: int


@dataclass(frozen=True)
class Terms:
    """What a history was asked to be. With a ``divisor``, 施策406 happens too, its applications so many times fewer."""

    spans: tuple[Span, ...]
    seed: int
    divisor: int = 0

    @property
    def first(self) -> date:
        """The first day."""
        return min(span.first for span in self.spans)

    @property
    def last(self) -> date:
        """The last day."""
        return max(span.last for span in self.spans)

    @property
    def applications(self) -> int:
        """All that arrive."""
        return sum(span.applications for span in self.spans)

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        spans = [[one.first.isoformat(), one.last.isoformat(), one.applications] for one in self.spans]
        return {"spans": spans, "seed": self.seed, "divisor": self.divisor}

    @classmethod
    def of(cls, plain: dict[str, Any]) -> "Terms":
        """From JSON values."""
        spans = tuple(
            Span(date.fromisoformat(first), date.fromisoformat(last), applications)
            for first, last, applications in plain["spans"]
        )
        return cls(spans, plain["seed"], plain["divisor"])


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

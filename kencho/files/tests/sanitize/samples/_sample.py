"""The shape of one sample."""

from collections.abc import Callable
from dataclasses import dataclass

from kencho.files.sanitize import Action, Kind, Reason, Removed


@dataclass(frozen=True)
class Sample:
    """One file and what the rebuild must answer about it."""

    name: str
    build: Callable[[], bytes]
    action: Action = Action.REBUILT
    reason: Reason = Reason.OK
    removed: frozenset[Removed] = frozenset()
    kind: Kind | None = None


def clean(
    name: str, kind: Kind, build: Callable[[], bytes], *removed: Removed, action: Action = Action.REBUILT
) -> Sample:
    """A sample that comes out harmless."""
    return Sample(name, build, action=action, removed=frozenset(removed), kind=kind)


def refused(name: str, reason: Reason, build: Callable[[], bytes]) -> Sample:
    """A sample that is turned away."""
    return Sample(name, build, action=Action.REFUSED, reason=reason)

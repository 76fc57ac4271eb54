"""What tasks may name: the functions that apps register."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from kencho.foundation.models import Task

Note = Callable[[], None]
Function = Callable[..., Note | None]


@dataclass(frozen=True)
class Work:
    """A function that tasks may name.

    ``atomic`` false: it reaches outside the database or reports progress, and runs outside any transaction. It may
    return a function that notes in the database what was done; that runs with the mark that the task is done.
    """

    name: str
    function: Function
    atomic: bool = True
    every: timedelta | None = None


works: dict[str, Work] = {}
_subscribers_of: Callable[[str], list[str]] = lambda _event: []  # noqa: E731  # replaced once, by fan_out_by


class UnknownWork(Exception):
    """A task names a function that no app registers (it was removed or renamed)."""


def register(name: str, function: Function, *, atomic: bool = True, every: timedelta | None = None) -> None:
    """Make a function callable by queued tasks."""
    works[name] = Work(name, function, atomic, every)


def task(*, atomic: bool = True, every: timedelta | None = None) -> Callable[[Function], Function]:
    """Declare a function of ``tasks.py``; its name in the queue is ``<app>.<function>``. ``every`` makes it periodic."""

    def decorate(function: Function) -> Function:
        app = function.__module__.split(".")[1]
        register(f"{app}.{function.__name__}", function, atomic=atomic, every=every)
        return function

    return decorate


def registered() -> list[str]:
    """All names that tasks may use."""
    return sorted(works)


def fan_out_by(names: Callable[[str], list[str]]) -> None:
    """Say who knows the subscribers of an event; ``events`` stands above the queue and introduces itself here."""
    global _subscribers_of  # noqa: PLW0603  # one introduction at import time
    _subscribers_of = names


def subscribers_of(event_name: str) -> list[str]:
    """Names of the functions that hear this event."""
    return _subscribers_of(event_name)


def goes_outside(task: Task) -> bool:
    """Whether its function runs outside any transaction."""
    work = works.get(task.name)
    return task.kind == Task.Kind.WORK and work is not None and not work.atomic

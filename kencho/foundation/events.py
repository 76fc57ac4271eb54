"""Facts told upwards. A service publishes inside its transaction; subscribers hear of it after the commit, at least once.

Each subscriber is called in a transaction of its own that also marks the delivery as done, so what it writes to the
database happens exactly once; effects outside the database belong into a queued task.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any, ClassVar, TypeVar, get_type_hints

from django.db.backends.base.base import BaseDatabaseWrapper

from kencho.foundation import queue
from kencho.foundation.models import Task

E = TypeVar("E", bound="Event")


@dataclass(frozen=True)
class Event:
    """Base of all facts: ids and plain values, past participle of the verb that made it."""

    registry: ClassVar[dict[str, type["Event"]]] = {}
    told_as: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        cls.told_as = f"{cls.__module__.split('.')[-2]}.{cls.__name__}"
        Event.registry[cls.told_as] = cls


def name_of(event_type: type[Event]) -> str:
    """``kencho.approvals.events.ApprovalGranted`` is told as ``approvals.ApprovalGranted``."""
    return event_type.told_as


_subscribers: dict[str, list[str]] = {}


_FLAT = frozenset({int, str, bool, type(None)})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _restored(kind: Any, value: Any) -> Any:
    if kind is datetime and isinstance(value, str):
        return datetime.fromisoformat(value)
    if kind is date and isinstance(value, str):
        return date.fromisoformat(value)
    return value


_known: dict[type[Event], dict[str, Any]] = {}


def _kinds(event_type: type[Event]) -> dict[str, Any]:
    """What each of its values is. Working that out takes longer than the rest of a delivery, so it is kept."""
    found = _known.get(event_type)
    if found is None:
        hints = get_type_hints(event_type)
        found = _known[event_type] = {each.name: hints[each.name] for each in fields(event_type)}
    return found


def to_payload(event: Event) -> dict[str, Any]:
    """The event as JSON values."""
    told = {name: getattr(event, name) for name in _kinds(type(event))}
    # Nearly all are ids and texts: copying those one by one would cost more than writing them down.
    if all(type(value) in _FLAT for value in told.values()):
        return told
    return {key: _plain(value) for key, value in asdict(event).items()}


def from_payload(event_type: type[E], payload: dict[str, Any]) -> E:
    """The event again, dates restored; unknown keys of an older version are dropped."""
    kinds = _kinds(event_type)
    return event_type(**{key: _restored(kinds[key], value) for key, value in payload.items() if key in kinds})


def publish(event: Event, *, at: datetime, body: str = "") -> None:
    """Tell a fact. Call inside the transaction that made it true."""
    name = name_of(type(event))
    if name in _subscribers:
        queue.store(kind=Task.Kind.EVENT, name=name, payload=to_payload(event), at=at, body=body)


def publish_all(told: Sequence[tuple[Event, datetime, str]], db: BaseDatabaseWrapper | None = None) -> None:
    """Tell many facts, each with its time and body. Call inside the transaction that made them true."""
    queue.store_events(
        [
            (name, to_payload(event), at, body)
            for event, at, body in told
            if (name := name_of(type(event))) in _subscribers
        ],
        db,
    )


def subscriber(event_type: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Declare a reaction: ``@subscriber(ApprovalGranted) def issue_notice(event) -> None``."""

    def decorate(react: Callable[[E], None]) -> Callable[[E], None]:
        work_name = f"{react.__module__.removeprefix('kencho.')}.{react.__name__}"

        def deliver(**payload: Any) -> None:
            react(from_payload(event_type, payload))

        queue.register(work_name, deliver)
        _subscribers.setdefault(name_of(event_type), []).append(work_name)
        return react

    return decorate


def subscribers_of(name: str) -> list[str]:
    """Names of the queued functions that hear this event."""
    return _subscribers.get(name, [])


queue.fan_out_by(subscribers_of)

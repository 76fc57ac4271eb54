"""A small log for tests: entries of a city and a prefecture, some of them sealed."""

from datetime import UTC, datetime, timedelta

from kencho.audit import services
from kencho.audit.models import Entry, Head
from kencho.foundation.actors import Actor, ActorKind, system

AT = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
CLERK = Actor(ActorKind.STAFF, "240001:S0001", "担当 一郎", "240001")
SYSTEM = system("tests")


class Thing(Head):
    """Something to write entries about: a row that need not exist."""

    class Meta:
        proxy = True
        app_label = "audit"


def write(number: int, **details: object) -> Entry:
    """One entry about the application with this number."""
    at = AT + timedelta(seconds=number)
    return services.record(
        "applications.application.submit",
        Thing(pk=number),
        by=CLERK,
        at=at,
        label=f"令8-{number}",
        details=details,
    )


def write_many(count: int, first: int = 1) -> list[Entry]:
    """Several entries."""
    return [write(number, n=number, 語="値") for number in range(first, first + count)]


def sealed_log(sealed: int = 40, per_seal: int = 7, waiting: int = 4) -> None:
    """A log with seals of a few entries each, and entries that wait."""
    write_many(sealed)
    list(services.seal_all(at=AT + timedelta(minutes=5), limit=per_seal))
    write_many(waiting, first=sealed + 1)

"""Periodic work of the audit log."""

from datetime import timedelta

from kencho.audit import services
from kencho.foundation import clock, queue
from kencho.foundation.actors import system


@queue.task(atomic=False, every=timedelta(minutes=1))
def seal_due() -> None:
    """Seal what was written lately."""
    services.seal_due(at=clock.now())


@queue.task(atomic=False, every=timedelta(days=1))
def seal_late() -> None:
    """Seal also what appeared behind the seals: transactions that stayed open for hours."""
    for seal in services.seal_all(at=clock.now()):
        queue.report(seal.number, seal.number)


@queue.task(atomic=False, every=timedelta(days=1))
def verify_nightly() -> None:
    """Verify the whole log."""
    done = 0

    def tick(entries: int) -> None:
        nonlocal done
        done += entries
        queue.report(done, done)

    services.verify_and_tell(by=system("audit"), at=clock.now(), tick=tick)

"""Work of surveys that the queue does."""

from datetime import timedelta

from kencho.foundation import actors, clock, queue
from kencho.surveys import services

WORKER = actors.system("worker")


@queue.task(every=timedelta(minutes=5))
def keep_time() -> None:
    """Open and close surveys when their time has come."""
    services.keep_time(by=WORKER, at=clock.now())


@queue.task(every=timedelta(days=1))
def destroy_ballots() -> None:
    """Destroy raw answers whose time is over."""
    services.destroy_ballots(by=WORKER, at=clock.now())


@queue.task(atomic=False)
def scrub() -> None:
    """Remove the old versions that the database keeps of replaced rows."""
    services.scrub()

"""Work of applications that the queue does."""

from datetime import timedelta

from kencho.applications import services
from kencho.foundation import clock, queue


@queue.task(every=timedelta(hours=1))
def erase_expired_drafts() -> None:
    """Erase drafts that nobody has touched for their whole term."""
    services.erase_expired_drafts(at=clock.now())

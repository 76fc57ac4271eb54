"""Upkeep of the queue itself."""

from datetime import timedelta

from kencho.foundation import clock, queue


@queue.task(every=timedelta(days=1))
def erase_done_tasks() -> None:
    """Keep the queue's table small."""
    queue.erase_done(clock.now())

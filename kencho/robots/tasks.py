"""Queue entry points: working runs off in turns, closing what was lost, starting what is due."""

from datetime import timedelta

from kencho.foundation import clock, queue
from kencho.robots import services
from kencho.robots.models import RobotRun

# One turn of the queue: other work of the same worker does not wait longer for a robot.
TURN_SECONDS = 45.0


@queue.task(atomic=False)
def work_run(run_id: int) -> None:
    """Go on with a run for a while."""
    run = RobotRun.objects.filter(pk=run_id).first()
    if run is not None:
        services.work_run(run=run, seconds=TURN_SECONDS)


@queue.task(atomic=False, every=timedelta(minutes=1))
def look_after_robots() -> None:
    """Close runs whose process is gone, then start what is due."""
    services.recover(at=clock.now())
    services.start_due(at=clock.now())


@queue.task(atomic=False, every=timedelta(days=1))
def erase_old() -> None:
    """Pictures, logs and typed input are not kept longer than they may be needed."""
    services.erase_old(by=services.KENCHO, at=clock.now())

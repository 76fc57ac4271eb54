"""Work of policy evaluation that the queue does."""

from datetime import timedelta

from kencho.foundation import actors, clock, queue
from kencho.organization.models import Body
from kencho.policy import services

WORKER = actors.system("worker")


@queue.task(atomic=False, every=timedelta(days=1))
def report_drift() -> None:
    """Look for late events behind final figures."""
    for body in Body.objects.filter(plans__isnull=False).distinct():
        services.report_drift(body=body, by=WORKER, at=clock.now())

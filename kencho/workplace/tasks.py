"""Queue entry points: forgotten reports, and the end of the time for which logs are kept."""

from datetime import timedelta

from kencho.foundation import actors, clock, events, queue
from kencho.organization.models import Body
from kencho.workplace import queries, services
from kencho.workplace.events import TeleworkEndForgotten

SYSTEM = actors.system("workplace")


@queue.task(every=timedelta(days=1))
def erase_old_telework_logs() -> None:
    """Erase what is older than the rule of each body lets it keep."""
    for body in Body.objects.order_by("code"):
        services.erase_logs(body=body, by=SYSTEM, at=clock.now())


@queue.task(every=timedelta(days=1))
def tell_forgotten_ends() -> None:
    """Remind of sessions whose end nobody reported."""
    at = clock.now()
    for body in Body.objects.order_by("code"):
        rule = queries.rule_on(body, clock.day_of(at))
        if rule is None:
            continue
        longest = timedelta(hours=rule.rule.reporting.longest_hours)
        for session in queries.running_since_before(body, at - longest):
            events.publish(TeleworkEndForgotten(session_id=session.pk, noticed_at=at), at=at, body=body.code)

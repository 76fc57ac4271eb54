"""From a fact of the office to what other systems are told."""

from datetime import datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from kencho.applications import events as application_events
from kencho.applications import services
from kencho.applications.testing import AT, apply, publish
from kencho.foundation import actors, clock, queue
from kencho.foundation.events import Event
from kencho.notifications.models import WebhookDelivery
from kencho.notifications.webhooks import services as webhooks
from kencho.notifications.webhooks.models import WebhookEvent
from kencho.organization.testing import Cast, desk
from kencho.portal import subscribers

BY = actors.system("test")


@pytest.fixture
def listening(cast: Cast, settings: Settings) -> None:
    """An endpoint that asks for everything; nobody listens there."""
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    webhooks.create_endpoint(
        body=cast.body, label="x", url="https://127.0.0.1:9/", events=WebhookEvent.values, by=BY, at=AT
    )


def test_facts_of_an_application_are_told_without_its_answers(cast: Cast, listening: None) -> None:
    application = apply(publish(cast))
    at = AT + timedelta(hours=1)
    services.accept(application=application, by=desk(cast.clerk, at.date()).actor, at=at)
    services.withdraw(application=application, reason="都合により", by=BY, at=at + timedelta(hours=1))
    with clock.simulated(AT + timedelta(hours=3)):
        queue.drain()
    told = {one.event: one.payload for one in WebhookDelivery.objects.all()}
    assert set(told) == {"application.submitted", "application.accepted", "application.withdrawn"}
    accepted = told["application.accepted"]
    assert datetime.fromisoformat(accepted["occurred_at"]) == at
    # As it stood then, although it is withdrawn by now.
    assert accepted["data"]["status"] == "accepted"
    assert accepted["data"]["number"] == application.number
    assert application.applicant_name not in str(told)
    assert application.applicant_email not in str(told)


def test_every_fact_of_applications_is_told() -> None:
    facts = {
        each
        for each in vars(application_events).values()
        if isinstance(each, type) and issubclass(each, Event) and each is not Event
    }
    told = set(subscribers._OF_APPLICATIONS)
    assert facts - told == set()
    names = {name.value for name, _verb in subscribers._OF_APPLICATIONS.values()}
    names |= {name.value for name in subscribers._OF_APPROVALS.values()}
    assert names == set(WebhookEvent.values)

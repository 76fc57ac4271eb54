"""Reading webhooks."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from kencho.notifications.webhooks.models import WebhookDelivery, WebhookEndpoint
from kencho.organization.models import Body

KEPT_DAYS = 90


def endpoints_of(body: Body) -> QuerySet[WebhookEndpoint]:
    """All endpoints of a body."""
    return WebhookEndpoint.objects.filter(body=body).select_related("body")


def listening(body_code: str, event: str) -> list[WebhookEndpoint]:
    """Active endpoints of a body that asked for a fact."""
    active = WebhookEndpoint.objects.filter(body__code=body_code, is_active=True).order_by("pk")
    return [each for each in active if event in each.events]


def deliveries_of(endpoint: WebhookEndpoint) -> QuerySet[WebhookDelivery]:
    """Sendings to an endpoint, newest first."""
    return WebhookDelivery.objects.filter(endpoint=endpoint).order_by("-created_at", "-id")


def to_erase(at: datetime) -> QuerySet[WebhookDelivery]:
    """Sendings older than they are of use."""
    return WebhookDelivery.objects.filter(created_at__lt=at - timedelta(days=KEPT_DAYS))

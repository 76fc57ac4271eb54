"""Pages of webhooks: system administrators of the body, nobody else."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from kencho.foundation import actors, clock
from kencho.notifications.models import WebhookDelivery, WebhookEndpoint
from kencho.notifications.webhooks import services
from kencho.organization.models import RoleAssignment
from kencho.organization.testing import Cast, grant

AT = datetime(2026, 6, 1, 10, 0, tzinfo=clock.JST)
BY = actors.system("test")
URL = "https://127.0.0.1:9/hooks"
EVENTS = ["application.submitted"]
FORM = {"label": "住民システム", "url": URL, "events": EVENTS}
ClientOf = Callable[[object], Client]


@pytest.fixture(autouse=True)
def opened(settings: Settings) -> None:
    """The installer opened loopback."""
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def admin(cast: Cast, client_of: ClientOf) -> Client:
    """A system administrator of the body."""
    grant(cast.clerk, RoleAssignment.Role.SYSTEM_ADMIN)
    return client_of(cast.clerk)


@pytest.fixture
def endpoint(cast: Cast) -> WebhookEndpoint:
    """An endpoint of the body."""
    made = services.create_endpoint(
        body=cast.body,
        label="住民システム",
        url=URL,
        events=EVENTS,
        by=BY,
        at=AT,
    )
    return made.endpoint


def test_an_endpoint_is_registered_and_its_secret_shown_once(admin: Client) -> None:
    page = admin.post("/desk/webhooks/add/", FORM)
    endpoint = WebhookEndpoint.objects.get()
    assert "whsec_" in page.content.decode()
    shown = admin.get(f"/desk/webhooks/{endpoint.pk}/").content.decode()
    assert "whsec_" not in shown
    assert "住民システム" in shown
    assert "住民システム" in admin.get("/desk/webhooks/").content.decode()


def test_an_inner_address_is_refused_with_words(admin: Client, settings: Settings) -> None:
    settings.WEBHOOK_NETWORKS = []
    page = admin.post("/desk/webhooks/add/", FORM)
    assert page.status_code == 422
    assert "内部のネットワーク" in page.content.decode()
    assert not WebhookEndpoint.objects.exists()


def test_change_stop_start_rotate_ping_and_repeat(admin: Client, endpoint: WebhookEndpoint) -> None:
    place = f"/desk/webhooks/{endpoint.pk}"
    assert admin.get(f"{place}/change/").status_code == 200
    assert admin.post(f"{place}/change/", {**FORM, "label": "新しい名前"}).status_code == 302
    assert "whsec_" in admin.post(f"{place}/rotate/").content.decode()
    admin.post(f"{place}/ping/")
    delivery = WebhookDelivery.objects.get()
    WebhookDelivery.objects.update(state="failed")
    admin.post(f"{place}/redeliver/{delivery.pk}/")
    delivery.refresh_from_db()
    assert delivery.state == "waiting"
    admin.post(f"{place}/stop/")
    admin.post(f"{place}/ping/")
    assert WebhookDelivery.objects.count() == 1
    endpoint.refresh_from_db()
    assert (endpoint.label, endpoint.is_active) == ("新しい名前", False)
    assert "もう一度送る" in admin.get(f"{place}/").content.decode()
    admin.post(f"{place}/start/")
    endpoint.refresh_from_db()
    assert endpoint.is_active


PATHS = (
    "",
    "change/",
    "rotate/",
    "stop/",
    "start/",
    "ping/",
    "redeliver/00000000-0000-4000-8000-000000000000/",
)


@pytest.mark.parametrize("path", PATHS)
def test_endpoints_of_another_body_are_not_there(
    cast: Cast, client_of: ClientOf, endpoint: WebhookEndpoint, path: str
) -> None:
    grant(cast.other_body_clerk, RoleAssignment.Role.SYSTEM_ADMIN)
    stranger = client_of(cast.other_body_clerk)
    url = f"/desk/webhooks/{endpoint.pk}/{path}"
    assert stranger.post(url, FORM).status_code == (405 if path == "" else 404)
    assert stranger.get(url).status_code == (404 if path in {"", "change/"} else 405)


@pytest.mark.parametrize("path", ["", "add/"])
def test_only_system_administrators_connect_systems(cast: Cast, client_of: ClientOf, path: str) -> None:
    for staff in (cast.chief, cast.org_admin, cast.governor):
        assert client_of(staff).get(f"/desk/webhooks/{path}").status_code == 403
    assert client_of(cast.resident).get(f"/desk/webhooks/{path}").status_code in {302, 403}
    assert Client().get(f"/desk/webhooks/{path}").status_code == 302

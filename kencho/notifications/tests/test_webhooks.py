"""Webhooks against a real receiver on this machine: signed, repeated until taken, never into the office's networks."""

import ipaddress
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from kencho.audit.models import Entry
from kencho.foundation import actors, clock, queue
from kencho.foundation.models import Task, TaskState
from kencho.notifications.models import WebhookDelivery, WebhookEndpoint
from kencho.notifications.webhooks import addresses, sending, services, signing
from kencho.notifications.webhooks.addresses import Target, UnableToReach, resolve
from kencho.notifications.webhooks.models import WebhookEvent
from kencho.organization.testing import Cast

AT = datetime(2026, 6, 1, 10, 0, tzinfo=clock.JST)
BY = actors.system("test")
DATA = {"number": "24000-08-000001-4", "status": "accepted"}
SUBMITTED = WebhookEvent.APPLICATION_SUBMITTED.value


@dataclass
class Receiver:
    """What another system does; ``answers`` are the status codes of the coming calls, then 200."""

    port: int = 0
    answers: list[int] = field(default_factory=list)
    seen: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    slow: float = 0.0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hooks?from=kencho"


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """A receiver on loopback, which the installer opened."""
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    state = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.seen.append((dict(self.headers), body))
            time.sleep(state.slow)
            self.send_response(state.answers.pop(0) if state.answers else 200)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


def _endpoint(cast: Cast, receiver: Receiver, events: tuple[str, ...] = (SUBMITTED,)) -> services.NewSecret:
    return services.create_endpoint(
        body=cast.body, label="住民システム", url=receiver.url, events=events, by=BY, at=AT
    )


def _tell(cast: Cast, event: str = SUBMITTED, at: datetime = AT) -> int:
    return services.tell(body_code=cast.body.code, event=event, data=DATA, happened_at=at, at=at)


def _work(at: datetime) -> None:
    with clock.simulated(at):
        queue.drain()


def test_a_fact_arrives_signed(cast: Cast, receiver: Receiver) -> None:
    made = _endpoint(cast, receiver)
    assert _tell(cast) == 1
    _work(AT)
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.response_code, delivery.attempts) == ("delivered", 200, 1)
    headers, body = receiver.seen[0]
    assert signing.verify(headers["Webhook-Signature"], made.secret, body, at=AT)
    assert headers["Webhook-Id"] == headers["Idempotency-Key"] == str(delivery.pk)
    assert headers["Host"] == f"127.0.0.1:{receiver.port}"
    assert json.loads(body) == {
        "id": str(delivery.pk),
        "type": SUBMITTED,
        "occurred_at": AT.isoformat(),
        "body": cast.body.code,
        "data": DATA,
    }


def test_a_refused_fact_comes_again_until_it_is_taken(cast: Cast, receiver: Receiver) -> None:
    made = _endpoint(cast, receiver)
    receiver.answers = [500, 503]
    _tell(cast)
    _work(AT)
    assert WebhookDelivery.objects.get().state == "waiting"
    assert Task.objects.get(name=services.WORK).state == TaskState.WAITING
    # The second try waits longer than the first.
    for after in (timedelta(seconds=6), timedelta(seconds=40)):
        _work(AT + after)
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("delivered", 3)
    assert len({headers["Webhook-Id"] for headers, _body in receiver.seen}) == 1
    assert all(
        signing.verify(headers["Webhook-Signature"], made.secret, body, at=AT)
        for headers, body in receiver.seen
    )
    assert WebhookEndpoint.objects.get().failures == 0


def test_in_the_end_it_is_given_up_and_can_be_sent_again(cast: Cast, receiver: Receiver) -> None:
    _endpoint(cast, receiver)
    receiver.answers = [500] * queue.MAX_ATTEMPTS
    _tell(cast)
    for turn in range(queue.MAX_ATTEMPTS):
        _work(AT + timedelta(days=turn))
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.error, delivery.response_code) == ("failed", "status", 500)
    services.redeliver(delivery=delivery, by=BY, at=AT + timedelta(days=20))
    with pytest.raises(services.UnableToRedeliver):
        services.redeliver(delivery=delivery, by=BY, at=AT + timedelta(days=20))
    _work(AT + timedelta(days=20))
    delivery.refresh_from_db()
    assert delivery.state == "delivered"
    assert len({headers["Webhook-Id"] for headers, _body in receiver.seen}) == 1


def test_an_endpoint_that_never_answers_is_stopped(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "STOP_AFTER", 3)
    made = _endpoint(cast, receiver)
    receiver.answers = [500] * 10
    for _turn in range(4):
        _tell(cast)
    _work(AT)
    _work(AT + timedelta(days=1))
    endpoint = WebhookEndpoint.objects.get()
    assert not endpoint.is_active
    assert endpoint.stopped_by_failures
    assert len(receiver.seen) == 3
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"skipped"}
    assert Entry.objects.get(action="notifications.webhook.stop").details == {"failures": 3}
    assert _tell(cast) == 0
    services.start_endpoint(endpoint=made.endpoint, by=BY, at=AT)
    assert _tell(cast) == 1


def test_only_what_was_asked_for_and_only_in_one_s_body(cast: Cast, receiver: Receiver) -> None:
    _endpoint(cast, receiver)
    assert _tell(cast, WebhookEvent.NOTICE_ISSUED) == 0
    assert services.tell(body_code=cast.other_body.code, event=SUBMITTED, data={}, happened_at=AT, at=AT) == 0


def test_redirects_are_not_followed(cast: Cast, receiver: Receiver) -> None:
    _endpoint(cast, receiver)
    receiver.answers = [302]
    _tell(cast)
    _work(AT)
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.response_code) == ("waiting", 302)
    assert len(receiver.seen) == 1


def test_for_a_day_both_secrets_are_good(cast: Cast, receiver: Receiver) -> None:
    old = _endpoint(cast, receiver)
    new = services.rotate_secret(endpoint=old.endpoint, by=BY, at=AT)
    assert new.secret != old.secret
    for at, is_good in ((AT, True), (AT + services.OVERLAP, False)):
        _tell(cast, at=at)
        _work(at)
        headers, body = receiver.seen[-1]
        assert signing.verify(headers["Webhook-Signature"], new.secret, body, at=at)
        assert signing.verify(headers["Webhook-Signature"], old.secret, body, at=at) is is_good


def test_no_secret_is_kept(cast: Cast, receiver: Receiver) -> None:
    made = _endpoint(cast, receiver)
    row = WebhookEndpoint.objects.filter(pk=made.endpoint.pk).values().get()
    assert made.secret not in str(row)
    assert made.secret.removeprefix("whsec_") not in str(row)


def test_a_receiver_that_trickles_is_cut_off(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "TOTAL_SECONDS", 0.2)
    receiver.slow = 1.0
    _endpoint(cast, receiver)
    _tell(cast)
    begun = time.monotonic()
    _work(AT)
    assert time.monotonic() - begun < 0.9
    assert WebhookDelivery.objects.get().error == "connection"


def test_nobody_listens(cast: Cast, receiver: Receiver) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    services.create_endpoint(
        body=cast.body, label="x", url=f"http://127.0.0.1:{port}/", events=[SUBMITTED], by=BY, at=AT
    )
    _tell(cast)
    _work(AT)
    assert WebhookDelivery.objects.get().error == "connection"


def test_a_stopped_network_is_noticed_at_the_next_try(
    cast: Cast, receiver: Receiver, settings: Settings
) -> None:
    _endpoint(cast, receiver)
    settings.WEBHOOK_NETWORKS = []
    _tell(cast)
    _work(AT)
    assert WebhookDelivery.objects.get().error == "network"
    assert receiver.seen == []


def test_old_sendings_are_erased(cast: Cast, receiver: Receiver) -> None:
    _endpoint(cast, receiver)
    _tell(cast)
    assert services.erase_old(at=AT + timedelta(days=90)) == 0
    assert services.erase_old(at=AT + timedelta(days=91)) == 1


# Addresses

INNER = [
    "127.0.0.1", "127.1", "0", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "2130706433", "0x7f.1", "[::1]", "[::]", "[fe80::1]",
    "[fc00::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[ff02::1]",
    "localhost",
]  # fmt: skip


@pytest.mark.parametrize("host", INNER)
def test_no_inner_address_is_called(host: str, settings: Settings) -> None:
    settings.WEBHOOK_NETWORKS = []
    with pytest.raises(UnableToReach) as refused:
        resolve(f"https://{host}/")
    assert refused.value.code in {"network", "name"}


@pytest.mark.parametrize(
    "url",
    [
        "", "ftp://example.jp/", "javascript:alert(1)", "https://", "https:///x", "https://user@example.jp/",
        "https://user:pass@example.jp/", "https://example.jp:99999/", "https://example.jp/\r\nX: y", "https://例え.jp/",
        "https://example.jp/#part", "file:///etc/passwd", "https://[::1", "https://" + "a" * 600,
    ],
)  # fmt: skip
def test_only_plain_addresses_are_taken(url: str) -> None:
    with pytest.raises(UnableToReach) as refused:
        resolve(url)
    assert refused.value.code == "url"


def _names(monkeypatch: pytest.MonkeyPatch, *found: str) -> None:
    def look_up(host: str, port: int, **more: Any) -> list[Any]:
        return [(0, 0, 0, "", (each, port)) for each in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def test_one_inner_address_of_a_name_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    _names(monkeypatch, "8.8.8.8", "10.0.0.1")
    with pytest.raises(UnableToReach):
        resolve("https://two-faced.example.jp/")


def test_a_public_name_is_pinned_to_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    _names(monkeypatch, "8.8.8.8")
    target = resolve("https://hooks.example.jp/a?b=c")
    assert (target.address, target.host, target.port, target.path) == (
        "8.8.8.8",
        "hooks.example.jp",
        443,
        "/a?b=c",
    )
    assert target.host_header == "hooks.example.jp"
    with pytest.raises(UnableToReach, match="https"):
        resolve("http://hooks.example.jp/")


@given(st.ip_addresses())
def test_an_address_is_public_only_if_python_knows_it_as_global(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if addresses.is_public(address):
        assert address.is_global
        assert not address.is_multicast


# Signature


@given(st.binary(max_size=200), st.integers(0, 2**31))
def test_signatures_fit_their_body_and_time_only(body: bytes, moment: int) -> None:
    at = datetime.fromtimestamp(moment, tz=clock.JST)
    value = signing.header(["whsec_a"], at, body)
    assert signing.verify(value, "whsec_a", body, at=at)
    assert not signing.verify(value, "whsec_b", body, at=at)
    assert not signing.verify(value, "whsec_a", body + b"x", at=at)
    assert not signing.verify(value, "whsec_a", body, at=at + timedelta(seconds=301))
    assert not signing.verify(f"t={moment + 1},{value.partition(',')[2]}", "whsec_a", body, at=at)


@pytest.mark.parametrize("value", ["", "t=", "v1=00", "t=1,t=2,v1=0", "t=x,v1=0", ",,,", "t=-1,v1=0"])
def test_broken_signatures_are_refused(value: str) -> None:
    assert not signing.verify(value, "whsec_a", b"", at=AT)


def test_the_example_of_the_guide_tells_genuine_ones() -> None:
    guide = (Path(django_settings.BASE_DIR) / "docs" / "howto" / "webhooks.md").read_text(encoding="utf-8")
    code = guide.partition("```python\n")[2].partition("```")[0]
    names: dict[str, Any] = {}
    exec(code, names)
    now, body = clock.now(), '{"id":"県"}'.encode()
    value = signing.header(["whsec_new", "whsec_old"], now, body)
    assert names["is_genuine"](value, body, "whsec_new")
    assert names["is_genuine"](value, body, "whsec_old")
    assert not names["is_genuine"](value, body, "whsec_other")
    assert not names["is_genuine"](value, body + b" ", "whsec_new")
    late = signing.header(["whsec_new"], now - timedelta(minutes=6), body)
    assert not names["is_genuine"](late, body, "whsec_new")


def test_a_handshake_that_trickles_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the handshake is over as well, a receiver must not hold the worker."""
    monkeypatch.setattr(sending, "TOTAL_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        begun = time.monotonic()
        with pytest.raises(sending.UnableToSend):
            sending.post(Target(True, "example.jp", port, "/", "127.0.0.1"), b"{}", {})
    assert time.monotonic() - begun < 3.0


def test_the_log_does_not_keep_the_path(cast: Cast, receiver: Receiver) -> None:
    """Many receivers put their secret there, and from the log nothing can be taken out again."""
    made = _endpoint(cast, receiver)
    services.change_endpoint(
        endpoint=made.endpoint, label="x", url=f"{receiver.url}&key=s3cret", events=[SUBMITTED], by=BY, at=AT
    )
    kept = [str(each.details) for each in Entry.objects.filter(action__startswith="notifications.webhook.")]
    assert len(kept) == 2
    assert all(f"127.0.0.1:{receiver.port}" in each for each in kept)
    assert not any("hooks" in each or "s3cret" in each for each in kept)

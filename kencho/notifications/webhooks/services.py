"""Writes of webhooks: endpoints are made, changed, stopped; facts are laid ready and sent from the queue."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from kencho.audit import services as audit
from kencho.foundation import queue
from kencho.foundation.actors import Actor
from kencho.notifications.webhooks import queries, signing
from kencho.notifications.webhooks.addresses import UnableToReach, resolve
from kencho.notifications.webhooks.models import PING, WebhookDelivery, WebhookEndpoint, WebhookEvent
from kencho.notifications.webhooks.sending import UnableToSend, post
from kencho.organization.models import Body

OVERLAP = timedelta(hours=24)
STOP_AFTER = 40
WORK = "notifications.deliver_webhook"
USER_AGENT = "Kencho-Webhook/1"


class UnableToSaveEndpoint(Exception):
    """No fact is chosen or one is unknown, or the address may not be called; the message says which."""


class UnableToRedeliver(Exception):
    """The endpoint is stopped, or the sending is still under way."""


class DeliveryFailed(Exception):
    """The receiver did not answer with 2xx; the queue tries again."""


@dataclass(frozen=True)
class NewSecret:
    """An endpoint with its secret, which is shown once."""

    endpoint: WebhookEndpoint
    secret: str


def _checked(url: str, events: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(events))
    if not wanted or not set(wanted) <= set(WebhookEvent.values):
        raise UnableToSaveEndpoint(_("知らせる出来事を一つ以上選んでください。"))
    try:
        resolve(url)
    except UnableToReach as refused:
        raise UnableToSaveEndpoint(str(refused)) from refused
    return wanted


def _host(url: str) -> str:
    """What the log keeps of an address: many receivers put their secret into the path."""
    return urlsplit(url).netloc


@transaction.atomic
def create_endpoint(
    *, body: Body, label: str, url: str, events: Sequence[str], by: Actor, at: datetime
) -> NewSecret:
    """送り先を登録する。Raises UnableToSaveEndpoint."""
    wanted = _checked(url, events)
    seed = secrets.token_hex(32)
    endpoint = WebhookEndpoint.objects.create(
        body=body, label=label.strip(), url=url, events=wanted, seed=seed, created_at=at
    )
    audit.record(
        "notifications.webhook.create",
        endpoint,
        by=by,
        at=at,
        label=endpoint.label,
        body=body.code,
        details={"host": _host(url), "events": wanted},
    )
    return NewSecret(endpoint, signing.secret_of(seed))


@transaction.atomic
def change_endpoint(
    *, endpoint: WebhookEndpoint, label: str, url: str, events: Sequence[str], by: Actor, at: datetime
) -> WebhookEndpoint:
    """送り先を変える。Raises UnableToSaveEndpoint."""
    endpoint.events = _checked(url, events)
    endpoint.label, endpoint.url = label.strip(), url
    endpoint.save(update_fields=["label", "url", "events"])
    audit.record(
        "notifications.webhook.change",
        endpoint,
        by=by,
        at=at,
        label=endpoint.label,
        body=endpoint.body.code,
        details={"host": _host(url), "events": endpoint.events},
    )
    return endpoint


@transaction.atomic
def rotate_secret(*, endpoint: WebhookEndpoint, by: Actor, at: datetime) -> NewSecret:
    """秘密を作り直す: for a day both are signed with, so that the receiver can change over."""
    endpoint.previous_seed, endpoint.previous_until = endpoint.seed, at + OVERLAP
    endpoint.seed = secrets.token_hex(32)
    endpoint.save(update_fields=["seed", "previous_seed", "previous_until"])
    audit.record(
        "notifications.webhook.rotate", endpoint, by=by, at=at, label=endpoint.label, body=endpoint.body.code
    )
    return NewSecret(endpoint, signing.secret_of(endpoint.seed))


@transaction.atomic
def stop_endpoint(
    *, endpoint: WebhookEndpoint, by: Actor, at: datetime, by_failures: bool = False
) -> WebhookEndpoint:
    """止める: nothing more is sent, what still waits is given up. A second call changes nothing."""
    row = WebhookEndpoint.objects.select_for_update(of=("self",)).select_related("body").get(pk=endpoint.pk)
    if not row.is_active:
        return row
    row.is_active, row.stopped_at, row.stopped_by_failures = False, at, by_failures
    row.save(update_fields=["is_active", "stopped_at", "stopped_by_failures"])
    audit.record(
        "notifications.webhook.stop",
        row,
        by=by,
        at=at,
        label=row.label,
        body=row.body.code,
        details={"failures": row.failures if by_failures else 0},
    )
    return row


@transaction.atomic
def start_endpoint(*, endpoint: WebhookEndpoint, by: Actor, at: datetime) -> WebhookEndpoint:
    """もう一度送る: the count of failures begins anew."""
    endpoint.is_active, endpoint.stopped_at, endpoint.stopped_by_failures, endpoint.failures = (
        True,
        None,
        False,
        0,
    )
    endpoint.save(update_fields=["is_active", "stopped_at", "stopped_by_failures", "failures"])
    audit.record(
        "notifications.webhook.start", endpoint, by=by, at=at, label=endpoint.label, body=endpoint.body.code
    )
    return endpoint


@transaction.atomic
def tell(*, body_code: str, event: str, data: Mapping[str, Any], happened_at: datetime, at: datetime) -> int:
    """知らせる: lay a fact ready for every endpoint of the body that asked for it; returns for how many.

    ``data`` holds numbers and states, never answers, names or addresses of people.
    """
    endpoints = queries.listening(body_code, event)
    for endpoint in endpoints:
        _lay_ready(endpoint, body_code, event, data, happened_at, at)
    return len(endpoints)


def _lay_ready(
    endpoint: WebhookEndpoint,
    body_code: str,
    event: str,
    data: Mapping[str, Any],
    happened_at: datetime,
    at: datetime,
) -> WebhookDelivery:
    pk = uuid4()
    payload = {
        "id": str(pk),
        "type": event,
        "occurred_at": happened_at.isoformat(),
        "body": body_code,
        "data": dict(data),
    }
    delivery = WebhookDelivery.objects.create(
        id=pk, endpoint=endpoint, event=event, payload=payload, created_at=at
    )
    queue.enqueue(WORK, {"delivery_id": str(pk)}, at=at, body=body_code, once_key=f"webhook:{pk}")
    return delivery


@transaction.atomic
def ping(*, endpoint: WebhookEndpoint, by: Actor, at: datetime) -> WebhookDelivery:
    """ためしに送る。Raises UnableToRedeliver when it is stopped."""
    if not endpoint.is_active:
        raise UnableToRedeliver(_("止めている送り先には送れません。"))
    audit.record(
        "notifications.webhook.ping", endpoint, by=by, at=at, label=endpoint.label, body=endpoint.body.code
    )
    return _lay_ready(endpoint, endpoint.body.code, PING, {}, at, at)


@transaction.atomic
def redeliver(*, delivery: WebhookDelivery, by: Actor, at: datetime) -> WebhookDelivery:
    """もう一度送る: the same fact under the same id. Raises UnableToRedeliver."""
    row = (
        WebhookDelivery.objects.select_for_update(of=("self",))
        .select_related("endpoint__body")
        .get(pk=delivery.pk)
    )
    if not row.endpoint.is_active:
        raise UnableToRedeliver(_("止めている送り先には送れません。"))
    if row.state == WebhookDelivery.State.WAITING:
        raise UnableToRedeliver(_("いま送っているところです。"))
    row.state = WebhookDelivery.State.WAITING
    row.save(update_fields=["state"])
    audit.record(
        "notifications.webhook.redeliver",
        row.endpoint,
        by=by,
        at=at,
        label=row.endpoint.label,
        body=row.endpoint.body.code,
        details={"delivery": str(row.pk)},
    )
    queue.enqueue(
        WORK,
        {"delivery_id": str(row.pk)},
        at=at,
        body=row.endpoint.body.code,
        once_key=f"webhook:{row.pk}:{row.attempts}",
    )
    return row


def deliver(*, delivery: WebhookDelivery, is_last: bool, by: Actor, at: datetime) -> None:
    """送る。Raises DeliveryFailed when it should be tried again; ``is_last`` says that it will not be."""
    endpoint = delivery.endpoint
    if delivery.state != WebhookDelivery.State.WAITING:
        return
    if not endpoint.is_active:
        _note(delivery, WebhookDelivery.State.SKIPPED, at=at, is_try=False)
        return
    status, error = _sent(delivery, endpoint, at)
    if status is not None and 200 <= status < 300:
        _note(delivery, WebhookDelivery.State.DELIVERED, status=status, at=at)
        WebhookEndpoint.objects.filter(pk=endpoint.pk).exclude(failures=0).update(failures=0)
        return
    state = WebhookDelivery.State.FAILED if is_last else WebhookDelivery.State.WAITING
    _note(delivery, state, status=status, error=error, at=at)
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(failures=F("failures") + 1)
    endpoint.refresh_from_db(fields=["failures"])
    if endpoint.failures >= STOP_AFTER:
        stop_endpoint(endpoint=endpoint, by=by, at=at, by_failures=True)
    raise DeliveryFailed(error)


def _sent(delivery: WebhookDelivery, endpoint: WebhookEndpoint, at: datetime) -> tuple[int | None, str]:
    """The status code, or nothing, and what went wrong."""
    body = json.dumps(delivery.payload, ensure_ascii=False, separators=(",", ":")).encode()
    signed = signing.header([signing.secret_of(seed) for seed in endpoint.seeds(at)], at, body)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "Connection": "close",
        "Webhook-Id": str(delivery.pk),
        "Idempotency-Key": str(delivery.pk),
        "Webhook-Event": delivery.event,
        signing.HEADER: signed,
    }
    try:
        # Looked up anew at each try: the name may point into the office's network by now.
        status = post(resolve(endpoint.url), body, headers)
    except (UnableToReach, UnableToSend) as refused:
        return None, refused.code
    return status, "" if 200 <= status < 300 else "status"


def _note(
    delivery: WebhookDelivery,
    state: str,
    *,
    at: datetime,
    status: int | None = None,
    error: str = "",
    is_try: bool = True,
) -> None:
    delivery.state, delivery.response_code, delivery.error = state, status, error
    if is_try:
        delivery.attempts += 1
        delivery.last_tried_at = at
    delivery.save(update_fields=["state", "response_code", "error", "attempts", "last_tried_at"])


def erase_old(*, at: datetime) -> int:
    """Erase sendings past their use; returns how many."""
    count, _per_model = queries.to_erase(at).delete()
    return count

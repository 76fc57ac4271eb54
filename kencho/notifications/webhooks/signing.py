"""The signature of a webhook: HMAC-SHA-256 over time and body, so that nobody else can send or replay one.

``Webhook-Signature: t=<seconds>,v1=<hex>[,v1=<hex>]`` over ``<t>.<body>``; two codes while a secret is being changed.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

HEADER = "Webhook-Signature"
PREFIX = "whsec_"
TOLERANCE_SECONDS = 300


def secret_of(seed: str) -> str:
    """The secret that belongs to a seed. It is worked out anew each time: a copy of the database does not hold it."""
    key = hashlib.sha256(b"kencho.notifications.webhook\0" + settings.SECRET_KEY.encode()).digest()
    return PREFIX + hmac.new(key, seed.encode(), hashlib.sha256).hexdigest()


def code(secret: str, moment: int, body: bytes) -> str:
    """The code of one secret."""
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()


def header(secrets: Sequence[str], at: datetime, body: bytes) -> str:
    """The value of the header."""
    moment = int(at.timestamp())
    return ",".join([f"t={moment}", *(f"v1={code(secret, moment, body)}" for secret in secrets)])


def verify(value: str, secret: str, body: bytes, *, at: datetime) -> bool:
    """What a receiver does: a code fits, and the time is not older or newer than five minutes."""
    parts = [part.partition("=") for part in value.split(",")]
    moments = [text for name, _equals, text in parts if name == "t"]
    if len(moments) != 1 or not moments[0].isdecimal():
        return False
    moment = int(moments[0])
    if abs(int(at.timestamp()) - moment) > TOLERANCE_SECONDS:
        return False
    wanted = code(secret, moment, body)
    return any(hmac.compare_digest(text, wanted) for name, _equals, text in parts if name == "v1")

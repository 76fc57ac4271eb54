"""Sessions in the database, written in the same turn as everything else (see ``group_commit``).

Django's own would poll for SQLite's write lock beside the groups that wait in line for it, and sync once more each.
What a request changes together with other rows can be stored with them, in one transaction (``update``).
"""

import hmac
import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.core.signing import b62_encode
from django.db.backends.base.base import BaseDatabaseWrapper

from kencho.foundation import group_commit
from kencho.foundation.prepared import Statement, moment, table_of

_UPDATE = Statement(
    f"UPDATE {table_of(Session)} SET session_data = %s, expire_date = %s WHERE session_key = %s"  # noqa: S608  # name of Django's model
)


class SessionEnded(Exception):
    """A session was ended (signed out, erased) while its request was answered."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A session as it is to be stored: its key, its data signed and packed, its end."""

    key: str
    data: str
    expires_at: datetime


def update(sessions: Sequence[Kept], db: BaseDatabaseWrapper) -> None:
    """Store sessions that are there already, in the caller's transaction. Raises SessionEnded when one is not."""
    rows = [(each.data, moment(each.expires_at, db), each.key) for each in sessions]
    if _UPDATE.each(rows, db) != len(rows):
        raise SessionEnded


class SessionStore(db.SessionStore):
    """Django's database sessions, saved by groups."""

    _stored: dict[str, Any] | None = None

    def save(self, must_create: bool = False) -> None:
        """Store it, unless that was done already. Raises CreateError, UpdateError as Django's."""
        if self.session_key is None:
            self.create()
            return
        # What is lazily read must be read by this request, not by whoever leads the group.
        if not must_create and dict(self.items()) == self._stored:
            return
        group_commit.run(partial(super().save, must_create=must_create))

    def keep(self, data: Mapping[str, Any]) -> Kept:
        """What ``update`` stores so that the session holds these data. Only for a session that is in the database."""
        return Kept(self.session_key or "", self.encode(dict(data)), self.get_expiry_date())

    def note_stored(self, data: Mapping[str, Any]) -> None:
        """``update`` has stored these data: saving is not needed while they stay the same."""
        self._stored = dict(data)


# From this length on Django packs the data more tightly, which takes longer than all the rest.
_SMALL = 512
_SALT = b"django.contrib.sessions.SessionStoresigner"
_compact = json.JSONEncoder(separators=(",", ":")).encode
_django = SessionStore()


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    """As ``django.utils.crypto.salted_hmac`` derives it."""
    return sha256(_SALT + secret.encode()).digest()


def _signature(text: str) -> str:
    code = hmac.digest(_key(settings.SECRET_KEY), text.encode(), "sha256")
    return urlsafe_b64encode(code).rstrip(b"=").decode()


def packed(data: Mapping[str, Any]) -> str:
    """Session data as they are stored: what ``SessionStore.decode`` reads, made in a few steps."""
    content = _compact(data).encode("latin-1")
    if len(content) >= _SMALL:
        return str(_django.encode(dict(data)))
    text = f"{urlsafe_b64encode(content).rstrip(b'=').decode()}:{b62_encode(int(time.time()))}"
    return f"{text}:{_signature(text)}"


def unpacked(stored: str) -> dict[str, Any]:
    """What ``SessionStore.decode`` answers: the data, or nothing when their signature is not ours."""
    text, _colon, signature = stored.rpartition(":")
    if stored.startswith(".") or not stored.isascii() or not hmac.compare_digest(signature, _signature(text)):
        # Packed tightly, signed by an earlier key, or forged.
        found: dict[str, Any] = _django.decode(stored)
        return found
    content = text.partition(":")[0]
    data: dict[str, Any] = json.loads(urlsafe_b64decode(content + "=" * (-len(content) % 4)))
    return data

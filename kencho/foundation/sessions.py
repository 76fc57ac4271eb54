"""Sessions in the database, written in the same turn as everything else (see ``group_commit``).

Django's own would poll for SQLite's write lock beside the groups that wait in line for it, and sync once more each.
What a request changes together with other rows can be stored with them, in one transaction (``update``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
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

"""Sessions in the database, written in the same turn as everything else (see ``group_commit``).

Django's own would poll for SQLite's write lock beside the groups that wait in line for it, and sync once more each.
"""

from functools import partial

from django.contrib.sessions.backends import db

from kencho.foundation import group_commit


class SessionStore(db.SessionStore):
    """Django's database sessions, saved by groups."""

    def save(self, must_create: bool = False) -> None:
        """Store it. Raises CreateError, UpdateError as Django's."""
        if self.session_key is None:
            self.create()
            return
        # What is lazily read must be read by this request, not by whoever leads the group.
        if not must_create:
            self.keys()
        group_commit.run(partial(super().save, must_create=must_create))

"""``flush`` empties all tables, the audit log too: allowed in databases of tests only."""

from pathlib import PurePath
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import flush
from django.db import connections
from django.utils.translation import gettext as _

from kencho.audit import guards, services


class Command(flush.Command):
    """Django's own command behind a lock."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse, or empty a database of tests and begin its audit log anew."""
        connection = connections[options["database"]]
        if not PurePath(str(connection.settings_dict["NAME"])).name.startswith("test"):
            raise CommandError(
                _(
                    "監査記録は消せません。新しく始めるときは、別のデータベースか KENCHO_VAR を使ってください。"
                )
            )
        with guards.lifted(connection):
            super().handle(*args, **options)
            services.begin_head()

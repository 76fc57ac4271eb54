"""A consistent copy of the database while it is in use, and the way back."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection

SQLITE_NAME = "kencho.sqlite3"
SQLITE_MEMBER = f"database/{SQLITE_NAME}"
POSTGRESQL_MEMBER = "database/kencho.pgdump"


class DatabaseToolFailed(Exception):
    """pg_dump or pg_restore is missing or failed; the message is what it said."""


def dump(target: Path) -> str:
    """Write a copy of the database of one moment; returns its name in the archive. Raises DatabaseToolFailed."""
    if connection.vendor == "sqlite":
        _copy_sqlite(Path(str(connection.settings_dict["NAME"])), target)
        return SQLITE_MEMBER
    _run(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"])
    return POSTGRESQL_MEMBER


def _copy_sqlite(source: Path, target: Path) -> None:
    """The online backup of SQLite, in one step: a single snapshot that readers and writers do not wait for."""
    with closing(sqlite3.connect(source, timeout=60)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy, pages=-1)
        # One file without a log beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
    check_sqlite(target)


def check_sqlite(path: Path) -> None:
    """Raises DatabaseToolFailed when SQLite finds damage in the file."""
    with closing(sqlite3.connect(path)) as copy:
        try:
            (said,) = copy.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.DatabaseError as broken:
            raise DatabaseToolFailed(str(broken)) from broken
    if said != "ok":
        raise DatabaseToolFailed(str(said))


def is_empty() -> bool:
    """Whether the connected PostgreSQL database has no tables."""
    return not connection.introspection.table_names()


def load_postgresql(dump_file: Path, *, clean: bool) -> None:
    """Put a dump into the connected database, all or nothing. Raises DatabaseToolFailed."""
    command = ["pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    if clean:
        command += ["--clean", "--if-exists"]
    name = str(connection.settings_dict["NAME"])
    connection.close()
    _run([*command, f"--dbname={name}", str(dump_file)])


def _run(command: list[str]) -> None:
    try:
        subprocess.run(  # noqa: S603  # fixed tools, no shell
            command, check=True, capture_output=True, text=True, env={**os.environ, **_environment()}
        )
    except FileNotFoundError as missing:
        raise DatabaseToolFailed(command[0]) from missing
    except subprocess.CalledProcessError as failed:
        raise DatabaseToolFailed(str(failed.stderr).strip()) from failed


def _environment() -> dict[str, str]:
    """The connection as libpq reads it; a password must not stand among the arguments, which all users see."""
    given: dict[str, Any] = connection.settings_dict
    names = {
        "HOST": "PGHOST",
        "PORT": "PGPORT",
        "USER": "PGUSER",
        "PASSWORD": "PGPASSWORD",
        "NAME": "PGDATABASE",
    }
    found = {variable: str(given[key]) for key, variable in names.items() if given.get(key)}
    if mode := given.get("OPTIONS", {}).get("sslmode"):
        found["PGSSLMODE"] = str(mode)
    return found

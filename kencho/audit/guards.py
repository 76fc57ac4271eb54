"""Triggers of the database that refuse to change or delete audit rows, on SQLite and on PostgreSQL.

They stop mistakes and careless scripts. Whoever may drop a trigger can still change rows; ``verification`` finds that.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

MESSAGE = "the audit log is append-only"
FUNCTION = "audit_refuse"
TABLES = ("audit_entry", "audit_seal", "audit_sealedentry")
HEAD = "audit_head"
# The head moves by one seal at a time and never back.
_HEAD_STAYS = "NEW.id <> OLD.id OR NEW.number <> OLD.number + 1 OR NEW.entries < OLD.entries"


def _sqlite() -> Iterator[tuple[str, str, str]]:
    for table in TABLES:
        for verb in ("update", "delete"):
            yield table, f"{table}_no_{verb}", f"BEFORE {verb.upper()} ON {table}"
    yield HEAD, f"{HEAD}_no_delete", f"BEFORE DELETE ON {HEAD}"
    yield HEAD, f"{HEAD}_forward", f"BEFORE UPDATE ON {HEAD} WHEN {_HEAD_STAYS}"


def _postgresql() -> Iterator[tuple[str, str, str]]:
    for table in TABLES:
        yield table, f"{table}_no_update", f"BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW"
    yield HEAD, f"{HEAD}_no_delete", f"BEFORE DELETE ON {HEAD} FOR EACH ROW"
    yield HEAD, f"{HEAD}_forward", f"BEFORE UPDATE ON {HEAD} FOR EACH ROW WHEN ({_HEAD_STAYS})"
    for table in (*TABLES, HEAD):
        yield table, f"{table}_no_truncate", f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"


def _wanted(connection: BaseDatabaseWrapper) -> list[tuple[str, str, str]]:
    return list(_sqlite() if connection.vendor == "sqlite" else _postgresql())


def install(connection: BaseDatabaseWrapper) -> None:
    """Put all guards in place; those that are there stay."""
    there = set(present(connection))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
        for _table, name, when in _wanted(connection):
            if name in there:
                continue
            if connection.vendor == "sqlite":
                cursor.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END")
            else:
                cursor.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {FUNCTION}()")


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take all guards away: before the audit tables themselves are dropped, and in databases of tests."""
    with connection.cursor() as cursor:
        for table, name, _when in _wanted(connection):
            tail = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{tail}")


def present(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the guards that the database has and obeys."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit!_%' ESCAPE '!'"
            )
        else:
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') "
                "AND tgname LIKE 'audit!_%' ESCAPE '!'"
            )
        return [str(name) for (name,) in cursor.fetchall()]


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the guards that are not there."""
    there = set(present(connection))
    return [name for _table, name, _when in _wanted(connection) if name not in there]


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without guards for a moment (databases of tests)."""
    remove(connection)
    try:
        yield
    finally:
        install(connection)

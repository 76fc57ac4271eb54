"""Querysets and inserts whose SQL is worked out once, for the few places that every visitor passes.

Building the SQL of a lookup over several tables costs Django more than the database needs to answer it. A
``Prepared`` builds it at first use, keeps it per thread, and afterwards only fills in the values. A ``Statement``
and an ``Insert`` hand plain values to the database's own driver: for the hottest route, where the wrappers around a
cursor cost more than the statement.
"""

import json
import sqlite3
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from functools import cache, lru_cache, partial
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model, QuerySet
from django.db.models import query as django_query

M = TypeVar("M", bound=Model)


class UnableToPrepare(Exception):
    """The queryset holds values besides those that were given, or their order differs."""


class _Plan(Generic[M]):
    """A queryset taken apart: its SQL and how a row becomes an object."""

    def __init__(self, rows: QuerySet[M], given: Sequence[Any]) -> None:
        compiler: Any = rows.query.get_compiler(connection=connection)
        self.sql, values = compiler.as_sql()
        if list(values) != list(given):
            raise UnableToPrepare(rows.model.__name__)
        self.statement = Statement(self.sql)
        found: dict[str, Any] = compiler.klass_info
        own = found["select_fields"]
        self._first, self._behind = own[0], own[-1] + 1
        self._names = [column[0].target.attname for column in compiler.select[self._first : self._behind]]
        self._model: type[M] = found["model"]
        # The stubs know a later Django, whose function takes one argument more.
        populators: Any = django_query.get_related_populators
        self._related = populators(found, compiler.select, connection.alias)
        self._converters = compiler.get_converters([column[0] for column in compiler.select])
        self._compiler = compiler

    def object(self, row: tuple[Any, ...]) -> M:
        """As the queryset would give it."""
        cells = next(iter(self._compiler.apply_converters([row], self._converters)))
        made = self._model.from_db(connection.alias, self._names, cells[self._first : self._behind])
        for each in self._related:
            each.populate(cells, made)
        return made


class Prepared(Generic[M]):
    """A lookup of one object. ``make`` builds its queryset; ``fields`` are those compared, in order of the values."""

    def __init__(self, make: Callable[..., QuerySet[M]], model: type[M], fields: Sequence[str]) -> None:
        self._make = make
        self._fields = [_meta(model).get_field(name) for name in fields]
        self._kept = threading.local()

    def one(self, *values: Any) -> M | None:
        """The object, or nothing. Raises UnableToPrepare for a queryset that cannot be prepared."""
        db = database()
        given = [
            field.get_db_prep_value(value, db) for field, value in zip(self._fields, values, strict=True)
        ]
        plan: _Plan[M] | None = getattr(self._kept, "plan", None)
        if plan is None:
            plan = self._kept.plan = _Plan(self._make(*values)[:1], given)
        rows = plan.statement.all(given, db)
        return plan.object(rows[0]) if rows else None


class _Column:
    """A column of an insert: how its value is found in an object, and whether the database takes that as it is."""

    def __init__(self, field: Any) -> None:
        self._field = field
        self._name = field.attname
        # Fields that set their own value when they are saved, as the time of the last change.
        self._sets = type(field).pre_save is not Field.pre_save
        self._plain: type = _PLAIN_TYPES.get(type(field), _Nothing)

    def value(self, row: Model, db: BaseDatabaseWrapper) -> Any:
        """As the database takes it."""
        value = self._field.pre_save(row, True) if self._sets else getattr(row, self._name)
        # Exactly this type: of a translated text or a choice Django makes a text first.
        if type(value) is self._plain:
            return value
        return self._field.get_db_prep_save(value, db)


class _Nothing:
    """The type of no value."""


_PLAIN_TYPES: dict[type, type] = {
    models.CharField: str,
    models.TextField: str,
    models.BooleanField: bool,
    models.PositiveSmallIntegerField: int,
    models.ForeignKey: int,
}


@cache
def _insert_plan(model: type[Model], vendor: str) -> "tuple[Statement, tuple[_Column, ...], str]":
    key = _meta(model).pk
    fields = tuple(each for each in _meta(model).concrete_fields if each is not key)
    columns = ", ".join(_quoted(each.column) for each in fields)
    places = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {table_of(model)} ({columns}) VALUES ({places}) RETURNING {_quoted(key.column)}"  # noqa: S608  # names of our own models
    return Statement(sql), tuple(_Column(each) for each in fields), key.attname


def insert(row: Model) -> None:
    """Insert a new row whose key the database counts, and set the key; no signals are sent.

    A row whose insertion was rolled back may be inserted again: it then gets a new key.
    """
    db = database()
    statement, columns, key = _insert_plan(type(row), db.vendor)
    setattr(row, key, statement.all([each.value(row, db) for each in columns], db)[0][0])
    as_stored(row)


def as_stored(row: M) -> M:
    """Let an object know that its row is in the database."""
    state = row._state  # noqa: SLF001  # what Model.save does behind its insert
    state.adding = False
    state.db = DEFAULT_DB_ALIAS
    return row


def delete(row: Model) -> None:
    """Delete a row that no other row refers to, by its key; no signals are sent."""
    key = _meta(type(row)).pk
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table_of(type(row))} WHERE {_quoted(key.column)} = %s",  # noqa: S608  # as above
            [key.get_db_prep_value(row.pk, connection)],
        )


def database() -> BaseDatabaseWrapper:
    """This thread's connection to the database, to be given to several statements in a row."""
    return connections[DEFAULT_DB_ALIAS]


class Statement:
    """A statement of constants, with ``%s`` for each value. Values are given as the database takes them (``ready``)."""

    def __init__(self, sql: str) -> None:
        self._sql = sql
        self._bare = sql.replace("%s", "?").replace("%%", "%")

    def all(self, values: Sequence[Any], db: BaseDatabaseWrapper) -> list[tuple[Any, ...]]:
        """The rows that it answers."""
        bare = _bare(db)
        if bare is None:
            with db.cursor() as cursor:
                cursor.execute(self._sql, values)
                rows: list[tuple[Any, ...]] = cursor.fetchall()
                return rows
        try:
            return bare.execute(self._bare, values).fetchall()
        except sqlite3.Error:
            with db.wrap_database_errors:
                raise

    def each(self, rows: Sequence[Sequence[Any]], db: BaseDatabaseWrapper) -> int:
        """Run it for each row of values; returns how many rows of the database were changed."""
        bare = _bare(db)
        if bare is None:
            with db.cursor() as cursor:
                if len(rows) == 1:
                    cursor.execute(self._sql, rows[0])
                else:
                    cursor.executemany(self._sql, rows)
                return int(cursor.rowcount)
        try:
            return bare.executemany(self._bare, rows).rowcount
        except sqlite3.Error:
            with db.wrap_database_errors:
                raise


def _bare(db: BaseDatabaseWrapper) -> sqlite3.Connection | None:
    """SQLite's own connection, unless somebody counts the statements."""
    if db.vendor != "sqlite" or db.execute_wrappers or db.force_debug_cursor:
        return None
    if db.connection is None:
        db.ensure_connection()
    if db.needs_rollback:
        db.validate_no_broken_transaction()
    kept: sqlite3.Connection = db.connection
    return kept


Convert = Callable[[Any, BaseDatabaseWrapper], Any]


def ready(field: "Field[Any, Any]") -> Convert | None:
    """What makes a value of this field, of the right type already, into one that the database takes; None: nothing."""
    if isinstance(field, _PLAIN):
        return None
    if isinstance(field, models.DateTimeField):
        return moment
    if isinstance(field, models.JSONField):
        # One encoder for all: Django builds a new one for each value of a field that has its own.
        return partial(_json, encode=(field.encoder or json.JSONEncoder)().encode, encoder=field.encoder)
    return field.get_db_prep_save


# Their values go to the database as they are.
_PLAIN = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey)


def moment(value: datetime, db: BaseDatabaseWrapper) -> Any:
    """An instant as the database takes it."""
    if db.vendor != "sqlite":
        return db.ops.adapt_datetimefield_value(value)
    return _written(value, db.timezone)


@lru_cache(maxsize=64)
def _written(value: datetime, zone: tzinfo | None) -> str:
    """Kept, for the rows of one request all bear its time."""
    return str(value.astimezone(zone).replace(tzinfo=None))


def _json(value: Any, db: BaseDatabaseWrapper, *, encode: Callable[[Any], str], encoder: Any) -> Any:
    return encode(value) if db.vendor == "sqlite" else db.ops.adapt_json_value(value, encoder)


class Insert:
    """An insert of many rows at once: columns ``names`` are given, all others hold what the model says by default.

    Answers the new keys with the columns named ``echo``, by which rows and keys are matched.
    """

    def __init__(self, model: type[Model], names: Sequence[str], echo: Sequence[str] = ()) -> None:
        fields = {each.attname: each for each in _meta(model).concrete_fields if not each.primary_key}
        given = [fields.pop(name) for name in names]
        self._ready = [(place, make) for place, each in enumerate(given) if (make := ready(each)) is not None]
        self._others = list(fields.values())
        columns = ", ".join(_quoted(each.column) for each in (*given, *self._others))
        self._places = f"({', '.join(['%s'] * (len(given) + len(self._others)))})"
        self._head = f"INSERT INTO {table_of(model)} ({columns}) VALUES "  # noqa: S608  # names of our own models
        answered = ", ".join(_quoted(name) for name in (_meta(model).pk.column, *echo))
        self._tail = f" RETURNING {answered}" if echo else ""
        self._statements: dict[int, Statement] = {}
        self._constants: dict[str, list[Any]] = {}

    def rows(self, rows: Sequence[Sequence[Any]], db: BaseDatabaseWrapper) -> list[tuple[Any, ...]]:
        """Store them."""
        statement = self._statements.get(len(rows))
        if statement is None:
            sql = f"{self._head}{', '.join([self._places] * len(rows))}{self._tail}"
            statement = self._statements[len(rows)] = Statement(sql)
        constants = self._defaults(db)
        values: list[Any] = []
        for row in rows:
            cells = list(row)
            for place, make in self._ready:
                if cells[place] is not None:
                    cells[place] = make(cells[place], db)
            values += cells
            values += constants
        if self._tail:
            return statement.all(values, db)
        statement.each([values], db)
        return []

    def _defaults(self, db: BaseDatabaseWrapper) -> list[Any]:
        kept = self._constants.get(db.vendor)
        if kept is None:
            kept = [each.get_db_prep_save(each.get_default(), db) for each in self._others]
            self._constants[db.vendor] = kept
        return kept


def table_of(model: type[Model]) -> str:
    """The quoted name of a model's table."""
    return _quoted(_meta(model).db_table)


def _quoted(name: str) -> str:
    return f'"{name}"'  # the same in both databases; a connection is not there yet when modules load


def _meta(model: type[Model]) -> Any:
    return model._meta  # noqa: SLF001  # Django's documented model API

"""Querysets and inserts whose SQL is worked out once, for the few places that every visitor passes.

Building the SQL of a lookup over several tables costs Django more than the database needs to answer it. A
``Prepared`` builds it at first use, keeps it per thread, and afterwards only fills in the values.
"""

import threading
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
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
        given = [
            field.get_db_prep_value(value, connection)
            for field, value in zip(self._fields, values, strict=True)
        ]
        plan: _Plan[M] | None = getattr(self._kept, "plan", None)
        if plan is None:
            plan = self._kept.plan = _Plan(self._make(*values)[:1], given)
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, given)
            row = cursor.fetchone()
        return None if row is None else plan.object(row)


@cache
def _insert_plan(model: type[Model], vendor: str) -> tuple[str, tuple[Any, ...], str]:
    key = _meta(model).pk
    fields = tuple(each for each in _meta(model).concrete_fields if each is not key)
    columns = ", ".join(_quoted(each.column) for each in fields)
    places = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {table_of(model)} ({columns}) VALUES ({places}) RETURNING {_quoted(key.column)}"  # noqa: S608  # names of our own models
    return sql, fields, key.attname


def insert(row: Model) -> None:
    """Insert a new row whose key the database counts, and set the key; no signals are sent.

    A row whose insertion was rolled back may be inserted again: it then gets a new key.
    """
    sql, fields, key = _insert_plan(type(row), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(sql, [each.get_db_prep_save(each.pre_save(row, True), connection) for each in fields])
        setattr(row, key, cursor.fetchone()[0])
    state = row._state  # noqa: SLF001  # what Model.save does behind its insert
    state.adding = False
    state.db = connection.alias


def delete(row: Model) -> None:
    """Delete a row that no other row refers to, by its key; no signals are sent."""
    key = _meta(type(row)).pk
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table_of(type(row))} WHERE {_quoted(key.column)} = %s",  # noqa: S608  # as above
            [key.get_db_prep_value(row.pk, connection)],
        )


def table_of(model: type[Model]) -> str:
    """The quoted name of a model's table."""
    return _quoted(_meta(model).db_table)


def _quoted(name: str) -> str:
    return f'"{name}"'  # the same in both databases; a connection is not there yet when modules load


def _meta(model: type[Model]) -> Any:
    return model._meta  # noqa: SLF001  # Django's documented model API

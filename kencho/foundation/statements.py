"""More statements whose SQL is worked out once (see ``prepared``): lists of rows, and changes of single columns."""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from django.db.models import Model

from kencho.foundation.prepared import Prepared, Statement, _Plan, database, table_of

M = TypeVar("M", bound=Model)


class PreparedRows(Prepared[M]):
    """As ``Prepared``, for all rows of its queryset instead of one."""

    def all(self, *values: Any) -> list[M]:
        """The objects in the queryset's order. Raises UnableToPrepare for a queryset that cannot be prepared."""
        db = database()
        given = [
            field.get_db_prep_value(value, db) for field, value in zip(self._fields, values, strict=True)
        ]
        plan: _Plan[M] | None = getattr(self._kept, "rows", None)
        if plan is None:
            plan = self._kept.rows = _Plan(self._make(*values), given)
        return [plan.object(row) for row in plan.statement.all(given, db)]


@cache
def _update_plan(model: type[Model], names: Sequence[str]) -> tuple[Statement, tuple[Any, ...]]:
    meta: Any = model._meta  # noqa: SLF001  # Django's documented model API
    fields = tuple(meta.get_field(name) for name in names)
    changes = ", ".join(f'"{each.column}" = %s' for each in fields)
    sql = f'UPDATE {table_of(model)} SET {changes} WHERE "{meta.pk.column}" = %s'  # noqa: S608  # names of our own models
    return Statement(sql), (*fields, meta.pk)


def update(row: Model, *names: str) -> None:
    """Write these columns of a row that is there; no signals are sent."""
    statement, fields = _update_plan(type(row), names)
    db = database()
    statement.each([[each.get_db_prep_save(getattr(row, each.attname), db) for each in fields]], db)

"""Prepared lookups and inserts give what Django's own give."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet

from kencho.foundation.models import Task
from kencho.foundation.prepared import Prepared, UnableToPrepare, delete, insert

AT = datetime(2026, 6, 1, 1, 2, 3, 456000, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def _task(key: str = "a", **more: Any) -> Task:
    return Task(
        kind=Task.Kind.WORK,
        name="名前",
        payload={"漢字": [1, None]},
        created_at=AT,
        run_at=AT,
        once_key=key,
        **more,
    )


def _values(row: Task) -> dict[str, Any]:
    return {each.attname: getattr(row, each.attname) for each in Task._meta.concrete_fields}


def _due(key: str, at: datetime) -> QuerySet[Task]:
    return Task.objects.filter(once_key=key).filter(run_at__gte=at)


def test_a_lookup_gives_the_same_object_as_its_queryset() -> None:
    due = Prepared(_due, Task, ("once_key", "run_at"))
    for key in ("a", "b"):
        _task(key, leased_until=AT if key == "b" else None).save()
        found = due.one(key, AT)
        assert found is not None
        assert _values(found) == _values(Task.objects.get(once_key=key))
    assert due.one("a", AT + timedelta(microseconds=1)) is None
    assert due.one("c", AT) is None


def test_a_queryset_with_values_of_its_own_is_refused() -> None:
    with pytest.raises(UnableToPrepare):
        Prepared(lambda key: Task.objects.filter(once_key=key, name="x"), Task, ("once_key",)).one("a")


def test_an_insert_stores_what_save_stores() -> None:
    first, second = _task("a"), _task("b")
    insert(first)
    second.save()
    kept, saved = (_values(Task.objects.get(pk=each.pk)) for each in (first, second))
    assert {**kept, "id": 0, "once_key": ""} == {**saved, "id": 0, "once_key": ""}
    first.name = "new"
    first.save()
    assert Task.objects.get(pk=first.pk).name == "new"


def test_a_row_whose_insertion_was_rolled_back_may_be_inserted_again() -> None:
    row = _task()
    with transaction.atomic():
        insert(row)
        transaction.set_rollback(True)
    _task("other").save()
    insert(row)
    assert Task.objects.get(pk=row.pk).once_key == "a"


def test_a_row_is_deleted_by_its_key() -> None:
    row, other = _task("a"), _task("b")
    insert(row)
    insert(other)
    delete(row)
    assert list(Task.objects.all()) == [other]

"""Prepared lookups and inserts give what Django's own give."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError

from kencho.foundation.models import Task
from kencho.foundation.prepared import Insert, Prepared, Statement, UnableToPrepare, database, delete, insert
from kencho.foundation.statements import PreparedRows, update

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


_tasks = Insert(Task, ("kind", "name", "payload", "created_at", "run_at", "once_key"), echo=("once_key",))
_count = Statement("SELECT count(*) FROM foundation_task WHERE name = %s")
_rename = Statement("UPDATE foundation_task SET name = %s WHERE once_key = %s")


def _row(key: str) -> tuple[Any, ...]:
    return (Task.Kind.WORK.value, "名前", {"漢字": [1, None]}, AT, AT, key)


def test_many_rows_are_stored_as_save_stores_them() -> None:
    keys = {key: pk for pk, key in _tasks.rows([_row(key) for key in "abc"], database())}
    saved = _task("d")
    saved.save()
    wanted = {**_values(Task.objects.get(pk=saved.pk)), "id": 0, "once_key": ""}
    for key, pk in keys.items():
        kept = Task.objects.get(once_key=key)
        assert kept.pk == pk
        assert {**_values(kept), "id": 0, "once_key": ""} == wanted


def test_a_statement_answers_and_changes() -> None:
    _tasks.rows([_row(key) for key in "abc"], database())
    assert _count.all(["名前"], database()) == [(3,)]
    assert _rename.each([("x", "a"), ("x", "b"), ("x", "nobody")], database()) == 2
    assert _count.all(["x"], database()) == [(2,)]


def test_statements_can_be_counted(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3):
        _tasks.rows([_row("a")], database())
        _rename.each([("x", "a")], database())
        assert _count.all(["x"], database()) == [(1,)]


def test_errors_are_those_of_the_models() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        _tasks.rows([_row("a"), _row("a")], database())
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            _count.all(["x"], database())


def test_a_list_holds_what_its_queryset_holds() -> None:
    due = PreparedRows(lambda key, at: _due(key, at).order_by("-pk"), Task, ("once_key", "run_at"))
    _task("a").save()
    for _turn in range(2):
        assert [_values(row) for row in due.all("a", AT)] == [_values(row) for row in _due("a", AT)]
    assert due.all("b", AT) == []
    named = PreparedRows(lambda name: Task.objects.filter(name=name).order_by("-pk"), Task, ("name",))
    _task("b").save()
    assert [row.once_key for row in named.all("名前")] == ["b", "a"]


def test_an_update_writes_the_named_columns_only() -> None:
    row, other = _task("a"), _task("b")
    row.save()
    other.save()
    row.payload, row.name, row.leased_until = {"新": 1}, "not written", AT
    update(row, "payload", "leased_until")
    kept = Task.objects.get(pk=row.pk)
    assert (kept.payload, kept.name, kept.leased_until) == ({"新": 1}, "名前", AT)
    assert Task.objects.get(pk=other.pk).payload == other.payload

"""Sessions behave as Django's, inside and outside of groups."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import connection

from kencho.foundation.prepared import database
from kencho.foundation.sessions import SessionEnded, SessionStore, update


def test_it_is_the_engine_in_use() -> None:
    assert SessionStore.__module__ == settings.SESSION_ENGINE


@pytest.mark.django_db(transaction=True)
def test_many_at_once_each_keep_their_own() -> None:
    def visit(number: int) -> str:
        store = SessionStore()
        store["number"] = number
        store.save()
        store["again"] = number
        store.save()
        connection.close()
        return store.session_key or ""

    with ThreadPoolExecutor(6) as pool:
        keys = list(pool.map(visit, range(24)))
    assert len(set(keys)) == Session.objects.count() == 24
    assert [dict(SessionStore(key).items()) for key in keys] == [{"number": n, "again": n} for n in range(24)]


@pytest.mark.django_db(transaction=True)
def test_a_session_that_was_ended_meanwhile_does_not_come_back() -> None:
    store = SessionStore()
    store["a"] = 1
    store.save()
    Session.objects.all().delete()
    store["a"] = 2
    with pytest.raises(UpdateError):
        store.save()
    assert not Session.objects.exists()


@pytest.mark.django_db
def test_what_was_stored_with_other_rows_is_not_stored_again(django_assert_num_queries: Any) -> None:
    store = SessionStore()
    store["a"] = 1
    store.save()
    update([store.keep({"a": 1, "b": 2})], database())
    assert dict(SessionStore(store.session_key).items()) == {"a": 1, "b": 2}
    store["b"] = 2
    store.note_stored({"a": 1, "b": 2})
    with django_assert_num_queries(0):
        store.save()
    store["c"] = 3
    store.save()
    assert SessionStore(store.session_key)["c"] == 3


@pytest.mark.django_db
def test_an_ended_session_is_not_stored() -> None:
    store = SessionStore()
    store["a"] = 1
    store.save()
    kept = store.keep({"a": 2})
    Session.objects.all().delete()
    with pytest.raises(SessionEnded):
        update([kept], database())
    assert not Session.objects.exists()

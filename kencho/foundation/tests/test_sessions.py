"""Sessions behave as Django's, inside and outside of groups."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import connection

from kencho.foundation.sessions import SessionStore


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

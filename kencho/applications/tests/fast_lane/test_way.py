"""How the lane goes, and when it is closed."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from pytest_django import DjangoAssertNumQueries

from kencho.applications import services
from kencho.applications.fast_lane import FastLane, _lane
from kencho.applications.models import Application
from kencho.applications.tests.fast_lane.browsers import (
    ask,
    django,
    filled,
    refuse,
)
from kencho.procedures.models import ProcedureVersion


def test_few_questions_are_asked_of_the_database(
    version: ProcedureVersion, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ask(FastLane(refuse), filled(version).environ())
    environ = filled(version).environ()
    with django_assert_max_num_queries(12):
        ask(FastLane(refuse), environ)


def test_a_session_that_ends_meanwhile_ends_nothing_else(
    version: ProcedureVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, real = filled(version), services.store

    def store(arrival: services.Arrival) -> None:
        Session.objects.filter(session_key=browser.session).delete()
        real(arrival)

    monkeypatch.setattr(services, "store", store)
    answer = ask(FastLane(django()), browser.environ())
    assert answer.status == "302 Found"
    assert Application.objects.filter(idempotency_key=browser.draft).count() == 1


def test_the_way_round_the_middleware_is_known(settings: Any) -> None:
    """Whoever adds a middleware decides what it means for the lane; until then everything goes the ordinary way."""
    assert _lane.is_open()
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.middleware.gzip.GZipMiddleware"]
    assert not _lane.is_open()


@pytest.mark.parametrize("name", _lane.UNUSUAL_SETTINGS)
def test_unusual_settings_close_it(settings: Any, name: str) -> None:
    setattr(settings, name, True)
    assert not _lane.is_open()

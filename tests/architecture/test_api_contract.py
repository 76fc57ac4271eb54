"""The API against its own document: thousands of requests, right and wrong ones; it answers only what it documents."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker
from schemathesis.core.result import Ok

from config.api import api
from config.wsgi import application as wsgi
from kencho.applications.api import _public
from kencho.foundation.api import Limit
from tests.architecture.api_world import CHECKS, GOOD_BODIES, ApiWorld, make_api_world

# The mark makes pytest-django set up the database even when nothing else of the run needs one.
pytestmark = pytest.mark.django_db
EXAMPLES = 12
OPERATIONS = sorted(
    made["operationId"] for methods in api.get_openapi_schema()["paths"].values() for made in methods.values()
)


@contextmanager
def _open() -> Iterator[None]:
    """No limits (they have their own tests and would only hide the rest), no log, and one database connection."""
    signals = (request_started, request_finished)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Limit, "allow_request", lambda limit, request: True)
        patch.setattr(_public, "TRIES", 10**9)
        # The end of an answer would close the connection in which the world lives; Django's own client does the same.
        for signal in signals:
            signal.disconnect(close_old_connections)
        logging.disable(logging.WARNING)
        yield
        logging.disable(logging.NOTSET)
        for signal in signals:
            signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[ApiWorld]:
    """Made once for all operations; every request is undone."""
    with django_db_blocker.unblock(), _open(), transaction.atomic():
        yield make_api_world()
        transaction.set_rollback(True)


@cache
def _operations() -> dict[str, Any]:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", wsgi)
    found: list[Any] = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    return {operation.definition.raw["operationId"]: operation for operation in found}


@pytest.mark.parametrize("name", OPERATIONS)
def test_only_documented_answers(world: ApiWorld, name: str) -> None:
    operation = _operations()[name]
    wrong = operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)
    right = operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        case = data.draw(st.one_of(right, right, wrong))
        for key in case.path_parameters or {}:
            if data.draw(st.integers(0, 7)):
                case.path_parameters[key] = data.draw(st.sampled_from(world.places[key]))
        token = world.tokens[
            data.draw(st.sampled_from(["clerk"] * 5 + ["chief"] * 2 + ["stranger", "guest"]))
        ]
        if name in GOOD_BODIES and data.draw(st.booleans()):
            case.body = GOOD_BODIES[name] or {"answers": world.answers}
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        # What one request changes must not be there for the next: each stands on the same ground.
        with transaction.atomic():
            answer = case.call(headers=headers)
            transaction.set_rollback(True)
        case.validate_response(answer, checks=CHECKS)

    ask()

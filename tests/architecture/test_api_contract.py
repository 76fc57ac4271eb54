"""The API against its own document: thousands of requests, right and wrong ones; it answers only what it documents."""

import logging
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.api import api
from config.wsgi import application as wsgi
from kencho.applications import services
from kencho.applications.api import _public
from kencho.applications.models import Application
from kencho.applications.testing import apply, publish
from kencho.foundation import clock
from kencho.foundation.api import Limit
from kencho.organization.api_testing import make_token
from kencho.organization.testing import Cast, desk
from kencho.procedures.models import ProcedureVersion

EXAMPLES = 12
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
OPERATIONS = sorted(
    made["operationId"] for methods in api.get_openapi_schema()["paths"].values() for made in methods.values()
)


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits have their own tests; here they would only hide the rest."""
    monkeypatch.setattr(Limit, "allow_request", lambda limit, request: True)
    monkeypatch.setattr(_public, "TRIES", 10**9)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The answer's end would close the connection in which the test's world lives; Django's own client does the same."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def quiet() -> Iterator[None]:
    """Expected refusals need no log."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def _reviewed(version: ProcedureVersion, cast: Cast, seed: int, *, drafted: bool) -> Application:
    application = apply(version, seed=seed)
    actor, now = desk(cast.clerk, clock.day_of(clock.now())).actor, clock.now()
    services.accept(application=application, by=actor, at=now)
    services.review(application=application, by=actor, at=now)
    if drafted:
        services.draft_decision(application=application, kind="disclose", grounds="", text="本文", by=actor, at=now)
    return application


@pytest.fixture
def places(cast: Cast, unlimited: None, one_connection: None, quiet: None) -> dict[str, list[Any]]:
    """Values that lead to something, by the name of the parameter."""
    version = publish(cast)
    cases = [
        apply(version, seed=1), _reviewed(version, cast, 2, drafted=False), _reviewed(version, cast, 3, drafted=True),
    ]
    waiting = _reviewed(version, cast, 4, drafted=True)
    actor = desk(cast.clerk, clock.day_of(clock.now())).actor
    request = services.submit_for_approval(application=waiting, drafter=cast.clerk, by=actor, at=clock.now())
    numbers = [each.number for each in cases]
    return {
        "pk": [each.pk for each in (*cases, waiting)] + [request.pk], "number": numbers, "body": ["mie", "tsu"],
        "code": ["public-record-disclosure"], "document": ["00000000-0000-4000-8000-000000000000"],
    }


@cache
def _operations() -> dict[str, Any]:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", wsgi)
    found = [result.ok() for result in schema.get_all_operations()]
    return {operation.definition.raw["operationId"]: operation for operation in found}


@pytest.mark.parametrize("name", OPERATIONS)
def test_only_documented_answers(cast: Cast, places: dict[str, list[Any]], name: str) -> None:
    operation = _operations()[name]
    tokens = {who: make_token(getattr(cast, who)) for who in ("clerk", "chief", "other_division_clerk")}
    wrong = operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)
    right = operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE)

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        case = data.draw(st.one_of(right, right, wrong))
        for key in case.path_parameters or {}:
            if data.draw(st.integers(0, 3)):
                case.path_parameters[key] = data.draw(st.sampled_from(places[key]))
        who = data.draw(st.sampled_from(["clerk", "clerk", "chief", "other_division_clerk", ""]))
        headers = {"Authorization": f"Bearer {tokens[who]}"} if who else {}
        # What one request changes must not be there for the next: each stands on the same ground.
        with transaction.atomic():
            answer = case.call(headers=headers)
            transaction.set_rollback(True)
        case.validate_response(answer, checks=CHECKS)

    ask()

"""The API against its own document: thousands of requests, right and wrong ones; it answers only what it documents."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
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
from kencho.organization.testing import Cast, desk, make_cast
from kencho.procedures.models import ProcedureVersion

EXAMPLES = 12
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
# What random bodies never hit: half of the requests carry these. None: the answers of an application.
GOOD_BODIES: dict[str, Any] = {
    "submit_application": None,
    "draft_decision": {"kind": "disclose"},
    "answer_checklist": {"findings": [{"standard_id": "rs_specified", "finding": "met"}]},
    "request_amendment": {"due_on": "2030-01-01", "message": "直してください", "items": []},
    "assign_case": {"staff_number": "S0001"},
    "transfer_case": {"division_code": "03004"},
}
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


def _reviewed(version: ProcedureVersion, cast: Cast, seed: int, *, drafted: bool) -> Application:
    application = apply(version, seed=seed)
    actor, now = desk(cast.clerk, clock.day_of(clock.now())).actor, clock.now()
    services.accept(application=application, by=actor, at=now)
    services.review(application=application, by=actor, at=now)
    if drafted:
        services.draft_decision(
            application=application, kind="disclose", grounds="", text="本文", by=actor, at=now
        )
    return application


@dataclass(frozen=True)
class World:
    """``places`` lead to something, by the name of the parameter; ``tokens`` by whose they are, empty for a guest."""

    places: dict[str, list[Any]]
    tokens: dict[str, str]
    answers: dict[str, Any]


def _make() -> World:
    cast = make_cast()
    version = publish(cast)
    cases = [
        apply(version, seed=1),
        _reviewed(version, cast, 2, drafted=False),
        _reviewed(version, cast, 3, drafted=True),
    ]
    waiting = _reviewed(version, cast, 4, drafted=True)
    actor = desk(cast.clerk, clock.day_of(clock.now())).actor
    request = services.submit_for_approval(application=waiting, drafter=cast.clerk, by=actor, at=clock.now())
    staff = {"clerk": cast.clerk, "chief": cast.chief, "stranger": cast.other_division_clerk}
    return World(
        places={
            "pk": [each.pk for each in (*cases, waiting)] + [request.pk],
            "number": [each.number for each in cases],
            "body": ["mie", "tsu"],
            "code": ["public-record-disclosure"],
            "document": ["00000000-0000-4000-8000-000000000000"],
        },
        tokens={**{who: make_token(member) for who, member in staff.items()}, "guest": ""},
        answers=next(each.answers for each in (*cases, waiting) if not each.documents.exists()),
    )


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Made once for all operations; every request is undone."""
    with django_db_blocker.unblock(), _open(), transaction.atomic():
        yield _make()
        transaction.set_rollback(True)


@cache
def _operations() -> dict[str, Any]:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", wsgi)
    found: list[Any] = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    return {operation.definition.raw["operationId"]: operation for operation in found}


@pytest.mark.parametrize("name", OPERATIONS)
def test_only_documented_answers(world: World, name: str) -> None:
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

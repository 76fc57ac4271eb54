"""The fast lane at a fixed time, inside the test's own transaction."""

from collections.abc import Iterator

import pytest
import time_machine
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from kencho.applications.fast_lane import _lane
from kencho.applications.testing import publish
from kencho.applications.tests.fast_lane.browsers import NOW
from kencho.organization.testing import Cast
from kencho.procedures.models import ProcedureVersion


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _in_one_transaction(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The test's own transaction stays open across requests, as Django's test client sees to it."""
    monkeypatch.setattr(_lane, "close_old_connections", lambda: None)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def version(cast: Cast) -> ProcedureVersion:
    return publish(cast, routes=False)

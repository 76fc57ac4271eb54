"""The API of a running server, asked by schemathesis over HTTP: no 5xx, and no answer that its document does not name.

Beside the contract test inside the process this one has the real server, two processes and a database that keeps what
each request changed.
"""

import json
import time
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok

from tests.architecture.api_world import CHECKS, GOOD_BODIES
from tests.faults.site import Site

pytestmark = pytest.mark.faults
EXAMPLES = 6
SECONDS = 60
SEED = 20260401


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, dict[str, Any]]]:
    """A server over a database of its own, and what is in it."""
    # One proxy is believed, so that each guest of the test may come from an address of its own.
    made = Site(tmp_path_factory.mktemp("api") / "var", {"KENCHO_PROXIES": "1"})
    made.var.mkdir()
    world: dict[str, Any] = json.loads(made.python("tests.journeys.api_site").splitlines()[-1])
    made.start("web")
    try:
        yield made, world
    finally:
        made.kill()


@cache
def _operations(url: str) -> list[Any]:
    schema = schemathesis.openapi.from_url(f"{url}/api/v1/openapi.json")
    return [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]


def _places(case: Any, world: dict[str, Any], data: st.DataObject) -> None:
    for key in case.path_parameters or {}:
        if data.draw(st.integers(0, 7)):
            case.path_parameters[key] = data.draw(st.sampled_from(world["places"][key]))


def _headers(world: dict[str, Any], data: st.DataObject) -> dict[str, str]:
    who = data.draw(st.sampled_from(["clerk"] * 4 + ["chief"] * 2 + ["stranger", "guest"]))
    address = data.draw(st.ip_addresses(v=4))
    token = world["tokens"][who]
    return {
        "X-Forwarded-For": str(address),
        **({"Authorization": f"Bearer {token}"} if token else {}),
    }


def _ask(operation: Any, world: dict[str, Any], seen: list[int]) -> None:
    name = operation.definition.raw["operationId"]
    modes = [schemathesis.GenerationMode.POSITIVE] * 2 + [schemathesis.GenerationMode.NEGATIVE]
    cases = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in modes))

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        case = data.draw(cases)
        _places(case, world, data)
        if name in GOOD_BODIES and data.draw(st.booleans()):
            case.body = GOOD_BODIES[name] or {"answers": world["answers"]}
        answer = case.call(headers=_headers(world, data))
        seen.append(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    ask()


def test_only_documented_answers_and_no_fault(site: tuple[Site, dict[str, Any]]) -> None:
    served, world = site
    began = time.monotonic()
    asked: dict[str, list[int]] = {}
    for operation in _operations(served.url):
        if time.monotonic() - began > SECONDS:
            break
        seen = asked.setdefault(operation.definition.raw["operationId"], [])
        _ask(operation, world, seen)
    answers = [status for seen in asked.values() for status in seen]
    assert len(asked) == len(_operations(served.url)), f"only {len(asked)} operations within {SECONDS} s"
    # The questions meant something: some were granted, and some refused.
    assert {200, 201} & set(answers)
    assert {404, 422} & set(answers)

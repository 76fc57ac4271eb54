"""What the tests of policy stand on."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from kencho.foundation.actors import Actor
from kencho.foundation.clock import JST
from kencho.foundation.indicators import Measure, Parameter
from kencho.organization.models import RoleAssignment
from kencho.organization.testing import Cast, desk, grant
from kencho.policy.models import Indicator, PolicyNode
from kencho.policy.testing import Ledger, declared, import_measure406, indicator_coded

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=JST)


@pytest.fixture
def planner(cast: Cast) -> Actor:
    """A clerk of the digital division who is in charge of planning."""
    grant(cast.clerk, RoleAssignment.Role.PLANNER)
    return desk(cast.clerk).actor


def _any(code: str) -> Parameter:
    return Parameter(code, code, lambda body: [("online", "オンライン"), ("api", "API")], is_multiple=True)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    """A book of facts that stands in for the three apps of 施策406."""
    book = Ledger()
    chosen = {
        "surveys.positive_share": (Measure.RATIO, ("program", "question", "positive_options")),
        "workplace.telework_divisions": (Measure.DISTINCT, ("kinds",)),
        "applications.received": (Measure.FLOW, ("channels",)),
    }
    specs = {
        code: book.spec(code, measure, parameters=tuple(_any(each) for each in parameters))
        for code, (measure, parameters) in chosen.items()
    }
    with declared(specs):
        yield book


@pytest.fixture
def measure(cast: Cast, ledger: Ledger) -> PolicyNode:
    """施策406 as imported in 2020."""
    return import_measure406(cast.body)


@pytest.fixture
def received(measure: PolicyNode) -> Indicator:
    """副指標: applications received."""
    return indicator_coded(measure, "ind-406-sub2")


@pytest.fixture
def felt(measure: PolicyNode) -> Indicator:
    """主指標: staff who feel the progress."""
    return indicator_coded(measure, "ind-406-main")

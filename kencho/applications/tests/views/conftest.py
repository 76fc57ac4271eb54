"""Fixtures of the desk's pages."""

from collections.abc import Iterator

import pytest
import time_machine

from kencho.applications.models import Application
from kencho.applications.testing import apply, publish
from kencho.applications.tests.views.people import NOW
from kencho.organization.testing import Cast


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """An hour after the application arrived."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def application(cast: Cast) -> Application:
    """An application that has just arrived."""
    return apply(publish(cast))

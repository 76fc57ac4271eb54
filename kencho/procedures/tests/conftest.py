"""Fixtures of this app's tests."""

from collections.abc import Iterator

import pytest
import time_machine

from kencho.procedures.tests.people import AT, Office, make_office


@pytest.fixture
def office(db: None) -> Iterator[Office]:
    """The cast with its rules, on the day of the tests."""
    with time_machine.travel(AT, tick=False):
        yield make_office()

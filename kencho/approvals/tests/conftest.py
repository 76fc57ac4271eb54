"""Fixtures of this app's tests."""

import pytest

from kencho.approvals.tests.people import Office, make_office


@pytest.fixture
def office(db: None) -> Office:
    """The cast with its rules."""
    return make_office()

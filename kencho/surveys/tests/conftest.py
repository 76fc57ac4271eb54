"""Fixtures of this app's tests."""

import pytest

from kencho.surveys.tests.people import Office, make_office


@pytest.fixture
def office(db: None) -> Office:
    """The cast with a survey that has a questionnaire."""
    return make_office()

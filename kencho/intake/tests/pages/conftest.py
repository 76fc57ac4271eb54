"""Fixtures of the pages: the day of the tests, a procedure with a short form, a sheet that was read."""

from collections.abc import Iterator

import pytest
import time_machine

from kencho.intake.models import Sheet
from kencho.intake.tests.pages import papers
from kencho.organization.testing import Cast
from kencho.procedures.models import ProcedureVersion


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """An hour after the papers of the tests came in."""
    with time_machine.travel(papers.NOW, tick=False):
        yield


@pytest.fixture
def version(cast: Cast) -> ProcedureVersion:
    """A procedure of the cast's division with a short form."""
    return papers.short_form(cast)


@pytest.fixture
def sheet(cast: Cast, version: ProcedureVersion) -> Sheet:
    """A sheet with two doubtful fields: the family name and the amount."""
    doubtful = {"applicant.family": ["渡邊"], "amount": ["72000"]}
    made = papers.read(cast, version, doubtful=doubtful)
    return papers.settled(made, but=list(doubtful))

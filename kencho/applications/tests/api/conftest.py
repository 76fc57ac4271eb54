"""A published procedure and an application that a guest made through the API."""

import random
import uuid
from typing import Any

import pytest
from django.core.cache import cache

from kencho.applications import services
from kencho.applications.api import _public
from kencho.applications.models import Application
from kencho.applications.samples import sample_answers
from kencho.applications.testing import GUEST, SETUP, publish
from kencho.foundation import clock
from kencho.organization.api_auth import Guest
from kencho.organization.testing import Cast
from kencho.procedures import queries as procedures
from kencho.procedures.models import ProcedureVersion

PLACE = "/procedures/mie/public-record-disclosure"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Each test begins with nothing counted."""
    cache.clear()


@pytest.fixture
def version(cast: Cast) -> ProcedureVersion:
    """The procedure."""
    return publish(cast)


def answers_for(version: ProcedureVersion, key: str, seed: int = 1) -> dict[str, Any]:
    """Valid answers whose files were handed in under this key by a guest."""
    owner = _public.key_of(Guest(), key)
    return sample_answers(
        procedures.compiled_of(version),
        random.Random(seed),
        body=version.procedure.body,
        owner=owner,
        by=GUEST,
        at=clock.now(),
        on=clock.day_of(clock.now()),
    )


def new_key() -> str:
    """A key that nobody guesses."""
    return str(uuid.uuid4())


@pytest.fixture
def application(version: ProcedureVersion) -> Application:
    """An application that has arrived."""
    key = new_key()
    receipt = services.submit(
        version=version,
        body=version.procedure.body,
        answers=answers_for(version, key),
        key=_public.key_of(Guest(), key),
        by=SETUP,
        at=clock.now(),
    )
    return receipt.application

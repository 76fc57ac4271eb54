"""Fixtures: the old system in a thread, a target that is not real, and the tests' own packages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kencho.foundation import clock
from kencho.organization.testing import Cast, make_cast
from kencho.robots import services
from kencho.robots.tests.people import BY, SECRETS, SHELF, World
from kencho.robots.tests.standin.application import Old
from kencho.robots.tests.standin.server import serving


@pytest.fixture
def cast(db: None) -> Cast:
    """The fixed cast."""
    return make_cast()


@pytest.fixture
def shelf(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own packages, files in a folder of the test, and the secrets of the old system."""
    settings.ROBOTS_DIRS = [str(SHELF)]
    settings.VAR_DIR = tmp_path
    settings.FILES_DIR = tmp_path / "files"
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def old() -> Old:
    """The old system's state; tests set its faults."""
    return Old()


@pytest.fixture
def world(cast: Cast, old: Old, shelf: None) -> Iterator[World]:
    """Everything, with the old system listening."""
    with serving(old) as url:
        target = services.register_target(
            body=cast.body,
            code="old-ledger",
            name="旧台帳",
            base_url=url,
            is_real=False,
            account_ref="LEDGER_ACCOUNT",
            credential_ref="LEDGER_PASSWORD",
            by=BY,
            at=clock.now(),
        )
        yield World(cast, old, url, target)

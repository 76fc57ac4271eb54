"""kill -9 of a robot's processes at random moments: every item is in the target once, and none is lost."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kencho.robots.tests.drill import Drill
from kencho.robots.tests.standin.application import Faults, Old
from kencho.robots.tests.standin.server import serving

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]
PLAIN, BROWSER = 150, 6


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty site, made once."""
    var = tmp_path_factory.mktemp("site") / "var"
    var.mkdir()
    Drill(var, Old(), "").migrate()
    return var


@pytest.fixture
def drill(migrated: Path, tmp_path: Path) -> Iterator[Drill]:
    """A drill on a copy of the empty site, against an old system with faults of its own."""
    var = tmp_path / "var"
    shutil.copytree(migrated, var)
    old = Old(Faults(slow=0.02, slow_seconds=0.5, fails=0.01, fails_late=0.02, logs_out=0.01), seed=406)
    with serving(old) as url:
        yield Drill(var, old, url)


def _ready(drill: Drill, package: str, count: int, **lines: str) -> None:
    drill.shelve(package, settle_seconds="2", retry_seconds="0", max_attempts="10", **lines)
    drill.prepare(package, count)


def test_plain_requests(drill: Drill) -> None:
    _ready(drill, "plain_entry", PLAIN)
    outcome = drill.run(kills=2, child_kills=4, seed=1)
    assert (outcome.items, outcome.entries, outcome.duplicates, outcome.lost) == (PLAIN, PLAIN, 0, 0), outcome
    assert (outcome.not_done, outcome.wrong_receipts) == ({}, 0), outcome


def test_a_real_browser(drill: Drill) -> None:
    drill.old.faults.answers_twice = 0.3
    _ready(drill, "decided_to_ledger", BROWSER)
    outcome = drill.run(kills=1, child_kills=1, seed=2)
    assert (outcome.items, outcome.entries, outcome.duplicates, outcome.lost) == (BROWSER, BROWSER, 0, 0), (
        outcome
    )
    assert (outcome.not_done, outcome.wrong_receipts) == ({}, 0), outcome

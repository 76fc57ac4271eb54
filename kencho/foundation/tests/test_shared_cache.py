"""Counts are shared by all processes of a machine, and by nobody lost."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import OperationalError

from kencho.foundation.shared_cache import SWEEP_EVERY, SharedCache

PROCESSES, TRIES = 4, 200
COUNTING = """
import sys
from django.conf import settings
settings.configure()
from kencho.foundation.shared_cache import SharedCache
cache = SharedCache(sys.argv[1], {})
first = cache.add("only-one", True)
for _n in range(int(sys.argv[2])):
    cache.add("tries", 0, 60)
    cache.incr("tries")
print(int(first))
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A place of its own."""
    return tmp_path / "cache.sqlite3"


@pytest.fixture
def cache(file: Path) -> SharedCache:
    """A fresh cache."""
    return SharedCache(file, {})


def test_it_is_the_cache_in_use() -> None:
    assert isinstance(caches["default"], SharedCache)
    assert str(settings.CACHES["default"]["BACKEND"]).endswith(".SharedCache")


def test_processes_that_begin_at_once_count_into_one_place(file: Path) -> None:
    def run(_n: int) -> str:
        command = [sys.executable, "-c", COUNTING, str(file), str(TRIES)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    with ThreadPoolExecutor(PROCESSES) as pool:
        firsts = list(pool.map(run, range(PROCESSES)))
    assert SharedCache(file, {}).get("tries") == PROCESSES * TRIES
    assert sorted(firsts) == ["0"] * (PROCESSES - 1) + ["1"]


def test_values_come_back_as_they_were(cache: SharedCache) -> None:
    for value in (0, 7, -1, True, False, None, "語", 1.5, [1.0, 2.0], {"a": [True]}):
        cache.set("it", value)
        found = cache.get("it", "nothing")
        assert (found, type(found)) == (value, type(value))
        assert cache.has_key("it")


def test_what_is_not_there(cache: SharedCache) -> None:
    assert cache.get("it") is None
    assert cache.get("it", 5) == 5
    assert not cache.delete("it")
    assert not cache.touch("it", 5)
    with pytest.raises(ValueError, match="it"):
        cache.incr("it")


def test_a_window_ends(cache: SharedCache) -> None:
    assert cache.add("it", 1, 0.05)
    assert not cache.add("it", 1, 0.05)
    assert cache.touch("it", 0.1)
    assert cache.incr("it") == 2
    time.sleep(0.15)
    assert cache.get("it") is None
    with pytest.raises(ValueError, match="it"):
        cache.incr("it")
    assert cache.add("it", 1)
    assert cache.incr("it", -3) == -2


def test_entries_that_ended_are_swept(cache: SharedCache) -> None:
    for number in range(SWEEP_EVERY):
        cache.set(f"n{number}", number, -1)
    cache.set("last", 1)
    left = cache._opened().execute("SELECT count(*) FROM entry").fetchone()[0]
    assert left <= 3


def test_clear_forgets(cache: SharedCache) -> None:
    cache.set("it", 1)
    cache.clear()
    assert cache.get("it") is None


def test_a_torn_file_begins_anew(cache: SharedCache, file: Path) -> None:
    file.write_bytes(b"this is no database" * 500)
    cache.set("it", 1)
    assert cache.get("it") == 1


def test_a_place_that_cannot_be_written_is_a_storage_fault(tmp_path: Path) -> None:
    with pytest.raises(OperationalError, match="cache"):
        SharedCache(tmp_path / "missing" / "cache.sqlite3", {}).set("it", 1)

"""Blobs are on the disk before their rows: one by one, or all together at the end of a block."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kencho.files import store


@pytest.fixture
def waits(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """How the disk was waited for."""
    settings.FILES_DIR = tmp_path
    store.storage.cache_clear()
    calls: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda _handle: calls.append("file"))
    monkeypatch.setattr(os, "sync", lambda: calls.append("all"))
    yield calls
    store.storage.cache_clear()


def test_a_blob_is_waited_for_with_its_folder(waits: list[str]) -> None:
    store.put("clean/a", b"1")
    assert waits == ["file", "file"]


def test_many_blobs_are_waited_for_once_at_the_end(waits: list[str]) -> None:
    with store.waiting_once():
        store.put("clean/a", b"1")
        store.put("clean/b", b"2")
        assert waits == []
    assert waits == ["all"]
    store.put("clean/c", b"3")
    assert waits == ["all", "file", "file"]
    assert store.read("clean/b") == b"2"

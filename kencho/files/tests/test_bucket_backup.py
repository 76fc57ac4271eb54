"""Files in a bucket are in the backup, and come back to a bucket or to a folder."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import connection
from pytest_django import Settings

from kencho.files import bucket, store
from kencho.files.services import keep
from kencho.foundation import backup
from kencho.foundation.backup import Refusal, UnableToBackUp, UnableToRestore
from kencho.organization.testing import make_body

AT = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)
CONTENTS = (b"one", b"two" * 400_000, b"")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the same files, without the server"),
]


class _Broken(Exception):
    """What a library over the network raises when the network is gone."""


class _Remote(FileSystemStorage):
    """Speaks as a bucket does: no paths, no listing of folders, and read only from front to back."""

    is_down = False

    def path(self, name: str) -> str:
        """Nothing outside may ask for it."""
        if not self._asked_by_itself:
            # What Django's storages say when a file lies on no disk of this machine.
            raise NotImplementedError("no local path")
        return super().path(name)

    _asked_by_itself = False

    def _inside(self, act: Any, *given: Any) -> Any:
        if self.is_down:
            raise _Broken("no route")
        self._asked_by_itself = True
        try:
            return act(*given)
        finally:
            self._asked_by_itself = False

    def _open(self, name: str, mode: str = "rb") -> Any:
        return self._inside(super()._open, name, mode)  # type: ignore[misc]  # hooks that the stubs leave out

    def _save(self, name: str, content: Any) -> str:
        saved: str = self._inside(super()._save, name, content)  # type: ignore[misc]  # as above
        return saved

    def exists(self, name: str) -> bool:
        return bool(self._inside(super().exists, name))

    def size(self, name: str) -> int:
        return int(self._inside(super().size, name))

    def delete(self, name: str) -> None:
        self._inside(super().delete, name)


@pytest.fixture
def remote(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> _Remote:
    """A bucket with three files of one body."""
    settings.FILES_STORAGE, settings.FILES_BUCKET = "s3", "kencho-files"
    settings.FILES_DIR, settings.SEALS_DIR = tmp_path / "unused", tmp_path / "seals"
    made = _Remote(location=tmp_path / "bucket")
    monkeypatch.setattr(store, "storage", lambda: made)
    body = make_body()
    for content in CONTENTS:
        keep(body=body, content=content, kind="txt", at=AT)
    return made


def _keys() -> dict[str, bytes]:
    found = bucket.find()
    assert found is not None
    kept: dict[str, bytes] = {}
    for each in found.listed():
        with found.open(each.key) as content:
            kept[each.key] = content.read()
    return kept


def test_every_file_is_in_the_archive(remote: _Remote, tmp_path: Path) -> None:
    archive, manifest = backup.make(tmp_path / "b.tar", at=AT)
    assert manifest.files_elsewhere == "kencho-files"
    assert sorted(_keys().values()) == sorted(CONTENTS)
    checked = backup.check(archive)
    assert {f"files/{key}" for key in _keys()} <= set(checked.members)


def test_it_comes_back_to_an_empty_bucket(
    remote: _Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = _keys()
    archive, _manifest = backup.make(tmp_path / "b.tar", at=AT)
    other = _Remote(location=tmp_path / "other")
    monkeypatch.setattr(store, "storage", lambda: other)
    into = tmp_path / "new"
    backup.restore(archive, into=into, at=AT)
    assert _keys() == kept
    assert not (into / "files").exists()
    # A second time what is there stays, and what was torn is made whole.
    torn = next(key for key, content in kept.items() if len(content) > 3)
    other.delete(torn)
    other.save(torn, io.BytesIO(b"torn"))
    backup.restore(archive, into=into, at=AT, force=True)
    assert _keys() == kept


def test_it_comes_back_to_a_folder(remote: _Remote, tmp_path: Path, settings: Settings) -> None:
    kept = _keys()
    archive, _manifest = backup.make(tmp_path / "b.tar", at=AT)
    settings.FILES_STORAGE = "filesystem"
    into = tmp_path / "new"
    backup.restore(archive, into=into, at=AT)
    assert {key: (into / "files" / key).read_bytes() for key in kept} == kept


def test_a_file_that_was_erased_meanwhile_is_left_out(remote: _Remote, tmp_path: Path) -> None:
    gone = next(iter(_keys()))
    remote.delete(gone)
    archive, _manifest = backup.make(tmp_path / "b.tar", at=AT)
    assert f"files/{gone}" not in backup.check(archive).members


def test_a_bucket_that_does_not_answer_leaves_nothing_behind(remote: _Remote, tmp_path: Path) -> None:
    archive, _manifest = backup.make(tmp_path / "b.tar", at=AT)
    remote.is_down = True
    with pytest.raises(UnableToBackUp, match="no route"):
        backup.make(tmp_path / "c.tar", at=AT)
    assert sorted(path.name for path in tmp_path.glob("*.tar*")) == ["b.tar"]
    with pytest.raises(UnableToRestore) as refused:
        backup.restore(archive, into=tmp_path / "new", at=AT)
    assert refused.value.reason == Refusal.STORE
    assert list((tmp_path / "new").iterdir()) == []


class _Short(io.BytesIO):
    """Ends before its size."""


def test_a_file_that_ends_too_early_is_no_backup(
    remote: _Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(_bucket: bucket.Bucket, _key: str) -> IO[bytes]:
        return _Short(b"o")

    monkeypatch.setattr(bucket.Bucket, "open", short)
    with pytest.raises(UnableToBackUp):
        backup.make(tmp_path / "c.tar", at=AT)
    assert list(tmp_path.glob("c.tar*")) == []

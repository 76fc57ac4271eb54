"""Archives: what was written comes back, and nothing else is ever put in place."""

import os
import shutil
import tarfile
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st
from pytest_django import Settings

from kencho.foundation import backup
from kencho.foundation.backup import Damage, DamagedArchive, Refusal, UnableToBackUp, UnableToRestore

AT = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)
only_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="the same archive, without the server")
FILES = {"clean/240001/ab/cd/abcd": b"one", "clean/240001/ef/01/ef01": bytes(range(256)) * 9}


@pytest.fixture
def archive(settings: Settings, tmp_path: Path) -> Path:
    """A backup of the test database with two files and seals."""
    settings.FILES_DIR, settings.SEALS_DIR = tmp_path / "var/files", tmp_path / "var/seals"
    for name, content in {**{f"files/{n}": c for n, c in FILES.items()}, "seals/240001.p12": b"key"}.items():
        path = tmp_path / "var" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    made, _manifest = backup.make(tmp_path / "out", at=AT, with_seals=True)
    return made


def test_an_archive_is_named_by_its_time_in_japan_and_only_its_owner_reads_it(archive: Path) -> None:
    assert archive.name == "kencho-20260401-093000.tar"
    assert archive.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in archive.parent.iterdir()] == [archive.name]


def test_the_manifest_lists_everything(archive: Path) -> None:
    manifest = backup.check(archive)
    assert manifest.engine == connection.vendor
    assert {f"files/{name}" for name in FILES} | {"secret_key", "seals/240001.p12", manifest.database} == set(
        manifest.members
    )
    assert manifest.members["files/clean/240001/ab/cd/abcd"][0] == 3
    assert any(name.startswith("foundation.0001") for name in manifest.migrations)


def test_an_archive_is_not_overwritten(archive: Path) -> None:
    with pytest.raises(UnableToBackUp):
        backup.make(archive.parent, at=AT)


def test_keys_are_left_out_when_wanted(archive: Path, tmp_path: Path) -> None:
    made, manifest = backup.make(tmp_path / "plain.tar", at=AT, with_secret_key=False)
    assert made == tmp_path / "plain.tar"
    assert not {"secret_key", "seals/240001.p12"} & set(manifest.members)


@only_sqlite
def test_restoring_gives_everything_back(archive: Path, tmp_path: Path, settings: Settings) -> None:
    into = tmp_path / "new"
    restored = backup.restore(archive, into=into, at=AT)
    assert restored.earlier is None
    assert {path.name for path in into.iterdir()} == {"kencho.sqlite3", "files", "seals", "secret_key"}
    for name, content in FILES.items():
        assert (into / "files" / name).read_bytes() == content
    assert (into / "secret_key").read_text() == settings.SECRET_KEY
    assert (into / "secret_key").stat().st_mode & 0o077 == 0


@only_sqlite
def test_what_is_there_is_not_overwritten(archive: Path, tmp_path: Path) -> None:
    into = tmp_path / "used"
    into.mkdir()
    (into / "secret_key").write_text("made at the first call")
    (into / "kencho.sqlite3").write_bytes(b"dear")
    with pytest.raises(UnableToRestore) as refused:
        backup.restore(archive, into=into, at=AT)
    assert refused.value.reason == Refusal.OCCUPIED
    assert (into / "kencho.sqlite3").read_bytes() == b"dear"
    restored = backup.restore(archive, into=into, at=AT, force=True)
    assert restored.earlier is not None
    assert (restored.earlier / "kencho.sqlite3").read_bytes() == b"dear"
    assert (into / "kencho.sqlite3").read_bytes() != b"dear"


@only_sqlite
def test_a_folder_with_nothing_but_a_fresh_key_is_empty(
    archive: Path, tmp_path: Path, settings: Settings
) -> None:
    into = tmp_path / "fresh"
    (into / "files").mkdir(parents=True)
    (into / "secret_key").write_text("made at the first call")
    backup.restore(archive, into=into, at=AT)
    assert (into / "secret_key").read_text() == settings.SECRET_KEY


@given(data=st.data())
@limits(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_changed_byte_is_noticed_or_means_nothing(
    archive: Path, tmp_path: Path, data: st.DataObject
) -> None:
    original = backup.check(archive)
    content = bytearray(archive.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    changed = tmp_path / "changed.tar"
    changed.write_bytes(content)
    with suppress(DamagedArchive):
        assert backup.check(changed) == original


@given(data=st.data())
@limits(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_an_archive_cut_off_is_refused(archive: Path, tmp_path: Path, data: st.DataObject) -> None:
    whole = archive.read_bytes()
    # Behind the last member a tar file ends with nothing but zeros.
    length = data.draw(st.integers(0, len(whole.rstrip(b"\0")) - 1))
    changed = tmp_path / "short.tar"
    changed.write_bytes(whole[:length])
    with pytest.raises(DamagedArchive):
        backup.check(changed)


def _with(archive: Path, target: Path, *, drop: str = "", put: tuple[str, bytes] | None = None) -> Path:
    with tarfile.open(archive) as old, tarfile.open(target, "w") as new:
        if put:
            info = tarfile.TarInfo(put[0])
            info.size = len(put[1])
            new.addfile(info, BytesIO(put[1]))
        for member in old:
            if member.name != drop:
                new.addfile(member, old.extractfile(member))
    return target


@pytest.mark.parametrize(
    ("put", "damage"),
    [("files/more", Damage.UNLISTED), ("../evil", Damage.BAD_NAME), ("/etc/evil", Damage.BAD_NAME)],
)
def test_members_put_in_are_refused(archive: Path, tmp_path: Path, put: str, damage: Damage) -> None:
    with pytest.raises(DamagedArchive) as refused:
        backup.restore(_with(archive, tmp_path / "x.tar", put=(put, b"x")), into=tmp_path / "new", at=AT)
    assert refused.value.damage == damage
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("drop", "damage"),
    [("secret_key", Damage.MISSING), ("manifest.json", Damage.CUT_OFF), ("manifest.sha256", Damage.CUT_OFF)],
)
def test_members_taken_out_are_missed(archive: Path, tmp_path: Path, drop: str, damage: Damage) -> None:
    with pytest.raises(DamagedArchive) as refused:
        backup.check(_with(archive, tmp_path / "x.tar", drop=drop))
    assert refused.value.damage == damage


def test_the_command_says_in_japanese_what_is_wrong(archive: Path, tmp_path: Path) -> None:
    content = bytearray(archive.read_bytes())
    content[content.index(FILES["clean/240001/ef/01/ef01"])] ^= 1
    changed = tmp_path / "changed.tar"
    changed.write_bytes(content)
    with pytest.raises(
        CommandError, match="こわれているため、戻しませんでした。files/clean/240001/ef/01/ef01 の内容が"
    ):
        call_command("restore", str(changed), into=tmp_path / "new")
    changed.write_bytes(content[: len(content) // 2])
    with pytest.raises(CommandError, match="こわれているため、戻しませんでした"):
        call_command("restore", str(changed), into=tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_full_or_forbidden_disk_leaves_no_half_archive(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UnableToBackUp):
        backup.make(tmp_path / "full", at=AT)
    assert list((tmp_path / "full").iterdir()) == []


@only_sqlite
def test_a_dump_of_postgresql_needs_a_server(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "vendor", "postgresql")
    if shutil.which("pg_dump") is None:
        pytest.skip("PostgreSQL is not installed")
    with pytest.raises(UnableToBackUp):
        backup.make(tmp_path / "pg.tar", at=AT)

"""Making an archive while people work."""

import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from kencho.foundation.backup import _databases
from kencho.foundation.backup._archive import Manifest, Writer
from kencho.foundation.backup._elsewhere import Elsewhere, elsewhere
from kencho.foundation.clock import JST

FILES, SECRET_KEY, SEALS = "files", "secret_key", "seals"


class UnableToBackUp(Exception):
    """The archive could not be made; the message names the cause."""


def make(
    target: Path, *, at: datetime, with_secret_key: bool = True, with_seals: bool = False
) -> tuple[Path, Manifest]:
    """Write an archive; a target that does not end in .tar is a folder, in which it gets a name from the time.

    The database is copied first and the files after it: a file is on the disk before the row that names it is
    committed, so every file that the copy names is there. Raises UnableToBackUp.
    """
    archive = _place(target, at)
    if archive.exists():
        raise UnableToBackUp(str(archive))
    part = archive.with_name(archive.name + ".part")
    try:
        manifest = _write(part, at, with_secret_key=with_secret_key, with_seals=with_seals)
        part.rename(archive)
        _sync_folder(archive.parent)
    except (_databases.DatabaseToolFailed, OSError) as failed:
        part.unlink(missing_ok=True)
        raise UnableToBackUp(str(failed)) from failed
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return archive, manifest


def _place(target: Path, at: datetime) -> Path:
    if target.suffix == ".tar":
        target.parent.mkdir(parents=True, exist_ok=True)
        return target
    target.mkdir(parents=True, exist_ok=True)
    return target / f"kencho-{at.astimezone(JST):%Y%m%d-%H%M%S}.tar"


def _write(part: Path, at: datetime, *, with_secret_key: bool, with_seals: bool) -> Manifest:
    seals, store = Path(settings.SEALS_DIR), elsewhere()
    manifest = Manifest(
        made_at=at.isoformat(timespec="seconds"),
        engine=connection.vendor,
        database="",
        has_secret_key=with_secret_key,
        has_seals=with_seals and seals.is_dir(),
        files_elsewhere=store.name if store is not None else "",
        migrations=sorted(
            f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()
        ),
    )
    # 0600 from the first byte on: the archive holds everything that Kencho knows.
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        writer = Writer(out, manifest)
        with tempfile.TemporaryDirectory(prefix=".kencho-backup-", dir=part.parent) as folder:
            copy = Path(folder) / "database"
            manifest.database = _databases.dump(copy)
            writer.add_file(manifest.database, copy)
        if store is None:
            _add_folder(writer, FILES, Path(settings.FILES_DIR))
        else:
            _add_elsewhere(writer, store)
        if with_secret_key:
            writer.add_bytes(SECRET_KEY, settings.SECRET_KEY.encode())
        if manifest.has_seals:
            _add_folder(writer, SEALS, seals)
        writer.close()
        out.flush()
        os.fsync(out.fileno())
    return manifest


def _add_folder(writer: Writer, name: str, folder: Path) -> None:
    for path in _files_below(folder):
        try:
            writer.add_file(f"{name}/{path.relative_to(folder).as_posix()}", path)
        except FileNotFoundError:
            # Removed meanwhile by its own app: no row of the copy may name it any more, or audit tells of it.
            continue


def _add_elsewhere(writer: Writer, store: Elsewhere) -> None:
    """One file after another, so that a bucket needs no room on this machine beside the archive."""
    for each in store.listed():
        try:
            content = store.open(each.key)
        except FileNotFoundError:
            # As above.
            continue
        with content:
            writer.add_stream(f"{FILES}/{each.key}", each.size, content)


def _files_below(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""Putting an archive into a folder (KENCHO_VAR) and, for PostgreSQL, into the connected database."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from django.db import connection

from kencho.foundation.backup import _databases
from kencho.foundation.backup._archive import MANIFEST, MANIFEST_HASH, Manifest, check, members, readable
from kencho.foundation.backup._elsewhere import elsewhere
from kencho.foundation.backup._making import FILES, SEALS, SECRET_KEY
from kencho.foundation.clock import JST

# What an installation keeps in its folder; the two beside the database are SQLite's log.
_OWN = (
    _databases.SQLITE_NAME,
    f"{_databases.SQLITE_NAME}-wal",
    f"{_databases.SQLITE_NAME}-shm",
    FILES,
    SEALS,
    SECRET_KEY,
)


class Refusal(StrEnum):
    """Why nothing was restored."""

    OCCUPIED = "occupied"
    DATABASE_OCCUPIED = "database_occupied"
    OTHER_ENGINE = "other_engine"
    TOOL = "tool"
    STORE = "store"


class UnableToRestore(Exception):
    """Nothing was changed; ``reason`` says why and ``detail`` names the thing in the way."""

    def __init__(self, reason: Refusal, detail: str = "") -> None:
        super().__init__(f"{reason} {detail}".strip())
        self.reason, self.detail = reason, detail


@dataclass(frozen=True)
class Restored:
    """The outcome: what was in the archive, and the folder to which earlier contents were moved (None: there were none)."""

    manifest: Manifest
    earlier: Path | None


def restore(archive: Path, *, into: Path, at: datetime, force: bool = False) -> Restored:
    """Check the archive, then put it in place; earlier contents (only with ``force``) are moved aside, never deleted.

    A PostgreSQL archive goes into the connected database (KENCHO_DATABASE_URL); with ``force`` its tables are
    replaced. Raises DamagedArchive and UnableToRestore; then nothing was changed.
    """
    manifest = check(archive)
    _refuse_or_go_on(manifest, into, force=force)
    into.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=into) as folder:
        fresh = Path(folder)
        with readable():
            _unpack(archive, fresh)
        # First what can be done twice without harm.
        _hand_over(fresh)
        _check_or_load(manifest, fresh, force=force)
        earlier = _set_aside(into, manifest, at)
        for name in _OWN:
            if (fresh / name).exists():
                (fresh / name).rename(into / name)
    return Restored(manifest, earlier)


def _refuse_or_go_on(manifest: Manifest, into: Path, *, force: bool) -> None:
    if manifest.engine == "postgresql" and connection.vendor != "postgresql":
        raise UnableToRestore(Refusal.OTHER_ENGINE, manifest.engine)
    if force:
        return
    for name in _replaced(manifest):
        # Kencho makes a secret key as soon as it is called with a new folder; alone it means nothing.
        if name != SECRET_KEY and (into / name).exists() and not _is_empty_folder(into / name):
            raise UnableToRestore(Refusal.OCCUPIED, str(into / name))
    if manifest.engine == "postgresql" and not _databases.is_empty():
        raise UnableToRestore(Refusal.DATABASE_OCCUPIED, str(connection.settings_dict["NAME"]))


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def _replaced(manifest: Manifest) -> list[str]:
    """What the archive puts in place. A secret key that is not in it stays: the old one may be the right one."""
    absent = {SECRET_KEY: not manifest.has_secret_key, SEALS: not manifest.has_seals}
    # In a bucket files are named by their content: nothing there is in the way, and nothing is replaced.
    absent[FILES] = elsewhere() is not None or not any(
        name.startswith(f"{FILES}/") for name in manifest.members
    )
    sqlite = manifest.engine == "sqlite"
    return [name for name in _OWN if not absent.get(name) and (sqlite or _databases.SQLITE_NAME not in name)]


def _unpack(archive: Path, fresh: Path) -> None:
    for name, content in members(archive):
        if name in (MANIFEST, MANIFEST_HASH):
            continue
        path = fresh / name.removeprefix("database/")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            shutil.copyfileobj(content, out)
            out.flush()
            os.fsync(out.fileno())


def _hand_over(fresh: Path) -> None:
    """Put the files into the bucket when this installation keeps them there, wherever they came from."""
    store, folder = elsewhere(), fresh / FILES
    if store is None or not folder.is_dir():
        return
    try:
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            with path.open("rb") as content:
                store.keep(path.relative_to(folder).as_posix(), content, path.stat().st_size)
    except OSError as failed:
        raise UnableToRestore(Refusal.STORE, str(failed)) from failed
    shutil.rmtree(folder)


def _check_or_load(manifest: Manifest, fresh: Path, *, force: bool) -> None:
    try:
        if manifest.engine == "sqlite":
            _databases.check_sqlite(fresh / _databases.SQLITE_NAME)
        else:
            _databases.load_postgresql(fresh / Path(manifest.database).name, clean=force)
    except _databases.DatabaseToolFailed as failed:
        raise UnableToRestore(Refusal.TOOL, str(failed)) from failed


def _set_aside(into: Path, manifest: Manifest, at: datetime) -> Path | None:
    there = [name for name in _replaced(manifest) if (into / name).exists()]
    if not there:
        return None
    earlier = into / f"before-restore-{at.astimezone(JST):%Y%m%d-%H%M%S}"
    earlier.mkdir(mode=0o700)
    for name in there:
        (into / name).rename(earlier / name)
    return earlier

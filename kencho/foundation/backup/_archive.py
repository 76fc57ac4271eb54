"""The archive: members are hashed as they are written, and the manifest comes last."""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import IO, Any

FORMAT = "kencho-backup/1"
MANIFEST = "manifest.json"
MANIFEST_HASH = "manifest.sha256"
CHUNK = 1 << 20


class Damage(StrEnum):
    """What is wrong with an archive."""

    UNREADABLE = "unreadable"
    CUT_OFF = "cut_off"
    UNKNOWN_FORMAT = "unknown_format"
    MANIFEST = "manifest"
    MEMBER = "member"
    MISSING = "missing"
    UNLISTED = "unlisted"
    BAD_NAME = "bad_name"


class DamagedArchive(Exception):
    """The archive is not what was written; ``damage`` and ``name`` (of a member) say how."""

    def __init__(self, damage: Damage, name: str = "") -> None:
        super().__init__(f"{damage} {name}".strip())
        self.damage, self.name = damage, name


@dataclass
class Manifest:
    """What an archive holds; ``members`` maps each name to its size in bytes and its SHA-256."""

    made_at: str
    engine: str
    database: str
    has_secret_key: bool
    has_seals: bool
    files_elsewhere: str
    migrations: list[str]
    members: dict[str, tuple[int, str]] = field(default_factory=dict)


class Writer:
    """Adds members to an archive and keeps their hashes."""

    def __init__(self, out: IO[bytes], manifest: Manifest) -> None:
        self._tar = tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115  # closed by close()
        self.manifest = manifest

    def add_file(self, name: str, path: Path) -> None:
        """Add a file of the disk; raises OSError."""
        with path.open("rb") as content:
            info = tarfile.TarInfo(name)
            info.size, info.mode = path.stat().st_size, 0o600
            hashed = _Hashing(content)
            self._tar.addfile(info, hashed)
            self.manifest.members[name] = (info.size, hashed.sha.hexdigest())

    def add_stream(self, name: str, size: int, content: IO[bytes]) -> None:
        """Add what can only be read on; raises OSError when it ends before its size."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        hashed = _Hashing(content)
        self._tar.addfile(info, hashed)
        self.manifest.members[name] = (size, hashed.sha.hexdigest())

    def add_bytes(self, name: str, content: bytes) -> None:
        """Add a small member."""
        self._put(name, content)
        self.manifest.members[name] = (len(content), hashlib.sha256(content).hexdigest())

    def _put(self, name: str, content: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(content), 0o600
        self._tar.addfile(info, io.BytesIO(content))

    def close(self) -> None:
        """Write the manifest and its hash: only a finished archive has them."""
        listed = {"format": FORMAT, **asdict(self.manifest)}
        text = json.dumps(listed, ensure_ascii=False, indent=1, sort_keys=True).encode()
        self._put(MANIFEST, text)
        self._put(MANIFEST_HASH, hashlib.sha256(text).hexdigest().encode())
        self._tar.close()


class _Hashing:
    """A file that hashes what is read from it."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content, self.sha = content, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        data = self._content.read(size)
        self.sha.update(data)
        return data


@contextmanager
def readable() -> Iterator[None]:
    """Everything that reading a damaged tar file may raise, as DamagedArchive."""
    try:
        yield
    except (tarfile.TarError, EOFError, UnicodeDecodeError) as broken:
        raise DamagedArchive(Damage.UNREADABLE) from broken


def members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Names and contents of an archive in order; use inside ``readable``. Raises DamagedArchive."""
    with tarfile.open(path, mode="r:") as tar:
        for info in tar:
            content = tar.extractfile(info) if info.isfile() else None
            if content is None or not _is_plain(info.name):
                raise DamagedArchive(Damage.BAD_NAME, info.name)
            yield info.name, content


def _is_plain(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return (
        bool(parts)
        and not name.startswith("/")
        and ".." not in parts
        and "\\" not in name
        and "\0" not in name
    )


def check(path: Path) -> Manifest:
    """Read the whole archive and compare every member with the manifest. Raises DamagedArchive."""
    with readable():
        found, last = _read(path)
    manifest = _manifest(last)
    for name, told in manifest.members.items():
        if name not in found:
            raise DamagedArchive(Damage.MISSING, name)
        if found[name] != tuple(told):
            raise DamagedArchive(Damage.MEMBER, name)
    for name in found:
        if name not in manifest.members:
            raise DamagedArchive(Damage.UNLISTED, name)
    return manifest


def _read(path: Path) -> tuple[dict[str, tuple[int, str]], dict[str, bytes]]:
    """Size and hash of every member, and the two that end the archive."""
    found: dict[str, tuple[int, str]] = {}
    last: dict[str, bytes] = {}
    for name, content in members(path):
        if name in (MANIFEST, MANIFEST_HASH):
            last[name] = content.read()
            continue
        if last or name in found:
            raise DamagedArchive(Damage.UNLISTED, name)
        found[name] = hashed(content)
    return found, last


def hashed(content: IO[bytes]) -> tuple[int, str]:
    """Size and SHA-256 of the rest of a file."""
    sha, size = hashlib.sha256(), 0
    while data := content.read(CHUNK):
        sha.update(data)
        size += len(data)
    return size, sha.hexdigest()


def _manifest(last: dict[str, bytes]) -> Manifest:
    if set(last) != {MANIFEST, MANIFEST_HASH}:
        raise DamagedArchive(Damage.CUT_OFF)
    if hashlib.sha256(last[MANIFEST]).hexdigest().encode() != last[MANIFEST_HASH]:
        raise DamagedArchive(Damage.MANIFEST)
    read: dict[str, Any] = json.loads(last[MANIFEST])
    if read.pop("format") != FORMAT:
        raise DamagedArchive(Damage.UNKNOWN_FORMAT)
    return Manifest(**{**read, "members": {name: tuple(told) for name, told in read["members"].items()}})

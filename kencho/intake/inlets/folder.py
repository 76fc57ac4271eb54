"""A watched folder: scanners write into it, Kencho takes what is whole and puts it aside."""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from kencho.intake.inlets._arrival import Arrival, InletFailed

DONE, REFUSED = "done", "refused"
AT_ONCE = 50
MARK = 16
# Bytes, of the 255 that file systems take.
MOST_NAME = 200
Seen = Mapping[str, list[int]]


def root_of(place: str) -> Path:
    """The folder of an inlet, below KENCHO_INTAKE_FOLDER and nowhere else. Raises InletFailed."""
    base = Path(str(settings.INTAKE_FOLDER)).resolve()
    found = (base / place).resolve()
    if found == base or not found.is_relative_to(base):
        raise InletFailed(_("フォルダーの名前が正しくありません。"))
    return found


class FolderInlet:
    """One visit to a folder. ``seen`` is what the visit before saw; ``now`` what this one leaves for the next.

    A file is whole when neither its size nor its time has changed since the visit before.
    """

    def __init__(self, place: str, seen: Seen) -> None:
        self._root = root_of(place)
        self._seen = seen
        self.now: dict[str, list[int]] = {}
        self.waiting = 0

    def arrivals(self) -> Iterator[Arrival]:
        """The whole files, the oldest first. Raises InletFailed."""
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            listed = sorted(self._listed(), key=lambda each: each[2])
        except OSError as wrong:
            raise InletFailed(_("フォルダーを開けません。共有の設定を確かめてください。")) from wrong
        whole = []
        for name, size, time in listed:
            if self._seen.get(name) == [size, time]:
                whole.append(name)
            else:
                self.waiting += 1
            self.now[name] = [size, time]
        for name in whole[:AT_ONCE]:
            yield self._arrival(name)

    def _listed(self) -> Iterator[tuple[str, int, int]]:
        with os.scandir(self._root) as entries:
            for entry in entries:
                told = entry.stat(follow_symlinks=False)
                # Hidden and half-named files are those of programs that are still writing; links lead elsewhere.
                is_own = not entry.name.startswith(".") and not entry.name.endswith((".tmp", ".part"))
                if is_own and stat.S_ISREG(told.st_mode):
                    yield entry.name, told.st_size, told.st_mtime_ns

    def _arrival(self, name: str) -> Arrival:
        path = self._root / name

        def opened() -> IO[bytes]:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
            return os.fdopen(handle, "rb")

        def settle(is_kept: bool, digest: str) -> None:
            shelf = self._root / (DONE if is_kept else REFUSED)
            shelf.mkdir(exist_ok=True)
            if shelf.is_symlink():
                raise InletFailed(_("フォルダーを開けません。共有の設定を確かめてください。"))
            path.replace(shelf / f"{digest[:MARK]}-{_short(name)}")
            self.now.pop(name, None)

        return Arrival(name, opened, settle)

    def kept(self) -> list[tuple[str, Path]]:
        """Files that were put aside as kept, with the beginning of their digest."""
        return [(path.name[:MARK], path) for path in self._shelf(DONE)]

    def refused(self) -> list[Path]:
        """Files that were put aside as refused."""
        return self._shelf(REFUSED)

    def _shelf(self, name: str) -> list[Path]:
        folder = self._root / name
        # Files are deleted there later: whoever may write into the share must not choose where "there" is.
        if folder.is_symlink() or not folder.is_dir():
            return []
        return [path for path in folder.iterdir() if path.is_file()]


def _short(name: str) -> str:
    """The name, cut at its beginning where the mark before it would make it too long for a file system."""
    return name.encode()[-MOST_NAME:].decode(errors="ignore")

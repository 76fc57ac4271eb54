"""Files that lie in no folder of this machine (a bucket): the app that keeps them says here how they are reached."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Protocol


@dataclass(frozen=True)
class FileElsewhere:
    """One file: its key, and its size in bytes."""

    key: str
    size: int


class Elsewhere(Protocol):
    """A store over the network. Its methods raise OSError when it does not answer."""

    @property
    def name(self) -> str:
        """How people know it, for messages and the manifest."""

    def listed(self) -> Iterator[FileElsewhere]:
        """Every file that the database names."""

    def open(self, key: str) -> IO[bytes]:
        """A file to read on; raises FileNotFoundError."""

    def keep(self, key: str, content: IO[bytes], size: int) -> None:
        """Put a file in its place unless it is there already."""


_find: list[Callable[[], Elsewhere | None]] = []


def files_lie_in(find: Callable[[], Elsewhere | None]) -> None:
    """Declare, once, how to find the store; it answers None when files lie in the folder."""
    _find[:] = [find]


def elsewhere() -> Elsewhere | None:
    """The store, or None when files lie in the folder."""
    return _find[0]() if _find else None

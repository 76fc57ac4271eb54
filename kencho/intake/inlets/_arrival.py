"""What an inlet hands over."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO


class InletFailed(Exception):
    """The folder or mailbox cannot be reached; the message is a Japanese sentence without secrets."""


@dataclass(frozen=True)
class Arrival:
    """One file that arrived. ``settle`` is called when it is kept durably (True) or was refused for good (False).

    Before that nothing at the inlet changes, so that whatever dies in between finds the file again.
    """

    name: str
    open: Callable[[], IO[bytes]]
    settle: Callable[[bool, str], None]


@dataclass(frozen=True)
class Unusable:
    """A message from which nothing can be taken in, for the list: ``refusal`` is a code of ``words.REFUSALS``.

    ``key`` is the same whenever the message is seen again.
    """

    name: str
    key: str
    refusal: str

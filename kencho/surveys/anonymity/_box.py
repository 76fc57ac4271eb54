"""The box of one reporting unit. One row holds it whole, and every ballot rewrites that row whole.

Tokens, tags and sealed ballots stand sorted by their own random bytes, so their places tell nothing about each other.
A row of its own for each ballot would carry its time and order in the database itself (rowid; ctid and xmin).
"""

import bisect
from dataclasses import dataclass
from typing import Final

TOKEN: Final = 16
TAG: Final = 16


class NotEligible(Exception):
    """No such token was issued for this box."""


class AlreadySpent(Exception):
    """This token has been used for another ballot."""


@dataclass(slots=True)
class Box:
    """``tokens`` were issued, ``spent`` are used, ``tags`` are the receipts, ``ballots`` the sealed answers."""

    tokens: bytes
    spent: bytes = b""
    tags: bytes = b""
    ballots: bytes = b""
    size: int = 0

    @classmethod
    def issue(cls, tokens: list[bytes], size: int) -> "Box":
        """An empty box for these tokens; every sealed ballot will have ``size`` bytes."""
        return cls(tokens=b"".join(sorted(tokens)), size=size)

    @property
    def count(self) -> int:
        """How many ballots lie in it."""
        return len(self.spent) // TOKEN

    @property
    def is_whole(self) -> bool:
        """Whether there are as many ballots and tags as spent tokens."""
        return self.count * TAG == len(self.tags) and self.count * self.size == len(self.ballots)

    def holds(self, token: bytes) -> bool:
        """Whether the token was issued for this box."""
        return _has(self.tokens, token, TOKEN)

    def is_spent(self, token: bytes) -> bool:
        """Whether the token was used."""
        return _has(self.spent, token, TOKEN)

    def has_tag(self, tag: bytes) -> bool:
        """Whether the ballot of this receipt lies in the box."""
        return _has(self.tags, tag, TAG)

    def put(self, token: bytes, tag: bytes, ballot: bytes) -> bool:
        """Take a ballot. False when this very ballot (same token, same receipt) lies in it already.

        Raises NotEligible, AlreadySpent; ValueError for a ballot of another length.
        """
        if len(ballot) != self.size:
            raise ValueError("size")
        if not self.holds(token):
            raise NotEligible
        if self.is_spent(token):
            if self.has_tag(tag):
                return False
            raise AlreadySpent
        self.spent = _with(self.spent, token, TOKEN)
        self.tags = _with(self.tags, tag, TAG)
        self.ballots = _with(self.ballots, ballot, self.size)
        return True

    def sealed_ballots(self) -> list[bytes]:
        """The sealed ballots, sorted by their random beginnings."""
        return _parts(self.ballots, self.size)

    def all_tokens(self) -> list[bytes]:
        """The tokens that were issued, sorted."""
        return _parts(self.tokens, TOKEN)

    def all_tags(self) -> list[bytes]:
        """The tags, sorted."""
        return _parts(self.tags, TAG)


def _parts(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)] if size else []


def _place(data: bytes, part: bytes, size: int) -> int:
    """Where the part stands or would stand, in parts."""
    return bisect.bisect_left(
        range(len(data) // size), part, key=lambda index: data[index * size : (index + 1) * size]
    )


def _has(data: bytes, part: bytes, size: int) -> bool:
    start = _place(data, part, size) * size
    return len(part) == size and data[start : start + size] == part


def _with(data: bytes, part: bytes, size: int) -> bytes:
    start = _place(data, part, size) * size
    return data[:start] + part + data[start:]

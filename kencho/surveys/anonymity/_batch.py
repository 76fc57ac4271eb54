"""A sealed batch: two lists, one of receipts and one of ballots, each under a Merkle root, that share no order."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from kencho.foundation import merkle


@dataclass(frozen=True)
class Sealed:
    """The published side of a batch."""

    count: int
    tags: bytes
    receipts_root: str
    ballots_root: str


def sealed(tags: Iterable[bytes], ballots: Iterable[bytes]) -> Sealed:
    """Seal: ``ballots`` are the bytes of each (its random id, unit and answers). Both lists are sorted."""
    ordered = sorted(tags)
    leaves = sorted(hashlib.sha256(ballot).digest() for ballot in ballots)
    return Sealed(
        count=len(ordered),
        tags=b"".join(ordered),
        receipts_root=merkle.root(map(merkle.leaf_hash, ordered)).hex(),
        ballots_root=merkle.root(map(merkle.leaf_hash, leaves)).hex(),
    )

"""What keeps answers apart from people: sealed ballots, boxes that are written whole, receipts, batches under a root."""

from kencho.surveys.anonymity._batch import Sealed, sealed
from kencho.surveys.anonymity._box import TAG, TOKEN, AlreadySpent, Box, NotEligible
from kencho.surveys.anonymity._drafts import pack, unpack
from kencho.surveys.anonymity._keys import (
    CycleKeys,
    Damaged,
    Opener,
    seal_ballot,
    token_of,
    unwrapped,
    wrapped,
)
from kencho.surveys.anonymity._receipts import is_receipt, new_receipt, normal, tag_of

__all__ = [
    "TAG",
    "TOKEN",
    "AlreadySpent",
    "Box",
    "CycleKeys",
    "Damaged",
    "NotEligible",
    "Opener",
    "Sealed",
    "is_receipt",
    "new_receipt",
    "normal",
    "pack",
    "seal_ballot",
    "sealed",
    "tag_of",
    "token_of",
    "unpack",
    "unwrapped",
    "wrapped",
]

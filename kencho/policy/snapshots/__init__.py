"""Rule SNAP on plain values: leaves, their Merkle root, and the difference of two lists of rows."""

from kencho.policy.snapshots._comparing import ChangeKind, RowChange, compare
from kencho.policy.snapshots._counting import Counted, count
from kencho.policy.snapshots._leaves import PART_ROWS, Leaf, RowsOutOfOrder, hash_of, ordered, pack, unpack

__all__ = [
    "PART_ROWS",
    "ChangeKind",
    "Counted",
    "Leaf",
    "RowChange",
    "RowsOutOfOrder",
    "compare",
    "count",
    "hash_of",
    "ordered",
    "pack",
    "unpack",
]

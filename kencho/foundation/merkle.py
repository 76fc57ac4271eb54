"""Merkle trees over SHA-256: one hash for many rows, and a short proof that a row is among them.

Source: RFC 9162 section 2.1 (the tree of RFC 6962): leaves are hashed with a 0x00 in front, inner nodes with
a 0x01, so that no row can pass for a node. The proof for one of a million rows is twenty hashes long.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

__all__ = ["EMPTY_ROOT", "HASH_SIZE", "inclusion_proof", "leaf_hash", "node_hash", "root", "verify_inclusion"]

HASH_SIZE: Final = 32
"""Bytes of every hash."""

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of one row, given as bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(hashes: Iterable[bytes]) -> bytes:
    """The root over leaf hashes in their order; `EMPTY_ROOT` for none. Memory grows with the logarithm only."""
    peaks: list[tuple[int, bytes]] = []
    for leaf in hashes:
        height, node = 0, leaf
        while peaks and peaks[-1][0] == height:
            node = node_hash(peaks.pop()[1], node)
            height += 1
        peaks.append((height, node))
    if not peaks:
        return EMPTY_ROOT
    node = peaks.pop()[1]
    while peaks:
        node = node_hash(peaks.pop()[1], node)
    return node


def _level_above(level: Sequence[bytes]) -> list[bytes]:
    """Nodes one level up. A node without a sibling rises as it is, which gives the RFC's tree."""
    above = [node_hash(level[index], level[index + 1]) for index in range(0, len(level) - 1, 2)]
    if len(level) % 2:
        above.append(level[-1])
    return above


def inclusion_proof(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The sibling hashes on the way from leaf `index` (from 0) to the root, lowest first.

    Raises `IndexError` when there is no such leaf.
    """
    if not 0 <= index < len(hashes):
        raise IndexError(index)
    proof: list[bytes] = []
    level: Sequence[bytes] = hashes
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            proof.append(level[sibling])
        level = _level_above(level)
        index //= 2
    return proof


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes
) -> bool:
    """Whether `proof` shows that `leaf` (a leaf hash) stands at `index` in the tree of `size` leaves with that root.

    RFC 9162 section 2.1.3.2. Never raises for wrong input.
    """
    if not 0 <= index < size:
        return False
    node, position, last = leaf, index, size - 1
    for sibling in proof:
        if last == 0 or len(sibling) != HASH_SIZE:
            return False
        if position % 2 or position == last:
            node = node_hash(sibling, node)
            while position and not position % 2:
                position //= 2
                last //= 2
        else:
            node = node_hash(node, sibling)
        position //= 2
        last //= 2
    return last == 0 and node == expected_root

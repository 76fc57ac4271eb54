"""Merkle trees as in RFC 9162 section 2.1 (SHA-256). Standard library only."""

import hashlib
from collections.abc import Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()
_sha256 = hashlib.sha256


class BadPath(Exception):
    """A path does not have the length that the position and the size of the tree demand."""


def leaf_of(data: bytes) -> bytes:
    """The leaf of an entry."""
    return _sha256(b"\x00" + data).digest()


def node_of(left: bytes, right: bytes) -> bytes:
    """The node above two others."""
    return _sha256(b"\x01" + left + right).digest()


def _level_above(row: Sequence[bytes]) -> list[bytes]:
    # An odd node moves up unchanged: the same tree as RFC 9162's split at the largest power of two.
    above = [_sha256(b"\x01" + row[i] + row[i + 1]).digest() for i in range(0, len(row) - 1, 2)]
    if len(row) % 2:
        above.append(row[-1])
    return above


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaves in order."""
    row: Sequence[bytes] = leaves
    while len(row) > 1:
        row = _level_above(row)
    return row[0] if row else EMPTY_ROOT


def path_of(leaves: Sequence[bytes], position: int) -> list[bytes]:
    """The audit path of the leaf at a position, from the leaf upwards; raises IndexError."""
    if not 0 <= position < len(leaves):
        raise IndexError(position)
    row: Sequence[bytes] = leaves
    path = []
    while len(row) > 1:
        beside = position ^ 1
        if beside < len(row):
            path.append(row[beside])
        row, position = _level_above(row), position // 2
    return path


def root_from(leaf: bytes, position: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that a leaf, its position, the number of leaves and the path lead to; raises BadPath."""
    if not 0 <= position < size:
        raise BadPath
    rest, node, width = list(path), leaf, size
    while width > 1:
        if position % 2:
            node = node_of(_next(rest), node)
        elif position + 1 < width:
            node = node_of(node, _next(rest))
        position, width = position // 2, (width + 1) // 2
    if rest:
        raise BadPath
    return node


def _next(rest: list[bytes]) -> bytes:
    if not rest:
        raise BadPath
    return rest.pop(0)

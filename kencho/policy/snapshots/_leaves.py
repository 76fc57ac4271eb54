"""The rows behind a figure as they are kept: opaque ids, versions, days, units and what each one counts."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kencho.foundation import merkle
from kencho.foundation.indicators import EvidenceRow

PART_ROWS = 10_000
"""Rows of one stored part: a page of evidence needs one part, a snapshot of millions never stands in memory whole."""

_FIELD = "\t"
_BREAKERS = str.maketrans({"\t": " ", "\n": " ", "\r": " "})


@dataclass(frozen=True, slots=True)
class Leaf:
    """One kept row. ``id`` and ``version`` are hashed; the rest is shown."""

    id: str
    version: str
    on: date
    unit: str = ""
    counts: Decimal = Decimal(1)
    of: Decimal = Decimal(1)


class RowsOutOfOrder(Exception):
    """An app listed its rows twice or not in the order of their ids, so that nothing can be proven of them."""


def leaf_of(row: EvidenceRow) -> Leaf:
    """What is kept of a row: neither its label nor its address."""
    return Leaf(
        row.id.translate(_BREAKERS),
        row.version.translate(_BREAKERS),
        row.on,
        row.unit.translate(_BREAKERS),
        row.counts,
        row.of,
    )


def hash_of(leaf: Leaf) -> bytes:
    """The leaf hash over (id, version). Neither may hold a line break, so the two cannot be shifted against each other."""
    return merkle.leaf_hash(f"{leaf.id}\n{leaf.version}".encode())


def ordered(rows: Iterable[EvidenceRow]) -> Iterator[Leaf]:
    """The rows as leaves. Raises RowsOutOfOrder."""
    before = ""
    for row in rows:
        leaf = leaf_of(row)
        if leaf.id <= before:
            raise RowsOutOfOrder(leaf.id)
        before = leaf.id
        yield leaf


def pack(leaves: Iterable[Leaf]) -> bytes:
    """Leaves as compressed lines."""
    lines = (
        _FIELD.join((each.id, each.version, each.on.isoformat(), each.unit, str(each.counts), str(each.of)))
        for each in leaves
    )
    return zlib.compress("\n".join(lines).encode())


def unpack(packed: bytes) -> list[Leaf]:
    """The reverse of ``pack``."""
    text = zlib.decompress(packed).decode()
    return [_leaf(line) for line in text.split("\n")] if text else []


def _leaf(line: str) -> Leaf:
    sign, version, on, unit, counts, of = line.split(_FIELD)
    return Leaf(sign, version, date.fromisoformat(on), unit, Decimal(counts), Decimal(of))

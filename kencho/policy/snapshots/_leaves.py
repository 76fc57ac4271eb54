"""The rows behind a figure as they are kept: opaque ids, versions, days, units and what each one counts."""

import re
import zlib
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from kencho.foundation import merkle
from kencho.foundation.indicators import EvidenceRow

PART_ROWS = 10_000
"""Rows of one stored part: a page of evidence needs one part, a snapshot of millions never stands in memory whole."""

FAST = 3
"""Level of compression: ids are random and hardly get smaller, so more work would gain little."""

_FIELD = "\t"
_BREAKS = re.compile(r"[\t\n\r]")


class Leaf(NamedTuple):
    """One kept row. ``id`` and ``version`` are hashed; the rest is shown. A tuple, for there may be millions."""

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
    if _BREAKS.search(row.id) or _BREAKS.search(row.version) or _BREAKS.search(row.unit):
        return Leaf(
            _one_line(row.id), _one_line(row.version), row.on, _one_line(row.unit), row.counts, row.of
        )
    return Leaf(row.id, row.version, row.on, row.unit, row.counts, row.of)


def _one_line(text: str) -> str:
    return _BREAKS.sub(" ", text)


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
    return zlib.compress("\n".join(lines).encode(), FAST)


def unpack(packed: bytes) -> list[Leaf]:
    """The reverse of ``pack``."""
    text = zlib.decompress(packed).decode()
    return [_leaf(line) for line in text.split("\n")] if text else []


def _leaf(line: str) -> Leaf:
    sign, version, on, unit, counts, of = line.split(_FIELD)
    return Leaf(sign, version, date.fromisoformat(on), unit, Decimal(counts), Decimal(of))

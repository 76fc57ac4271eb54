"""One pass over the rows of a figure: root, number, sums, and parts to be stored on the way."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from kencho.foundation import merkle
from kencho.foundation.indicators import Measure, Reading
from kencho.policy.snapshots._leaves import PART_ROWS, Leaf, hash_of

Part = list[Leaf]


@dataclass
class Counted:
    """What a pass over the rows found."""

    rows: int = 0
    counts: Decimal = Decimal(0)
    of: Decimal = Decimal(0)
    units: int = 0
    root: str = ""

    def agrees_with(self, reading: Reading, measure: str) -> bool:
        """Whether the rows add up to the reading; distinct counts to the number of different units."""
        counted = Decimal(self.units) if measure == Measure.DISTINCT else self.counts
        if reading.numerator != counted:
            return reading.numerator is None and not self.rows
        return reading.denominator is None or reading.denominator == self.of


def count(leaves: Iterable[Leaf], *, store: Callable[[Part], None] | None = None) -> Counted:
    """Run over the leaves once; ``store`` is given each full part, in order."""
    found = Counted()
    units: set[str] = set()

    def hashes() -> Iterator[bytes]:
        for part in _parts(leaves):
            found.rows += len(part)
            found.counts = sum((leaf.counts for leaf in part), found.counts)
            found.of = sum((leaf.of for leaf in part), found.of)
            units.update(leaf.unit for leaf in part if leaf.counts)
            if store is not None:
                store(part)
            yield from map(hash_of, part)

    found.root = merkle.root(hashes()).hex()
    found.units = len(units)
    return found


def _parts(leaves: Iterable[Leaf]) -> Iterator[Part]:
    source = iter(leaves)
    while part := list(islice(source, PART_ROWS)):
        yield part

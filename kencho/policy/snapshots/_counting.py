"""One pass over the rows of a figure: root, number, sums, and parts to be stored on the way."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

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
    part: Part = []

    def hashes() -> Iterator[bytes]:
        nonlocal part
        for leaf in leaves:
            found.rows += 1
            found.counts += leaf.counts
            found.of += leaf.of
            if leaf.counts:
                units.add(leaf.unit)
            if store is not None:
                part.append(leaf)
                if len(part) == PART_ROWS:
                    store(part)
                    part = []
            yield hash_of(leaf)

    found.root = merkle.root(hashes()).hex()
    if store is not None and part:
        store(part)
    found.units = len(units)
    return found

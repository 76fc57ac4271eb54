"""秘匿: small cells of a table of counts are kept back, and as many others that nothing can be worked out.

A table with its totals is a circulation: every row gets its total from the whole and hands its cells to the columns,
which hand theirs back to the whole. What a reader knows are the shown numbers, the sums, and that no count is below
zero. A hidden number can be worked out exactly when no closed way leads through it along hidden numbers on which it
could grow or shrink; that is looked for here for each one, so it is a proof and not a rule of thumb.

Zero is shown: it is nobody. Hidden numbers of a shown sum are at least two and make up k or more together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["OneWay", "TwoWay", "suppress_one_way", "suppress_two_way"]

_TOTAL: Final = ("total",)
"""Stands for the sums, beside labels that are text."""
FEWEST_HIDDEN: Final = 2
Label = str | tuple[str]
Place = tuple[Label, Label]


@dataclass(frozen=True, slots=True)
class OneWay:
    """Counts by label and their sum; `None` is hidden."""

    cells: Mapping[str, int | None]
    total: int | None

    @property
    def hidden(self) -> frozenset[str]:
        """The labels whose counts are kept back."""
        return frozenset(label for label, count in self.cells.items() if count is None)


@dataclass(frozen=True, slots=True)
class TwoWay:
    """Counts by row and column with both kinds of sums; `None` is hidden."""

    cells: Mapping[tuple[str, str], int | None]
    row_totals: Mapping[str, int | None]
    column_totals: Mapping[str, int | None]
    total: int | None


def suppress_one_way(counts: Mapping[str, int], k: int, *, has_total: bool = True) -> OneWay:
    """What may be shown of counts by one trait. Without a shown total only the small ones are hidden."""
    hidden = {label for label, count in counts.items() if 0 < count < k}
    total = sum(counts.values())
    waiting = sorted((n, label) for label, n in counts.items() if label not in hidden and n > 0)
    waiting += sorted((n, label) for label, n in counts.items() if n == 0)
    while has_total and hidden and waiting:
        if len(hidden) >= FEWEST_HIDDEN and sum(counts[label] for label in hidden) >= k:
            break
        hidden.add(waiting.pop(0)[1])
    shown = {label: None if label in hidden else count for label, count in counts.items()}
    is_told = has_total and not 0 < total < k and not (hidden and len(hidden) == len(counts) == 1)
    return OneWay(shown, total if is_told else None)


def suppress_two_way(counts: Mapping[tuple[str, str], int], k: int) -> TwoWay:
    """What may be shown of counts by two traits with all their sums. Missing pairs count as zero."""
    table = _Table(counts, k)
    table.hide_small()
    table.hide_until_safe()
    return table.shown()


class _Table:
    """Every number of the table, sums included, by (row, column); sums stand at `_TOTAL`."""

    def __init__(self, counts: Mapping[tuple[str, str], int], k: int) -> None:
        self.k = k
        self.rows = list(dict.fromkeys(row for row, _column in counts))
        self.columns = list(dict.fromkeys(column for _row, column in counts))
        self.n: dict[Place, int] = {(r, c): counts.get((r, c), 0) for r in self.rows for c in self.columns}
        for row in self.rows:
            self.n[row, _TOTAL] = sum(counts.get((row, column), 0) for column in self.columns)
        for column in self.columns:
            self.n[_TOTAL, column] = sum(counts.get((row, column), 0) for row in self.rows)
        self.n[_TOTAL, _TOTAL] = sum(counts.values())
        self.hidden: set[Place] = set()

    def hide_small(self) -> None:
        """Every number from 1 to k − 1, be it a cell or a sum."""
        self.hidden |= {place for place, n in self.n.items() if 0 < n < self.k}

    def hide_until_safe(self) -> None:
        """Hides the smallest other numbers until no line gives anything away and nothing can be worked out."""
        while True:
            place = self._weak_line() or self._derivable()
            if place is None:
                return
            self.hidden.add(place)

    def shown(self) -> TwoWay:
        """The result."""
        seen = {place: None if place in self.hidden else n for place, n in self.n.items()}
        return TwoWay(
            {(r, c): seen[r, c] for r in self.rows for c in self.columns},
            {row: seen[row, _TOTAL] for row in self.rows},
            {column: seen[_TOTAL, column] for column in self.columns},
            seen[_TOTAL, _TOTAL],
        )

    def _lines(self) -> Iterator[list[Place]]:
        """Every sum with its parts, the sum last."""
        rows: list[Label] = [*self.rows, _TOTAL]
        columns: list[Label] = [*self.columns, _TOTAL]
        for row in rows:
            yield [(row, column) for column in columns]
        for column in columns:
            yield [(row, column) for row in rows]

    def _weak_line(self) -> Place | None:
        """What to hide next in a line whose hidden numbers are one alone, or fewer than k people together."""
        for line in self._lines():
            hidden = [place for place in line if place in self.hidden]
            if not hidden:
                continue
            parts = [place for place in hidden if place != line[-1]]
            is_sum_shown = line[-1] not in self.hidden
            is_enough = not is_sum_shown or sum(self.n[place] for place in parts) >= self.k
            if len(hidden) < FEWEST_HIDDEN or not is_enough:
                found = self._cheapest(line)
                if found is not None:
                    return found
        return None

    def _cheapest(self, line: list[Place]) -> Place | None:
        """The smallest count that is shown in the line: people before zeros, cells before sums."""
        shown = [place for place in line if place not in self.hidden]
        if not shown:
            return None
        return min(shown, key=lambda place: (_TOTAL in place, self.n[place] == 0, self.n[place], str(place)))

    def _derivable(self) -> Place | None:
        """What to hide next because some hidden number has only one possible value."""
        ahead = self._ways()
        for place in sorted(self.hidden, key=lambda each: (self.n[each], str(each))):
            if not self._can_change(place, ahead):
                row, column = place
                near = [
                    each
                    for each in self.n
                    if each not in self.hidden and (each[0] == row or each[1] == column)
                ]
                rest = near or [each for each in self.n if each not in self.hidden]
                if rest:
                    return self._cheapest(rest)
        return None

    def _ends(self, place: Place) -> tuple[tuple[str, Label], tuple[str, Label]]:
        """From where to where the number flows; sums flow the other way round."""
        row, column = ("row", place[0]), ("column", place[1])
        is_backwards = (place[0] == _TOTAL) != (place[1] == _TOTAL)
        return (column, row) if is_backwards else (row, column)

    def _ways(self) -> dict[tuple[str, Label], list[tuple[tuple[str, Label], Place]]]:
        """Where one can go along hidden numbers: with the flow always, against it where it is above zero."""
        ahead: dict[tuple[str, Label], list[tuple[tuple[str, Label], Place]]] = {}
        for place in self.hidden:
            start, end = self._ends(place)
            ahead.setdefault(start, []).append((end, place))
            if self.n[place] > 0:
                ahead.setdefault(end, []).append((start, place))
        return ahead

    def _can_change(
        self, place: Place, ahead: Mapping[tuple[str, Label], list[tuple[tuple[str, Label], Place]]]
    ) -> bool:
        start, end = self._ends(place)
        can_grow = _reaches(end, start, place, ahead)
        return can_grow or (self.n[place] > 0 and _reaches(start, end, place, ahead))


def _reaches(
    start: tuple[str, Label],
    goal: tuple[str, Label],
    without: Place,
    ahead: Mapping[tuple[str, Label], list[tuple[tuple[str, Label], Place]]],
) -> bool:
    """Whether a way leads from start to goal that does not use the number itself."""
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        if here == goal:
            return True
        for there, place in ahead.get(here, ()):
            if place != without and there not in seen:
                seen.add(there)
                waiting.append(there)
    return False

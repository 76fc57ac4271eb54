"""Totals within the data (小計, 合計, 計, 総数): left out, after the sum was checked wherever it can be."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from kencho.catalog.fixer.cells.characters import is_blank
from kencho.catalog.fixer.cells.marks import total_rank
from kencho.catalog.fixer.drafts import Bench, Draft
from kencho.catalog.fixer.shapes import Value

__all__ = ["leave_out_totals"]

_MOST: Final = 0.6


def leave_out_totals(bench: Bench, draft: Draft) -> None:
    """Leaves out rows that sum up others. A sum that does not hold becomes a question."""
    for sheet in dict.fromkeys(part.sheet for part in draft.parts):
        rows = [row for row, (part, _line) in enumerate(draft.rows) if draft.parts[part].sheet == sheet]
        if len(rows) >= 2:
            totals = _Totals(bench, draft, rows)
            totals.work()
            totals.ask_about_levels()


class _Totals:
    def __init__(self, bench: Bench, draft: Draft, rows: list[int]) -> None:
        self.bench, self.draft, self.rows = bench, draft, rows
        self.numeric = [
            i for i, c in enumerate(draft.columns) if not c.derived_from and _holds_numbers(c.values, rows)
        ]
        first = self.numeric[0] if self.numeric else 0
        self.labels = [i for i, c in enumerate(draft.columns) if i < first and not c.derived_from]
        if not self.labels and self.numeric:
            self.labels = [i for i, c in enumerate(draft.columns) if c.kind == "text"][:2]
        self.ranks = [self._rank(row) for row in rows]

    def work(self) -> None:
        """Finds the totals and leaves them out."""
        if not self.numeric or not self.labels:
            return
        found: list[tuple[int, bool]] = []
        for place, rank in enumerate(self.ranks):
            verified = self._verified(place) if rank else False
            if rank == 2 or (rank == 1 and verified):
                found.append((place, verified))
            elif not rank and self._is_group_head(place):
                found.append((place, True))
        if not found or len(found) > _MOST * len(self.rows) or len(found) == len(self.rows):
            return
        for place, verified in found:
            self._leave_out(place, verified)

    def ask_about_levels(self) -> None:
        """Asks where indented labels are parts of the row above: the blanks that showed it are gone from the data."""
        if not self.numeric or not self.labels:
            return
        raw = self.draft.columns[self.labels[-1]].raw
        depth = [_indent(raw[row]) for row in self.rows]
        for place in range(len(self.rows) - 2):
            inner = [p for p in range(place + 1, _end(depth, place)) if depth[p] == depth[place + 1]]
            if len(inner) > 1 and self._sums(place, inner):
                part_index, line = self.draft.rows[self.rows[place]]
                part = self.draft.parts[part_index]
                columns = [c for c in part.columns if c is not None]
                where = self.bench.row_range(part.sheet, line, min(columns), max(columns))
                self.bench.ask("indented_levels", part.sheet, where, label=str(raw[self.rows[place]]).strip())
                return

    def _rank(self, row: int) -> int:
        return max(
            (total_rank(str(v)) for i in self.labels if not is_blank(v := self.draft.columns[i].values[row])),
            default=0,
        )

    def _leave_out(self, place: int, verified: bool) -> None:
        row = self.rows[place]
        part_index, line = self.draft.rows[row]
        part = self.draft.parts[part_index]
        columns = [c for c in part.columns if c is not None]
        where = self.bench.row_range(part.sheet, line, min(columns), max(columns))
        label = next(
            (
                v
                for i in self.labels
                if not is_blank(v := self.draft.columns[i].values[row]) and total_rank(str(v))
            ),
            None,
        )
        if self.bench.leave_out(
            part.sheet, where, "2-1", "total_row", {"label": label, "verified": verified}
        ):
            self.draft.gone.add(row)
        if not verified and self._complete(place):
            self.bench.ask("total_mismatch", part.sheet, where, label=label)

    # Sums

    def _number(self, place: int, column: int) -> Decimal | None:
        value = self.draft.columns[column].values[self.rows[place]]
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return Decimal(str(value))

    def _complete(self, place: int) -> bool:
        """Whether a column has every number, so that a sum can be held against its parts."""
        data = [p for p in range(len(self.rows)) if not self.ranks[p]]
        return any(
            self._number(place, column) is not None and all(self._number(p, column) is not None for p in data)
            for column in self.numeric
        )

    def _verified(self, place: int) -> bool:
        """Whether the row is the sum of one of the stretches that a total may sum up."""
        return any(self._sums(place, stretch) for stretch in self._stretches(place))

    def _stretches(self, place: int) -> Iterator[list[int]]:
        ranks, count = self.ranks, len(self.rows)
        above = next((p for p in range(place - 1, -1, -1) if ranks[p]), -1)
        yield list(range(above + 1, place))
        yield [p for p in range(place) if not ranks[p]]
        below = next((p for p in range(place + 1, count) if ranks[p]), count)
        yield list(range(place + 1, below))
        yield [p for p in range(place + 1, count) if not ranks[p]]
        yield [p for p in range(count) if not ranks[p]]
        yield [p for p in range(place) if ranks[p]]
        yield [p for p in range(place + 1, count) if ranks[p]]
        yield [p for p in range(place + 1, count) if ranks[p] == 1]
        yield self._same_group(place)

    def _same_group(self, place: int) -> list[int]:
        """Rows with the same label in the first column, as the total's own."""
        first = self.draft.columns[self.labels[0]].values
        own = first[self.rows[place]]
        if is_blank(own):
            return []
        return [
            p
            for p in range(len(self.rows))
            if p != place and first[self.rows[p]] == own and not self.ranks[p]
        ]

    def _sums(self, place: int, stretch: list[int]) -> bool:
        if not stretch:
            return False
        held = checked = 0
        for column in self.numeric:
            total = self._number(place, column)
            parts = [self._number(p, column) for p in stretch]
            if total is None or any(part is None for part in parts):
                continue
            checked += 1
            exact = sum((part for part in parts if part is not None), Decimal(0))
            # Figures rounded to the unit shown may miss the sum by half a unit each.
            step = Decimal(1).scaleb(int(min(total.as_tuple().exponent, 0)))
            if abs(exact - total) <= (step * len(stretch) / 2 if len(stretch) > 1 and step < 1 else 0):
                held += 1
        return held > 0 and 2 * held >= checked and (len(stretch) > 1 or held > 1 or checked == held)

    def _is_group_head(self, place: int) -> bool:
        """北勢地域 with nothing in the next column, over its towns, whose sum it is."""
        if len(self.labels) < 2:
            return False
        row = self.rows[place]
        values = [self.draft.columns[i].values for i in self.labels]
        if is_blank(values[0][row]) or not all(is_blank(v[row]) for v in values[1:]):
            return False
        end = place + 1
        while end < len(self.rows) and not is_blank(values[1][self.rows[end]]):
            end += 1
        return end - place > 2 and self._sums(place, list(range(place + 1, end)))


def _holds_numbers(values: list[Value], rows: list[int]) -> bool:
    cells = [values[row] for row in rows if values[row] is not None]
    numbers = sum(isinstance(v, int | float) and not isinstance(v, bool) for v in cells)
    return numbers > 0 and numbers * 2 > len(cells)


def _indent(value: Value) -> int:
    """How many blanks a label begins with."""
    return len(value) - len(value.lstrip()) if isinstance(value, str) else 0


def _end(depth: list[int], place: int) -> int:
    """Where the rows that are set deeper than this one end."""
    end = place + 1
    while end < len(depth) and depth[end] > depth[place]:
        end += 1
    return end
